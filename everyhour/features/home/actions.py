"""A day off."""

from datetime import datetime
from zoneinfo import ZoneInfo

from everyhour.domain.families.models import Caregiver
from everyhour.domain.moments.models import Rest
from everyhour.foundation.live.announcing import announce


def rest_today(*, zone: ZoneInfo, by: Caregiver, at: datetime) -> None:
    """Give the whole home a day off, by the clock of whoever asks; twice is once."""
    told = {"family": by.family, "zone": zone.key, "by": by, "created_at": at}
    Rest.objects.get_or_create(household=by.household, on=at.astimezone(zone).date(), defaults=told)
    tell(by)


def work_after_all(*, by: Caregiver, at: datetime) -> None:
    """Take back the day off there is now, also when the other one asked for it somewhere else on earth."""
    Rest.objects.filter(
        pk__in=[rest.pk for rest in Rest.objects.days_off(by.household_id, at)]
    ).delete()
    tell(by)


def tell(by: Caregiver) -> None:
    for pk in (
        Caregiver.objects.present()
        .filter(household=by.household, person__isnull=False)
        .values_list("pk", flat=True)
    ):
        announce(f"caregiver:{pk}", "rest")
