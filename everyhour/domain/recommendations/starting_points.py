"""Where learning about a child starts: the family's answers about what helps, and big changes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from everyhour.domain.families.models import BigChange, Child
from everyhour.domain.practices.vocabulary import WHAT_HELPS
from everyhour.domain.recommendations.advisor import learned


@dataclass(frozen=True)
class StartingPoint:
    """When one child was added, what the family said helps, and big changes by household."""

    since: datetime
    helps: Mapping[str, Any]
    helps_at: datetime | None
    changes: Mapping[str, list[datetime]] = field(default_factory=dict)

    def prior_mean(self, household: str) -> np.ndarray:
        """Return the prior mean in a household, discounted by the big changes since the answers."""
        answers = {
            kind: float(value)
            for kind, value in self.helps.items()
            if kind in WHAT_HELPS and isinstance(value, int | float)
        }
        changes = self.count_changes_after(household, self.helps_at or self.since)
        return learned.prior_mean_from_answers(answers) * learned.FORGETTING_FACTOR**changes

    def count_changes_after(self, household: str, at: datetime) -> int:
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
