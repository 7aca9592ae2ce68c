"""Observations the engine learns from: what was tried with each child, when, and its outcome."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import batched, groupby
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import QuerySet

from everyhour.domain.families.models import BigChange, Child, Home, Household
from everyhour.domain.moments.models import Moment
from everyhour.domain.recommendations import advisor, candidate_sets, context, starting_points
from everyhour.domain.recommendations.advisor import learned

REWARD = {"settled": 1.0, "a_bit": 0.5, "not_yet": 0.0, "unsafe": 0.0}
EASE = frozenset({"settled", "a_bit"})
# In hours: far before the two days in which a practice counts as recent.
LONG_AGO = -1e9
SATURDAY = 5
OVERLAP = timedelta(hours=1)
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

    items: dict[str, learned.ItemHistory] = field(default_factory=dict)

    def history(self) -> learned.History:
        return learned.History(items=dict(self.items))

    def history_with(self, practice: str) -> learned.History:
        """Return the history of one practice only, all that training reads."""
        item = self.items.get(practice)
        return learned.History(items={practice: item} if item else {})

    def add(self, practice: str, outcome: str) -> None:
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
    """Return the moments with a child, a practice and an outcome, neither deleted nor private."""
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
    counts = TryCounts()
    tries = with_outcome().filter(child=child, household=household)
    for practice, outcome in tries.values_list("practice", "outcome"):
        counts.add(practice, outcome)
    return counts.history()


def hours(at: datetime) -> float:
    """Return hours since the epoch, the engine's time."""
    return at.timestamp() / 3600.0


def build_opportunity(
    unit: str,
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
    availability: learned.Availability = learned.Availability(),
) -> learned.Opportunity:
    """Build the engine's opportunity, with defaults for an empty state, caregiver or situation."""
    wall = at.astimezone(ZoneInfo(zone))
    return learned.Opportunity(
        key=key,
        family=unit,
        at=hours(at),
        day=max((at - since).days, 0),
        slot=context.slot(situation, wall),
        state=state or "calm",
        candidates=candidates,
        caregiver=caregiver or "steady",
        situation=situation or "any",
        weekend=wall.weekday() >= SATURDAY,
        wishes=wishes,
        standing=availability,
    )


def build_stats() -> learned.SufficientStats:
    """Sum up the tries of all children to learn from.

    Computed again each night, so that it contains nothing that was changed, deleted or erased.
    Children are read in pages, so that no database cursor stays open during the computation.
    """
    known = candidate_sets.by_slug(
        with_outcome().values_list("practice", flat=True).order_by().distinct()
    )
    stats = learned.SufficientStats()
    stats.add_items(sorted({candidate.slug for candidate in candidate_sets.current()} | set(known)))
    all_children = children_to_learn_from()
    units = (
        with_outcome()
        .filter(child__in=all_children)
        .values_list("child_id", "household_id")
        .order_by("child_id", "household_id")
        .distinct()
    )
    # All at once, so that the arrays grow once.
    stats.add_families(dict.fromkeys((unit_id(*pair) for pair in units), np.zeros(len(learned.Z))))
    tables = {slug: learned.CandidateTable((candidate,)) for slug, candidate in known.items()}
    for children in _pages(all_children):
        _add_page(stats, children, tables)
    return stats


CHILDREN = 250  # read at once
AT_ONCE = 4000  # tries in one batch

type Try = tuple[learned.Opportunity, learned.History, float]  # the last is the reward


def children_to_learn_from() -> QuerySet[Child]:
    """Return the children of real families; as long as there are none, those of the demo."""
    real = Child.objects.filter(family__invented=False)
    return real if real.exists() else Child.objects.all()


def _pages(children: QuerySet[Child]) -> Iterator[list[str]]:
    last, ids = "", children.order_by("pk").values_list("pk", flat=True)
    while page := list(ids.filter(pk__gt=last)[:CHILDREN]):
        yield page
        last = page[-1]


def _add_page(
    stats: learned.SufficientStats, children: list[str], tables: dict[str, learned.CandidateTable]
) -> None:
    """Add the tries of some children, oldest first, discounting at each big change."""
    rows = with_outcome().filter(child__gte=children[0], child__lte=children[-1])
    starts = starting_points.by_child(children)
    # Number of big changes after a try -> practice -> tries.
    by_changes: dict[int, dict[str, list[Try]]] = {}
    changes: dict[str, int] = {}
    for (child, household), tries in groupby(
        (row for row in rows.values_list(*COLUMNS) if row[0] in starts), key=lambda row: row[:2]
    ):
        unit, start = unit_id(child, household), starts[child]
        # The first try of this child may have been reported since the families were added.
        stats.add_families({unit: np.zeros(len(learned.Z))})
        stats.start[stats.place[unit]] = start.prior_mean(household)
        changes[unit] = len(start.changes.get(household, ()))
        for at, practice, one in _tries(unit, start, tries, tables):
            later = start.count_changes_after(household, at)
            by_changes.setdefault(later, {}).setdefault(practice, []).append(one)
    for later in range(max([*by_changes, *changes.values()], default=0), -1, -1):
        _add(stats, by_changes.get(later, {}), tables)
        for unit in [unit for unit, count in changes.items() if 0 < later <= count]:
            stats.forget(unit, include_prior=False)


def _tries(
    unit: str,
    start: starting_points.StartingPoint,
    rows: Iterable[tuple],
    tables: dict[str, learned.CandidateTable],
) -> Iterator[tuple[datetime, str, Try]]:
    """Yield the tries of one child in one household, each with its practice's history so far."""
    counts = TryCounts()
    for _child, _household, at, zone, practice, state, situation, outcome, caregiver, key in rows:
        if practice in tables:
            asked = build_opportunity(
                unit,
                key,
                at=at,
                since=start.since,
                zone=zone,
                state=state,
                situation=situation,
                caregiver=caregiver,
                candidates=tables[practice].candidates,
            )
            yield at, practice, (asked, counts.history_with(practice), REWARD[outcome])
        counts.add(practice, outcome)


def _add(
    stats: learned.SufficientStats,
    by_practice: dict[str, list[Try]],
    tables: dict[str, learned.CandidateTable],
) -> None:
    place = {slug: n for n, slug in enumerate(stats.items)}
    for slug, tries in sorted(by_practice.items()):
        for some in batched(tries, AT_ONCE):
            opportunities, histories, rewards = (list(column) for column in zip(*some, strict=True))
            n = len(some)
            batch = tables[slug].batch(opportunities, histories, [(slug,)] * n)
            w, z = learned.design_rows(
                x=batch.x[:, 0],
                item=np.full(n, place[slug]),
                z=batch.z[:, 0],
                g=batch.g,
                sent=np.ones(n, dtype=bool),
                items=len(stats.items),
            )
            families = [opportunity.family for opportunity in opportunities]
            stats.add(learned.TrainingRows(families, w, z, np.array(rewards)))


def changed_since(at: datetime | None) -> set[tuple[str, str]]:
    """Return the child and household of what was reported, changed or deleted since a time.

    Without a time, of all moments. Big changes and answers about what helps count too. Reads an
    hour more, for rows that were not committed yet when the last training read them.
    """
    moments = Moment.objects.filter(kind=Moment.Kind.GIVEN, child__isnull=False).order_by()
    if at is None:
        return set(moments.values_list("child_id", "household_id").distinct())
    since = at - OVERLAP
    new_answers = Home.objects.filter(child__helps_at__gte=since)
    return {
        *moments.filter(changed_at__gte=since).values_list("child_id", "household_id").distinct(),
        *BigChange.objects.filter(at__gte=since).values_list("child_id", "household_id"),
        *new_answers.values_list("child_id", "household_id"),
    }


def year_and_month(zone: str, at: datetime) -> tuple[int, int]:
    wall = at.astimezone(UTC if zone == "UTC" else ZoneInfo(zone))
    return wall.year, wall.month
