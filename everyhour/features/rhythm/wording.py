"""Labels and sentences for stored values."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from itertools import combinations

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
from everyhour.foundation.ui.formats import clock_at

EVERY_DAY, SCHOOL_DAYS, WEEKEND = range(7), range(5), (5, 6)


def child_name(child: Child) -> str:
    return child.nickname or _("Your child")


def anchors() -> dict[str, str]:
    """Return labels for the keys of `Child.day`."""
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
    facts, language = edition.facts if edition else {}, get_language() or "en"
    names = {
        key: facts[key].get(language, facts[key]["en"])["name"]
        for key in SITUATIONS
        if key in facts
    }
    return {key: names.get(key) or capfirst(key.replace("_", " ")) for key in SITUATIONS}


def kinds() -> dict[str, str]:
    """Return labels for every kind of part."""
    return situations() | anchors()


def kind_choices() -> list:
    return [
        (_("Usual day"), list(anchors().items())),
        (_("Something else"), list(situations().items())),
    ]


def when_choices() -> list[tuple[str, str]]:
    Applies = Part.Applies
    return [
        (Applies.ALWAYS, _("All year")),
        (Applies.SCHOOL, _("Only during school weeks")),
        (Applies.FREE, _("Only during holidays")),
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
    """Return the names of weekdays.

    >>> weekdays([1])
    'Tuesday'
    """
    known = sorted(set(days) & set(EVERY_DAY))
    usual = {
        tuple(EVERY_DAY): _("Every day"),
        tuple(SCHOOL_DAYS): _("Monday to Friday"),
        WEEKEND: _("Saturday and Sunday"),
    }
    return usual.get(tuple(known)) or ", ".join(str(WEEKDAYS[day]) for day in known)


def often(part: Part) -> str:
    """Return when a part applies: "Tuesday, every other week, only during holidays"."""
    more = [
        _("every other week") if part.every_weeks == 2 else "",
        "" if part.when == Part.Applies.ALWAYS else dict(when_choices())[part.when].lower(),
    ]
    return ", ".join([weekdays(part.weekdays) or _("No day yet"), *(one for one in more if one)])


def part_name(kind: str, own: str, known: dict[str, str]) -> str:
    """Return the family's own name of a part, else the label of its kind."""
    return own or known.get(kind, "") or capfirst(kind.replace("_", " "))


def times(part: Part) -> str:
    if part.off:
        return _("not on these days")
    begins = clock_at(part.begins)
    if part.ends is None:
        return begins
    return _("{begins} to {ends}").format(begins=begins, ends=clock_at(part.ends))


def day_name(on: date, today: date) -> str:
    if on == today:
        return _("Today")
    return _("Tomorrow") if on == today + timedelta(days=1) else capfirst(date_format(on, "l"))


def odd(parts: Iterable[PartOfDay], days: Sequence[Day], known: dict[str, str]) -> list[str]:
    """Return sentences about times that look odd. They are saved all the same."""
    sentences = []
    if any(_bed_before_dinner(day) for day in days):
        sentences.append(
            _("On some days, bed comes before dinner. If that’s right, leave it as it is.")
        )
    for part in parts:
        if part.until is not None and part.until > MINUTES:
            name = part_name(part.kind, part.name, known)
            sentences.append(_("{part} goes on past midnight.").format(part=name))
    for pair in sorted({pair for day in days for pair in _overlaps(day)}, key=str):
        first, second = (part_name(one.kind, one.words, known) for one in pair)
        sentences.append(_("{first} and {second} overlap.").format(first=first, second=second))
    return list(dict.fromkeys(sentences))


def _bed_before_dinner(day: Day) -> bool:
    bed, dinner = day.transition("bed"), day.transition("dinner")
    return bool(bed and dinner and bed.minute < dinner.minute)


def _overlaps(day: Day) -> Iterable[tuple[Transition, Transition]]:
    for first, second in combinations(day.transitions, 2):
        if first.ends is not None and second.minute < first.ends:
            yield first, second


def calendar_error(why: str) -> str:
    """Return why a calendar could not be read, and what may help."""
    return {
        calendars.NO_ADDRESS: _(
            "This doesn’t look like the address of a calendar. It "
            "should start with https or webcal."
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
