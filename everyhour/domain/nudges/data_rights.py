"""Data rights of nudges: each person's own rows are exported, and erased with them."""

from datetime import datetime

from everyhour.domain.families import data_rights as families
from everyhour.domain.families.data_rights import Membership
from everyhour.domain.families.models import Caregiver
from everyhour.domain.nudges.models import Nudge, NudgeSettings, PlannedDay
from everyhour.foundation.data_rights import Contributor, ExportTable, Import, Rows, malformed

SETTINGS = ExportTable(
    "nudges.NudgeSettings",
    "reaches",
    (
        "id",
        "family",
        "caregiver",
        "agreed_at",
        "a_day",
        "a_week",
        "quiet_from",
        "quiet_until",
        "paused_at",
        "paused_until",
        "not_on",
        "not_until",
    ),
)
DAYS = ExportTable(
    "nudges.PlannedDay",
    "planned_days",
    ("caregiver", "on", "zone", "seed", "planned_at", "reason", "body"),
    order=("caregiver", "on"),
    family=lambda day: day.caregiver.family,
)
NUDGES = ExportTable(
    "nudges.Nudge",
    "nudges",
    (
        "id",
        "family",
        "caregiver",
        "child",
        "household",
        "rule",
        "on",
        "slot",
        "zone",
        "situation",
        "leads_to",
        "planned_at",
        "ends_at",
        "planned",
        "practice",
        "state",
        "reason",
        "handed_at",
        "answer",
        "answered_at",
    ),
    order=("caregiver", "planned_at", "id"),
)
TABLES = (SETTINGS, DAYS, NUDGES)
AMONG = {
    "rule": str,
    "child": str,
    "at": str,
    "chance": int | float,
    "why_not": str,
    "time": str | None,
}


def export(person) -> dict[str, Rows]:
    rows: dict[str, Rows] = {
        table.name: [] for table in (*TABLES, families.CAREGIVERS, families.CHILDREN)
    }
    for place in families.memberships(person):
        if place.present:
            _add_rows(place, rows)
    return {table.name: table.sort(rows[table.name]) for table in TABLES} | {
        families.CHILDREN.name: rows[families.CHILDREN.name]
    }


def _add_rows(place: Membership, rows: dict[str, Rows]) -> None:
    """Add this person's rows of their current home, and the children they refer to."""
    me = place.caregiver
    nudges = list(Nudge.objects.filter(caregiver=me, household=me.household_id))
    rows[SETTINGS.name] += [
        SETTINGS.export_row(settings) for settings in NudgeSettings.objects.filter(caregiver=me)
    ]
    rows[DAYS.name] += [DAYS.export_row(day) for day in PlannedDay.objects.filter(caregiver=me)]
    rows[NUDGES.name] += [NUDGES.export_row(nudge) for nudge in nudges]
    for table, row in families.referenced_rows(
        place, people=(), children={nudge.child_id for nudge in nudges}
    ):
        rows[table.name].append(row)


def load(loading: Import) -> None:
    """Import nudges; the JSON of plans is validated, because pages read it."""
    loading.save(SETTINGS, [SETTINGS.build(row, loading) for row in loading.rows(SETTINGS)])
    days = [DAYS.build(row, loading) for row in loading.rows(DAYS)]
    if not all(_fits(day.body) for day in days) or len(
        {(day.caregiver_id, day.on) for day in days}
    ) != len(days):
        raise malformed()
    loading.save(DAYS, days)
    nudges = [NUDGES.build(row, loading) for row in loading.rows(NUDGES)]
    if len({(one.caregiver_id, one.rule, one.on, one.slot) for one in nudges}) != len(nudges):
        raise malformed()
    loading.save(NUDGES, nudges)


def _fits(body: object) -> bool:
    if (
        not isinstance(body, dict)
        or not set(body) <= {"a_day", "among"}
        or not isinstance(body.get("a_day", 1), int)
    ):
        return False
    among = body.get("among", [])
    return isinstance(among, list) and all(
        isinstance(one, dict)
        and set(one) == set(AMONG)
        and all(isinstance(one[name], kind) for name, kind in AMONG.items())
        for one in among
    )


def erase(person, at: datetime) -> None:
    """Erase this person's rows, and everyone's rows of a family or home that ends with them."""
    for place in families.memberships(person):
        if families.family_ends(place):
            Nudge.objects.filter(family=place.family).delete()
            PlannedDay.objects.filter(caregiver__family=place.family).delete()
            NudgeSettings.objects.filter(family=place.family).delete()
        elif families.household_closes(place):
            Nudge.objects.filter(household=place.caregiver.household_id).delete()
    mine = Caregiver.objects.filter(person=person)
    for rows in (
        Nudge.objects.filter(caregiver__in=mine),
        PlannedDay.objects.filter(caregiver__in=mine),
        NudgeSettings.objects.filter(caregiver__in=mine),
    ):
        rows.delete()


CONTRIBUTOR = Contributor("nudges", TABLES, export, load, erase)
