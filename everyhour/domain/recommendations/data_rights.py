"""Export, import and erasure of decisions, for the guardians of the household they were made in.

Estimates are not exported: they are computed anew each night from moments, which are.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from everyhour.domain.families import data_rights as families
from everyhour.domain.families.models import Family
from everyhour.domain.recommendations import decisions
from everyhour.domain.recommendations.advisor import learned
from everyhour.domain.recommendations.models import ChildEstimate, Decision
from everyhour.foundation.data_rights import Contributor, ExportTable, Import, ImportRejected, Rows

DECISIONS = ExportTable(
    "recommendations.Decision",
    "decisions",
    ("id", "family", "child", "household", "caregiver", "key", "at", "zone", "practice", "body"),
    order=("family", "at", "id"),
)
BELIEFS = ExportTable(
    "recommendations.ChildEstimate",
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


def export(person) -> dict[str, Rows]:
    """Return the decisions of the homes this person is a guardian of, with whom they point at.

    Decisions hold what guardians said about a child, so another giver exports none.
    """
    exported: dict[str, Rows] = {
        table.name: [] for table in (DECISIONS, families.CAREGIVERS, families.CHILDREN)
    }
    for place in families.memberships(person):
        decided = Decision.objects.filter(
            family=place.family, household=place.caregiver.household_id
        )
        rows = [DECISIONS.export_row(decision) for decision in decided] if place.whole else []
        exported[DECISIONS.name] += rows
        people = {row["caregiver"] for row in rows} - {None}
        children = {row["child"] for row in rows}
        for table, row in families.referenced_rows(place, people=people, children=children):
            exported[table.name].append(row)
    return exported | {DECISIONS.name: DECISIONS.sort(exported[DECISIONS.name])}


def load(loading: Import) -> None:
    """Import decisions. They cannot be replayed here, without their version and candidates."""
    rows = [DECISIONS.build(row, loading) for row in loading.rows(DECISIONS)]
    if not all(_fits(row.body) for row in rows) or len(
        {(row.child_id, row.key) for row in rows}
    ) != len(rows):
        raise ImportRejected(_("This file is not as Everyhour writes it."))
    loading.save(DECISIONS, rows)


def _fits(body: Any) -> bool:
    """Return whether a body is one that `decisions.encode` writes; pages trust it later."""
    if not decisions.is_valid(body) or not set(body) <= {
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
        return (
            told is None
            or learned.to_plain(learned.from_plain(learned.FamilyPosterior, told)) == told
        )
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


def erase(person, at: datetime) -> None:
    """Delete decisions and estimates of the families and households that end with this person."""
    for place in families.memberships(person):
        if families.family_ends(place):
            forget(place.family)
        elif families.household_closes(place):
            household = place.caregiver.household_id
            Decision.objects.filter(household=household).delete()
            ChildEstimate.objects.filter(household=household).delete()


def forget(family: Family) -> None:
    """Delete what was decided for and estimated of the children of a family that ends."""
    Decision.objects.filter(family=family).delete()
    ChildEstimate.objects.filter(child__family=family).delete()


CONTRIBUTOR = Contributor("recommendations", TABLES, export, load, erase)
