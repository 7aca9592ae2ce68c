"""What a family said of a child that learning starts from: what helps, and big changes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from everyhour.domain.families.models import BigChange, Child, Household
from everyhour.domain.practices.vocabulary import WHAT_HELPS
from everyhour.domain.recommendations.advisor import learned


@dataclass(frozen=True)
class StartingPoint:
    """Of one child: known since, what was said to help, and big changes by household."""

    since: datetime
    helps: Mapping[str, Any]
    helps_at: datetime | None
    changes: Mapping[str, list[datetime]] = field(default_factory=dict)

    def start(self, household: str) -> np.ndarray:
        """Return the prior mean in a household, discounted for each big change since."""
        said = {
            kind: float(value)
            for kind, value in self.helps.items()
            if kind in WHAT_HELPS and isinstance(value, int | float)
        }
        return learned.prior_mean_from_answers(said) * learned.FORGETTING_FACTOR ** self.later(
            household, self.helps_at or self.since
        )

    def later(self, household: str, at: datetime) -> int:
        """Count the big changes of a home after this time."""
        return sum(change > at for change in self.changes.get(household, ()))


def by_child(children: Iterable[str]) -> dict[str, StartingPoint]:
    """Read the starting points of some children in two queries."""
    wanted = list(children)
    changes: dict[str, dict[str, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    for child, household, at in BigChange.objects.filter(child__in=wanted).values_list(
        "child_id", "household_id", "at"
    ):
        changes[child][household].append(at)
    rows = Child.objects.filter(pk__in=wanted).values_list("pk", "created_at", "helps", "helps_at")
    return {
        child: StartingPoint(since, helps, helps_at, changes.get(child, {}))
        for child, since, helps, helps_at in rows
    }


def start(child: Child, household: Household) -> np.ndarray:
    """Return the prior mean of one child in a household."""
    changes = (
        child.big_changes.filter(household=household).values_list("at", flat=True)
        if child.helps
        else ()
    )
    return StartingPoint(
        child.created_at, child.helps, child.helps_at, {household.pk: list(changes)}
    ).start(household.pk)
