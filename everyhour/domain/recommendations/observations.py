"""What was tried with each child, as the engine learns from it: scene, practice, outcome."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import QuerySet

from everyhour.domain.families.models import BigChange, Child, Home, Household
from everyhour.domain.moments.models import Moment
from everyhour.domain.recommendations import advisor, candidate_sets, context, starting_points
from everyhour.domain.recommendations.advisor import learned

REWARD = {"settled": 1.0, "a_bit": 0.5, "not_yet": 0.0, "unsafe": 0.0}
EASE = frozenset({"settled", "a_bit"})
# Far outside the two days in which a practice is not repeated: who asks never has to wait.
LONG_AGO = -1e9
SATURDAY = 5
OVERLAP = timedelta(hours=1)  # what was being written while the last night began is looked at again
COLUMNS = (
    "child_id",
    "household_id",
    "at",
    "zone",
    "practice",
    "state_before",
    "situation",
    "outcome",
    "caregiver_state",
    "key",
)


@dataclass
class TryCounts:
    """How often each practice was tried with one child, and how often it helped."""

    since: datetime
    items: dict[str, learned.ItemHistory] = field(default_factory=dict)

    def past(self) -> learned.History:
        return learned.History(items=dict(self.items))

    def past_with(self, practice: str) -> learned.History:
        """Return the history of one practice; learning reads no other."""
        item = self.items.get(practice)
        return learned.History(items={practice: item} if item else {})

    def remember(self, practice: str, outcome: str) -> None:
        item = self.items.get(practice, learned.ItemHistory(last_at=LONG_AGO))
        self.items[practice] = replace(
            item, tried=item.tried + 1, helped=item.helped + (outcome in EASE)
        )


def unit_id(child: str, household: str) -> str:
    """Return the id of a child in one household, the unit the engine learns about.

    Separate per household: what one does not share is not learned in the other either.
    """
    return f"{child}/{household}"


def with_outcome() -> QuerySet[Moment]:
    """Return the moments to learn from: a practice given to a child, an outcome, not private."""
    moments = Moment.objects.filter(
        deleted=False,
        private=False,
        kind=Moment.Kind.GIVEN,
        outcome__in=REWARD,
        child__isnull=False,
    )
    return moments.exclude(practice="").order_by("child_id", "household_id", "at", "id")


def history_of(child: Child, household: Household) -> learned.History:
    """Return the history of this child's tries in this household."""
    known = TryCounts(child.created_at)
    for practice, outcome in (
        with_outcome().filter(child=child, household=household).values_list("practice", "outcome")
    ):
        known.remember(practice, outcome)
    return known.past()


def hours(at: datetime) -> float:
    """Return hours since the epoch, the engine's time."""
    return at.timestamp() / 3600.0


def build_opportunity(
    who: str,
    key: str,
    *,
    at: datetime,
    since: datetime,
    zone: str,
    state: str,
    situation: str,
    caregiver: str = "",
    candidates: tuple[advisor.Candidate, ...],
    wishes: advisor.Wishes = advisor.Wishes(),
    standing: learned.Availability = learned.Availability(),
) -> learned.Opportunity:
    """Build the engine's opportunity from a scene."""
    wall = at.astimezone(ZoneInfo(zone))
    return learned.Opportunity(
        key=key,
        family=who,
        at=hours(at),
        day=max((at - since).days, 0),
        slot=context.slot(situation, wall),
        state=state or "calm",
        candidates=candidates,
        caregiver=caregiver or "steady",
        situation=situation or "any",
        weekend=wall.weekday() >= SATURDAY,
        wishes=wishes,
        standing=standing,
    )


def build_stats() -> learned.SufficientStats:
    """Add up every try of every child.

    Computed anew each night, so that whatever was changed, deleted or erased is not in it. Children
    are read in pages, so that no database cursor stays open during the computation.

    """
    known = candidate_sets.by_slug(
        with_outcome().values_list("practice", flat=True).order_by().distinct()
    )
    made = learned.SufficientStats()
    made.add_items(sorted({candidate.slug for candidate in candidate_sets.current()} | set(known)))
    teaching = children_who_teach()
    units = (
        with_outcome()
        .filter(child__in=teaching)
        .values_list("child_id", "household_id")
        .order_by("child_id", "household_id")
        .distinct()
    )
    made.add_families(
        dict.fromkeys((unit_id(*pair) for pair in units), np.zeros(len(learned.Z)))
    )  # all at once: room is made once
    sheets = {slug: learned.CandidateTable((candidate,)) for slug, candidate in known.items()}
    for children in _pages(teaching):
        _add_page(made, children, sheets)
    return made


CHILDREN = 250  # read at once
AT_ONCE = 4000  # tries laid out at once

type Try = tuple[learned.Opportunity, learned.History, float]


def children_who_teach() -> QuerySet[Child]:
    """Return all children of real families, or the demo's as long as there is no real family."""
    real = Child.objects.filter(family__invented=False)
    return real if real.exists() else Child.objects.all()


def _pages(teaching: QuerySet[Child]) -> Iterator[list[str]]:
    last = ""
    while page := list(
        teaching.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHILDREN]
    ):
        yield page
        last = page[-1]


def _add_page(
    made: learned.SufficientStats, children: list[str], sheets: dict[str, learned.CandidateTable]
) -> None:
    """Add the tries of some children, oldest first, discounting at each big change."""
    rows = list(
        with_outcome().filter(child__gte=children[0], child__lte=children[-1]).values_list(*COLUMNS)
    )
    known = starting_points.by_child(children)
    seen: dict[int, dict[str, list[Try]]] = {}
    changes: dict[str, int] = {}
    for (child, household), tries in groupby(
        (row for row in rows if row[0] in known), key=lambda row: row[:2]
    ):
        who, told_of = unit_id(child, household), known[child]
        made.add_families(
            {who: np.zeros(len(learned.Z))}
        )  # whose first try was told since we counted
        made.start[made.place[who]] = told_of.start(household)
        changes[who] = len(told_of.changes.get(household, ()))
        for at, practice, one in _scenes(who, told_of, tries, sheets):
            seen.setdefault(told_of.later(household, at), {}).setdefault(practice, []).append(one)
    for left in range(max([*seen, *changes.values()], default=0), -1, -1):
        _add(made, seen.get(left, {}), sheets)
        for who in [who for who, count in changes.items() if 0 < left <= count]:
            made.forget(who, include_prior=False)


def _scenes(
    who: str,
    told_of: starting_points.StartingPoint,
    tries: Iterable[tuple],
    sheets: dict[str, learned.CandidateTable],
) -> Iterator[tuple[datetime, str, Try]]:
    """Yield the tries of one child in one household, each with its practice's history so far."""
    so_far = TryCounts(told_of.since)
    for _child, _household, at, zone, practice, state, situation, outcome, caregiver, key in tries:
        if practice in sheets:
            asked = build_opportunity(
                who,
                key,
                at=at,
                since=told_of.since,
                zone=zone,
                state=state,
                situation=situation,
                caregiver=caregiver,
                candidates=sheets[practice].candidates,
            )
            yield at, practice, (asked, so_far.past_with(practice), REWARD[outcome])
        so_far.remember(practice, outcome)


def _add(
    build_stats: learned.SufficientStats,
    by_practice: dict[str, list[Try]],
    sheets: dict[str, learned.CandidateTable],
) -> None:
    place = {slug: n for n, slug in enumerate(build_stats.items)}
    for slug, tries in sorted(by_practice.items()):
        for begin in range(0, len(tries), AT_ONCE):
            opportunities, pasts, rewards = (
                list(column) for column in zip(*tries[begin : begin + AT_ONCE], strict=True)
            )
            batch, n = sheets[slug].batch(opportunities, pasts, [(slug,)] * len(pasts)), len(pasts)
            w, z = learned.design_rows(
                x=batch.x[:, 0],
                item=np.full(n, place[slug]),
                z=batch.z[:, 0],
                g=batch.g,
                sent=np.ones(n, dtype=bool),
                items=len(build_stats.items),
            )
            build_stats.add(
                learned.TrainingRows([o.family for o in opportunities], w, z, np.array(rewards))
            )


def changed_since(at: datetime | None) -> set[tuple[str, str]]:
    """Return child and household of everything reported, changed or deleted since, by time."""
    moments = Moment.objects.filter(kind=Moment.Kind.GIVEN, child__isnull=False).order_by()
    if at is None:
        return set(moments.values_list("child_id", "household_id").distinct())
    since = at - OVERLAP
    told_anew = Home.objects.filter(child__helps_at__gte=since)
    return {
        *moments.filter(changed_at__gte=since).values_list("child_id", "household_id").distinct(),
        *BigChange.objects.filter(at__gte=since).values_list("child_id", "household_id"),
        *told_anew.values_list("child_id", "household_id"),
    }


def year_and_month(zone: str, at: datetime) -> tuple[int, int]:
    wall = at.astimezone(UTC if zone == "UTC" else ZoneInfo(zone))
    return wall.year, wall.month
