"""A day off."""

from datetime import date, datetime

from everyhour.domain.families.models import Caregiver
from everyhour.domain.moments.models import Rest
from everyhour.foundation.live.announcing import announce


def rest_today(*, on: date, zone: str, by: Caregiver, at: datetime) -> None:
    """Give the whole home a day off; twice is once."""
    Rest.objects.get_or_create(household=by.household, on=on, defaults={"family": by.family, "zone": zone, "by": by, "created_at": at})
    tell(by)


def work_after_all(*, on: date, zone: str, by: Caregiver, at: datetime) -> None:
    Rest.objects.filter(household=by.household, on=on).delete()
    tell(by)


def tell(by: Caregiver) -> None:
    for pk in Caregiver.objects.present().filter(household=by.household, person__isnull=False).values_list("pk", flat=True):
        announce(f"caregiver:{pk}", "rest")
