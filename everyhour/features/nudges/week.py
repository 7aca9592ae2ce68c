"""The week of reminders for one caregiver, read in a constant number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.moments.models import Rest
from everyhour.domain.nudges import daily_plans, planning, quiet, send_context
from everyhour.domain.nudges.models import Nudge, NudgeSettings, PlannedDay
from everyhour.domain.recommendations import bundle, observations
from everyhour.domain.rhythm import days, planned
from everyhour.domain.rhythm.models import Planned
from everyhour.domain.rhythm.shape import Day, Transition
from everyhour.features.nudges import wording
from everyhour.foundation.lib import wall_clock

DAYS = 7
SHOWN = 40


@dataclass(frozen=True)
class Line:
    """One hard part of one day."""

    rule: str
    child: Child
    part: str
    since: datetime | None  # the window in which it may be sent, in local time
    until: datetime | None
    why: tuple[str, ...]
    who: str  # whose turn it is, when several share
    planned: str  # what the family planned there
    status: str  # its state or reason, once known
    may_skip: bool
    skipped: bool


@dataclass(frozen=True)
class Shown:
    on: date
    lines: list[Line]
    reason: str  # why there are none


@dataclass(frozen=True)
class Past:
    """A nudge of the last days, and its result."""

    nudge: Nudge
    at: datetime  # wall time
    part: str
    title: str
    status: str
    answer: str


def week(settings: NudgeSettings, at: datetime) -> list[Shown]:
    """Build today and the six days after it."""
    return WeekBuilder(settings, at).week()


class WeekBuilder:
    """Everything read for the week of one caregiver."""

    def __init__(self, settings: NudgeSettings, at: datetime) -> None:
        self.settings, self.at, self.me = settings, at, settings.caregiver
        self.zone = send_context.zone_of(self.me, at)
        self.today = wall_clock.date_in(self.zone, at)
        self.dates = [self.today + timedelta(days=n) for n in range(DAYS)]
        self.home = self.me.household
        self.children = list(self.home.children.all())
        asked = [(child, self.home.pk, on) for on in self.dates for child in self.children]
        self.days = {
            (child.pk, on): day
            for (child, _home, on), day in zip(asked, days.days_of(asked), strict=True)
        }
        self.planned = planned.for_children({child.pk for child in self.children}, at)
        self.off = set(
            Rest.objects.filter(household=self.home, on__in=self.dates).values_list("on", flat=True)
        )
        self.sharing = self._sharing()
        self.names = {
            c.pk: c.name or (c.person.name if c.person else "")
            for c in self.home.caregivers.select_related("person")
        }
        self.nudges = {
            (n.child_id, n.rule, n.on): n
            for n in Nudge.objects.filter(caregiver=self.me, on__in=self.dates, slot=0)
        }
        self.rows = {
            row.on: row for row in PlannedDay.objects.filter(caregiver=self.me, on__in=self.dates)
        }
        self.titles = titles()
        self.most_helpful = most_helpful(self.me, self.children)
        self.explained: set[tuple[str, str]] = set()
        self.quiet_clocks = quiet.clocks_of(
            (self.zone,), send_context.quiet_hours(settings, self.me.family)
        )

    def _sharing(self) -> list[NudgeSettings]:
        return list(
            daily_plans.reachable()
            .filter(caregiver__household=self.home)
            .select_related("caregiver")
        )

    def week(self) -> list[Shown]:
        return [self.shown(on) for on in self.dates]

    def shown(self, on: date) -> Shown:
        here = [
            (child, self.days[child.pk, on])
            for child in self.children
            if self.days[child.pk, on].here
        ]
        parts = [(child, day, part) for child, day in here for part in day.transitions if part.hard]
        lines = [
            line
            for child, day, part in sorted(parts, key=lambda one: one[2].minute)
            if (line := self.line(on, child, day, part))
        ]
        return Shown(on, lines, self.why_none(on, bool(here), bool(lines)))

    def why_none(self, on: date, here: bool, any_: bool) -> str:
        against = daily_plans.reasons_against(self.settings, on, self.at, self.zone)
        reasons = {
            "no_child": not self.children,
            "away": bool(self.children) and not here,
            "day_off": on in self.off,
            **against,
            "no_hard_part": not any_,
        }
        code = next((name for name, holds in reasons.items() if holds), "")
        said = {
            "paused": _("Paused."),
            "not_today": _("None today, as you asked."),
            "not_this_week": _("None this week, as you asked."),
            "day_off": _("A day off."),
        }
        return said.get(code) or (wording.reason(code) if code else "")

    def line(self, on: date, child: Child, day: Day, part: Transition) -> Line | None:
        leads_to = wall_clock.instant(on, part.minute, self.zone)
        if leads_to is None or (
            on == self.today
            and leads_to <= self.at
            and (child.pk, part.name, on) not in self.nudges
        ):
            return None
        free = planning.windows(leads_to, self.quiet_clocks)
        nudge = self.nudges.get((child.pk, part.name, on))
        clock = ZoneInfo(self.zone)
        mine, who = self.turn(on, child, part)
        skipped = nudge is not None and nudge.reason == "this_one"
        return Line(
            part.name,
            child,
            wording.part(part),
            free[0].start.astimezone(clock) if free else None,
            free[-1].end.astimezone(clock) if free else None,
            tuple(self.why(child, part)),
            who,
            self.title_of(self.planned_for(child, day, part)),
            self.status(on, nudge, child, part, free=bool(free), mine=mine),
            may_skip=mine
            and not skipped
            and bool(free)
            and (nudge is None or nudge.state == Nudge.State.PLANNED),
            skipped=skipped,
        )

    def turn(self, on: date, child: Child, part: Transition) -> tuple[bool, str]:
        """Return whether it is this caregiver's turn, and a sentence when several share."""
        willing = [
            one.caregiver_id
            for one in self.sharing
            if daily_plans.willing(one, on, self.at, self.zone) and daily_plans.may_see_week(one)
        ]
        if len(willing) < 2 or self.me.pk not in willing:
            return True, ""
        who = planning.turn(willing, on=on, child=child.pk, name=part.name)
        if who == self.me.pk:
            return True, _("Your turn.")
        return False, _("{name}’s turn.").format(name=self.names.get(who) or _("Someone else"))

    def status(
        self,
        on: date,
        nudge: Nudge | None,
        child: Child,
        part: Transition,
        *,
        free: bool,
        mine: bool,
    ) -> str:
        if not free:
            return _("Quiet hours leave no time for one.")
        if nudge:
            return result_of(nudge)
        row = self.rows.get(on)
        if row is None or not mine:
            return ""
        among = {
            (one.get("child"), one.get("rule")): one.get("why_not")
            for one in row.body.get("among", [])
        }
        why = among.get((child.pk, part.name))
        return wording.reason(why) if why else wording.reason(row.reason) if row.reason else ""

    def why(self, child: Child, part: Transition) -> Iterable[str]:
        """Explain a part the first time it occurs in the week only; seven times would be noise."""
        if (child.pk, part.name) in self.explained:
            return
        self.explained.add((child.pk, part.name))
        yield wording.describe_hard_part(part)
        if best := self.most_helpful.get((child.pk, part.own_situation)):
            title, times, tried = self.titles.get(best[0]), best[1], best[2]
            if title:
                yield _("“{title}” has helped {helped} of {tried} times.").format(
                    title=title, helped=times, tried=tried
                )

    def planned_for(self, child: Child, day: Day, part: Transition) -> Planned | None:
        found = planned.on_day(day, self.planned.get((child.pk, self.home.pk), []))
        return next((one for of, one in found if of.name == part.name), None)

    def title_of(self, one: Planned | None) -> str:
        return self.titles.get(one.practice, "") if one else ""


def result_of(nudge: Nudge) -> str:
    if nudge.state == Nudge.State.PLANNED:
        return _("You may get one today.")
    if nudge.state == Nudge.State.QUEUED:
        return _("Sent.")
    return wording.reason(nudge.reason)


def past(me: Caregiver, at: datetime) -> list[Past]:
    """Return the nudges of the last seven days, sent or not, the newest first."""
    zone = ZoneInfo(send_context.zone_of(me, at))
    named = titles()
    lately = Nudge.objects.filter(caregiver=me, planned_at__gt=at - timedelta(days=DAYS)).exclude(
        state=Nudge.State.PLANNED
    )
    return [
        Past(
            nudge,
            (nudge.handed_at or nudge.leads_to).astimezone(zone).replace(tzinfo=None),
            wording.part_named(nudge.rule, nudge.situation),
            named.get(nudge.practice, "") if nudge.handed_at else "",
            "" if nudge.state == Nudge.State.QUEUED else wording.reason(nudge.reason),
            str(wording.ANSWERS.get(nudge.answer, "")),
        )
        for nudge in lately.filter(planned_at__lte=at).order_by("-planned_at", "-slot")[:SHOWN]
    ]


def here_now(me: Caregiver, at: datetime) -> Nudge | None:
    """Return the newest nudge that can still be answered."""
    open_ = Nudge.objects.filter(
        caregiver=me, state=Nudge.State.QUEUED, ends_at__gt=at, handed_at__lte=at, answer=""
    )
    return open_.order_by("-handed_at").first()


def most_helpful(
    me: Caregiver, children: list[Child]
) -> dict[tuple[str, str], tuple[str, int, int]]:
    """Return, by child and situation, the practice that helped most often in this home, with how
    often it helped and how often it was tried."""
    if not me.can(Caregiver.SEE_HELPS):
        return {}
    good: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    tried: Counter[tuple[str, str, str]] = Counter()
    here = observations.with_outcome().filter(child__in=children, household=me.household_id)
    for child, situation, practice, outcome in here.exclude(situation="").values_list(
        "child", "situation", "practice", "outcome"
    ):
        good[child, situation][practice] += outcome in observations.EASE
        tried[child, situation, practice] += 1
    best = {}
    for key, counts in good.items():
        practice, times = max(counts.items(), key=lambda count: (count[1], count[0]))
        if times:
            best[key] = (practice, times, tried[*key, practice])
    return best


def titles() -> dict[str, str]:
    current = bundle.current_or_empty(get_language() or "en")
    return {practice["slug"]: practice["title"] for practice in current.get("practices", [])}
