"""A study from a CSV file, one row per decision point. Errors say what is missing and what was
expected.
"""

import csv
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from everyhour.engine.evaluation.study import Floats, Study, UnusableData

# The names a column may have: ours first, then those in other files and in MRTAnalysis.
ROLES = {
    "family": ("family", "family_id", "id", "userid"),
    "sent": ("sent", "A", "treatment", "action"),
    "probability": ("probability", "prob", "rand_prob", "p"),
    "available": ("available", "avail", "availability", "I"),
}
NEEDED = ("family", "sent", "probability")  # without `available`, something could always be sent
MEANING = {
    "family": "which family, any label",
    "sent": "1 where something was sent, else 0",
    "probability": "the known probability of sending",
    "available": "1 where sending was possible, else 0",
}
EMPTY = ("", "NA", "NaN", "nan", "null")
EACH = "each:"  # each:slot is one column of 0 and 1 for every value of slot but the first


@dataclass(frozen=True)
class Table:
    """Text columns by name."""

    columns: Mapping[str, NDArray[Any]]

    @property
    def rows(self) -> int:
        return len(next(iter(self.columns.values())))

    def labels(self, name: str) -> NDArray[Any]:
        if name not in self.columns:
            near = difflib.get_close_matches(name, self.columns, 1, 0.6)
            raise UnusableData(
                f"There is no column {name}"
                + (
                    f"; did you mean {near[0]}?"
                    if near
                    else f". There are: {', '.join(self.columns)}."
                )
            )
        return self.columns[name]

    def numbers(self, name: str) -> Floats:
        """Return a column as numbers, NaN where empty. Raises UnusableData on text."""
        column = self.labels(name)
        column = np.where(np.isin(column, EMPTY), "nan", column)
        try:
            return column.astype(float)
        except ValueError:
            row = next(i for i, value in enumerate(column) if not _is_number(value))
            value = f"“{column[row]}” in row {row + 1}"
            wrong = f"Column {name} holds {value}, which is not a number."
            raise UnusableData(
                f"{wrong} For one effect of each value, ask for {EACH}{name}."
            ) from None

    def matrix(self, names: Sequence[str]) -> tuple[Floats | None, list[str]]:
        """Return columns side by side and their names; `each:slot` expands to dummies without
        the first value.
        """
        columns: dict[str, Floats] = {}
        for name in names:
            if name.startswith(EACH):
                column = self.labels(name.removeprefix(EACH))
                values = sorted(
                    set(column[~np.isin(column, EMPTY)].tolist()),
                    key=lambda value: (not _is_number(value), _number(value), value),
                )
                missing = np.isin(column, EMPTY)
                columns |= {
                    f"{name.removeprefix(EACH)}={value}": np.where(
                        missing, np.nan, (column == value).astype(float)
                    )
                    for value in values[1:]
                }
            else:
                columns[name] = self.numbers(name)
        return (np.column_stack(list(columns.values())) if columns else None), list(columns)

    def role(self, role: str, called: Mapping[str, str]) -> str | None:
        """Return the column for a role: the one named in `called`, else one with a usual name."""
        if role in called:
            self.labels(called[role])
            return called[role]
        return next((name for name in ROLES[role] if name in self.columns), None)

    def study(
        self,
        outcome: str,
        *,
        controls: Sequence[str] = (),
        moderators: Sequence[str] = (),
        numerator: float = 0.5,
        called: Mapping[str, str] | None = None,
    ) -> Study:
        """Build a study; `called` maps roles to columns without usual names."""
        called = called or {}
        if unknown := set(called) - set(ROLES):
            raise UnusableData(
                f"There is no part called {', '.join(sorted(unknown))}; "
                f"the parts are {', '.join(ROLES)}."
            )
        parts = {role: self.role(role, called) for role in ROLES}
        if missing_roles := [role for role in NEEDED if parts[role] is None]:
            raise UnusableData(_lacking(missing_roles, list(self.columns)))
        control, control_names = self.matrix(controls)
        moderator, moderator_names = self.matrix(moderators)
        return Study(
            family=self.labels(parts["family"] or ""),
            sent=self.numbers(parts["sent"] or ""),
            probability=self.numbers(parts["probability"] or ""),
            outcome=self.numbers(outcome),
            controls=control,
            moderators=moderator,
            available=self.numbers(parts["available"]) if parts["available"] else None,
            numerator=numerator,
            control_names=control_names,
            moderator_names=moderator_names,
        )


def read(lines: Iterable[str]) -> Table:
    """Read a file separated by commas, semicolons or tabs, with column names in the first row."""
    lines = iter(lines)
    head = next(lines, "").lstrip("\ufeff")
    if not head.strip():
        raise UnusableData(
            "The file is empty. Its first line names the columns: family, sent, probability, "
            "available, and what was measured."
        )
    mark = max(",;\t", key=head.count)
    names = [name.strip() for name in next(csv.reader([head], delimiter=mark))]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UnusableData(
            f"Two columns are called {', '.join(twice)}. Give each a name of its own."
        )
    rows = [row for row in csv.reader(lines, delimiter=mark) if row]
    for number, row in enumerate(rows, 1):
        if len(row) != len(names):
            raise UnusableData(
                f"Row {number} has {len(row)} values, and the first line names {len(names)}: "
                f"{', '.join(names)}. Is this a CSV file?"
            )
    if not rows:
        raise UnusableData(f"The file names its columns ({', '.join(names)}) and has no rows.")
    return Table(
        {
            name: np.array([value.strip() for value in column])
            for name, column in zip(names, zip(*rows, strict=True), strict=True)
        }
    )


def _lacking(roles: Sequence[str], names: Sequence[str]) -> str:
    wanted = "\n".join(
        f"  {role:<12} {MEANING[role]} (also read: {', '.join(ROLES[role][1:])})" for role in roles
    )
    example = f"Say which is which, for example: --called {roles[0]}=NAME"
    present = f"The file has: {', '.join(names)}."
    return f"Columns that are needed and not there:\n{wanted}\n{present}\n{example}"


def _is_number(text: str) -> bool:
    try:
        return float(text) == float(text) or text == "nan"
    except ValueError:
        return False


def _number(text: str) -> float:
    return float(text) if _is_number(text) else 0.0
