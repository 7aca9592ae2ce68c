"""Tables of plain values returned by measurements, and shared arithmetic."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

Value = str | int | float | None


class NotTaken(Exception):
    """A measurement could not be taken here; the message says why."""


@dataclass
class Table:
    """One measurement: all rows have the same columns; notes give the conditions."""

    title: str
    rows: list[dict[str, Value]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    of: str = ""  # the measurement it belongs to

    def markdown(self) -> str:
        lines = [f"## {self.title}", ""]
        if self.rows:
            columns = list(self.rows[0])
            lines += [_line(columns), _line([":--", *["--:"] * (len(columns) - 1)])]
            lines += [_line([shown(row.get(column)) for column in columns]) for row in self.rows]
            lines.append("")
        return "\n".join([*lines, *(f"- {note}" for note in self.notes), ""])


def shown(value: Value) -> str:
    """Format a number with three significant digits: 1234, 12.3, 0.123."""
    if value is None:
        return "·"
    if not isinstance(value, float):
        return str(value)
    if value == 0 or not math.isfinite(value):
        return f"{value:.0f}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the smallest value that at least this share of values do not exceed; None without
    values.
    """
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)] if values else None


def ratio(one: float | None, other: float | None) -> float | None:
    return one / other if one is not None and other else None


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
