"""Labels of the kinds of help."""

from django.utils.translation import gettext as _


def names() -> dict[str, str]:
    return {
        "closeness": _("Someone close by"),
        "heavy_work": _("Pushing, pulling, carrying"),
        "movement": _("Swinging, jumping, running"),
        "rhythm": _("Humming, music, a beat"),
        "senses": _("Chewing, water, soft things"),
        "own_calm": _("When you get calm first"),
    }
