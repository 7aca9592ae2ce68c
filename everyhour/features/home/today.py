"""The content of Today: the time, the next suggestion, the last seven days, and own moments."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.moments.models import Moment, Rest
from everyhour.domain.moments.progress import stirred
from everyhour.domain.moments.rest import (
    AFTER_A_HARD_ONE,
    AFTER_A_MOMENT,
    AFTER_HARD,
    DAY_OFF,
    QUIET,
    SLEEP,
    PastMoment,
    is_hard,
    rests,
)
from everyhour.domain.moments.rest import Rest as Span
from everyhour.domain.recommendations.wording import WHEN
from everyhour.domain.rhythm import days, planned, shape
from everyhour.domain.rhythm.shape import MINUTES, Day
from everyhour.features.home import last_days, next_moment, parts_of_day
from everyhour.features.home.last_days import Mini
from everyhour.features.home.next_moment import Next, Visit
from everyhour.foundation.lib import weeks
from everyhour.foundation.ui import formats

DONE, AWAY = "done", "away"
MOST_OTHERS = 3  # suggestions after the first; choosing among many is work


@dataclass(frozen=True)
class SeenMoment:
    """A moment the caregiver may read, as far as Today needs it."""

    wall: datetime
    kind: str
    own: bool
    hard: bool
    stirred: str | None = None  # the child who went from shut down to loud


@dataclass(frozen=True)
class Today:
    clock: str
    lede: str
    child: Child | None
    resting: str
    step: str
    next: Next | None
    not_now: bool
    another: int  # how many suggestions were passed over
    no_more: bool  # whether there is no other suggestion now
    part: str
    mini: Mini
    label: str
    sentence: str
    dose: str
    own: list[str]
    first_day: bool


def compose(
    caregiver: Caregiver,
    bundle: dict,
    *,
    at: datetime,
    zones: weeks.Zones,
    not_now: list[str],
    another: Mapping[str, int],
    keep: bool = True,
) -> Today:
    """Return Today for a caregiver, in a constant number of queries.

    Records the decision about the next suggestion, unless `keep` is False.
    """
    family, zone = caregiver.family, ZoneInfo(weeks.zone_at(at, zones))
    now = at.astimezone(zone)
    children = list(caregiver.household.children.all())
    usual: dict[str, int] = next((c.day for c in children if c.day), {})
    on = weeks.day_of(at, zones=zones, wakes=usual.get("wakes", family.quiet_until))
    child, both_days = pick_child(caregiver, children, on, now)
    wakes, bed = waking_hours(both_days, family.quiet_until, family.quiet_from)
    week = last_days.week_until(on, zones=zones, wakes=wakes)
    moments, hints = load_moments(caregiver, week.start, at, zone)
    part, day = find_part(child, both_days, now)
    key = f"{on}:{part.name}" if part else ""
    span = find_rest(caregiver, moments, at=at, zones=zones, sleep=(bed, wakes))
    resting = name_rest(span, part, day)
    refused = bool(part) and key in not_now and not resting
    sees_week = caregiver.can(Caregiver.SEE_WEEK)
    offered, number = None, another.get(key, 0)
    if bundle and sees_week and not refused:
        visit = Visit(caregiver, child, on, now, at, zone.key, keep, another=number)
        if span:
            next_moment.record_rest(part, span, visit)
        elif part and number <= MOST_OTHERS:
            slugs = planned_practices(part, day, child, caregiver, at)
            offered = next_moment.offer(bundle, part, replace(visit, planned=slugs))
    # The family's own words for a part of the day are for those who may see the week.
    named_part = None if part and part.words and not sees_week else part
    counts = Counter(m.kind for m in moments)
    lights = [*((m.wall, m.kind) for m in moments), *((hint, "hint") for hint in hints)]
    return Today(
        clock=capfirst(formats.clock(now.hour, now.minute)),
        lede=describe_day(now, named_part, child),
        child=child,
        resting=resting,
        step=describe_step(moments, children, at),
        next=offered,
        not_now=refused,
        another=number,
        no_more=bool(number) and not (offered or resting or refused),
        part=key,
        mini=last_days.draw(week, lights, at, wakes=wakes, bed=bed),
        label=_(
            "Seven days, hour by hour. For the child: {given}. For you: {got}. "
            "With a professional: {professional}."
        ).format(given=counts["given"], got=counts["got"], professional=counts["professional"]),
        sentence=describe_week(counts, hints, children),
        dose=describe_dose([m.wall for m in moments if m.own and m.kind == Moment.Kind.GOT], now),
        own=[describe_time(m.wall, now) for m in reversed(moments) if m.own][:5],
        first_day=not moments
        and not hints
        and not Moment.objects.of(family).visible_to(caregiver).exists(),
    )


def pick_child(
    caregiver: Caregiver, children: list[Child], on: date, now: datetime
) -> tuple[Child | None, list[Day]]:
    """Return the child Today is about, with two days: the one being lived and the calendar's.

    They differ after midnight, until the family wakes. A child who is in this household comes
    first, then one whose day or hard parts are known, then the one entered first.
    """
    dates = [on, now.date()]
    loaded = days.days_of(
        (child, caregiver.household_id, each) for child in children for each in dates
    )
    pairs = [(child, loaded[2 * n : 2 * n + 2]) for n, child in enumerate(children)]
    pairs.sort(key=lambda pair: (not pair[1][1].here, not (pair[0].day or pair[0].hard)))
    return pairs[0] if pairs else (None, [Day(each) for each in dates])


def waking_hours(both_days: list[Day], wakes: int, bed: int) -> tuple[int, int]:
    """Return when the family wakes and goes to bed, in minutes after midnight.

    `wakes` and `bed` apply where the days name no time.
    """
    lived, dated = both_days
    return (
        wakes if dated.wakes is None else dated.wakes % MINUTES,
        bed if lived.bed is None else lived.bed % MINUTES,
    )


def find_part(
    child: Child | None, both_days: list[Day], now: datetime
) -> tuple[parts_of_day.Part | None, Day]:
    """Return the next part and its day; a bedtime after midnight belongs to the day before."""
    lived, dated = both_days
    minute, hard = now.hour * 60 + now.minute, child.hard if child else []
    if lived.on != dated.on and lived.transitions:
        late = parts_of_day.find_next_part(minute + MINUTES, lived, hard)
        if late:
            return late, lived
    return parts_of_day.find_next_part(minute, dated, hard), dated


def planned_practices(
    part: parts_of_day.Part, day: Day, child: Child | None, caregiver: Caregiver, at: datetime
) -> tuple[str, ...]:
    """Return the slugs the family planned into a part of this day."""
    if child is None:
        return ()
    return tuple(
        one.practice
        for into, one in planned.on_day(day, planned.for_child(child, caregiver.household, at))
        if into.name == part.name
    )


def load_moments(
    caregiver: Caregiver, start: datetime, at: datetime, zone: ZoneInfo
) -> tuple[list[SeenMoment], list[datetime]]:
    """Return the moments this caregiver may read, and the hours of those only hinted to them."""
    recent = (
        Moment.objects.of(caregiver.family).between(start, at + timedelta(minutes=1)).order_by("at")
    )
    moments = [
        SeenMoment(
            m.at.astimezone(zone),
            m.kind,
            m.caregiver_id == caregiver.pk,
            is_hard(m),
            m.child_id if stirred(m.state_before, m.state_after) else None,
        )
        for m in recent.visible_to(caregiver).only(
            "at", "kind", "caregiver_id", "child_id", "state_before", "state_after", "outcome"
        )
    ]
    hints = recent.hinted_to(caregiver).values_list("at", flat=True)
    return moments, sorted(
        {hint.astimezone(zone).replace(minute=0, second=0, microsecond=0) for hint in hints}
    )


def find_rest(
    caregiver: Caregiver,
    moments: list[SeenMoment],
    *,
    at: datetime,
    zones: weeks.Zones,
    sleep: tuple[int, int],
) -> Span | None:
    """Return the rest that applies now. Easy moments for a caregiver ask for no rest after them."""
    minute = at + timedelta(minutes=1)
    if Rest.objects.days_off(caregiver.household_id, at):
        return Span(DAY_OFF, at, minute)
    family = caregiver.family
    before = [
        PastMoment(m.wall.astimezone(UTC), m.hard)
        for m in moments
        if m.hard or m.kind != Moment.Kind.GOT
    ]
    quiet = (family.quiet_from, family.quiet_until)
    spans = rests(before, quiet=quiet, sleep=sleep, days_off=(), start=at, end=minute, zones=zones)
    now = {span.kind: span for span in spans if at in span}
    return next(
        (now[kind] for kind in (AFTER_A_HARD_ONE, QUIET, AFTER_A_MOMENT, SLEEP) if kind in now),
        None,
    )


def name_rest(span: Span | None, part: parts_of_day.Part | None, day: Day) -> str:
    """Return the kind of rest the page names: of the span, "done", "away", or ""."""
    resting = span.kind if span else "" if part else DONE
    if resting == SLEEP:
        resting = QUIET if part else DONE
    return AWAY if resting == DONE and not day.here else resting


def describe_step(moments: list[SeenMoment], children: list[Child], at: datetime) -> str:
    """Return a sentence about a child who went from shut down to loud in the last hours, or ""."""
    recent = next((m for m in reversed(moments) if m.stirred and at - m.wall < AFTER_HARD), None)
    if recent is None:
        return ""
    name = next((c.nickname for c in children if c.pk == recent.stirred), "") or _("A child")
    return _(
        "{child} went from shut down to loud. That can be a step forward: some energy is back."
    ).format(child=name)


def describe_day(now: datetime, part: parts_of_day.Part | None, child: Child | None) -> str:
    """Return the weekday, and when the next part begins if that is known."""
    day = capfirst(date_format(now, "l")) + "."
    if not part or part.minute is None:
        return day
    named = {
        shape.SCHOOL: _("School starts at {clock}."),
        shape.HOME: _("{child} comes home at {clock}."),
        shape.DINNER: _("Dinner is at {clock}."),
        shape.BED: _("Bedtime is at {clock}."),
    }
    own, hard = _("{part} is at {clock}."), _("At {clock}, get ready: it’s often hard {when}.")
    sentence = (
        own if part.words else named.get(part.name) or (hard if part.situation in WHEN else "")
    )
    sentence = sentence.format(
        clock=formats.the_clock_at(part.minute),
        child=(child.nickname if child else "") or _("Your child"),
        part=capfirst(part.words),
        when=WHEN.get(part.situation, ""),
    )
    return f"{day} {sentence}".strip()


def describe_week(counts: Counter, hints: list[datetime], children: list[Child]) -> str:
    """Return in words what the picture shows."""
    sentences = []
    if given := counts["given"]:
        count = ngettext("{n} small moment for {child}.", "{n} small moments for {child}.", given)
        sentences.append(count.format(n=given, child=name_children(children)))
    if hours := counts["professional"]:
        count = ngettext("One hour of therapy.", "{n} hours of therapy.", hours)
        sentences.append(count.format(n=hours))
    if hints:
        shared = ngettext(
            "Something was logged in {n} hour at the other home.",
            "Something was logged in {n} hours at the other home.",
            len(hints),
        )
        sentences.append(shared.format(n=len(hints)))
    return " ".join(sentences) or _("Ordinary time. Nothing to fill in.")


def name_children(children: list[Child]) -> str:
    if len(children) != 1:
        return _("the children")
    return children[0].nickname or _("your child")


def describe_dose(got: list[datetime], now: datetime) -> str:
    """Return how many moments the caregiver had for themselves this week, and when the last was."""
    if not got:
        return _("You matter too. A cup of tea in peace counts.")
    count = ngettext("You had {n} this week.", "You had {n} this week.", len(got)).format(
        n=len(got)
    )
    # Outside of the f-string, where makemessages finds it.
    last = _("The last one was {when}.").format(when=describe_time(max(got), now))
    return f"{count} {last}"


def describe_time(wall: datetime, now: datetime) -> str:
    """Return when a moment was: "at 6 pm", "yesterday at 6 pm", "on Tuesday at 6 pm"."""
    days_ago = (now.date() - wall.date()).days
    clock = formats.the_clock(wall.hour, wall.minute)
    if days_ago == 0:
        return _("at {clock}").format(clock=clock)
    if days_ago == 1:
        return _("yesterday at {clock}").format(clock=clock)
    return _("on {weekday} at {clock}").format(weekday=date_format(wall, "l"), clock=clock)
