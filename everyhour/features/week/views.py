"""Views of the week: seven days, one hour of them, twelve weeks, and the PDF."""

import contextlib
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode

from everyhour.domain.families.permissions import sees_week
from everyhour.features.week import drawing, queries, wording
from everyhour.features.week.cells import (
    GIVEN,
    GOT,
    HINT,
    PROFESSIONAL,
    Cell,
    Picture,
    Row,
    picture,
)
from everyhour.features.week.figures import figures
from everyhour.features.week.pdf import render_pdf
from everyhour.foundation.lib.weeks import DAYS, Week
from everyhour.foundation.live.hub import hub
from everyhour.foundation.ui.kept import kept_offline

WEEKS = 12
MARKS = {GIVEN: "g", GOT: "p", PROFESSIONAL: "t", HINT: "n"}


@sees_week
@kept_offline
def week(request: HttpRequest, on: date | None = None, hour: str | None = None) -> HttpResponse:
    """Show the seven days that end on a date (today by default), and one hour of them if given."""
    live, at, viewer = hub.here(), timezone.now(), queries.load_viewer(request)
    today = viewer.today(at)
    last = on or today
    if last > today:
        return redirect("week")
    shown = queries.load_picture(viewer, last, at=at)
    opened = shown.find(hour) if hour else None
    if hour and opened is None:
        raise Http404
    return render(
        request,
        "week/week.html",
        {"live": live, **page(viewer, shown, last, today=today, opened=opened, at=at)},
    )


@sees_week
def paper(request: HttpRequest, on: date) -> HttpResponse:
    """Return the week as a PDF; its file name does not name the child."""
    at, viewer = timezone.now(), queries.load_viewer(request)
    if on > viewer.today(at):
        raise Http404
    shown = queries.load_picture(viewer, on, at=at)
    response = HttpResponse(
        render_pdf(shown, wording.name(viewer.child)), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = f'inline; filename="week-{on}.pdf"'
    return response


@sees_week
@kept_offline
def weeks(request: HttpRequest) -> HttpResponse:
    """Show up to twelve weeks as small pictures, newest first."""
    at, viewer = timezone.now(), queries.load_viewer(request)
    last = viewer.today(at)
    whole = viewer.week(last, days=WEEKS * DAYS)
    rows = queries.moments(viewer, whole.start, whole.end)
    lights = [
        *queries.untitled_lights(rows, viewer),
        *queries.hint_lights(viewer, whole.start, whole.end),
    ]
    rhythm = viewer.rhythm()
    child = wording.name(viewer.child)
    began, drawn = queries.first_visible_at(viewer), []
    for number in range(WEEKS):
        days = whole.days[len(whole.days) - (number + 1) * DAYS : len(whole.days) - number * DAYS]
        part = Week(days)
        if number and part.end <= began:
            break  # before there was anything to see
        shown = picture(
            part, [light for light in lights if part.start <= light.at < part.end], rhythm, at=at
        )
        first, ends = days[0].on, days[-1].on
        drawn.append(
            {
                "dates": wording.days(first, ends),
                "summary": wording.summary(shown, child),
                "drawing": drawing.draw_small_week(shown),
                "url": address("week-of", viewer, ends),
            }
        )
    return render(
        request,
        "week/weeks.html",
        {"nav": "week", "weeks": drawn, "child": child, **chooser(viewer, "weeks")},
    )


def page(
    viewer: queries.Viewer,
    shown: Picture,
    last: date,
    *,
    today: date,
    opened: tuple[Row, Cell] | None,
    at,
) -> dict:
    child, facts = wording.name(viewer.child), shown.facts
    here, describe = (
        reverse("week-of", args=[last]),
        partial(lights_of, child=child, room=moments_url()),
    )
    tail = query(viewer)
    return {
        "nav": "week",
        "child": child,
        "hours": facts.hours,
        "current": last == today,
        "facts": facts,
        "dates": wording.days(last - timedelta(days=DAYS - 1), last),
        "reached": wording.opening_sentences(facts, child),
        "when": wording.details(facts),
        "unmarked": wording.unmarked(facts),
        "rows": [row_of(number, row, here, tail, today) for number, row in enumerate(shown.rows)],
        "ticks": ticks(shown),
        "longest": shown.longest,
        "sky": drawing.draw_week(shown),
        "lit": {
            f"{n}-{i}": describe(cell)
            for n, row in enumerate(shown.rows)
            for i, cell in enumerate(row.cells)
            if cell.lights
        },
        "opened": {
            "when": wording.hour(*opened),
            "lights": describe(opened[1]),
            "state": wording.state(opened[1]),
        }
        if opened
        else None,
        "figures": figures(shown, at=at),
        "this": address("week-of", viewer, last),
        "paper": address("week-paper", viewer, last),
        "weeks": address("weeks", viewer),
        "earlier": address("week-of", viewer, last - timedelta(days=DAYS))
        if queries.first_visible_at(viewer) < shown.cells[0].hour.start
        else "",
        "later": address("week-of", viewer, min(last + timedelta(days=DAYS), today))
        if last < today
        else "",
        **chooser(viewer, "week-of", last),
    }


def row_of(number: int, row: Row, here: str, tail: str, today: date) -> dict:
    """Return one day for the template: heading, cells and table row."""
    return {
        "number": number,
        "on": row.on,
        "today": row.on == today,
        "moved": wording.place(row.zones[-1]) if len(row.zones) > 1 else "",
        "cells": [
            {
                "label": wording.label(row, c),
                "url": f"{here}{c.hour.key}/{tail}#hour" if c.lights else "",
                "now": c.now,
            }
            for c in row.cells
        ],
        "given": len(row.lights(GIVEN)),
        "given_at": links(row, GIVEN, here, tail),
        "got": len(row.lights(GOT)),
        "got_at": links(row, GOT, here, tail),
        "professional": len(row.lights(PROFESSIONAL)),
        "professional_at": links(row, PROFESSIONAL, here, tail),
        "hints": len(row.lights(HINT)),
        "hints_at": links(row, HINT, here, tail),
        "rest": wording.resting(row),
    }


def links(row: Row, kind: str, here: str, tail: str) -> list[tuple[str, str]]:
    return [
        (wording.clock(c.hour.wall.hour, c.hour.wall.minute), f"{here}{c.hour.key}/{tail}#hour")
        for c in row.cells
        if c.count(kind)
    ]


def lights_of(cell: Cell, *, child: str, room: str) -> list[list[str]]:
    """Return each light of an hour as mark, title, detail, URL and possible step."""
    return [
        [
            MARKS[light.kind],
            wording.title(light),
            wording.detail(light),
            f"{room}{light.key}/" if room and light.key else "",
            wording.step(light, child),
        ]
        for light in cell.lights
    ]


def moments_url() -> str:
    """Return the URL of the moments page; "" where it is not installed."""
    with contextlib.suppress(NoReverseMatch):
        return reverse("moments")
    return ""


def ticks(shown: Picture) -> list[str]:
    """Return labels for a few hours, by a day without a clock change."""
    row = next((row for row in shown.rows if len(row.cells) == 24), shown.rows[0])
    named = {6, 12, 18, 22, row.cells[0].hour.wall.hour}
    labels = [
        wording.clock(cell.hour.wall.hour) if cell.hour.wall.hour in named else ""
        for cell in row.cells
    ]
    if row.cells[0].hour.wall.hour in (5, 7, 4, 11, 17, 21):
        labels[1] = ""
    return labels + [""] * (shown.longest - len(labels))


def chooser(viewer: queries.Viewer, name: str, *args) -> dict:
    """Return the links to choose a child, when there are several."""
    if len(viewer.children) < 2:
        guardian = viewer.caregiver.is_guardian
        return {"children": [], "no_child": not viewer.children, "guardian": guardian}
    return {
        "children": [
            (wording.name(c), address(name, replace(viewer, child=c), *args), c == viewer.child)
            for c in viewer.children
        ]
    }


def address(name: str, viewer: queries.Viewer, *args) -> str:
    return reverse(name, args=args) + query(viewer)


def query(viewer: queries.Viewer) -> str:
    return (
        "?" + urlencode({"child": viewer.child.pk})
        if viewer.child and viewer.child != viewer.children[0]
        else ""
    )
