"""The words this room says for values that are kept as codes."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everyhour.domain.families.models import Child
from everyhour.domain.practices.models import Edition
from everyhour.domain.practices.vocabulary import SITUATIONS
from everyhour.domain.rhythm import calendars
from everyhour.domain.rhythm.models import Calendar, Part, Season
from everyhour.domain.rhythm.shape import MINUTES, Day, PartOfDay, Transition

EVERY_DAY, SCHOOL_DAYS, WEEKEND = range(7), range(5), (5, 6)


def child_name(child: Child) -> str:
    return child.nickname or _("Your child")


def anchors() -> dict[str, str]:
    """Name the parts of the usual day, by what is told for them."""
    return {
        "wakes": _("Wakes up"),
        "school_starts": _("School starts"),
        "home_again": _("Home again"),
        "dinner": _("Dinner"),
        "bed": _("Bed"),
    }


def situations() -> dict[str, str]:
    edition = (
        Edition.objects.current().filter(item__kind="vocabulary", item__slug="situations").first()
    )
    told, language = edition.facts if edition else {}, get_language() or "en"
    named = {
        key: told[key].get(language, told[key]["en"])["name"] for key in SITUATIONS if key in told
    }
    return {key: named.get(key) or capfirst(key.replace("_", " ")) for key in SITUATIONS}


def kinds() -> list:
    return [
        (_("Usual day"), list(anchors().items())),
        (_("Something else"), list(situations().items())),
    ]


def whens() -> list[tuple[str, str]]:
    When = Part.Applies
    return [
        (When.ALWAYS, _("All year")),
        (When.SCHOOL, _("Only during school weeks")),
        (When.FREE, _("Only during holidays")),
    ]


def seasons() -> list[tuple[str, str]]:
    return [(Season.Kind.HOLIDAYS, _("Holidays")), (Season.Kind.TERM, _("A school term"))]


def means() -> list[tuple[str, str]]:
    Means = Calendar.Means
    return [
        (Means.APPOINTMENTS, _("Appointments. We send no reminders during one.")),
        (Means.HOLIDAYS, _("Holidays. We count these as days without school.")),
    ]


def weekdays(days: Collection[int]) -> str:
    """Say on which weekdays.

    >>> weekdays([1])
    'Tuesday'
    """
    told = sorted(set(days) & set(EVERY_DAY))
    usual = {
        tuple(EVERY_DAY): _("Every day"),
        tuple(SCHOOL_DAYS): _("Monday to Friday"),
        WEEKEND: _("Saturday and Sunday"),
    }
    return usual.get(tuple(told)) or ", ".join(str(WEEKDAYS[day]) for day in told)


def often(part: Part) -> str:
    """Say when a part comes: "Tuesday, every other week, only during holidays"."""
    more = [
        _("every other week") if part.every_weeks == 2 else "",
        "" if part.when == Part.Applies.ALWAYS else dict(whens())[part.when].lower(),
    ]
    return ", ".join([weekdays(part.weekdays) or _("No day yet"), *(one for one in more if one)])


def named(kind: str, own: str, known: dict[str, str]) -> str:
    """Call a part by the family's own words, else by what it is."""
    return own or known.get(kind, "") or capfirst(kind.replace("_", " "))


def transition(one: Transition, known: dict[str, str]) -> str:
    return named(one.kind, one.words, known)


def day_of(on: date, today: date) -> str:
    if on == today:
        return _("Today")
    return _("Tomorrow") if on == today + timedelta(days=1) else capfirst(date_format(on, "l"))


def odd(parts: Iterable[PartOfDay], days: Iterable[Day], known: dict[str, str]) -> list[str]:
    """Say kindly what looks odd in what was told. It is kept all the same: families live in many ways."""
    laid, said = list(days), []
    if any(_before(day, "bed", "dinner") for day in laid):
        said.append(_("On some days, bed comes before dinner. If that’s right, leave it as it is."))
    for part in parts:
        if part.until is not None and part.until > MINUTES:
            said.append(
                _("{part} goes on past midnight.").format(part=named(part.kind, part.name, known))
            )
    for first, second in sorted({pair for day in laid for pair in _over(day)}, key=str):
        said.append(
            _("{first} and {second} overlap.").format(
                first=transition(first, known), second=transition(second, known)
            )
        )
    return list(dict.fromkeys(said))


def _before(day: Day, early: str, late: str) -> bool:
    first, second = day.transition(early), day.transition(late)
    return bool(first and second and first.minute < second.minute)


def _over(day: Day) -> Iterable[tuple[Transition, Transition]]:
    for number, one in enumerate(day.transitions):
        for other in day.transitions[number + 1 :]:
            if one.ends is not None and other.minute < one.ends:
                yield one, other


def trouble(why: str) -> str:
    """Say why a calendar could not be read, and what may help."""
    return {
        calendars.NO_ADDRESS: _(
            "This doesn’t look like the address of a calendar. It should start with https or webcal."
        ),
        calendars.REFUSED: _(
            "We can’t read a calendar at that address. Use one that is open on the web."
        ),
        calendars.UNREACHABLE: _(
            "There was no answer from this address. Check whether it opens in your browser."
        ),
        calendars.LOCKED: _(
            "This calendar needs a password. Ask its owner for an address that opens without one."
        ),
        calendars.GONE: _(
            "There is no calendar at this address any more. Check it, or delete the calendar here."
        ),
        calendars.TOO_LARGE: _(
            "This calendar is too large: 5 MB is the limit. Try a single month of it."
        ),
        calendars.NOT_A_CALENDAR: _(
            "We can’t read this as a calendar. Choose a file that ends in .ics."
        ),
        calendars.TOO_MUCH: _("This calendar has too many entries. Try a smaller one."),
    }.get(why, _("Something went wrong on our side. We will try again later."))
