"""Changing a family's usual days, plans, calendars and feed; deletions can be undone."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from everyhour.domain.families.actions import ActionRefused
from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.rhythm import planned
from everyhour.domain.rhythm.models import Calendar, Custody, Feed, Part, Planned, Season
from everyhour.domain.rhythm.shape import WEEK
from everyhour.foundation.audit.models import record

MOST = 60  # rows of one kind per child and home: more than a family needs, few enough for one page
ENDS = {Planned: "until", Calendar: "ended_at", Feed: "ended_at"}  # the column that ends a row


def add_part(child: Child, *, by: Caregiver, at: datetime, **columns) -> Part:
    """Add a part of the day in the caregiver's own home."""
    with transaction.atomic():
        require_room(Part.objects.filter(child=child, household=by.household))
        part = Part.objects.create(
            family=by.family, child=child, household=by.household, created_at=at, **columns
        )
        _record("part of the day added", part, by, at)
        return part


def change_part(part: Part, *, by: Caregiver, at: datetime, **columns) -> Part:
    """Change a part of the day; plans keep referring to it by its id."""
    with transaction.atomic():
        for name, value in columns.items():
            setattr(part, name, value)
        part.save(update_fields=list(columns))
        _record("part of the day changed", part, by, at)
        return part


def add_season(child: Child, *, by: Caregiver, at: datetime, **columns) -> Season:
    """Add holidays or a school term; seasons apply to the child in every home."""
    with transaction.atomic():
        require_room(Season.objects.filter(child=child))
        season = Season.objects.create(family=by.family, child=child, **columns)
        _record("season added", season, by, at)
        return season


def delete(row: Part | Season, *, by: Caregiver, at: datetime) -> dict[str, Any]:
    """Delete a part or a season; return its columns as plain values, for `restore`."""
    with transaction.atomic():
        kept = {
            field.attname: _plain(getattr(row, field.attname))
            for field in row._meta.concrete_fields
            if field.attname not in ("family_id", "household_id")
        }
        _record(f"{row._meta.model_name} deleted", row, by, at)
        row.delete()
        return kept


def restore(
    model: type[Part] | type[Season], kept: dict[str, Any], *, by: Caregiver, at: datetime
) -> Part | Season | None:
    """Create a deleted row again under its old id, so that plans find it.

    Return None if it exists already, or if the child does not live in the caregiver's home.
    """
    with transaction.atomic():
        child = by.household.children.filter(pk=kept["child_id"]).first()
        if child is None or model.objects.filter(pk=kept["id"]).exists():
            return None
        columns = {
            field.attname: field.to_python(kept[field.attname])
            for field in model._meta.concrete_fields
            if field.attname in kept
        }
        home = {"household": by.household} if model is Part else {}
        row = model.objects.create(family=by.family, **home, **columns)
        _record(f"{row._meta.model_name} restored", row, by, at)
        return row


def end(row: Planned | Calendar | Feed, *, by: Caregiver, at: datetime) -> None:
    """End a plan, calendar or feed from now on, keeping its row so that `reopen` can undo it."""
    _set_end(row, at, "ended", by, at)


def reopen(row: Planned | Calendar, *, by: Caregiver, at: datetime) -> None:
    """Undo `end`."""
    _set_end(row, None, "reopened", by, at)


def _set_end(row: Any, value: datetime | None, act: str, by: Caregiver, at: datetime) -> None:
    with transaction.atomic():
        setattr(row, ENDS[type(row)], value)
        row.save(update_fields=[ENDS[type(row)]])
        _record(f"{row._meta.model_name} {act}", row, by, at)


def set_custody(
    child: Child, *, monday: date, weeks: int, days: Collection[int], by: Caregiver, at: datetime
) -> None:
    """Set on which days the child is in the caregiver's own home; every day deletes the row.

    `days` count from the Monday of the first of `weeks` weeks. The other home sets its own.
    """
    kept = sorted({day for day in days if 0 <= day < weeks * WEEK})
    with transaction.atomic():
        ours = Custody.objects.filter(child=child, household=by.household)
        if len(kept) == weeks * WEEK:
            ours.delete()
        else:
            first = monday - timedelta(days=monday.weekday())
            Custody.objects.update_or_create(
                child=child,
                household=by.household,
                defaults={"family": by.family, "monday": first, "weeks": weeks, "days": kept},
            )
        _record("days in this home set", child, by, at)


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
    """Plan a small moment into a part of the day; return the existing plan if there is one."""
    with transaction.atomic():
        ours = planned.active(at).filter(child=child, household=by.household)
        if same := ours.filter(transition=transition, practice=practice).first():
            return same
        require_room(ours)
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
        _record("small moment planned", made, by, at)
        return made


def open_feed(*, token_digest: str, shows: bool, by: Caregiver, at: datetime) -> Feed:
    """Create the caregiver's private feed and end the one before."""
    with transaction.atomic():
        Feed.objects.filter(caregiver=by, ended_at__isnull=True).update(ended_at=at)
        feed = Feed.objects.create(
            family=by.family, caregiver=by, token_digest=token_digest, shows=shows, created_at=at
        )
        _record("feed opened", feed, by, at)
        return feed


def require_room(rows: QuerySet) -> None:
    """Raise ActionRefused if there are already as many rows as allowed."""
    if rows.count() >= MOST:
        raise ActionRefused(_("This list is full. Delete something first."))


def _record(act: str, row: Any, by: Caregiver, at: datetime) -> None:
    record(act, of=by.family_id, by=by.pk, object=row.pk, at=at)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
