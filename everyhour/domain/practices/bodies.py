"""Labels of what a family can say of a child's body."""

from django.utils.translation import gettext as _


def names() -> dict[str, str]:
    return {
        "seated": _("Wheelchair, or limited movement"),
        "deaf": _("Deaf or hard of hearing"),
        "few_words": _("No or few words"),
        "blind": _("Blind or low vision"),
        "senses": _("Touch, sound, light or smell can hurt"),
    }
