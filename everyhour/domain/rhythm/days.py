"""Days of children, read in a constant number of queries and built with `shape`."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime

from everyhour.domain.families.models import Child, Household
from everyhour.domain.rhythm import shape
from everyhour.domain.rhythm.models import Calendar, Custody, Occurrence, Part, Season
from everyhour.domain.rhythm.shape import CustodyPattern, DateRange, Day, PartOfDay, Routine
from everyhour.foundation.lib.wall_clock import Span

Request = tuple[Child, str, date]  # a child, the id of a home, a local date


def day_of(child: Child, household: Household, on: date) -> Day:
    """Return one day of a child in a home."""
    return days_of([(child, household.pk, on)])[0]


def days_of(requests: Iterable[Request]) -> list[Day]:
    """Return many days of many children, in the order requested, in as many queries as for one."""
    wanted = list(requests)
    routines = load_routines(
        {(child.pk, home): child for child, home, _on in wanted},
        [on for _child, _home, on in wanted],
    )
    return [shape.day(on, routines[child.pk, home]) for child, home, on in wanted]


def load_routines(
    wanted: dict[tuple[str, str], Child], dates: Collection[date]
) -> dict[tuple[str, str], Routine]:
    """Return the routine of each child and home, with the holidays of calendars on these dates."""
    if not wanted:
        return {}
    children, homes = {child for child, _home in wanted}, {home for _child, home in wanted}
    parts, custody, seasons = defaultdict(list), {}, defaultdict(list)
    for part in Part.objects.filter(child__in=children, household__in=homes):
        parts[part.child_id, part.household_id].append(plain_part(part))
    for row in Custody.objects.filter(child__in=children, household__in=homes):
        pattern = CustodyPattern(row.monday, row.weeks, frozenset(row.days))
        custody[row.child_id, row.household_id] = pattern
    for season in Season.objects.filter(child__in=children):
        holidays = season.kind == Season.Kind.HOLIDAYS
        seasons[season.child_id].append(DateRange(holidays, season.first, season.last))
    marked = calendar_holidays(homes, min(dates), max(dates))
    return {
        (pk, home): Routine(
            usual=child.day,
            hard=child.hard,
            parts=tuple(parts[pk, home]),
            seasons=tuple(seasons[pk] + marked[home]),
            custody=custody.get((pk, home)),
        )
        for (pk, home), child in wanted.items()
    }


def plain_part(part: Part) -> PartOfDay:
    return PartOfDay(
        id=part.pk,
        kind=part.kind,
        begins=part.begins,
        ends=part.ends,
        weekdays=frozenset(part.weekdays),
        when=part.when,
        every_weeks=part.every_weeks,
        anchor=part.anchor,
        situation=part.situation,
        name=part.name,
        hard=part.hard,
        off=part.off,
    )


def calendar_holidays(
    homes: Collection[str], first: date, last: date
) -> dict[str, list[DateRange]]:
    """Return, by home, the ranges that holiday calendars mark within these dates."""
    found = defaultdict(list)
    marked = Occurrence.objects.filter(
        calendar__household__in=homes,
        calendar__means=Calendar.Means.HOLIDAYS,
        calendar__ended_at__isnull=True,
        first__lte=last,
        last__gte=first,
    )
    for home, begins, ends in marked.values_list("calendar__household", "first", "last"):
        if begins and ends:
            found[home].append(DateRange(True, begins, ends))
    return found


def appointments(household: Household, start: datetime, end: datetime) -> list[Span]:
    """Return the appointments of a home that overlap a time span."""
    return appointments_by_home([household.pk], start, end)[household.pk]


def appointments_by_home(
    homes: Collection[str], start: datetime, end: datetime
) -> dict[str, list[Span]]:
    """Return the same for many homes, in one query. All-day events do not count as appointments."""
    found: dict[str, list[Span]] = {home: [] for home in homes}
    meant = Occurrence.objects.filter(
        calendar__household__in=homes,
        calendar__means=Calendar.Means.APPOINTMENTS,
        calendar__ended_at__isnull=True,
        begins__lt=end,
        ends__gt=start,
    )
    for home, begins, ends in meant.order_by("begins", "id").values_list(
        "calendar__household", "begins", "ends"
    ):
        if begins and ends:
            found[home].append(Span(begins.astimezone(UTC), ends.astimezone(UTC)))
    return found
