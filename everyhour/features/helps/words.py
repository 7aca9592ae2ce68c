"""Who somebody is to a child, as part of a sentence."""

from django.utils.translation import gettext_lazy as _

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
