"""A home for stories about nudges: Wren, for whom bedtime is hard, and a caregiver who said yes."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.nudges import actions
from everyhour.domain.nudges.models import Nudge, NudgeSettings, PlannedDay
from testing import make

CHICAGO = "America/Chicago"
MORNING = datetime(2026, 11, 24, 16, tzinfo=UTC)  # a Tuesday, ten o'clock in Chicago
BED = datetime(2026, 11, 25, 2, tzinfo=UTC)  # eight in the evening there
DAY = {"wakes": 420, "school_starts": 480, "home_again": 905, "dinner": 1095, "bed": 1200}


def child(of, **columns) -> Child:
    return make.child(
        of, **{"day": DAY, "hard": ["bedtime"], "born_in": date(2019, 5, 1), **columns}
    )


def caregiver(*, zone: str = CHICAGO, **columns) -> Caregiver:
    """A guardian with a child, who said yes some days ago."""
    family = make.family(**columns)
    made = make.guardian(family, who=make.person(zone=zone))
    child(family)
    actions.agree(by=made, at=MORNING - timedelta(days=3))
    return made


def settings(of: Caregiver, **columns) -> NudgeSettings:
    NudgeSettings.objects.filter(caregiver=of).update(**columns)
    return NudgeSettings.objects.get(caregiver=of)


def nudges(of: Caregiver) -> list[Nudge]:
    return list(
        Nudge.objects.filter(caregiver=of).select_related("caregiver__person", "caregiver__family")
    )


def day(of: Caregiver) -> PlannedDay:
    return PlannedDay.objects.get(caregiver=of)


def reasons(of: Iterable[Nudge]) -> list[str]:
    return [one.reason or one.state for one in of]
