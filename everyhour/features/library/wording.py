"""Names of shelves and filters, as families read them."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everyhour.features.library.filters import CHOICES


def name_shelves() -> dict[str, str]:
    return {
        "practices": _("Things to do together"),
        "for-you": _("For you"),
        "new-eyes": _("Other ways to see it"),
        "words": _("Words to say"),
        "routines": _("Routines"),
    }


def name_filters(states: dict[str, dict]) -> dict[str, dict[str, str]]:
    """Return, for each part of a filter, the name of each choice; of states, those known."""
    names: dict[str, Callable[[str], str | None]] = {
        "minutes": _name_minutes,
        "age": _name_age,
        "place": _name_places().get,
        "needs": {"nothing": _("Nothing needed")}.get,
        "touch": {"without": _("Without touch")}.get,
        "favourite": {"yes": _("Favorites")}.get,
    }
    return {
        "state": {key: words["name"] for key, words in states.items()},
        **{
            part: {value: str(name(value)) for value in CHOICES[part]}
            for part, name in names.items()
        },
    }


def _name_minutes(value: str) -> str:
    n = int(value)
    return ngettext("Up to %(n)s minute", "Up to %(n)s minutes", n) % {"n": n}


def _name_age(value: str) -> str:
    n = int(value)
    return ngettext("%(n)s year", "%(n)s years", n) % {"n": n} if n else _("Under 1 year")


def _name_places() -> dict[str, str]:
    return {
        "home": _("At home"),
        "car": _("In the car"),
        "outdoors": _("Outdoors"),
        "school": _("At school"),
        "out": _("Out and about"),
    }


def count_ideas(n: int) -> str:
    return ngettext("%(n)s idea", "%(n)s ideas", n) % {"n": n}


def lower_first(name: str) -> str:
    """Return a name as it stands inside a sentence."""
    return name[:1].lower() + name[1:]
