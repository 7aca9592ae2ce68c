"""Parts of sentences: when something was tried, and what excludes a practice."""

from django.utils.translation import gettext
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
# The rules of the engine that follow from a family's answers.
RULES = {
    "never": _("You said never."),
    "touch": _("It needs touch."),
    "avoid": _("It can be loud."),
    "allergy": _("Food is part of it."),
    "allergy_unknown": _("Food is part of it."),
    "age": _("It’s not for {child}’s age."),
    "age_unknown": _("It doesn’t suit every age, and no age is set."),
    "body": _("It has no way that fits {child}’s body."),
}


def not_suggested(rule: str, child: str) -> str:
    """Return why a practice is not suggested for this child."""
    return gettext("Not suggested: {why}").format(why=str(RULES[rule]).format(child=child))
