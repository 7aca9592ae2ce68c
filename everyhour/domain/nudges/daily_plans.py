"""Plan each caregiver's local day once, and follow the rhythm when it is changed later: what is still planned moves, or is cancelled."""

import logging
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import batched
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from everyhour.domain.families.models import Caregiver, Child, Home
from everyhour.domain.moments.models import Rest
from everyhour.domain.nudges import planning, quiet, rules, send_context
from everyhour.domain.nudges.models import Nudge, NudgeSettings, PlannedDay
from everyhour.domain.nudges.planning import Drawn, Point
from everyhour.domain.rhythm import days, planned
from everyhour.domain.rhythm.models import Planned
from everyhour.domain.rhythm.shape import Day
from everyhour.foundation.accounts.models import ZonePeriod
from everyhour.foundation.lib import wall_clock

logger = logging.getLogger("everyhour.nudges")

AHEAD = timedelta(
    hours=1
)  # a day is planned before it begins, so that its first hours are not missed
PAGE = 500
NO_CHILD, NO_HARD_PART, CHANGED = "no_child", "no_hard_part", "changed"
DICE = secrets.SystemRandom()
SEEDS = 2**62


def plan(at: datetime) -> int:
    """Give everybody who said yes a plan of their local day; give how many were made."""
    made = 0
    for on, zones in dates(at).items():
        last = ""
        while page := list(unplanned(on, zones, at).filter(pk__gt=last).order_by("pk")[:PAGE]):
            made += plan_page(page, on, at)
            last = page[-1].pk
    return made


def dates(at: datetime) -> dict[date, list[str]]:
    """Give the dates that are or soon begin somewhere on earth, each with the zones in which that is so."""
    found: dict[date, list[str]] = defaultdict(list)
    for zone in ZONES:
        for on in {wall_clock.date_in(zone, at), wall_clock.date_in(zone, at + AHEAD)}:
            found[on].append(zone)
    return found


ZONES = sorted(available_timezones() - {"localtime", "Factory"})


def reachable() -> QuerySet[NudgeSettings]:
    """Give those who said yes and still have a place, an account and a family."""
    here = NudgeSettings.objects.filter(
        agreed_at__isnull=False, caregiver__until__isnull=True, caregiver__person__is_active=True
    )
    return here.filter(caregiver__family__key__isnull=False)


def unplanned(on: date, zones: list[str], at: datetime) -> QuerySet[NudgeSettings]:
    """Give those whose clock shows this date, or soon will, and who have no plan for it."""
    periods = ZonePeriod.objects.filter(person=OuterRef("caregiver__person"))
    zone = Coalesce(
        Subquery(periods.filter(since__lte=at).order_by("-since").values("zone")[:1]),
        Subquery(periods.order_by("since").values("zone")[:1]),
        Value("UTC"),
    )
    known = PlannedDay.objects.filter(caregiver=OuterRef("caregiver"), on=on)
    # First those who ever lived by one of these clocks: asked each minute, this is what keeps the others from being looked at.
    there = Q(caregiver__person__in=ZonePeriod.objects.filter(zone__in=zones).values("person"))
    if "UTC" in zones:
        there |= Q(~Exists(periods))
    return (
        reachable()
        .filter(~Exists(known), there)
        .annotate(zone=zone)
        .filter(zone__in=zones)
        .select_related("caregiver__person", "caregiver__family", "caregiver__household")
    )


def plan_page(page: Sequence[NudgeSettings], on: date, at: datetime) -> int:
    """Plan one date for some, with as many questions to the database as for one."""
    around = Around(page, on, at)
    told = [(reach, DICE.randrange(SEEDS)) for reach in page]
    rows, nudges = [], {}
    for reach, seed in told:
        row, those = around.day(reach, seed)
        rows.append(row)
        nudges[reach.caregiver_id, seed] = those
    return kept(rows, nudges, on)


def kept(rows: list[PlannedDay], nudges: dict[tuple[str, int], list[Nudge]], on: date) -> int:
    """Write plans down. Of two workers who planned the same day the first one's dice count, and only their nudges are there."""
    with transaction.atomic():
        PlannedDay.objects.bulk_create(rows, ignore_conflicts=True, batch_size=PAGE)
        standing = PlannedDay.objects.filter(
            caregiver__in=[row.caregiver_id for row in rows], on=on
        ).values_list("caregiver", "seed")
        mine = [pair for pair in standing if pair in nudges]
        Nudge.objects.bulk_create(
            [nudge for pair in mine for nudge in nudges[pair]],
            ignore_conflicts=True,
            batch_size=PAGE,
        )
    return len(mine)


class Around:
    """What is known of the homes of some caregivers on one date."""

    def __init__(self, page: Sequence[NudgeSettings], on: date, at: datetime) -> None:
        self.on, self.at = on, at
        homes = {reach.caregiver.household_id for reach in page}
        self.children: dict[str, list[Child]] = defaultdict(list)
        for home in (
            Home.objects.filter(household__in=homes)
            .select_related("child")
            .order_by("child__created_at", "child")
        ):
            self.children[home.household_id].append(home.child)
        asked = [(child, home, on) for home in sorted(homes) for child in self.children[home]]
        self.days: dict[tuple[str, str], Day] = {
            (child.pk, home): day
            for (child, home, _on), day in zip(asked, days.days_of(asked), strict=True)
        }
        self.planned = planned.for_children({child.pk for child, _home, _on in asked}, at)
        self.off = set(
            Rest.objects.filter(household__in=homes, on=on).values_list("household", flat=True)
        )
        self.sharing: dict[str, list[str]] = defaultdict(list)
        for other in reachable().filter(caregiver__household__in=homes).select_related("caregiver"):
            if willing(other, on, at, page[0].zone) and may_be_told(other):  # type: ignore[attr-defined]
                self.sharing[other.caregiver.household_id].append(other.caregiver_id)
        theirs = Nudge.objects.filter(household__in=homes, on=on).exclude(
            state=Nudge.State.CANCELLED
        )
        self.out = {
            (one.caregiver_id, one.child_id, one.rule)
            for one in Nudge.objects.filter(
                household__in=homes, on=on, state=Nudge.State.CANCELLED, reason=rules.ONE_LESS
            )
        }
        self.taken = {
            (child, rule): who
            for child, rule, who in theirs.values_list("child", "rule", "caregiver")
        }

    def day(self, reach: NudgeSettings, seed: int) -> tuple[PlannedDay, list[Nudge]]:
        zone, me = reach.zone, reach.caregiver  # type: ignore[attr-defined]
        held = quiet.clocks_of((zone,), send_context.quiet_hours(reach, me.family))
        points, reason = self.points(reach, zone)
        drawn = planning.plan(points, seed=seed, a_day=reach.a_day, held=held, since=self.at)
        nudges = [self.nudge(reach, zone, one) for one in drawn if one.taken]
        row = PlannedDay(
            caregiver=me,
            on=self.on,
            zone=zone,
            seed=seed,
            planned_at=self.at,
            reason=reason or ("" if nudges else drawn[0].why_not),
            body={"a_day": reach.a_day, "among": [written(one) for one in drawn]},
        )
        return row, nudges

    def points(self, reach: NudgeSettings, zone: str) -> tuple[list[Point], str]:
        """Give the hard parts that are this caregiver's turn, or why there is none."""
        home, children = reach.caregiver.household_id, self.children[reach.caregiver.household_id]
        here = [child for child in children if self.days[child.pk, home].here]
        hard = [
            (child, part)
            for child in here
            for part in self.days[child.pk, home].transitions
            if part.hard
        ]
        mine = [
            Point(child.pk, home, part.name, part.situation, leads_to)
            for child, part in hard
            if self.is_turn_of(reach.caregiver, child.pk, part.name)
            and (leads_to := wall_clock.moment(self.on, part.minute, zone))
        ]
        left = [
            point for point in mine if (reach.caregiver_id, point.child, point.name) not in self.out
        ]
        reasons = {
            rules.GONE: not may_be_told(reach),
            NO_CHILD: not children,
            rules.AWAY: not here,
            NO_HARD_PART: not hard,
            rules.DAY_OFF: home in self.off,
            **unwilling(reach, self.on, self.at, zone),
            rules.ANOTHERS: not mine,
            rules.ONE_LESS: not left,
        }
        reason = next((name for name, holds in reasons.items() if holds), "")
        return ([] if reason else left), reason

    def is_turn_of(self, caregiver: Caregiver, child: str, name: str) -> bool:
        if (child, name) in self.taken:  # planned already, when fewer shared
            return self.taken[child, name] == caregiver.pk
        sharing = self.sharing[caregiver.household_id] or [caregiver.pk]
        return planning.turn(sharing, on=self.on, child=child, name=name) == caregiver.pk

    def nudge(self, reach: NudgeSettings, zone: str, drawn: Drawn) -> Nudge:
        point, me = drawn.point, reach.caregiver
        assert drawn.time is not None
        own = self.of_the_family(point)
        return Nudge(
            family_id=me.family_id,
            caregiver=me,
            child_id=point.child,
            household_id=point.household,
            rule=point.name,
            on=self.on,
            zone=zone,
            situation=point.situation,
            leads_to=point.at,
            planned_at=drawn.time.at,
            ends_at=drawn.time.ends_at,
            planned=own.pk if own else "",
            practice=own.practice if own else "",
        )

    def of_the_family(self, point: Point) -> Planned | None:
        """Give what the family planned into this part on this date; of several the first."""
        standing = self.planned.get((point.child, point.household), [])
        found = planned.on_day(self.days[point.child, point.household], standing)
        return next((one for part, one in found if part.name == point.name), None)


def willing(reach: NudgeSettings, on: date, at: datetime, zone: str) -> bool:
    return not any(unwilling(reach, on, at, zone).values())


def unwilling(reach: NudgeSettings, on: date, at: datetime, zone: str) -> dict[str, bool]:
    """Tell what they said against a whole local day. A pause that ends within it leaves the rest to the moment itself."""
    return {
        rules.PAUSED: rules.is_paused(reach, at)
        and (reach.paused_until is None or wall_clock.date_in(zone, reach.paused_until) > on),
        rules.NOT_TODAY: reach.not_on == on,
        rules.NOT_THIS_WEEK: reach.not_until is not None and on < reach.not_until,
    }


def may_be_told(reach: NudgeSettings) -> bool:
    return reach.caregiver.can(reach.caregiver.SEE_WEEK)


def written(drawn: Drawn) -> dict:
    """Write down what a part of the day came to: the chance it had, and why it was not taken."""
    point, time = drawn.point, drawn.time
    return {
        "rule": point.name,
        "child": point.child,
        "at": point.at.isoformat(),
        "chance": round(drawn.chance, 6),
        "why_not": drawn.why_not,
        "time": time.at.isoformat() if time else None,
    }


def adjust(nudges: Iterable[Nudge], at: datetime) -> int:
    """Let what is still planned follow the rhythm as it is now, by the dice of its day; give how many moved or were cancelled."""
    return sum(_adjust(list(some), at) for some in batched(nudges, PAGE))


def still_planned(at: datetime) -> QuerySet[Nudge]:
    return Nudge.objects.filter(state=Nudge.State.PLANNED, slot=0, ends_at__gt=at).select_related(
        "child", "caregiver__family"
    )


def _adjust(nudges: list[Nudge], at: datetime) -> int:
    first = [nudge for nudge in nudges if not nudge.slot]
    laid = days.days_of([(nudge.child, nudge.household_id, nudge.on) for nudge in first])
    plans = {
        (row.caregiver_id, row.on): row
        for row in PlannedDay.objects.filter(
            caregiver__in={n.caregiver_id for n in first}, on__in={n.on for n in first}
        )
    }
    reaches = {
        reach.caregiver_id: reach
        for reach in NudgeSettings.objects.filter(
            caregiver__in={nudge.caregiver_id for nudge in first}
        )
    }
    return sum(
        _follow(
            nudge,
            day,
            plans.get((nudge.caregiver_id, nudge.on)),
            reaches.get(nudge.caregiver_id),
            at,
        )
        for nudge, day in zip(first, laid, strict=True)
    )


def _follow(
    nudge: Nudge, day: Day, row: PlannedDay | None, reach: NudgeSettings | None, at: datetime
) -> bool:
    part = day.transition(nudge.rule) if day.here else None
    leads_to = wall_clock.moment(nudge.on, part.minute, nudge.zone) if part and part.hard else None
    if row is None or reach is None:
        return False  # a day brought from elsewhere stays as it was
    standing = Nudge.objects.filter(pk=nudge.pk, state=Nudge.State.PLANNED)
    if part is None or leads_to is None:
        return bool(standing.update(state=Nudge.State.CANCELLED, reason=CHANGED))
    held = quiet.clocks_of((nudge.zone,), send_context.quiet_hours(reach, nudge.caregiver.family))
    point = Point(nudge.child_id, nudge.household_id, nudge.rule, part.situation, leads_to)
    if leads_to == nudge.leads_to and any(
        nudge.planned_at in span for span in planning.windows(leads_to, held)
    ):
        time: planning.Time | None = planning.Time(
            nudge.planned_at, planning.ends(point, nudge.planned_at, held)
        )
        why = ""
    else:
        time, why = planning.time_of(point, seed=row.seed, held=held, since=row.planned_at)
    if (
        time and time.at < at and leads_to != nudge.leads_to
    ):  # it came so near that its time is over: what is left of the window
        time, why = planning.time_of(point, seed=row.seed, held=held, since=at)
    if time is None:
        return bool(standing.update(state=Nudge.State.CANCELLED, reason=why))
    new = {
        "leads_to": leads_to,
        "planned_at": time.at,
        "ends_at": time.ends_at,
        "situation": part.situation,
    }
    if all(getattr(nudge, name) == value for name, value in new.items()):
        return False
    for name, value in new.items():
        setattr(nudge, name, value)
    return bool(standing.update(**new))


def without_plan(at: datetime) -> Iterator[tuple[date, NudgeSettings]]:
    """Give those who have neither a plan nor a reason, for the self-heal to find."""
    for on, zones in dates(at).items():
        for reach in unplanned(on, zones, at).order_by("pk").iterator(PAGE):
            yield on, reach
