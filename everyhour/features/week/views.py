"""The week of 168 hours: the last seven days, any week back in time, one hour of it, twelve weeks small, and on paper."""

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
from everyhour.features.week import drawing, finding, words
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
from everyhour.features.week.paper import printed
from everyhour.foundation.lib.weeks import DAYS, Week
from everyhour.foundation.live.hub import hub

WEEKS = 12
MARKS = {GIVEN: "g", GOT: "p", PROFESSIONAL: "t", HINT: "n"}


@sees_week
def week(request: HttpRequest, on: date | None = None, hour: str | None = None) -> HttpResponse:
    """Show the seven days that end on a date, the last ones unless said; and what happened in one hour of them."""
    live, at, look = hub.here(), timezone.now(), finding.look(request)
    today = look.today(at)
    last = on or today
    if last > today:
        return redirect("week")
    shown = finding.shown(look, last, at=at)
    opened = shown.find(hour) if hour else None
    if hour and opened is None:
        raise Http404
    return render(
        request,
        "week/week.html",
        {"live": live, **page(look, shown, last, today=today, opened=opened, at=at)},
    )


@sees_week
def paper(request: HttpRequest, on: date) -> HttpResponse:
    """Give the same week as a PDF; its name tells nothing of whom it is about."""
    at, look = timezone.now(), finding.look(request)
    if on > look.today(at):
        raise Http404
    shown = finding.shown(look, on, at=at)
    response = HttpResponse(printed(shown, words.name(look.child)), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="week-{on}.pdf"'
    return response


@sees_week
def weeks(request: HttpRequest) -> HttpResponse:
    """Show the last weeks side by side, up to twelve, each a small picture; the newest first."""
    at, look = timezone.now(), finding.look(request)
    last = look.today(at)
    whole = look.week(last, days=WEEKS * DAYS)
    rows = finding.moments(look, whole.start, whole.end)
    lights = [*finding.unnamed(rows, look), *finding.hints(look, whole.start, whole.end)]
    rhythm = look.rhythm()
    child = words.name(look.child)
    began, drawn = finding.began(look), []
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
                "dates": words.days(first, ends),
                "told": words.summary(shown, child),
                "drawing": drawing.mini(shown),
                "url": address("week-of", look, ends),
            }
        )
    return render(
        request,
        "week/weeks.html",
        {"nav": "week", "weeks": drawn, "child": child, **chooser(look, "weeks")},
    )


def page(
    look: finding.Look,
    shown: Picture,
    last: date,
    *,
    today: date,
    opened: tuple[Row, Cell] | None,
    at,
) -> dict:
    child, facts = words.name(look.child), shown.facts
    here, told = (
        reverse("week-of", args=[last]),
        partial(lights_of, child=child, room=room_of_moments()),
    )
    tail = query(look)
    return {
        "nav": "week",
        "child": child,
        "hours": facts.hours,
        "current": last == today,
        "facts": facts,
        "dates": words.days(last - timedelta(days=DAYS - 1), last),
        "reached": words.reached(facts, child),
        "when": words.when(facts),
        "unmarked": words.unmarked(facts),
        "rows": [row_of(number, row, here, tail, today) for number, row in enumerate(shown.rows)],
        "ticks": ticks(shown),
        "longest": shown.longest,
        "sky": drawing.sky(shown),
        "lit": {
            f"{n}-{i}": told(cell)
            for n, row in enumerate(shown.rows)
            for i, cell in enumerate(row.cells)
            if cell.lights
        },
        "opened": {
            "when": words.hour(*opened),
            "lights": told(opened[1]),
            "state": words.state(opened[1]),
        }
        if opened
        else None,
        "figures": figures(shown, at=at),
        "this": address("week-of", look, last),
        "paper": address("week-paper", look, last),
        "weeks": address("weeks", look),
        "earlier": address("week-of", look, last - timedelta(days=DAYS))
        if finding.began(look) < shown.cells[0].hour.start
        else "",
        "later": address("week-of", look, min(last + timedelta(days=DAYS), today))
        if last < today
        else "",
        **chooser(look, "week-of", last),
    }


def row_of(number: int, row: Row, here: str, tail: str, today: date) -> dict:
    """Lay out one day: its head, its cells, and its line of the table."""
    return {
        "number": number,
        "on": row.on,
        "today": row.on == today,
        "moved": words.place(row.zones[-1]) if len(row.zones) > 1 else "",
        "cells": [
            {
                "label": words.label(row, c),
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
        "rest": words.resting(row),
    }


def links(row: Row, kind: str, here: str, tail: str) -> list[tuple[str, str]]:
    return [
        (words.clock(c.hour.wall.hour, c.hour.wall.minute), f"{here}{c.hour.key}/{tail}#hour")
        for c in row.cells
        if c.count(kind)
    ]


def lights_of(cell: Cell, *, child: str, room: str) -> list[list[str]]:
    """Tell each light of an hour: its mark, what it was, how it went, where to read on, and what may be a step."""
    return [
        [
            MARKS[light.kind],
            words.title(light),
            words.detail(light),
            f"{room}{light.key}/" if room and light.key else "",
            words.step(light, child),
        ]
        for light in cell.lights
    ]


def room_of_moments() -> str:
    """Give where moments are read and changed, if this house has that room."""
    with contextlib.suppress(NoReverseMatch):
        return reverse("moments")
    return ""


def ticks(shown: Picture) -> list[str]:
    """Name a few hours along the side, by a day on which no clock moved."""
    row = next((row for row in shown.rows if len(row.cells) == 24), shown.rows[0])
    named = {6, 12, 18, 22, row.cells[0].hour.wall.hour}
    told = [
        words.clock(cell.hour.wall.hour) if cell.hour.wall.hour in named else ""
        for cell in row.cells
    ]
    if row.cells[0].hour.wall.hour in (5, 7, 4, 11, 17, 21):
        told[1] = ""
    return told + [""] * (shown.longest - len(told))


def chooser(look: finding.Look, name: str, *args) -> dict:
    """Offer the children, where there are several."""
    if len(look.children) < 2:
        return {"children": []}
    return {
        "children": [
            (words.name(c), address(name, replace(look, child=c), *args), c == look.child)
            for c in look.children
        ]
    }


def address(name: str, look: finding.Look, *args) -> str:
    return reverse(name, args=args) + query(look)


def query(look: finding.Look) -> str:
    return (
        "?" + urlencode({"child": look.child.pk})
        if look.child and look.child != look.children[0]
        else ""
    )
