"""The words this room says for values that are kept as codes."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everyhour.domain.families.models import Caregiver, Child, Level
from everyhour.domain.practices.models import Edition
from everyhour.domain.practices.vocabulary import SITUATIONS

FIRST = (
    "bedtime",
    "homework",
    "leaving",
    "screens",
    "mealtime",
    "sibling",
    "car",
    "after_school",
)  # the tiles one sees at once
TIMES = ("wakes", "school_starts", "home_again", "dinner", "bed")
SCHOOL = ("school_starts", "home_again")
USUAL = {"wakes": 390, "school_starts": 480, "home_again": 905, "dinner": 1095, "bed": 1200}


def times() -> dict[str, str]:
    return {
        "wakes": _("Wakes up"),
        "school_starts": _("School starts"),
        "home_again": _("Home again"),
        "dinner": _("Dinner"),
        "bed": _("Bed"),
    }


def relations() -> list[tuple[str, str]]:
    R = Caregiver.Relation
    return [
        (R.PARENT, _("Parent")),
        (R.STEP_PARENT, _("Stepparent")),
        (R.FOSTER_CARER, _("Foster carer")),
        (R.GRANDPARENT, _("Grandparent")),
        (R.RELATIVE, _("Relative")),
        (R.NEIGHBOUR, _("Neighbor")),
        (R.TEACHER, _("Teacher")),
        (R.FRIEND, _("Friend")),
        (R.OTHER, _("Someone else")),
    ]


def roles() -> list[tuple[str, str]]:
    return [
        (Caregiver.Role.GUARDIAN, _("Guardian: can see and change everything here")),
        (Caregiver.Role.GIVER, _("Another safe grown-up")),
    ]


def mays() -> list[tuple[str, str]]:
    return [
        (Caregiver.LOG, _("Add moments")),
        (Caregiver.SEE_HELPS, _("See what helps")),
        (Caregiver.SEE_WEEK, _("See the week")),
    ]


def levels() -> list[tuple[str, str]]:
    return [
        (Level.NOTHING, _("Nothing")),
        (Level.HOURS, _("That there was a moment, and the hour")),
        (Level.MOMENTS, _("The moments, without notes")),
        (Level.NOTES, _("The moments and their notes")),
    ]


def amounts() -> list[tuple[str, str]]:
    return [("0", _("Not much")), ("", _("Don’t know")), ("1", _("A lot"))]


def called(caregiver: Caregiver) -> str:
    """Say how somebody is called here; without a name, who they are to the child."""
    if caregiver.name:
        return caregiver.name
    if caregiver.person and caregiver.person.name:
        return caregiver.person.name
    return dict(relations()).get(caregiver.relation, "")


def child_name(child: Child) -> str:
    return child.nickname or _("Your child")


def situations() -> list[tuple[str, str]]:
    """Give every part of the day with its name, the frequent ones first."""
    language = get_language() or "en"
    edition = (
        Edition.objects.current().filter(item__kind="vocabulary", item__slug="situations").first()
    )
    told = edition.facts if edition else {}
    names = {key: named.get(language, named["en"])["name"] for key, named in told.items()}
    order = [*FIRST, *(key for key in SITUATIONS if key not in FIRST)]
    return [(key, names.get(key) or key.replace("_", " ").capitalize()) for key in order]


def practices() -> list[tuple[str, str]]:
    """Give the activities one can do with a child, by title."""
    language = get_language() or "en"
    editions = Edition.objects.current().filter(item__kind="activity").select_related("item")
    told = [
        (e.item.slug, (e.texts.get(language) or e.texts["en"]).get("title", e.item.slug))
        for e in editions
    ]
    return sorted(told, key=lambda pair: pair[1].casefold())
