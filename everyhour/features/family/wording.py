"""Labels for stored values, and names of people and practices."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everyhour.domain.families.models import Caregiver, Child, Level
from everyhour.domain.practices import bodies
from everyhour.domain.practices.models import Edition
from everyhour.domain.practices.vocabulary import SITUATIONS

# Situations shown at once; the others are behind "More".
FIRST = ("bedtime", "homework", "leaving", "screens", "mealtime", "sibling", "car", "after_school")
TIMES = ("wakes", "school_starts", "home_again", "dinner", "bed")
SCHOOL = ("school_starts", "home_again")
# Default times of a day, in minutes after midnight.
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
    Relation = Caregiver.Relation
    return [
        (Relation.PARENT, _("Parent")),
        (Relation.STEP_PARENT, _("Stepparent")),
        (Relation.FOSTER_CARER, _("Foster carer")),
        (Relation.GRANDPARENT, _("Grandparent")),
        (Relation.RELATIVE, _("Relative")),
        (Relation.NEIGHBOUR, _("Neighbor")),
        (Relation.BABYSITTER, _("Babysitter")),
        (Relation.TEACHER, _("Teacher")),
        (Relation.FRIEND, _("Friend")),
        (Relation.OTHER, _("Someone else")),
    ]


def roles() -> list[tuple[str, str]]:
    return [
        (Caregiver.Role.GUARDIAN, _("Guardian: can see and change everything here")),
        (Caregiver.Role.GIVER, _("Another safe grown-up")),
    ]


def permissions() -> list[tuple[str, str]]:
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


def caregiver_name(caregiver: Caregiver) -> str:
    """Return a caregiver's name here, else their own, else their relation to the child."""
    if caregiver.name:
        return caregiver.name
    if caregiver.person and caregiver.person.name:
        return caregiver.person.name
    return dict(relations()).get(caregiver.relation, "")


def child_name(child: Child) -> str:
    return child.nickname or _("Your child")


def limits(child: Child) -> list[str]:
    """Return what everyone who looks after a child should know: touch, and the child's body."""
    names = bodies.names()
    no_touch = [_("No touch, unless they ask for it")] if child.no_touch else []
    return no_touch + [names[body] for body in child.bodies if body in names]


def situations() -> list[tuple[str, str]]:
    """Return the situations with their names, frequent ones first."""
    language = get_language() or "en"
    edition = (
        Edition.objects.current().filter(item__kind="vocabulary", item__slug="situations").first()
    )
    facts = edition.facts if edition else {}
    names = {key: texts.get(language, texts["en"])["name"] for key, texts in facts.items()}
    order = [*FIRST, *(key for key in SITUATIONS if key not in FIRST)]
    return [(key, names.get(key) or key.replace("_", " ").capitalize()) for key in order]


def practices() -> list[tuple[str, str]]:
    """Return the activities of the library, sorted by title."""
    language = get_language() or "en"
    editions = Edition.objects.current().filter(item__kind="activity").select_related("item")
    titles = [
        (one.item.slug, (one.texts.get(language) or one.texts["en"]).get("title", one.item.slug))
        for one in editions
    ]
    return sorted(titles, key=lambda pair: pair[1].casefold())
