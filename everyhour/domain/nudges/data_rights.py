"""How nudges leave: each person takes along what was about them, and it goes when they go."""

from datetime import datetime

from django.utils.translation import gettext as _

from everyhour.domain.families import data_rights as families
from everyhour.domain.families.data_rights import Membership
from everyhour.domain.families.models import Caregiver
from everyhour.domain.nudges.models import Nudge, NudgeSettings, PlannedDay
from everyhour.foundation.data_rights import Contributor, ExportTable, Import, ImportRejected, Rows

REACHES = ExportTable(
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
TABLES = (REACHES, DAYS, NUDGES)
AMONG = {
    "rule": str,
    "child": str,
    "at": str,
    "chance": int | float,
    "why_not": str,
    "time": str | None,
}


def export(person) -> dict[str, Rows]:
    told: dict[str, Rows] = {
        table.name: [] for table in (*TABLES, families.CAREGIVERS, families.CHILDREN)
    }
    for place in families.memberships(person):
        if place.present:
            _tell(place, told)
    return {table.name: table.in_order(told[table.name]) for table in TABLES} | {
        families.CHILDREN.name: told[families.CHILDREN.name]
    }


def _tell(place: Membership, told: dict[str, Rows]) -> None:
    """Give what was about this person in the home where they are now; the children it was about come with their nicknames."""
    me = place.caregiver
    nudges = list(Nudge.objects.filter(caregiver=me, household=me.household_id))
    told[REACHES.name] += [
        REACHES.tell(reach) for reach in NudgeSettings.objects.filter(caregiver=me)
    ]
    told[DAYS.name] += [DAYS.tell(day) for day in PlannedDay.objects.filter(caregiver=me)]
    told[NUDGES.name] += [NUDGES.tell(nudge) for nudge in nudges]
    for table, row in families.referenced_rows(
        place, people=(), children={nudge.child_id for nudge in nudges}
    ):
        told[table.name].append(row)


def load(loading: Import) -> None:
    """Bring them; a plan is read by pages later, so its shape is looked at."""
    loading.save(REACHES, [REACHES.make(row, loading) for row in loading.rows(REACHES)])
    days = [DAYS.make(row, loading) for row in loading.rows(DAYS)]
    if not all(_fits(day.body) for day in days) or len(
        {(day.caregiver_id, day.on) for day in days}
    ) != len(days):
        raise ImportRejected(_("This file is not as Everyhour writes it."))
    loading.save(DAYS, days)
    nudges = [NUDGES.make(row, loading) for row in loading.rows(NUDGES)]
    if len({(one.caregiver_id, one.rule, one.on, one.slot) for one in nudges}) != len(nudges):
        raise ImportRejected(_("This file is not as Everyhour writes it."))
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
    """What was about this person goes; what was about others goes with a family, or a home, that ends."""
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
