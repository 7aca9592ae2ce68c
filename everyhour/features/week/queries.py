"""Queries of the week, constant in number, each through the person's own membership."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from django.db.models import Q
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.moments import rest
from everyhour.domain.moments.models import Moment
from everyhour.domain.moments.progress import stirred
from everyhour.domain.practices.models import Edition
from everyhour.domain.rhythm import days
from everyhour.domain.rhythm.shape import MINUTES, Day
from everyhour.features.week.cells import (
    GIVEN,
    GOT,
    HINT,
    PROFESSIONAL,
    Light,
    Picture,
    Rhythm,
    picture,
)
from everyhour.foundation.lib import weeks

KINDS = {Moment.Kind.GIVEN: GIVEN, Moment.Kind.GOT: GOT, Moment.Kind.PROFESSIONAL: PROFESSIONAL}
START_OF_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Viewer:
    """A caregiver, the chosen child of their home, and their time zones."""

    caregiver: Caregiver
    children: list[Child]
    child: Child | None
    zones: list[tuple[datetime, str]]

    def for_each_child(self) -> list["Viewer"]:
        """Return a viewer of each child; without children, itself."""
        return [replace(self, child=child) for child in self.children] or [self]

    @property
    def wakes(self) -> int:
        return self._usual("wakes", self.caregiver.family.quiet_until)

    def _usual(self, name: str, otherwise: int) -> int:
        minute = self.child.day.get(name) if self.child else None
        return otherwise if minute is None else int(minute)

    def today(self, at: datetime) -> date:
        return weeks.day_of(at, zones=self.zones, wakes=self.wakes)

    def week(self, last: date, days: int = weeks.DAYS) -> weeks.Week:
        return weeks.week(
            last - timedelta(days=days - 1), zones=self.zones, wakes=self.wakes, days=days
        )

    def rhythm(
        self,
        days_off: Iterable[date] = (),
        hard: Iterable[tuple[datetime, datetime]] = (),
        laid: Sequence[Day] = (),
    ) -> Rhythm:
        """Return the usual day, with the exceptions of the given dates."""
        family, day = self.caregiver.family, self.child.day if self.child else {}
        school = (
            (int(day["school_starts"]), int(day["home_again"]))
            if {"school_starts", "home_again"} <= day.keys()
            else None
        )
        quiet = (family.quiet_from, family.quiet_until)
        beds = {one.on: one.bed % MINUTES for one in laid if one.bed is not None}
        schools = frozenset(one.on for one in laid if one.school) if laid else None
        bed = self._usual("bed", family.quiet_from)
        return Rhythm(
            self.wakes, bed, quiet, school, frozenset(days_off), tuple(hard), beds, schools
        )


def load_viewer(request) -> Viewer:
    """Return the viewer of a request; raise Http404 for a child of another home."""
    viewer = viewer_of(request.place.caregiver, request.person)
    wanted = request.GET.get("child")
    if not wanted:
        return viewer
    child = next((child for child in viewer.children if child.pk == wanted), None)
    if child is None:
        raise Http404
    return replace(viewer, child=child)


def viewer_of(caregiver: Caregiver, person) -> Viewer:
    """Return the viewer of a caregiver's first child."""
    children = list(caregiver.family.children.filter(households=caregiver.household))
    zones = list(person.zone_periods.values_list("since", "zone")) or [(START_OF_TIME, "UTC")]
    return Viewer(caregiver, children, next(iter(children), None), zones)


def load_picture(viewer: Viewer, last: date, *, at: datetime) -> Picture:
    """Return the picture of the seven days that end on a date."""
    week = viewer.week(last)
    rows = moments(viewer, week.start, week.end)
    found = [*lights(rows, viewer), *hint_lights(viewer, week.start, week.end)]
    return picture(
        week,
        found,
        viewer.rhythm(
            days_off(viewer, week), rests_after_hard_moments(rows, week), days_of_week(viewer, week)
        ),
        at=at,
    )


def days_of_week(viewer: Viewer, week: weeks.Week) -> list[Day]:
    """Return the child's days of a week in this home."""
    home = viewer.caregiver.household_id
    return days.days_of((viewer.child, home, day.on) for day in week.days) if viewer.child else []


def moments(viewer: Viewer, start: datetime, end: datetime) -> list[Moment]:
    family = viewer.caregiver.family
    found = (
        Moment.objects.of(family)
        .visible_to(viewer.caregiver)
        .between(start, end)
        .filter(Q(child=viewer.child) | Q(child=None))
    )
    return list(found.select_related("caregiver").defer("decision"))


def first_visible_at(viewer: Viewer) -> datetime:
    """Return the start of the family, or of its first visible moment if earlier."""
    first = (
        Moment.objects.of(viewer.caregiver.family)
        .visible_to(viewer.caregiver)
        .order_by("at")
        .values_list("at", flat=True)
        .first()
    )
    return min(first or viewer.caregiver.family.created_at, viewer.caregiver.family.created_at)


def hint_lights(viewer: Viewer, start: datetime, end: datetime) -> list[Light]:
    found = (
        Moment.objects.of(viewer.caregiver.family)
        .hinted_to(viewer.caregiver)
        .between(start, end)
        .filter(child=viewer.child)
    )
    return [Light(at, HINT) for at in found.values_list("at", flat=True)]


def lights(rows: list[Moment], viewer: Viewer) -> list[Light]:
    names = titles({row.edition_id for row in rows if row.edition_id and not row.title})
    return [_light(row, viewer, names) for row in rows]


def untitled_lights(rows: list[Moment], viewer: Viewer) -> list[Light]:
    """Return lights without decrypting titles, for small pictures."""
    return [
        Light(row.at, KINDS[Moment.Kind(row.kind)], mine=row.caregiver_id == viewer.caregiver.pk)
        for row in rows
    ]


def titles(editions: set[int]) -> dict[int, str]:
    """Return titles of editions in the page's language."""
    language = get_language() or "en"
    held = Edition.objects.filter(pk__in=editions).values_list(
        "pk", f"texts__{language}__title", "texts__en__title"
    )
    return {pk: local or english or "" for pk, local, english in held}


def _light(row: Moment, viewer: Viewer, names: dict[int, str]) -> Light:
    row.family = viewer.caregiver.family  # its key is opened once
    mine = row.caregiver_id == viewer.caregiver.pk
    by = row.caregiver.name if row.caregiver and not mine else ""
    title = row.own_title or names.get(row.edition_id or 0, "")
    step = stirred(row.state_before, row.state_after)
    return Light(
        row.at,
        KINDS[Moment.Kind(row.kind)],
        title,
        outcome_label(row),
        by,
        mine,
        key=row.pk,
        stirred=step,
    )


def outcome_label(row: Moment) -> str:
    said = {
        "settled": _("settled"),
        "a_bit": _("a bit"),
        "not_yet": _("not yet"),
        "unsafe": _("wasn’t safe"),
    }
    return said.get(row.outcome, "")


def days_off(viewer: Viewer, week: weeks.Week) -> list[date]:
    dates = [day.on for day in week.days]
    return list(
        viewer.caregiver.family.rests.filter(
            household=viewer.caregiver.household, on__in=dates
        ).values_list("on", flat=True)
    )


def rests_after_hard_moments(
    rows: list[Moment], week: weeks.Week
) -> list[tuple[datetime, datetime]]:
    """Return the longer rests that follow hard moments, as start and end."""
    found = rest.rests(
        [rest.build_past_moment(row) for row in rows],
        quiet=None,
        days_off=(),
        start=week.start,
        end=week.end,
        zones=(),
    )
    return [(span.start, span.end) for span in found if span.kind == rest.AFTER_A_HARD_ONE]
