"""How what was decided for a child leaves: with the guardians of the home it was decided in, and with nobody else.

What is believed of a child stays behind. It is worked out anew each night from the moments, and these are given: whoever
brings them to another server is known there after its first night.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from everyhour.domain.families.leaving import Place
from everyhour.domain.families.models import Family
from everyhour.domain.moments import decisions
from everyhour.domain.moments.advisor import learned
from everyhour.domain.moments.models import Belief, Decision
from everyhour.foundation.lib.leaving import Loading, Table, Unfit

DECISIONS = Table(
    "moments.Decision",
    "decisions",
    ("id", "family", "child", "household", "caregiver", "key", "at", "zone", "practice", "body"),
    order=("family", "at", "id"),
)
BELIEFS = Table(
    "moments.Belief",
    "beliefs",
    (),
    kept_back={
        "body": "worked out anew each night from the moments, which are given, wherever they are"
    },
)
TABLES = (DECISIONS, BELIEFS)
# What an explanation may hold, as `advisor.reasons` writes it.
WHY = {
    "among": int,
    "probability": float,
    "helped": int,
    "tried": int,
    "reasons": list,
    "sureness": str,
    "others": list,
    "here": dict,
}


def told(place: Place) -> Iterator[tuple[Table, dict]]:
    """Give the decisions of one's own home. They hold what guardians told of a child, so another giver takes none along."""
    if place.whole:
        for decision in Decision.objects.filter(
            family=place.family, household=place.caregiver.household_id
        ):
            yield DECISIONS, DECISIONS.tell(decision)


def load(loading: Loading) -> None:
    """Bring decisions. What they were made with stays on the server that made them, so only that one can make them again."""
    rows = [DECISIONS.make(row, loading) for row in loading.rows(DECISIONS)]
    if not all(_fits(row.body) for row in rows) or len(
        {(row.child_id, row.key) for row in rows}
    ) != len(rows):
        raise Unfit(_("This file is not as Everyhour writes it."))
    loading.save(DECISIONS, rows)


def _fits(body: Any) -> bool:
    """Tell whether this is what a decision is written as: pages read it later and trust it."""
    if not decisions.readable(body) or not set(body) <= {
        "decision",
        "opportunity",
        "past",
        "tastes",
        "why",
    }:
        return False
    return _tastes_fit(body.get("tastes")) and _why_fits(body.get("why"))


def _tastes_fit(told: Any) -> bool:
    try:
        return told is None or learned.to_plain(learned.from_plain(learned.Tastes, told)) == told
    except (TypeError, ValueError, AttributeError):
        return False


def _why_fits(told: Any) -> bool:
    if not isinstance(told, dict) or not set(told) <= set(WHY):
        return False
    return all(
        isinstance(value, WHY[name]) and all(_flat(inner) for inner in _inside(value))
        for name, value in told.items()
    )


def _inside(value: Any) -> list:
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else []


def _flat(told: Any) -> bool:
    return isinstance(told, dict) and all(
        isinstance(value, str | int | float) for value in told.values()
    )


def forget(family: Family) -> None:
    """Remove what was decided for and believed of the children of a family that ends."""
    Decision.objects.filter(family=family).delete()
    Belief.objects.filter(child__family=family).delete()


def forget_household(household: str) -> None:
    """Remove what was decided and believed in a home that ends."""
    Decision.objects.filter(household=household).delete()
    Belief.objects.filter(household=household).delete()
