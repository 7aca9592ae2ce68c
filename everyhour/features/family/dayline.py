"""A day drawn as one row of the week: 24 hours from waking to waking, so that rest is one piece.

static/family/wizard.js draws the same row while the times are being set.
"""

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any

from django import forms

from everyhour.domain.families.models import Child
from everyhour.features.family import wording

type Hours = dict[str, float]
type Quiet = tuple[float, float]

# Defaults for times left out; a day may have no school.
EVERY_DAY = {name: at for name, at in wording.USUAL.items() if name not in wording.SCHOOL}
REST, LIGHT, SCHOOL, FREE = "rest", "light", "school", "free"


def form_values(form: forms.Form, names: Iterable[str]) -> dict[str, Any]:
    """Return a form's values: the valid ones of a bound form, else the initial ones."""
    return {
        name: form.cleaned_data.get(name) if form.is_bound else form[name].initial for name in names
    }


def times_of(child: Child | None) -> dict[str, int]:
    """Return the times of a child's day, or the defaults if none are set."""
    return child.day if child and child.day else wording.USUAL


def draw_times(day: Mapping[str, int | None]) -> dict:
    """Return the context of a day's row; rest is from bed to waking."""
    hours = _hours(day)
    return _context(row(hours, (hours["bed"], hours["wakes"])), hours)


def draw_quiet(day: Mapping[str, int], quiet: Mapping[str, Any]) -> dict:
    """Return the context of a day's row; rest is the quiet hours."""
    hours = _hours(day)
    start, end = quiet["quiet_from"], quiet["quiet_until"]
    still = (
        hours["bed"] if start is None else start / 60,
        hours["wakes"] if end is None else end / 60,
    )
    return _context(row(hours, still, school_is_quiet=bool(quiet["quiet_in_school"])), hours)


def row(hours: Hours, quiet: Quiet, *, school_is_quiet: bool = False) -> list[str]:
    """Return the marks of 24 hours, from the first one after rest."""
    return [
        mark((hour + _morning(quiet)) % 24, hours, quiet, school_is_quiet=school_is_quiet)
        for hour in range(24)
    ]


def mark(hour: int, hours: Hours, quiet: Quiet, *, school_is_quiet: bool = False) -> str:
    """Return the mark of an hour, which is also its CSS class."""
    if _rests(hour, quiet):
        return REST
    if hour in _lights(hours, quiet):
        return LIGHT
    at_school = (
        "school_starts" in hours
        and "home_again" in hours
        and hours["school_starts"] // 1 <= hour < hours["home_again"]
    )
    return (REST if school_is_quiet else SCHOOL) if at_school else FREE


def _lights(hours: Hours, quiet: Quiet) -> set[int]:
    """Return the hours where a moment could fit: waking, home again, dinner, before bed."""
    waking = ceil(hours["wakes"] - 0.5) % 24
    found = {
        _morning(quiet) if _rests(waking, quiet) else waking,
        int(hours["dinner"]),
        int((hours["bed"] - 1) % 24),
    }
    return found | ({int(hours["home_again"])} if "home_again" in hours else set())


def _rests(hour: int, quiet: Quiet) -> bool:
    """Return whether an hour is rest; one that is mostly over when rest ends counts."""
    start, end = int(quiet[0]), quiet[1] - 0.5
    return start <= hour < end if start < quiet[1] else hour >= start or hour < end


def _morning(quiet: Quiet) -> int:
    return ceil(quiet[1] - 0.5) % 24


def _hours(day: Mapping[str, int | None]) -> Hours:
    every = {
        name: EVERY_DAY.get(name) if day.get(name) is None else day[name] for name in wording.TIMES
    }
    return {name: at / 60 for name, at in every.items() if at is not None}


def _context(marks: list[str], hours: Hours) -> dict:
    return {
        "marks": marks,
        "usual": {name: round(hours[name] * 60) if name in hours else "" for name in wording.TIMES},
    }
