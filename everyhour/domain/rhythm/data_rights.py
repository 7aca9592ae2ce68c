"""Export, import and erasure of days and plans: a guardian exports those of their own home.

Events of calendars are left out; they are read again where the calendar is imported.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Q

from everyhour.domain.families import data_rights as families
from everyhour.domain.families.data_rights import Membership
from everyhour.domain.families.models import Caregiver, Family, Household
from everyhour.domain.rhythm.ics import LARGEST
from everyhour.domain.rhythm.models import (
    Calendar,
    Custody,
    Feed,
    Occurrence,
    Part,
    Planned,
    Season,
)
from everyhour.foundation import data_rights
from everyhour.foundation.data_rights import ExportTable, Import, Rows, malformed

PARTS = ExportTable(
    "rhythm.Part",
    "parts",
    (
        "id",
        "family",
        "child",
        "household",
        "kind",
        "name",
        "begins",
        "ends",
        "weekdays",
        "when",
        "every_weeks",
        "anchor",
        "situation",
        "hard",
        "off",
        "created_at",
    ),
    order=("family", "child", "id"),
)
SEASONS = ExportTable(
    "rhythm.Season",
    "seasons",
    ("id", "family", "child", "kind", "name", "first", "last"),
    order=("family", "child", "id"),
)
CUSTODIES = ExportTable(
    "rhythm.Custody",
    "custodies",
    ("family", "child", "household", "monday", "weeks", "days"),
    order=("child", "household"),
)
PLANNED = ExportTable(
    "rhythm.Planned",
    "planned",
    (
        "id",
        "family",
        "child",
        "household",
        "by",
        "transition",
        "practice",
        "origin",
        "weekdays",
        "since",
        "until",
    ),
    order=("family", "since", "id"),
)
CALENDARS = ExportTable(
    "rhythm.Calendar",
    "calendars",
    ("id", "family", "household", "by", "name", "means", "fetched_at", "trouble", "created_at"),
    opened={name: partial(Calendar.seal_place, name=name) for name in ("address", "source")},
    order=("family", "created_at", "id"),
)
OCCURRENCES = ExportTable(
    "rhythm.Occurrence",
    "occurrences",
    (),
    kept_back={"title": "read again from the calendar’s address or file, which are exported"},
)
FEEDS = ExportTable(
    "rhythm.Feed",
    "feeds",
    (),
    kept_back=dict.fromkeys(Feed.personal, "an address of this server; it is of no use elsewhere"),
)
TABLES = (PARTS, SEASONS, CUSTODIES, PLANNED, CALENDARS, OCCURRENCES, FEEDS)
EXPORTED = tuple(table for table in TABLES if table.columns)


def export(person) -> dict[str, Rows]:
    exported: dict[str, Rows] = {table.name: [] for table in EXPORTED}
    for place in families.memberships(person):
        for table, row in _rows(place) if place.whole else ():
            exported[table.name].append(row)
    return {table.name: table.sort(exported[table.name]) for table in EXPORTED}


def _rows(place: Membership) -> Iterator[tuple[ExportTable, dict]]:
    family, home = place.family, place.caregiver.household
    children = list(home.children.all())
    for season in Season.objects.filter(child__in=children):
        yield SEASONS, SEASONS.export_row(season)
    for part in Part.objects.filter(household=home, child__in=children):
        yield PARTS, PARTS.export_row(part)
    for custody in Custody.objects.filter(household=home, child__in=children):
        yield CUSTODIES, CUSTODIES.export_row(custody)
    for planned in Planned.objects.filter(household=home, child__in=children).select_related("by"):
        yield PLANNED, _hide_others(PLANNED.export_row(planned), planned.by, home)
    for calendar in Calendar.objects.present().filter(household=home).select_related("by"):
        calendar.family = family
        yield CALENDARS, _hide_others(CALENDARS.export_row(calendar), calendar.by, home)


def _hide_others(row: dict, by: Caregiver | None, home: Household) -> dict:
    """Clear `by` if that caregiver belongs to another home by now."""
    return row if by and by.household_id == home.pk else row | {"by": None}


def load(loading: Import) -> None:
    for table in (PARTS, SEASONS, CUSTODIES, PLANNED):
        loading.save(table, [table.build(_checked(row), loading) for row in loading.rows(table)])
    loading.save(CALENDARS, [_calendar(row, loading) for row in loading.rows(CALENDARS)])


def _checked(row: dict) -> dict:
    """Return the row; raise ImportRejected if its weekdays or custody days are no day numbers."""
    for name, most in (("weekdays", 7), ("days", 14)):
        days: Any = row.get(name, [])
        if (
            not isinstance(days, list)
            or len(days) > most
            or not all(type(day) is int and 0 <= day < most for day in days)
        ):
            raise malformed()
    return row


def _calendar(row: dict, loading: Import) -> Calendar:
    """Build an imported calendar, due for its first refresh at once."""
    if len(str(row.get("source") or "")) > LARGEST:
        raise malformed()
    calendar = CALENDARS.build(row, loading)
    calendar.next_at = calendar.created_at
    return calendar


def erase(person, at: datetime) -> None:
    """Delete the days of families and homes that end, and this person's own calendars and feeds.

    Destroys the key of a family that ends.
    """
    for place in families.memberships(person):
        if families.family_ends(place):
            families.destroy_key(place.family)
            delete_family_days(place.family)
        elif families.household_closes(place):
            delete_days(Q(household=place.caregiver.household_id))
    mine = Caregiver.objects.filter(person=person)
    Feed.objects.filter(caregiver__in=mine).delete()
    Calendar.objects.filter(by__in=mine).delete()


def delete_days(which: Q) -> None:
    Occurrence.objects.filter(calendar__in=Calendar.objects.filter(which)).delete()
    for model in (Part, Custody, Planned, Calendar):
        model.objects.filter(which).delete()


def delete_family_days(family: Family) -> None:
    delete_days(Q(family=family))
    Season.objects.filter(family=family).delete()
    Feed.objects.filter(family=family).delete()


CONTRIBUTOR = data_rights.Contributor("rhythm", TABLES, export, load, erase)
