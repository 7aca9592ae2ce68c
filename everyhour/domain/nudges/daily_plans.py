"""Plans of local days, made once per caregiver, and adjusted when the family changes its day."""

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

AHEAD = timedelta(hours=1)  # a day is planned before it begins, so its first hours are covered
PAGE = 500
NO_CHILD, NO_HARD_PART, CHANGED = "no_child", "no_hard_part", "changed"
DICE = secrets.SystemRandom()
SEEDS = 2**62


def plan(at: datetime) -> int:
    """Plan the day for opted-in caregivers; return how many plans were made."""
    made = 0
    for on, zones in dates(at).items():
        last = ""
        while page := list(unplanned(on, zones, at).filter(pk__gt=last).order_by("pk")[:PAGE]):
            made += plan_page(page, on, at)
            last = page[-1].pk
    return made


def dates(at: datetime) -> dict[date, list[str]]:
    """Return the current and imminent dates anywhere on earth, each with its zones."""
    found: dict[date, list[str]] = defaultdict(list)
    for zone in ZONES:
        for on in {wall_clock.date_in(zone, at), wall_clock.date_in(zone, at + AHEAD)}:
            found[on].append(zone)
    return found


ZONES = sorted(available_timezones() - {"localtime", "Factory"})


def reachable() -> QuerySet[NudgeSettings]:
    """Filter to caregivers who agreed and have a membership, an active account and a family."""
    here = NudgeSettings.objects.filter(
        agreed_at__isnull=False, caregiver__until__isnull=True, caregiver__person__is_active=True
    )
    return here.filter(caregiver__family__key__isnull=False)


def unplanned(on: date, zones: list[str], at: datetime) -> QuerySet[NudgeSettings]:
    """Filter to caregivers in these zones who have no plan for the date."""
    periods = ZonePeriod.objects.filter(person=OuterRef("caregiver__person"))
    zone = Coalesce(
        Subquery(periods.filter(since__lte=at).order_by("-since").values("zone")[:1]),
        Subquery(periods.order_by("since").values("zone")[:1]),
        Value("UTC"),
    )
    known = PlannedDay.objects.filter(caregiver=OuterRef("caregiver"), on=on)
    # Cheap filter first: this runs every minute, and most people never lived in these zones.
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
    """Plan one date for a page of caregivers, with a constant number of queries."""
    context = PlanContext(page, on, at)
    rows, nudges = [], {}
    for settings in page:
        seed = DICE.randrange(SEEDS)
        row, drawn = context.day(settings, seed)
        rows.append(row)
        nudges[settings.caregiver_id, seed] = drawn
    return save_plans(rows, nudges, on)


def save_plans(rows: list[PlannedDay], nudges: dict[tuple[str, int], list[Nudge]], on: date) -> int:
    """Save plans and their nudges; where another worker planned a day first, its plan stays. Return
    how many of these were saved."""
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


class PlanContext:
    """Facts about the homes of some caregivers on one date, and the plans made from them."""

    def __init__(self, page: Sequence[NudgeSettings], on: date, at: datetime) -> None:
        self.on, self.at = on, at
        homes = {settings.caregiver.household_id for settings in page}
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
            zone = page[0].zone  # type: ignore[attr-defined]
            if willing(other, on, at, zone) and may_see_week(other):
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

    def day(self, settings: NudgeSettings, seed: int) -> tuple[PlannedDay, list[Nudge]]:
        zone, me = settings.zone, settings.caregiver  # type: ignore[attr-defined]
        quiet_clocks = quiet.clocks_of((zone,), send_context.quiet_hours(settings, me.family))
        points, reason = self.points(settings, zone)
        drawn = planning.plan(
            points, seed=seed, a_day=settings.a_day, quiet_clocks=quiet_clocks, since=self.at
        )
        nudges = [self.nudge(settings, zone, one) for one in drawn if one.taken]
        row = PlannedDay(
            caregiver=me,
            on=self.on,
            zone=zone,
            seed=seed,
            planned_at=self.at,
            reason=reason or ("" if nudges else drawn[0].why_not),
            body={"a_day": settings.a_day, "among": [to_json(one) for one in drawn]},
        )
        return row, nudges

    def points(self, settings: NudgeSettings, zone: str) -> tuple[list[Point], str]:
        """Return the hard parts that are this caregiver's turn; else none, and the reason."""
        home, children = (
            settings.caregiver.household_id,
            self.children[settings.caregiver.household_id],
        )
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
            if self.is_turn_of(settings.caregiver, child.pk, part.name)
            and (leads_to := wall_clock.instant(self.on, part.minute, zone))
        ]
        left = [
            point
            for point in mine
            if (settings.caregiver_id, point.child, point.name) not in self.out
        ]
        reasons = {
            rules.GONE: not may_see_week(settings),
            NO_CHILD: not children,
            rules.AWAY: not here,
            NO_HARD_PART: not hard,
            rules.DAY_OFF: home in self.off,
            **reasons_against(settings, self.on, self.at, zone),
            rules.COPARENT_TURN: not mine,
            rules.ONE_LESS: not left,
        }
        reason = next((name for name, holds in reasons.items() if holds), "")
        return ([] if reason else left), reason

    def is_turn_of(self, caregiver: Caregiver, child: str, name: str) -> bool:
        if (child, name) in self.taken:  # planned already, when fewer caregivers shared
            return self.taken[child, name] == caregiver.pk
        sharing = self.sharing[caregiver.household_id] or [caregiver.pk]
        return planning.turn(sharing, on=self.on, child=child, name=name) == caregiver.pk

    def nudge(self, settings: NudgeSettings, zone: str, drawn: Drawn) -> Nudge:
        point, me = drawn.point, settings.caregiver
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
        """Return the first moment the family planned for this part on this date."""
        standing = self.planned.get((point.child, point.household), [])
        found = planned.on_day(self.days[point.child, point.household], standing)
        return next((one for part, one in found if part.name == point.name), None)


def willing(settings: NudgeSettings, on: date, at: datetime, zone: str) -> bool:
    return not any(reasons_against(settings, on, at, zone).values())


def reasons_against(settings: NudgeSettings, on: date, at: datetime, zone: str) -> dict[str, bool]:
    """Return which settings rule out a whole local day. A pause ending within it does not: the
    rest of that day is decided nudge by nudge."""
    return {
        rules.PAUSED: rules.is_paused(settings, at)
        and (settings.paused_until is None or wall_clock.date_in(zone, settings.paused_until) > on),
        rules.NOT_TODAY: settings.not_on == on,
        rules.NOT_THIS_WEEK: settings.not_until is not None and on < settings.not_until,
    }


def may_see_week(settings: NudgeSettings) -> bool:
    return settings.caregiver.can(settings.caregiver.SEE_WEEK)


def to_json(drawn: Drawn) -> dict:
    """Return a drawn part for the plan's row: its chance, its time, and why it was not taken."""
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
    """Adjust planned nudges to the current day, with the same seed; return how many moved or were
    cancelled."""
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
    settings_by_caregiver = {
        settings.caregiver_id: settings
        for settings in NudgeSettings.objects.filter(
            caregiver__in={nudge.caregiver_id for nudge in first}
        )
    }
    return sum(
        _follow(
            nudge,
            day,
            plans.get((nudge.caregiver_id, nudge.on)),
            settings_by_caregiver.get(nudge.caregiver_id),
            at,
        )
        for nudge, day in zip(first, laid, strict=True)
    )


def _follow(
    nudge: Nudge, day: Day, row: PlannedDay | None, settings: NudgeSettings | None, at: datetime
) -> bool:
    part = day.transition(nudge.rule) if day.here else None
    leads_to = wall_clock.instant(nudge.on, part.minute, nudge.zone) if part and part.hard else None
    if row is None or settings is None:
        return False  # an imported day is not adjusted
    standing = Nudge.objects.filter(pk=nudge.pk, state=Nudge.State.PLANNED)
    if part is None or leads_to is None:
        return bool(standing.update(state=Nudge.State.CANCELLED, reason=CHANGED))
    quiet_clocks = quiet.clocks_of(
        (nudge.zone,), send_context.quiet_hours(settings, nudge.caregiver.family)
    )
    point = Point(nudge.child_id, nudge.household_id, nudge.rule, part.situation, leads_to)
    if leads_to == nudge.leads_to and any(
        nudge.planned_at in span for span in planning.windows(leads_to, quiet_clocks)
    ):
        time: planning.Time | None = planning.Time(
            nudge.planned_at, planning.ends(point, nudge.planned_at, quiet_clocks)
        )
        why = ""
    else:
        time, why = planning.time_of(
            point, seed=row.seed, quiet_clocks=quiet_clocks, since=row.planned_at
        )
    # It moved so near that its time has passed: draw from the rest of the window.
    if time and time.at < at and leads_to != nudge.leads_to:
        time, why = planning.time_of(point, seed=row.seed, quiet_clocks=quiet_clocks, since=at)
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
    """Yield caregivers without a plan for a date."""
    for on, zones in dates(at).items():
        for settings in unplanned(on, zones, at).order_by("pk").iterator(PAGE):
            yield on, settings
