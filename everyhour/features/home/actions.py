"""Record and delete a household's day off."""

from datetime import datetime
from zoneinfo import ZoneInfo

from everyhour.domain.families.models import Caregiver
from everyhour.domain.moments.models import Rest
from everyhour.foundation.live.announcing import announce


def rest_today(*, zone: ZoneInfo, by: Caregiver, at: datetime) -> None:
    """Record a day off for the household, on today's date in this zone. Idempotent."""
    on = at.astimezone(zone).date()
    columns = {"family": by.family, "zone": zone.key, "by": by, "created_at": at}
    Rest.objects.get_or_create(household=by.household, on=on, defaults=columns)
    _announce(by)


def cancel_rest_today(*, by: Caregiver, at: datetime) -> None:
    """Delete the household's current day off, also one recorded in another time zone."""
    Rest.objects.filter(
        pk__in=[rest.pk for rest in Rest.objects.days_off(by.household_id, at)]
    ).delete()
    _announce(by)


def _announce(by: Caregiver) -> None:
    """Refresh the open pages of everyone in the household."""
    for pk in (
        Caregiver.objects.present()
        .filter(household=by.household, person__isnull=False)
        .values_list("pk", flat=True)
    ):
        announce(f"caregiver:{pk}", "rest")
