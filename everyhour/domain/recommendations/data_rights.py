"""Export, import and erasure of decisions, for the guardians of the household they were made in.

Estimates are not exported: they are computed each night from the moments, which are exported.
"""

from datetime import datetime
from typing import Any

from everyhour.domain.families import data_rights as families
from everyhour.domain.families.models import Family
from everyhour.domain.recommendations import decisions
from everyhour.domain.recommendations.advisor import learned
from everyhour.domain.recommendations.models import ChildEstimate, Decision
from everyhour.foundation.data_rights import Contributor, ExportTable, Import, Rows, malformed

DECISIONS = ExportTable(
    "recommendations.Decision",
    "decisions",
    ("id", "family", "child", "household", "caregiver", "key", "at", "zone", "practice", "body"),
    order=("family", "at", "id"),
)
ESTIMATES = ExportTable(
    "recommendations.ChildEstimate",
    "beliefs",
    (),
    kept_back={"body": "computed again each night from the moments, which are exported"},
)
TABLES = (DECISIONS, ESTIMATES)
BODY = {"decision", "opportunity", "past", "tastes", "why"}  # keys of a decision's body
# Types of the values under "why", as `advisor.reasons` and `decisions` write them.
EXPLANATION = {
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
    """Return the decisions of the households this person is a guardian of.

    The people and children they refer to are exported with them. Other givers export none, because
    a decision contains what guardians said about a child.
    """
    exported: dict[str, Rows] = {
        table.name: [] for table in (DECISIONS, families.CAREGIVERS, families.CHILDREN)
    }
    for place in families.memberships(person):
        if not place.whole:
            continue
        household = place.caregiver.household_id
        decisions_here = Decision.objects.filter(family=place.family, household=household)
        rows = [DECISIONS.export_row(decision) for decision in decisions_here]
        exported[DECISIONS.name] += rows
        people = {row["caregiver"] for row in rows} - {None}
        children = {row["child"] for row in rows}
        for table, row in families.referenced_rows(place, people=people, children=children):
            exported[table.name].append(row)
    return exported | {DECISIONS.name: DECISIONS.sort(exported[DECISIONS.name])}


def load(loading: Import) -> None:
    """Import decisions. They cannot be replayed here, without their version and candidates.

    Raises ImportRejected for a malformed body, or two decisions under one key.
    """
    rows = [DECISIONS.build(row, loading) for row in loading.rows(DECISIONS)]
    keys = {(row.child_id, row.key) for row in rows}
    if len(keys) != len(rows) or not all(_is_valid_body(row.body) for row in rows):
        raise malformed()
    loading.save(DECISIONS, rows)


def _is_valid_body(body: Any) -> bool:
    """Return whether a body is one that `decisions.encode` writes; pages trust it later."""
    return (
        decisions.is_valid(body)
        and set(body) <= BODY
        and _is_valid_posterior(body.get("tastes"))
        and _is_valid_explanation(body.get("why"))
    )


def _is_valid_posterior(value: Any) -> bool:
    if value is None:
        return True
    try:
        return learned.to_plain(learned.from_plain(learned.FamilyPosterior, value)) == value
    except (TypeError, ValueError, AttributeError):
        return False


def _is_valid_explanation(value: Any) -> bool:
    if not isinstance(value, dict) or not set(value) <= set(EXPLANATION):
        return False
    return all(
        isinstance(part, EXPLANATION[name]) and all(map(_is_flat, _nested(part)))
        for name, part in value.items()
    )


def _nested(value: Any) -> list:
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else []


def _is_flat(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(part, str | int | float) for part in value.values()
    )


def erase(person, at: datetime) -> None:
    """Delete the decisions and estimates of families and households that end with this person."""
    for place in families.memberships(person):
        if families.family_ends(place):
            delete_all(place.family)
        elif families.household_closes(place):
            household = place.caregiver.household_id
            Decision.objects.filter(household=household).delete()
            ChildEstimate.objects.filter(household=household).delete()


def delete_all(family: Family) -> None:
    """Delete the decisions and estimates of all children of a family."""
    Decision.objects.filter(family=family).delete()
    ChildEstimate.objects.filter(child__family=family).delete()


CONTRIBUTOR = Contributor("recommendations", TABLES, export, load, erase)
