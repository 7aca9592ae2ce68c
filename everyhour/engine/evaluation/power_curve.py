"""Power against the number of families, as text or SVG."""

from collections.abc import Sequence
from html import escape
from itertools import pairwise

WIDE, HIGH = 60, 11  # of the plot of text, in characters: one line for each tenth

Points = Sequence[tuple[int, float]]  # families, power


def text(points: Points, *, wanted: float = 0.8) -> str:
    """Draw the power curve in characters; the dotted line is the wanted power."""
    most = max(families for families, _ in points)
    grid = [["·" if abs(line / 10 - wanted) < 0.05 else " "] * WIDE for line in range(HIGH)]
    for column in range(WIDE):
        power = between(points, most * (column + 0.5) / WIDE)
        if power is not None:
            grid[round(power * 10)][column] = "●" if power >= wanted else "○"
    lines = [f"{line * 10:>4} % ┤{''.join(grid[line])}" for line in reversed(range(HIGH))]
    return "\n".join(
        [
            *lines,
            f"       └{'─' * WIDE}",
            f"        0{'families':^{WIDE - 2 - len(str(most))}}{most:>{len(str(most))}}",
        ]
    )


def between(points: Points, families: float) -> float | None:
    """Interpolate power linearly between the two nearest points; None outside them."""
    for (left, low), (right, high) in pairwise(points):
        if left <= families <= right:
            return low + (high - low) * (families - left) / (right - left)
    return None


def svg(points: Points, *, title: str, needed: int, wanted: float = 0.8) -> str:
    """Draw the power curve as SVG, with a title and a description."""
    left, top, wide, high = 56, 40, 520, 260
    most = max(families for families, _ in points)

    def at(families: float, power: float) -> tuple[float, float]:
        return round(left + wide * families / most, 1), round(top + high * (1 - power), 1)

    def level(power: float, style: str) -> str:
        y = at(0, power)[1]
        return f'<line x1="{left}" x2="{left + wide}" y1="{y}" y2="{y}" {style}/>'

    dashed = 'stroke="#333" stroke-dasharray="2 4"'
    line = " ".join(f"{x},{y}" for x, y in (at(*point) for point in points))
    tenths = "".join(
        level(p, 'stroke="#ddd"')
        + f'<text x="{left - 8}" y="{at(0, p)[1] + 4}" text-anchor="end">{p * 100:.0f} %</text>'
        for p in (0, 0.2, 0.4, 0.6, 0.8, 1)
    )
    ticks = "".join(
        f'<text x="{at(n, 0)[0]}" y="{top + high + 20}" text-anchor="middle">{n}</text>'
        for n in sorted({0, most // 4, most // 2, most})
    )
    mark = ""
    if needed <= most:
        x, y = at(needed, wanted)
        mark = (
            f'<line x1="{x}" x2="{x}" y1="{y}" y2="{top + high}" {dashed}/>'
            f'<circle cx="{x}" cy="{y}" r="5" fill="#333"/>'
            f'<text x="{x + 10}" y="{y + 20}">{needed} families</text>'
        )
    (few, low), (many, high_power) = points[0], points[-1]
    description = (
        f"Power rises from {low:.0%} with {few} families to {high_power:.0%} with {many}; "
        f"{needed} families reach {wanted:.0%}."
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 620 350" role="img" '
        'aria-labelledby="title description" font-family="sans-serif" font-size="13">'
        f'<title id="title">{escape(title)}</title>'
        f'<desc id="description">{escape(description)}</desc>'
        '<rect width="620" height="350" fill="#fff"/>'
        f'<text x="{left}" y="22" font-size="15">{escape(title)}</text>'
        f"{tenths}{ticks}{level(wanted, dashed)}"
        f'<polyline points="{line}" fill="none" stroke="#2b6777" stroke-width="2.5"/>{mark}'
        f'<text x="{left + wide / 2}" y="{top + high + 40}" text-anchor="middle">families</text>'
        "</svg>\n"
    )
