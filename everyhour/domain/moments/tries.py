"""What was tried with each child, told as the engine learns from it: the scene, the practice, and whether it brought ease."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import QuerySet

from everyhour.domain.families.models import Child, Household
from everyhour.domain.moments import advisor, scenes, shelves
from everyhour.domain.moments.advisor import learned
from everyhour.domain.moments.models import Moment

REWARD = {"settled": 1.0, "a_bit": 0.5, "not_yet": 0.0, "unsafe": 0.0}
EASE = frozenset({"settled", "a_bit"})
# Somebody who asks is never told to wait: nothing that was tried lies in the two days in which it would not be sent again.
LONG_AGO = -1e9
SATURDAY = 5
COLUMNS = ("child_id", "household_id", "at", "zone", "practice", "state_before", "situation", "outcome", "caregiver_state", "key")


@dataclass
class Known:
    """What is known of one child's tries so far."""

    since: datetime
    items: dict[str, learned.ItemPast] = field(default_factory=dict)

    def past(self) -> learned.Past:
        return learned.Past(items=dict(self.items))

    def remember(self, practice: str, outcome: str) -> None:
        item = self.items.get(practice, learned.ItemPast(last_at=LONG_AGO))
        self.items[practice] = replace(item, tried=item.tried + 1, helped=item.helped + (outcome in EASE))


def unit(child: str, household: str) -> str:
    """Name who is learned about: a child in one home. What is not shown to the other home is not learned there either."""
    return f"{child}/{household}"


def told() -> QuerySet[Moment]:
    """Give the moments that teach something: a practice was tried with a child, somebody said how it was then, and it is not private."""
    moments = Moment.objects.filter(deleted=False, private=False, kind=Moment.Kind.GIVEN, outcome__in=REWARD, child__isnull=False)
    return moments.exclude(practice="").order_by("child_id", "household_id", "at", "id")


def past_of(child: Child, household: Household) -> learned.Past:
    """Give what this child's tries in this home came to, for one who decides now."""
    known = Known(child.created_at)
    for practice, outcome in told().filter(child=child, household=household).values_list("practice", "outcome"):
        known.remember(practice, outcome)
    return known.past()


def hours(at: datetime) -> float:
    """Count hours as the engine does, from one fixed beginning."""
    return at.timestamp() / 3600.0


def opportunity(
    who: str, key: str, *, at: datetime, since: datetime, zone: str, state: str, situation: str, caregiver: str = "",
    candidates: tuple[advisor.Candidate, ...], wishes: advisor.Wishes = advisor.Wishes(), standing: learned.Standing = learned.Standing(),
) -> learned.Opportunity:  # fmt: skip
    """Tell a scene as the engine reads it."""
    wall = at.astimezone(ZoneInfo(zone))
    return learned.Opportunity(
        key=key, family=who, at=hours(at), day=max((at - since).days, 0), slot=scenes.slot(situation, wall), state=state or "calm",
        candidates=candidates, caregiver=caregiver or "steady", situation=situation or "any", weekend=wall.weekday() >= SATURDAY,
        wishes=wishes, standing=standing,
    )  # fmt: skip


def sums() -> learned.Sums:
    """Add up every try of every child. Worked out anew each night, so that what was changed, taken out or erased is not in it."""
    made = learned.Sums()
    since = dict(Child.objects.values_list("pk", "created_at"))
    known = shelves.of(told().values_list("practice", flat=True).distinct())
    made.know(sorted({candidate.slug for candidate in shelves.current()} | set(known)))
    by_practice: dict[str, list[tuple[learned.Opportunity, learned.Past, float]]] = {}
    waiting = 0
    for scene in _scenes(since, known):
        by_practice.setdefault(scene[0].candidates[0].slug, []).append(scene)
        waiting += 1
        if waiting >= CHUNK:
            _add(made, by_practice)
            by_practice, waiting = {}, 0
    _add(made, by_practice)
    return made


CHUNK = 20_000  # tries laid out at once


def _scenes(since: dict[str, datetime], known: dict[str, advisor.Candidate]) -> Iterator[tuple[learned.Opportunity, learned.Past, float]]:
    rows = told().values_list(*COLUMNS).iterator(chunk_size=2000)
    alone = {slug: (candidate,) for slug, candidate in known.items()}
    for (child, household), tries in groupby(rows, key=lambda row: row[:2]):
        so_far = Known(since[child])
        for _child, _household, at, zone, practice, state, situation, outcome, caregiver, key in tries:
            if practice in alone:
                yield (
                    opportunity(
                        unit(child, household), key, at=at, since=so_far.since, zone=zone, state=state, situation=situation,
                        caregiver=caregiver, candidates=alone[practice],
                    ),
                    so_far.past(),
                    REWARD[outcome],
                )  # fmt: skip
            so_far.remember(practice, outcome)


def _add(sums: learned.Sums, by_practice: dict[str, list[tuple[learned.Opportunity, learned.Past, float]]]) -> None:
    place = {slug: n for n, slug in enumerate(sums.items)}
    for slug, scenes_of in sorted(by_practice.items()):
        opportunities, pasts, rewards = (list(column) for column in zip(*scenes_of, strict=True))
        batch = learned.Sheet(opportunities[0].candidates).batch(opportunities, pasts, [(slug,)] * len(pasts))
        n = len(pasts)
        w, z = learned.lay_out(
            x=batch.x[:, 0], item=np.full(n, place[slug]), z=batch.z[:, 0], g=batch.g, sent=np.ones(n, dtype=bool), items=len(sums.items)
        )
        families = [o.family for o in opportunities]
        sums.welcome({family: np.zeros(len(learned.Z)) for family in dict.fromkeys(families)})
        sums.add(learned.Rows(families, w, z, np.array(rewards)))


def changed_since(at: datetime | None) -> set[tuple[str, str]]:
    """Give the children, by home, of whom something was told, changed or taken out since."""
    moments = Moment.objects.filter(kind=Moment.Kind.GIVEN, child__isnull=False)
    return set((moments.filter(changed_at__gte=at) if at else moments).values_list("child_id", "household_id").distinct())


def now_in(zone: str, at: datetime) -> tuple[int, int]:
    wall = at.astimezone(UTC if zone == "UTC" else ZoneInfo(zone))
    return wall.year, wall.month
