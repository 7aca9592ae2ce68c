"""The dates of a family: reads what was told, in a constant number of questions, and lays it out with `shape`."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime

from everyhour.domain.families.models import Child, Household
from everyhour.domain.rhythm import shape
from everyhour.domain.rhythm.models import Calendar, Custody, Occurrence, Part, Season
from everyhour.domain.rhythm.shape import Day, Life, Stretch, Told, Turns
from everyhour.foundation.lib.wall_clock import Span

Asked = tuple[Child, str, date]  # a child, the id of a home, a date on the wall


def day_of(child: Child, household: Household, on: date) -> Day:
    """Lay out one date of a child in a home."""
    return days_of([(child, household.pk, on)])[0]


def days_of(asked: Iterable[Asked]) -> list[Day]:
    """Lay out many dates of many children, in the order asked; as many questions to the database as for one."""
    wanted = list(asked)
    lives = lives_of(
        {(child.pk, home): child for child, home, _on in wanted},
        [on for _child, _home, on in wanted],
    )
    return [shape.day(on, lives[child.pk, home]) for child, home, on in wanted]


def lives_of(
    wanted: dict[tuple[str, str], Child], dates: Collection[date]
) -> dict[tuple[str, str], Life]:
    """Give all that is told of the days of children in homes; of calendars what they say of these dates."""
    if not wanted:
        return {}
    children, homes = {child for child, _home in wanted}, {home for _child, home in wanted}
    parts, turns, seasons = defaultdict(list), {}, defaultdict(list)
    for part in Part.objects.filter(child__in=children, household__in=homes):
        parts[part.child_id, part.household_id].append(told(part))
    for custody in Custody.objects.filter(child__in=children, household__in=homes):
        turns[custody.child_id, custody.household_id] = Turns(
            custody.monday, custody.weeks, frozenset(custody.days)
        )
    for season in Season.objects.filter(child__in=children):
        seasons[season.child_id].append(
            Stretch(season.kind == Season.Kind.HOLIDAYS, season.first, season.last)
        )
    marked = holidays(homes, min(dates), max(dates))
    return {
        (pk, home): Life(
            usual=child.day,
            hard=child.hard,
            parts=tuple(parts[pk, home]),
            stretches=tuple(seasons[pk] + marked[home]),
            turns=turns.get((pk, home)),
        )
        for (pk, home), child in wanted.items()
    }


def told(part: Part) -> Told:
    return Told(
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


def holidays(homes: Collection[str], first: date, last: date) -> dict[str, list[Stretch]]:
    """Give, by home, the days that a calendar of holidays marks among these dates."""
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
            found[home].append(Stretch(True, begins, ends))
    return found


def appointments(household: Household, start: datetime, end: datetime) -> list[Span]:
    """Give the appointments of a home that touch a stretch of time; nothing is brought to mind while one goes on."""
    return appointments_of([household.pk], start, end)[household.pk]


def appointments_of(
    homes: Collection[str], start: datetime, end: datetime
) -> dict[str, list[Span]]:
    """Give the same for many homes, in one question. A whole day is no appointment: the hard parts come all the same."""
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
