"""The days of a child: the usual day, days that differ, holidays and terms, two homes."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from everyhour.domain.families.actions import ActionRefused
from everyhour.domain.families.models import Child
from everyhour.domain.families.permissions import InFamily, guardian, sees_week
from everyhour.domain.rhythm import actions, days, planned, shape
from everyhour.domain.rhythm.models import Custody, Part, Season
from everyhour.domain.rhythm.shape import Day
from everyhour.features.rhythm import wording
from everyhour.features.rhythm.forms import HomesForm, PartForm, SeasonForm, monday
from everyhour.features.rhythm.pages import (
    DELETED,
    INVALID,
    children_of_home,
    find_child,
    post_data,
    show,
)
from everyhour.features.rhythm.plan_rows import left_out, plan_rows
from everyhour.foundation.ui.flash import say
from everyhour.foundation.ui.formats import clock_at
from everyhour.foundation.ui.kept import kept_offline

AHEAD = 7  # days


@sees_week
@kept_offline
def rhythm(request: InFamily) -> HttpResponse:
    """Show the days of one child of this home, and what is planned into them."""
    me, at = request.place.caregiver, timezone.now()
    children = children_of_home(request)
    child_id = request.GET.get("child")
    child = find_child(request, child_id) if child_id else children[0][0] if children else None
    context: dict[str, Any] = {"children": children, "child": child, "me": me}
    if child:
        context |= child_context(child, request, at)
    return show(request, "rhythm", **context)


def child_context(child: Child, request: InFamily, at: datetime) -> dict[str, Any]:
    home, today, known = request.place.caregiver.household, today_of(request), wording.kinds()
    coming = days.days_of((child, home.pk, today + timedelta(days=n)) for n in range(AHEAD))
    parts = list(Part.objects.filter(child=child, household=home))
    plans, zone = planned.for_child(child, home, at), request.person.zone_name_at(at)
    return {
        "name": wording.child_name(child),
        "usual": usual_day(child),
        "parts": [
            {
                "part": part,
                "name": wording.part_name(part.kind, part.name, known),
                "often": wording.often(part),
                "times": wording.times(part),
            }
            for part in parts
        ],
        "seasons": Season.objects.filter(child=child, last__gte=today),
        "custody": Custody.objects.filter(child=child, household=home).first(),
        "planned": plan_rows(
            plans, plannable_parts(child, request), left_out(plans, child, coming, zone=zone, at=at)
        ),
        "ahead": [(wording.day_name(day.on, today), day, entries(day, known)) for day in coming],
        "odd": wording.odd([days.plain_part(part) for part in parts], coming, known),
        "two_homes": child.households.count() > 1,
    }


def usual_day(child: Child) -> list[tuple[str, str, bool]]:
    """Return the parts of the usual day: name, time, and whether it is often hard."""
    names = wording.anchors()
    return [
        (names[key], clock_at(child.day[key]), is_hard(name, child))
        for name, key in shape.ANCHORS.items()
        if shape.is_minute(child.day.get(key))
    ]


def entries(day: Day, known: dict[str, str]) -> list[tuple[str, str, bool]]:
    """Return the parts of a coming day in the same form as `usual_day`."""
    return [
        (wording.part_name(one.kind, one.words, known), clock_at(one.minute), one.hard)
        for one in day.transitions
    ]


def is_hard(name: str, child: Child) -> bool:
    return any(situation in child.hard for situation in shape.AROUND[name])


def plannable_parts(child: Child, request: InFamily) -> dict[str, str]:
    """Return the parts of the day to plan into: stable name -> label with the time."""
    home, known = request.place.caregiver.household, wording.kinds()
    usual = {
        name: f"{known[key]}, {clock_at(child.day[key])}"
        for name, key in shape.ANCHORS.items()
        if name in shape.PREPARABLE and shape.is_minute(child.day.get(key))
    }
    more = {}
    for part in Part.objects.filter(child=child, household=home, off=False):
        name = shape.NAMES.get(part.kind, "")
        label = wording.part_name(part.kind, part.name, known)
        label = f"{label}, {clock_at(part.begins)}"
        if name in shape.PREPARABLE and name not in usual:
            usual[name] = label
        elif not name:
            more[part.pk] = label
    return usual | more


@guardian
@kept_offline
def part_new(request: InFamily, child_id: str) -> HttpResponse:
    """Add a part of the day that differs on some days."""
    child, today = find_child(request, child_id), today_of(request)
    initial = {"every_weeks": 1, "when": Part.Applies.ALWAYS, "kind": "bed", "anchor": today}
    form = PartForm(post_data(request), today=today, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_part(child, **form.columns, by=request.place.caregiver, at=timezone.now())
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            say(request, _("Added. Today will follow it from now on."))
            return redirect(rhythm_url(child))
    return part_form(request, form, child)


@guardian
@kept_offline
def part(request: InFamily, part_id: str) -> HttpResponse:
    """Change a part of the day."""
    part = find_part(request, part_id)
    form = PartForm.for_part(part, post_data(request), today=today_of(request))
    if request.method == "POST" and form.is_valid():
        actions.change_part(part, **form.columns, by=request.place.caregiver, at=timezone.now())
        say(request, _("Saved."))
        return redirect(rhythm_url(part.child))
    return part_form(request, form, part.child, part)


def part_form(
    request: InFamily, form: PartForm, child: Child, part: Part | None = None
) -> HttpResponse:
    context = {"form": form, "child": child, "part": part, "back": rhythm_url(child)}
    status = INVALID if form.errors else 200
    return show(request, "part", status=status, name=wording.child_name(child), **context)


@guardian
@require_POST
def part_removal(request: InFamily, part_id: str) -> HttpResponse:
    """Delete a part, or restore the one deleted last in this session."""
    if "undo" in request.POST:
        return restore(request, Part, part_id)
    part = find_part(request, part_id)
    return delete(request, part, "rhythm-part-removal", rhythm_url(part.child))


@guardian
@kept_offline
def seasons(request: InFamily, child_id: str) -> HttpResponse:
    """List the holidays and terms of a child, and add one."""
    child = find_child(request, child_id)
    form = SeasonForm(post_data(request), initial={"kind": Season.Kind.HOLIDAYS})
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_season(child, **form.columns, by=request.place.caregiver, at=timezone.now())
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            say(request, _("Added."))
            return redirect("rhythm-seasons", child.pk)
    kinds = dict(wording.seasons())
    shown = [
        {"season": season, "name": season.name or kinds[season.kind], "kind": kinds[season.kind]}
        for season in Season.objects.filter(child=child)
    ]
    context = {"form": form, "child": child, "seasons": shown, "back": rhythm_url(child)}
    status = INVALID if form.errors else 200
    return show(request, "seasons", status=status, name=wording.child_name(child), **context)


@guardian
@require_POST
def season_removal(request: InFamily, season_id: str) -> HttpResponse:
    """Delete holidays or a term, or restore the ones deleted last in this session."""
    if "undo" in request.POST:
        return restore(request, Season, season_id)
    children = request.place.caregiver.household.children.all()
    season = get_object_or_404(Season, pk=season_id, child__in=children)
    url = reverse("rhythm-seasons", args=[season.child_id])
    return delete(request, season, "rhythm-season-removal", url)


def delete(request: InFamily, row: Part | Season, removal: str, then: str) -> HttpResponse:
    """Delete a row and keep its columns in the session, so that `restore` can undo it."""
    undo = reverse(removal, args=[row.pk])
    request.session[DELETED] = actions.delete(row, by=request.place.caregiver, at=timezone.now())
    say(request, _("Deleted."), undo=undo)
    return redirect(then)


def restore(request: InFamily, model: type[Part] | type[Season], pk: str) -> HttpResponse:
    kept = request.session.get(DELETED) or {}
    if kept.get("id") != pk:
        raise Http404
    kept, me = request.session.pop(DELETED), request.place.caregiver
    row = actions.restore(model, kept, by=me, at=timezone.now())
    if row is None:
        raise Http404
    say(request, _("Restored."))
    seasons = reverse("rhythm-seasons", args=[row.child_id])
    return redirect(rhythm_url(row.child) if model is Part else seasons)


@guardian
@kept_offline
def homes(request: InFamily, child_id: str) -> HttpResponse:
    """Set on which days the child is in this home."""
    child, me = find_child(request, child_id), request.place.caregiver
    custody = Custody.objects.filter(child=child, household=me.household).first()
    first = monday(today_of(request))
    form = HomesForm(post_data(request))
    if request.method == "POST" and form.is_valid():
        weeks, chosen = form.cleaned_data["weeks"] or 2, form.cleaned_data["days"]
        actions.set_custody(child, monday=first, weeks=weeks, days=chosen, by=me, at=timezone.now())
        say(request, _("Saved. On the other days, Today suggests nothing."))
        return redirect(rhythm_url(child))
    weeks = requested_weeks(request, custody)
    return show(
        request,
        "homes",
        child=child,
        name=wording.child_name(child),
        board=board(custody, first, weeks),
        weeks=weeks,
        back=rhythm_url(child),
    )


def board(custody: Custody | None, first: date, weeks: int) -> list[list[tuple[int, date, bool]]]:
    """Return weeks of days: number, date, and whether the child is in this home."""
    pattern = (
        shape.CustodyPattern(custody.monday, custody.weeks, frozenset(custody.days))
        if custody
        else None
    )
    dates = [first + timedelta(days=n) for n in range(7 * weeks)]
    cells = [(n, on, pattern is None or on in pattern) for n, on in enumerate(dates)]
    return [cells[7 * week : 7 * week + 7] for week in range(weeks)]


def requested_weeks(request: InFamily, custody: Custody | None) -> int:
    weeks = request.GET.get("weeks", "")
    return int(weeks) if weeks in ("1", "2") else custody.weeks if custody else 2


def find_part(request: InFamily, pk: str) -> Part:
    """Return a part of the caregiver's own home, or raise 404."""
    home = request.place.caregiver.household
    ours = Part.objects.filter(household=home, child__in=home.children.all())
    return get_object_or_404(ours.select_related("child"), pk=pk)


def today_of(request: InFamily) -> date:
    """Return today's date in the person's time zone."""
    at = timezone.now()
    return at.astimezone(request.person.zone_at(at)).date()


def rhythm_url(child: Child) -> str:
    return f"{reverse('rhythm')}?child={child.pk}"
