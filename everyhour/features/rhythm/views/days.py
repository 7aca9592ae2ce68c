"""The days of a child: the usual one, what is different, holidays and terms, two homes."""

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
from everyhour.domain.rhythm import actions, days, planned, shape, titles
from everyhour.domain.rhythm.models import Custody, Part, Planned, Season
from everyhour.domain.rhythm.shape import Day
from everyhour.features.rhythm import words
from everyhour.features.rhythm.forms import HomesForm, PartForm, SeasonForm, monday
from everyhour.features.rhythm.pages import KEPT, WRONG, children_around, found, sent, show
from everyhour.foundation.ui.flash import say
from everyhour.foundation.ui.formats import clock_at

AHEAD = 7


@sees_week
def rhythm(request: InFamily) -> HttpResponse:
    """Show the days of one child of this home, and what is planned into them."""
    me, at = request.place.caregiver, timezone.now()
    children = children_around(request)
    asked = request.GET.get("child")
    child = found(request, asked) if asked else next((child for child, _name in children), None)
    context: dict[str, Any] = {"children": children, "child": child, "me": me}
    if child:
        context |= of_child(child, request, at)
    return show(request, "rhythm", **context)


def of_child(child: Child, request: InFamily, at: datetime) -> dict[str, Any]:
    home, today, known = (
        request.place.caregiver.household,
        today_of(request),
        {**words.situations(), **words.anchors()},
    )
    plans = planned.for_child(child, home, at)
    laid = days.days_of((child, home.pk, today + timedelta(days=n)) for n in range(AHEAD))
    parts = list(Part.objects.filter(child=child, household=home))
    return {
        "name": words.child_name(child),
        "usual": usual(child),
        "parts": [
            (part, words.named(part.kind, part.name, known), words.often(part), times(part))
            for part in parts
        ],
        "seasons": Season.objects.filter(child=child, last__gte=today),
        "custody": Custody.objects.filter(child=child, household=home).first(),
        "planned": plans_of(plans, places(child, request)),
        "ahead": [(words.day_of(day.on, today), day, line(day, known)) for day in laid],
        "odd": words.odd([days.plain_part(part) for part in parts], laid, known),
        "two_homes": child.households.count() > 1,
    }


def usual(child: Child) -> list[tuple[str, str, bool]]:
    """Give the usual day as a line: what, when, and whether it is often hard."""
    names = words.anchors()
    given = [(name, kind) for name, kind in shape.ANCHORS.items() if told(child, kind)]
    return [(names[kind], clock_at(child.day[kind]), hard(name, child)) for name, kind in given]


def plans_of(plans: list[Planned], into: dict[str, str]) -> list[tuple[Planned, str, str, str]]:
    """Give what is planned, by title, with the part of the day it goes into and its days."""
    named = titles.titles_of(one.practice for one in plans)
    gone = _("No longer in the library")
    return [
        (
            one,
            named.get(one.practice, gone),
            into.get(one.transition, ""),
            words.weekdays(one.weekdays),
        )
        for one in plans
    ]


def line(day: Day, known: dict[str, str]) -> list[tuple[str, str, bool]]:
    return [
        (words.transition(one, known), clock_at(one.minute), one.hard) for one in day.transitions
    ]


def told(child: Child, kind: str) -> bool:
    return shape.is_minute(child.day.get(kind))


def hard(name: str, child: Child) -> bool:
    return any(situation in child.hard for situation in shape.AROUND[name])


def times(part: Part) -> str:
    if part.off:
        return _("not on these days")
    begins = clock_at(part.begins)
    return (
        begins
        if part.ends is None
        else _("{begins} to {ends}").format(begins=begins, ends=clock_at(part.ends))
    )


def places(child: Child, request: InFamily) -> dict[str, str]:
    """Give what something can be planned into: the parts of the usual day, and those the family added, by the name that stays."""
    home, known = request.place.caregiver.household, {**words.situations(), **words.anchors()}
    usual = {
        name: f"{known[kind]}, {clock_at(child.day[kind])}"
        for name, kind in shape.ANCHORS.items()
        if name in shape.PREPARABLE and told(child, kind)
    }
    more = {}
    for part in Part.objects.filter(child=child, household=home, off=False):
        name, called = (
            shape.NAMES.get(part.kind, ""),
            f"{words.named(part.kind, part.name, known)}, {clock_at(part.begins)}",
        )
        if name in shape.PREPARABLE and name not in usual:
            usual[name] = called
        elif not name:
            more[part.pk] = called
    return usual | more


@guardian
def part_new(request: InFamily, child_id: str) -> HttpResponse:
    """Tell of something that is different on some days."""
    child = found(request, child_id)
    initial = {
        "every_weeks": 1,
        "when": Part.Applies.ALWAYS,
        "kind": "bed",
        "anchor": today_of(request),
    }
    form = PartForm(sent(request), today=today_of(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_part(child, **form.told, by=request.place.caregiver, at=timezone.now())
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            say(request, _("Added. Today will follow it from now on."))
            return redirect(back(child))
    return part_form(request, form, child)


@guardian
def part(request: InFamily, part_id: str) -> HttpResponse:
    """Change a part of the day."""
    part = found_part(request, part_id)
    form = PartForm.of(part, sent(request), today=today_of(request))
    if request.method == "POST" and form.is_valid():
        actions.change_part(part, **form.told, by=request.place.caregiver, at=timezone.now())
        say(request, _("Saved."))
        return redirect(back(part.child))
    return part_form(request, form, part.child, part)


def part_form(
    request: InFamily, form: PartForm, child: Child, part: Part | None = None
) -> HttpResponse:
    status = WRONG if form.errors else 200
    return show(
        request,
        "part",
        status=status,
        form=form,
        child=child,
        name=words.child_name(child),
        part=part,
        back=back(child),
    )


@guardian
@require_POST
def part_removal(request: InFamily, part_id: str) -> HttpResponse:
    """Take a part out of the days, or put it back as it was."""
    if "undo" in request.POST:
        return put_back(request, Part, part_id)
    part = found_part(request, part_id)
    child = part.child
    request.session[KEPT] = actions.delete(part, by=request.place.caregiver, at=timezone.now())
    say(request, _("Deleted."), undo=reverse("rhythm-part-removal", args=[part_id]))
    return redirect(back(child))


def put_back(request: InFamily, model: type[Part] | type[Season], pk: str) -> HttpResponse:
    kept = request.session.get(KEPT) or {}
    if kept.get("id") != pk:
        raise Http404
    row = actions.restore(
        model, request.session.pop(KEPT), by=request.place.caregiver, at=timezone.now()
    )
    if row is None:
        raise Http404
    say(request, _("Restored."))
    return redirect(
        back(row.child) if model is Part else reverse("rhythm-seasons", args=[row.child_id])
    )


@guardian
def seasons(request: InFamily, child_id: str) -> HttpResponse:
    """Show and tell of holidays and terms."""
    child = found(request, child_id)
    form = SeasonForm(sent(request), initial={"kind": Season.Kind.HOLIDAYS})
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_season(child, **form.told, by=request.place.caregiver, at=timezone.now())
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            say(request, _("Added."))
            return redirect("rhythm-seasons", child.pk)
    known = dict(words.seasons())
    told = [
        (season, season.name or known[season.kind], known[season.kind])
        for season in Season.objects.filter(child=child)
    ]
    status = WRONG if form.errors else 200
    return show(
        request,
        "seasons",
        status=status,
        form=form,
        child=child,
        name=words.child_name(child),
        seasons=told,
        back=back(child),
    )


@guardian
@require_POST
def season_removal(request: InFamily, season_id: str) -> HttpResponse:
    """Take holidays or a term out, or put it back as it was."""
    if "undo" in request.POST:
        return put_back(request, Season, season_id)
    season = get_object_or_404(
        Season, pk=season_id, child__in=request.place.caregiver.household.children.all()
    )
    child = season.child_id
    request.session[KEPT] = actions.delete(season, by=request.place.caregiver, at=timezone.now())
    say(request, _("Deleted."), undo=reverse("rhythm-season-removal", args=[season_id]))
    return redirect("rhythm-seasons", child)


@guardian
def homes(request: InFamily, child_id: str) -> HttpResponse:
    """Tap the days on which the child is in this home."""
    child, me = found(request, child_id), request.place.caregiver
    mine = Custody.objects.filter(child=child, household=me.household).first()
    first = monday(today_of(request))
    form = HomesForm(sent(request))
    if request.method == "POST" and form.is_valid():
        weeks = form.cleaned_data["weeks"] or 2
        actions.set_custody(
            child,
            monday=first,
            weeks=weeks,
            days=form.cleaned_data["days"],
            by=me,
            at=timezone.now(),
        )
        say(request, _("Saved. On the other days, Today suggests nothing."))
        return redirect(back(child))
    weeks = weeks_asked(request, mine)
    turns = shape.CustodyPattern(mine.monday, mine.weeks, frozenset(mine.days)) if mine else None
    board = [
        [
            (
                7 * week + day,
                on := first + timedelta(days=7 * week + day),
                turns is None or on in turns,
            )
            for day in range(7)
        ]
        for week in range(weeks)
    ]
    return show(
        request,
        "homes",
        child=child,
        name=words.child_name(child),
        board=board,
        weeks=weeks,
        back=back(child),
    )


def weeks_asked(request: InFamily, mine: Custody | None) -> int:
    asked = request.GET.get("weeks", "")
    return int(asked) if asked in ("1", "2") else mine.weeks if mine else 2


def found_part(request: InFamily, pk: str) -> Part:
    me = request.place.caregiver
    mine = Part.objects.filter(
        household=me.household, child__in=me.household.children.all()
    ).select_related("child")
    return get_object_or_404(mine, pk=pk)


def today_of(request: InFamily) -> date:
    """Give the date on the wall of whoever asks."""
    at = timezone.now()
    return at.astimezone(request.person.zone_at(at)).date()


def back(child: Child) -> str:
    return f"{reverse('rhythm')}?child={child.pk}"
