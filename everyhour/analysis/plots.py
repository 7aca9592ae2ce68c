"""Plots as text for the terminal, and as SVG files with a title and a description."""

from collections.abc import Mapping, Sequence
from html import escape

WIDE, HIGH = 60, 12  # characters of a plot
HALF = 24  # characters of a bar to either side
MARKS = "abcdefghijklmnopqrstuvwxyz"
DASHES = ("", "8 4", "2 4", "12 4 2 4", "4 4", "1 3", "16 6")

Series = Mapping[str, Sequence[float]]


def lines(series: Series, *, below: str, first: int = 1) -> str:
    """Draw each series with a letter, later ones over earlier ones, above a legend.

    `below` is the label of the horizontal axis, `first` the number of its first point.
    """
    low, high = bounds(series)
    many = max(len(values) for values in series.values())
    grid = [[" "] * WIDE for _ in range(HIGH)]
    for mark, values in zip(MARKS, series.values(), strict=False):
        for column in range(WIDE):
            value = interpolate(values, (column + 0.5) / WIDE * (many - 1))
            grid[round((HIGH - 1) * (value - low) / (high - low))][column] = mark
    scale = [
        f"{low + (high - low) * n / (HIGH - 1):8.2f}" if n % 3 == 0 or n == HIGH - 1 else " " * 8
        for n in range(HIGH)
    ]
    last = str(first + many - 1)
    rows = [f"{scale[n]} ┤{''.join(grid[n]).rstrip()}" for n in reversed(range(HIGH))]
    axis = f"{'':10}{first}{below:^{WIDE - len(str(first)) - len(last)}}{last}"
    legend = [f"{'':10}{mark} {name}" for mark, name in zip(MARKS, series, strict=False)]
    return "\n".join([*rows, f"{'':8} └{'─' * WIDE}", axis, *legend])


def bounds(series: Series) -> tuple[float, float]:
    values = [value for each in series.values() for value in each]
    low, high = min(values), max(values)
    return (low - 0.5, high + 0.5) if high - low < 1e-9 else (low, high)


def interpolate(values: Sequence[float], at: float) -> float:
    """Return the value at a fractional index."""
    left = min(int(at), len(values) - 1)
    right = min(left + 1, len(values) - 1)
    return values[left] + (values[right] - values[left]) * (at - left)


def bars(values: Mapping[str, float], *, digits: int = 3) -> str:
    """Draw a bar for each value, to the right of a middle line if positive, else to the left."""
    most = max([abs(value) for value in values.values()] + [1e-12])
    wide = max([len(name) for name in values] + [1])
    rows = []
    for name, value in values.items():
        bar = "█" * round(HALF * abs(value) / most)
        both = f"{bar if value < 0 else '':>{HALF}}│{bar if value >= 0 else '':<{HALF}}"
        rows.append(f"{name:<{wide}}  {value:+.{digits}f}  {both.rstrip()}")
    return "\n".join(rows)


def shares(values: Mapping[str, float], *, chosen: str | None = None) -> str:
    """Draw a bar for each probability, and mark the chosen one with a word."""
    wide = max([len(name) for name in values] + [1])
    most = max([*values.values(), 1e-12])
    rows = []
    for name, value in values.items():
        bar, mark = "█" * round(HALF * value / most), "  chosen" if name == chosen else ""
        rows.append(f"{name:<{wide}}  {value:6.1%}  {bar}{mark}".rstrip())
    return "\n".join(rows)


def svg(series: Series, *, title: str, below: str, beside: str, first: int = 1) -> str:
    """Draw the plot as an SVG file; lines have different dashes and carry their names."""
    left, top, wide, high = 64, 48, 440, 260
    low, top_value = bounds(series)
    many = max(len(values) for values in series.values())

    def at(n: float, value: float) -> tuple[float, float]:
        x = left + wide * n / max(many - 1, 1)
        y = top + high * (top_value - value) / (top_value - low)
        return round(x, 1), round(y, 1)

    ticks = [low + (top_value - low) * n / 4 for n in range(5)]
    scale = "".join(
        f'<line x1="{left}" x2="{left + wide}" y1="{y}" y2="{y}" stroke="#ddd"/>'
        f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{value:.2f}</text>'
        for value, y in ((tick, at(0, tick)[1]) for tick in ticks)
    )
    days = "".join(
        f'<text x="{at(n, low)[0]}" y="{top + high + 20}" text-anchor="middle">{first + n}</text>'
        for n in sorted({0, (many - 1) // 2, many - 1})
    )
    drawn, end = "", left + wide
    ends = _spread([at(0, values[-1])[1] for values in series.values()])
    for n, ((name, values), y) in enumerate(zip(series.items(), ends, strict=True)):
        points = " ".join("{},{}".format(*at(m, value)) for m, value in enumerate(values))
        stroke = 'stroke="#2b6777" stroke-width="2"'
        if dash := DASHES[n % len(DASHES)]:
            stroke += f' stroke-dasharray="{dash}"'
        drawn += f'<polyline points="{points}" fill="none" {stroke}/>'
        drawn += f'<line x1="{end + 6}" x2="{end + 34}" y1="{y}" y2="{y}" {stroke}/>'
        drawn += f'<text x="{end + 40}" y="{y + 4}">{escape(name)}</text>'
    description = "; ".join(
        f"{name}: from {values[0]:.2f} to {values[-1]:.2f}" for name, values in series.items()
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 370" role="img"'
        ' aria-labelledby="title description" font-family="sans-serif" font-size="13">'
        f'<title id="title">{escape(title)}</title>'
        f'<desc id="description">{escape(description)}.</desc>'
        '<rect width="760" height="370" fill="#fff"/>'
        f'<text x="{left}" y="20" font-size="15">{escape(title)}</text>'
        f'<text x="{left}" y="38">{escape(beside)}</text>{scale}{days}{drawn}'
        f'<text x="{left + wide / 2}" y="{top + high + 42}" text-anchor="middle">'
        f"{escape(below)}</text></svg>\n"
    )


def _spread(heights: Sequence[float], least: float = 16.0) -> list[float]:
    """Move heights down until they are at least so far apart, so that labels do not overlap."""
    spread = [0.0] * len(heights)
    lowest = -least
    for n in sorted(range(len(heights)), key=lambda n: heights[n]):
        lowest = spread[n] = max(heights[n], lowest + least)
    return spread
