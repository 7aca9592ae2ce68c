"""When something was tried, and who somebody is to a child, as parts of a sentence."""

from django.utils.translation import gettext_lazy as _

WHEN = {
    "homework": _("at homework"),
    "mealtime": _("at mealtime"),
    "screens": _("when screens go off"),
    "sibling": _("with a sibling"),
    "leaving": _("when leaving the house"),
    "car": _("in the car"),
    "bedtime": _("at bedtime"),
    "after_school": _("after school"),
    "waking": _("on waking"),
    "dressing": _("while dressing"),
    "teeth": _("at teeth time"),
    "pyjamas": _("at pajama time"),
    "bath": _("at bath time"),
    "night": _("at night"),
    "school_drop": _("at the school door"),
    "chores": _("at chores"),
    "waiting": _("while waiting"),
    "visit": _("around a visit"),
    "goodbye": _("at goodbyes"),
    "party": _("at a party"),
}
RELATIONS = {
    "parent": _("Parent"),
    "step_parent": _("Stepparent"),
    "foster_carer": _("Foster carer"),
    "grandparent": _("Grandparent"),
    "relative": _("Relative"),
    "neighbour": _("Neighbor"),
    "teacher": _("Teacher"),
    "friend": _("Friend of the family"),
    "other": _("Safe grown-up"),
}
