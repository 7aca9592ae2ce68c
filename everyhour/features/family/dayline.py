"""A day as the family tells it, drawn as one row of the week: 24 hours, from waking to waking, so that rest is one piece."""

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any

from django import forms

from everyhour.domain.families.models import Child
from everyhour.features.family import words

type Hours = dict[str, float]
type Quiet = tuple[float, float]

EVERY_DAY = {
    name: at for name, at in words.USUAL.items() if name not in words.SCHOOL
}  # a day may go by without school


def told(form: forms.Form, names: Iterable[str]) -> dict[str, Any]:
    """Give what a form holds: as it was sent, where that could be read, or as it was filled in."""
    return {
        name: form.cleaned_data.get(name) if form.is_bound else form[name].initial for name in names
    }


def known(child: Child | None) -> dict[str, int]:
    """Give the times of a child's day: usual ones, until something else is told."""
    return child.day if child and child.day else words.USUAL


def of_times(day: Mapping[str, int | None]) -> dict:
    """Draw the times of a day; rest is from bed to waking."""
    hours = _hours(day)
    return _drawn(row(hours, (hours["bed"], hours["wakes"])), hours)


def of_quiet(day: Mapping[str, int], quiet: Mapping[str, Any]) -> dict:
    """Draw the same day with its quiet hours in place of the night."""
    hours = _hours(day)
    start, end = quiet["quiet_from"], quiet["quiet_until"]
    still = (
        hours["bed"] if start is None else start / 60,
        hours["wakes"] if end is None else end / 60,
    )
    return _drawn(row(hours, still, school_is_quiet=bool(quiet["quiet_in_school"])), hours)


def row(hours: Hours, quiet: Quiet, *, school_is_quiet: bool = False) -> list[str]:
    """Draw the day from the hour that rest gives over to it (static/family/wizard.js draws the same)."""
    return [
        mark((hour + _morning(quiet)) % 24, hours, quiet, school_is_quiet=school_is_quiet)
        for hour in range(24)
    ]


def mark(hour: int, hours: Hours, quiet: Quiet, *, school_is_quiet: bool = False) -> str:
    """Say what an hour looks like: z rest, g a light, s school, o ordinary time."""
    if _rests(hour, quiet):
        return "z"
    if hour in _lights(hours, quiet):
        return "g"
    at_school = (
        "school_starts" in hours
        and "home_again" in hours
        and hours["school_starts"] // 1 <= hour < hours["home_again"]
    )
    return ("z" if school_is_quiet else "s") if at_school else "o"


def _lights(hours: Hours, quiet: Quiet) -> set[int]:
    """Give the hours where a moment could fit: on waking, home again, at dinner, before bed."""
    waking = ceil(hours["wakes"] - 0.5) % 24
    found = {
        _morning(quiet) if _rests(waking, quiet) else waking,
        int(hours["dinner"]),
        int((hours["bed"] - 1) % 24),
    }
    return found | ({int(hours["home_again"])} if "home_again" in hours else set())


def _rests(hour: int, quiet: Quiet) -> bool:
    """An hour that is mostly over when rest ends counts as rest."""
    start, end = int(quiet[0]), quiet[1] - 0.5
    return start <= hour < end if start < quiet[1] else hour >= start or hour < end


def _morning(quiet: Quiet) -> int:
    return ceil(quiet[1] - 0.5) % 24


def _hours(day: Mapping[str, int | None]) -> Hours:
    every = {
        name: EVERY_DAY.get(name) if day.get(name) is None else day[name] for name in words.TIMES
    }
    return {name: at / 60 for name, at in every.items() if at is not None}


def _drawn(marks: list[str], hours: Hours) -> dict:
    return {
        "marks": marks,
        "usual": {name: round(hours[name] * 60) if name in hours else "" for name in words.TIMES},
    }
