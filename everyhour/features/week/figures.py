"""The dosing figures of a week, each with its meaning. Never a score, goal or comparison."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everyhour.domain.recommendations.advisor import Dose, Spacing, Week
from everyhour.features.week.cells import AHEAD, GIVEN, Cell, Facts, Picture


@dataclass(frozen=True)
class Figure:
    name: str
    said: str
    meaning: str


def figures(shown: Picture, *, at: datetime) -> list[Figure]:
    """Return the figures of a week; none for a week without moments."""
    facts = shown.facts
    if not facts.given and not facts.got:
        return []
    child = spacing_of(shown, GIVEN, at=at)
    return [*(_three(child) if child.n else []), _both(facts), *(_others(child) if child.n else [])]


def spacing_of(shown: Picture, *kinds: str, at: datetime) -> Spacing:
    """Return the engine's spacing of a week; its times are hours since the week's start."""
    cells = [cell for cell in shown.cells if cell.state != AHEAD]
    begins, ends = (
        shown.cells[0].hour.start,
        min(max(at, shown.cells[0].hour.end), shown.cells[-1].hour.end),
    )

    def since(moment: datetime) -> float:
        return (min(moment, ends) - begins).total_seconds() / 3600

    awake = tuple((since(c.hour.start), since(c.hour.end)) for c in cells if not c.asleep)
    days = tuple(
        since(row.cells[0].hour.start)
        for row in shown.rows
        if row.cells and row.cells[0].state != AHEAD
    )
    doses = [
        Dose(since(light.at), _clock(cell, light.at), given=light.kind == GIVEN)
        for cell in cells
        for light in cell.lights
        if light.kind in kinds
    ]
    return Spacing(doses, Week(since(ends), awake or ((0.0, since(ends)),), days))


def _clock(cell: Cell, at: datetime) -> float:
    return (
        cell.hour.wall.hour
        + cell.hour.wall.minute / 60
        + (at - cell.hour.start).total_seconds() / 3600
    )


def _three(week: Spacing) -> list[Figure]:
    gap = round(week.longest_gap)
    figures = [
        Figure(
            _("Separate moments"),
            f"{week.n}",
            _(
                "Moments for your child. Two within ten minutes count as one here, "
                "so this can be fewer than the lights above."
            ),
        ),
        Figure(
            _("Spaced moments"),
            f"{round(week.effective)}",
            _(
                "Moments with some time around them. One with hours on each side counts in full; "
                "one right after another counts a little. They don’t all need to be spaced out."
            ),
        ),
        Figure(
            _("Longest time between"),
            ngettext("%(count)s hour", "%(count)s hours", gap) % {"count": gap},
            _(
                "From one moment to the next, nights included. "
                "We count the end of the week as joined to its start."
            ),
        ),
    ]
    # The other figures compare two moments or more.
    return figures if week.n > 1 else figures[:1]


def _both(facts: Facts) -> Figure:
    """Count the lights as drawn, so that this figure agrees with the sentence above the picture."""
    return Figure(
        _("For your child and for grown-ups"),
        _("%(gives)s and %(gets)s") % {"gives": facts.given, "gets": facts.got},
        _(
            "How many moments were for your child, and how many for grown-ups. A week is a long "
            "time to go alone. No number is the right one."
        ),
    )


def _others(child: Spacing) -> list[Figure]:
    hours = round(child.span.hours)
    return [
        Figure(
            _("Hours with a moment"),
            _("%(count)s of %(hours)s") % {"count": child.covered_hours, "hours": hours},
            _("Hours that had at least one moment. An hour of therapy a week is 1 of 168."),
        ),
        Figure(
            _("Rest"),
            ngettext("%(count)s long pause", "%(count)s long pauses", child.rests)
            % {"count": child.rests},
            _(
                "Pauses of at least an hour and a half awake before the next moment. "
                "Short pauses are fine too. Rest is part of it."
            ),
        ),
    ]
