"""Telling of the days, and planning small moments into them. Each has an undo: what was taken out can be put back as it was."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from everyhour.domain.families.actions import ActionRefused
from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.rhythm import planned
from everyhour.domain.rhythm.models import Calendar, Custody, Feed, Part, Planned, Season
from everyhour.foundation.audit.models import record

MOST = 60  # of one kind, for a child in a home: more than anybody lives by, and a page that still opens
WEEK = 7


def add_part(child: Child, *, by: Caregiver, at: datetime, **told) -> Part:
    """Tell of a part of the day in one's own home."""
    with transaction.atomic():
        room_for(Part.objects.filter(child=child, household=by.household))
        part = Part.objects.create(
            family=by.family, child=child, household=by.household, created_at=at, **told
        )
        record("part of the day told", of=by.family_id, by=by.pk, object=part.pk, at=at)
        return part


def change_part(part: Part, *, by: Caregiver, at: datetime, **told) -> Part:
    """Change a part; its name towards what is planned into it stays."""
    with transaction.atomic():
        for name, value in told.items():
            setattr(part, name, value)
        part.save(update_fields=list(told))
        record("part of the day changed", of=by.family_id, by=by.pk, object=part.pk, at=at)
        return part


def add_season(child: Child, *, by: Caregiver, at: datetime, **told) -> Season:
    """Tell of holidays or of a term."""
    with transaction.atomic():
        room_for(Season.objects.filter(child=child))
        season = Season.objects.create(family=by.family, child=child, **told)
        record("season told", of=by.family_id, by=by.pk, object=season.pk, at=at)
        return season


def take_out(row: Part | Season, *, by: Caregiver, at: datetime) -> dict[str, Any]:
    """Take out a part or a season; give what `put_back` needs to undo it."""
    with transaction.atomic():
        kept = {
            f.attname: _plain(getattr(row, f.attname))
            for f in row._meta.concrete_fields
            if f.attname not in ("family_id", "household_id")
        }
        record(f"{row._meta.model_name} taken out", of=by.family_id, by=by.pk, object=row.pk, at=at)
        row.delete()
        return kept


def put_back(
    model: type[Part] | type[Season], kept: dict[str, Any], *, by: Caregiver, at: datetime
) -> Part | Season | None:
    """Undo a taking out: the same row, under the same id, so that what is planned into it finds it again."""
    with transaction.atomic():
        child = by.household.children.filter(pk=kept["child_id"]).first()
        if child is None or model.objects.filter(pk=kept["id"]).exists():
            return None
        columns = {
            f.attname: f.to_python(kept[f.attname])
            for f in model._meta.concrete_fields
            if f.attname in kept
        }
        home = {"household": by.household} if model is Part else {}
        row = model.objects.create(family=by.family, **home, **columns)
        record(f"{row._meta.model_name} put back", of=by.family_id, by=by.pk, object=row.pk, at=at)
        return row


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def tell_custody(
    child: Child, *, monday: date, weeks: int, days: Collection[int], by: Caregiver, at: datetime
) -> None:
    """Tell which days the child is in one's own home; every day needs no row. The other home tells of its own."""
    kept = sorted({day for day in days if 0 <= day < weeks * WEEK})
    with transaction.atomic():
        mine = Custody.objects.filter(child=child, household=by.household)
        if len(kept) == weeks * WEEK:
            mine.delete()
        else:
            first = monday - timedelta(days=monday.weekday())
            Custody.objects.update_or_create(
                child=child,
                household=by.household,
                defaults={"family": by.family, "monday": first, "weeks": weeks, "days": kept},
            )
        record("days in this home told", of=by.family_id, by=by.pk, object=child.pk, at=at)


def plan(
    child: Child,
    *,
    transition: str,
    practice: str,
    weekdays: Collection[int] = (),
    origin: str = Planned.Origin.OWN,
    by: Caregiver,
    at: datetime,
) -> Planned:
    """Plan a small moment into a part of the day; planned twice it stands once."""
    with transaction.atomic():
        mine = planned.standing(at).filter(child=child, household=by.household)
        if same := mine.filter(transition=transition, practice=practice).first():
            return same
        room_for(mine)
        made = Planned.objects.create(
            family=by.family,
            child=child,
            household=by.household,
            by=by,
            transition=transition,
            practice=practice,
            origin=origin,
            weekdays=sorted(set(weekdays)),
            since=at,
        )
        record("small moment planned", of=by.family_id, by=by.pk, object=made.pk, at=at)
        return made


def take_out_planned(made: Planned, *, by: Caregiver, at: datetime) -> None:
    """Take a planned moment out of the days from now on."""
    with transaction.atomic():
        made.until = at
        made.save(update_fields=["until"])
        record("planned moment taken out", of=by.family_id, by=by.pk, object=made.pk, at=at)


def put_back_planned(made: Planned, *, by: Caregiver, at: datetime) -> None:
    """Undo that: it stands as it did."""
    with transaction.atomic():
        made.until = None
        made.save(update_fields=["until"])
        record("planned moment put back", of=by.family_id, by=by.pk, object=made.pk, at=at)


def take_out_calendar(calendar: Calendar, *, by: Caregiver, at: datetime) -> None:
    """Take a calendar out: its appointments count no more, and in a day it is let go."""
    with transaction.atomic():
        calendar.ended_at = at
        calendar.save(update_fields=["ended_at"])
        record("calendar taken out", of=by.family_id, by=by.pk, object=calendar.pk, at=at)


def put_back_calendar(calendar: Calendar, *, by: Caregiver, at: datetime) -> None:
    with transaction.atomic():
        calendar.ended_at = None
        calendar.save(update_fields=["ended_at"])
        record("calendar put back", of=by.family_id, by=by.pk, object=calendar.pk, at=at)


def open_feed(*, token_digest: str, shows: bool, by: Caregiver, at: datetime) -> Feed:
    """Open a private address for one's own calendar program; the one before ends."""
    with transaction.atomic():
        Feed.objects.filter(caregiver=by, ended_at__isnull=True).update(ended_at=at)
        feed = Feed.objects.create(
            family=by.family, caregiver=by, token_digest=token_digest, shows=shows, created_at=at
        )
        record("feed opened", of=by.family_id, by=by.pk, object=feed.pk, at=at)
        return feed


def end_feed(feed: Feed, *, by: Caregiver, at: datetime) -> None:
    """End the address: whoever asks there finds nothing from now on."""
    with transaction.atomic():
        feed.ended_at = at
        feed.save(update_fields=["ended_at"])
        record("feed ended", of=by.family_id, by=by.pk, object=feed.pk, at=at)


def room_for(rows) -> None:
    if rows.count() >= MOST:
        raise ActionRefused(_("This list is full. Delete something first."))
