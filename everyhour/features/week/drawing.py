"""The week as one SVG for both orientations: classes name day and hour, week.css places them.

A mark needs two percentages (`cx`, `cy` from `--h` and `--d`), so the server need not know the
screen. See docs/adr/0015.
"""

from collections.abc import Iterator

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from everyhour.features.week.cells import (
    AFTER,
    DAY_OFF,
    GIVEN,
    GOT,
    HINT,
    ORDINARY,
    PROFESSIONAL,
    QUIET,
    SCHOOL,
    SLEEP,
    Cell,
    Picture,
)

BARS = {SLEEP: "z", SCHOOL: "s", QUIET: "q", DAY_OFF: "q", AFTER: "q"}
GLOWS = (("w-g", "st-g"), ("w-p", "st-p"), ("w-t", "st-t"))
MOST = 3  # sizes: one, two, or more moments

# The small picture of a week: hours run across, days run down.
STEP = 14
LITTLE_MORE = 25


def draw_week(shown: Picture) -> SafeString:
    """Draw the ground, then all glows, then all lights, so that no glow covers a light."""
    layers = (_ground, _glows, _lights)
    drawn = "".join(
        f'<g class="d{number}">{"".join(layer(row))}</g>'
        for layer in layers
        for number, row in enumerate(shown.rows)
    )
    return format_html(
        '<svg class="hours-{}">{}{}</svg>',
        shown.longest,
        mark_safe(_gradients()),  # noqa: S308  our own markup
        mark_safe(drawn),  # noqa: S308  our own markup
    )


def _gradients() -> str:
    return "".join(
        f'<radialGradient id="{name}"><stop class="{stop}"/>'
        f'<stop offset="1" class="{stop} e"/></radialGradient>'
        for name, stop in GLOWS
    )


def _ground(row) -> Iterator[str]:
    for state, begins, length in row.runs(*BARS):
        yield f'<rect class="{BARS[state]} h{begins} n{length}"/>'
    for index, cell in enumerate(row.cells):
        if cell.state == ORDINARY and not cell.lights:
            yield f'<circle class="o h{index}"/>'
        if cell.now:
            yield f'<rect class="now h{index}"/>'


def _glows(row) -> Iterator[str]:
    for index, cell in enumerate(row.cells):
        if glow := _glow(cell):
            yield f'<circle class="l h{index} {glow[0]}" fill="url(#{glow[1]})"/>'


def _glow(cell: Cell) -> tuple[str, str] | None:
    if given := cell.count(GIVEN) or cell.count(HINT):
        return f"gl{min(given, MOST)}", "w-g"
    if cell.count(PROFESSIONAL):
        return "gl1", "w-t"
    return ("gl0", "w-p") if cell.count(GOT) else None


def _lights(row) -> Iterator[str]:
    for index, cell in enumerate(row.cells):
        if cell.lights:
            yield f'<g class="l h{index}">{"".join(_marks(cell))}</g>'


def _marks(cell: Cell) -> Iterator[str]:
    """Yield a disc for given, a ring for got, a square for professional, nested within an hour."""
    given, got, professional, hinted = (
        cell.count(kind) for kind in (GIVEN, GOT, PROFESSIONAL, HINT)
    )
    if professional:
        yield '<rect class="t"/>'
    if got:
        yield f'<circle class="p{" p2" if given or hinted or professional else ""}"/>'
    if given:
        yield f'<circle class="g {"gin" if got or professional else f"g{min(given, MOST)}"}"/>'
    elif hinted:
        yield f'<circle class="hint {"gin" if got or professional else f"g{min(hinted, MOST)}"}"/>'


def draw_small_week(shown: Picture) -> SafeString:
    """Draw a small week for the list of weeks; the link around it names it."""
    below: list[str] = []
    above: list[str] = []
    ordinary: list[str] = []
    for number, row in enumerate(shown.rows):
        y = number * STEP + STEP // 2
        for _, begins, length in row.runs(SLEEP):
            below.append(
                f'<rect class="z" x="{begins * STEP + 1}" y="{y - 5}" '
                f'width="{length * STEP - 2}" height="10" rx="5"/>'
            )
        for index, cell in enumerate(row.cells):
            x = index * STEP + STEP // 2
            above.extend(_small(cell, x, y))
            if cell.state in (ORDINARY, SCHOOL) and not cell.lights:
                ordinary.append(f"M{x} {y}h0")
    path = f'<path class="o" d="{"".join(ordinary)}"/>'
    drawn = f'{"".join(below)}{path}<g class="on">{"".join(above)}</g>'
    # The hour that comes twice may reach into the margin.
    wide = shown.longest if shown.longest > LITTLE_MORE else 24
    return format_html(
        '<svg class="mini" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>',
        wide * STEP,
        7 * STEP,
        mark_safe(drawn),  # noqa: S308  our own markup
    )


def _small(cell: Cell, x: int, y: int) -> Iterator[str]:
    given, hinted = cell.count(GIVEN), cell.count(HINT)
    if cell.count(PROFESSIONAL):
        yield f'<rect class="t" x="{x - 5}" y="{y - 5}" width="10" height="10" rx="2"/>'
    if given or hinted:
        size = (
            2.8
            if cell.count(GOT) or cell.count(PROFESSIONAL)
            else 3 + min(given or hinted, MOST) * 0.9
        )
        yield f'<circle class="{"g" if given else "hint"}" cx="{x}" cy="{y}" r="{size:.1f}"/>'
    if cell.count(GOT):
        yield f'<circle class="p" cx="{x}" cy="{y}" r="{6 if given or hinted else 4}"/>'
