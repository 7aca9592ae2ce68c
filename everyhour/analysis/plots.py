"""Plots of text for the terminal, and the same as a picture file with a title and a description."""

from collections.abc import Mapping, Sequence
from html import escape

WIDE, HIGH = 60, 12  # of a plot of text, in characters
HALF = 24  # of a bar to either side, in characters
MARKS = "abcdefghijklmnopqrstuvwxyz"
DASHES = ("", "8 4", "2 4", "12 4 2 4", "4 4", "1 3", "16 6")

Series = Mapping[str, Sequence[float]]


def lines(series: Series, *, below: str, first: int = 1) -> str:
    """Draw each series as a row of its letter; where two meet, the later one is seen. The letters are named underneath."""
    low, high = bounds(series)
    many = max(len(values) for values in series.values())
    grid = [[" "] * WIDE for _ in range(HIGH)]
    for mark, values in zip(MARKS, series.values(), strict=False):
        for column in range(WIDE):
            value = between(values, (column + 0.5) / WIDE * (many - 1))
            grid[round((HIGH - 1) * (value - low) / (high - low))][column] = mark
    scale = [
        f"{low + (high - low) * n / (HIGH - 1):8.2f}" if n % 3 == 0 or n == HIGH - 1 else " " * 8
        for n in range(HIGH)
    ]
    last = str(first + many - 1)
    drawn = [f"{scale[n]} ┤{''.join(grid[n]).rstrip()}" for n in reversed(range(HIGH))]
    foot = [
        f"{'':8} └{'─' * WIDE}",
        f"{'':10}{first}{below:^{WIDE - len(str(first)) - len(last)}}{last}",
    ]
    return "\n".join(
        [
            *drawn,
            *foot,
            *(f"{'':10}{mark} {name}" for mark, name in zip(MARKS, series, strict=False)),
        ]
    )


def bounds(series: Series) -> tuple[float, float]:
    values = [value for each in series.values() for value in each]
    low, high = min(values), max(values)
    return (low - 0.5, high + 0.5) if high - low < 1e-9 else (low, high)


def between(values: Sequence[float], at: float) -> float:
    """Give a value on the straight line between two points of a series."""
    left = min(int(at), len(values) - 1)
    right = min(left + 1, len(values) - 1)
    return values[left] + (values[right] - values[left]) * (at - left)


def bars(values: Mapping[str, float], *, digits: int = 3) -> str:
    """Draw bars to the right of a middle line for what speaks for something, to the left for what speaks against it."""
    most = max([abs(value) for value in values.values()] + [1e-12])
    wide = max([len(name) for name in values] + [1])
    rows = []
    for name, value in values.items():
        bar = "█" * round(HALF * abs(value) / most)
        drawn = f"{bar if value < 0 else '':>{HALF}}│{bar if value >= 0 else '':<{HALF}}"
        rows.append(f"{name:<{wide}}  {value:+.{digits}f}  {drawn.rstrip()}")
    return "\n".join(rows)


def shares(values: Mapping[str, float], *, chosen: str | None = None) -> str:
    """Draw a bar for each probability; the chosen one is marked with a word, not only by its place."""
    wide = max([len(name) for name in values] + [1])
    most = max([*values.values(), 1e-12])
    return "\n".join(
        f"{name:<{wide}}  {value:6.1%}  {'█' * round(HALF * value / most)}{'  chosen' if name == chosen else ''}".rstrip()
        for name, value in values.items()
    )


def svg(series: Series, *, title: str, below: str, beside: str, first: int = 1) -> str:
    """Draw the same as a picture of its own; lines differ by their dashes and carry their names."""
    left, top, wide, high = 64, 48, 440, 260
    low, top_value = bounds(series)
    many = max(len(values) for values in series.values())

    def at(n: float, value: float) -> tuple[float, float]:
        return round(left + wide * n / max(many - 1, 1), 1), round(
            top + high * (top_value - value) / (top_value - low), 1
        )

    ticks = [low + (top_value - low) * n / 4 for n in range(5)]
    scale = "".join(
        f'<line x1="{left}" x2="{left + wide}" y1="{at(0, v)[1]}" y2="{at(0, v)[1]}" stroke="#ddd"/>'
        f'<text x="{left - 8}" y="{at(0, v)[1] + 4}" text-anchor="end">{v:.2f}</text>'
        for v in ticks
    )
    days = "".join(
        f'<text x="{at(n, low)[0]}" y="{top + high + 20}" text-anchor="middle">{first + n}</text>'
        for n in sorted({0, (many - 1) // 2, many - 1})
    )
    drawn = ""
    ends = _apart([at(0, values[-1])[1] for values in series.values()])
    for n, ((name, values), y) in enumerate(zip(series.items(), ends, strict=True)):
        points = " ".join(f"{x},{yy}" for x, yy in (at(m, value) for m, value in enumerate(values)))
        dash = f' stroke-dasharray="{DASHES[n % len(DASHES)]}"' if DASHES[n % len(DASHES)] else ""
        drawn += (
            f'<polyline points="{points}" fill="none" stroke="#2b6777" stroke-width="2"{dash}/>'
        )
        drawn += f'<line x1="{left + wide + 6}" x2="{left + wide + 34}" y1="{y}" y2="{y}" stroke="#2b6777" stroke-width="2"{dash}/>'
        drawn += f'<text x="{left + wide + 40}" y="{y + 4}">{escape(name)}</text>'
    told = "; ".join(
        f"{name}: from {values[0]:.2f} to {values[-1]:.2f}" for name, values in series.items()
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 370" role="img" aria-labelledby="title told"'
        ' font-family="sans-serif" font-size="13">'
        f'<title id="title">{escape(title)}</title><desc id="told">{escape(told)}.</desc>'
        f'<rect width="760" height="370" fill="#fff"/><text x="{left}" y="20" font-size="15">{escape(title)}</text>'
        f'<text x="{left}" y="38">{escape(beside)}</text>{scale}{days}{drawn}'
        f'<text x="{left + wide / 2}" y="{top + high + 42}" text-anchor="middle">{escape(below)}</text></svg>\n'
    )


def _apart(places: Sequence[float], least: float = 16.0) -> list[float]:
    """Move names apart that would lie on one another, from the top down."""
    found = [0.0] * len(places)
    reached = -least
    for n in sorted(range(len(places)), key=lambda n: places[n]):
        reached = max(places[n], reached + least)
        found[n] = reached
    return found
