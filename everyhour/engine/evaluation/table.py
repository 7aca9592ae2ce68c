"""A study from a file of commas: one row for each decision point. What is missing in it is said, with what was expected."""

import csv
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from everyhour.engine.evaluation.study import Floats, Study, UnusableData

# The names a column may have; the first is ours, the others are what people’s files and MRTAnalysis call it.
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
    """Columns of text, by name."""

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
        """Give a column as numbers, NaN where it is empty."""
        told = self.labels(name)
        told = np.where(np.isin(told, EMPTY), "nan", told)
        try:
            return told.astype(float)
        except ValueError:
            row = next(i for i, value in enumerate(told) if not _is_number(value))
            wrong = f"Column {name} holds “{told[row]}” in row {row + 1}, which is not a number."
            raise UnusableData(
                f"{wrong} For one effect of each value, ask for {EACH}{name}."
            ) from None

    def matrix(self, names: Sequence[str]) -> tuple[Floats | None, list[str]]:
        """Give columns side by side, with their names; `each:slot` becomes one for every value but the first."""
        columns: dict[str, Floats] = {}
        for name in names:
            if name.startswith(EACH):
                told = self.labels(name.removeprefix(EACH))
                values = sorted(
                    set(told[~np.isin(told, EMPTY)].tolist()),
                    key=lambda value: (not _is_number(value), _number(value), value),
                )
                missing = np.isin(told, EMPTY)
                columns |= {
                    f"{name.removeprefix(EACH)}={value}": np.where(
                        missing, np.nan, (told == value).astype(float)
                    )
                    for value in values[1:]
                }
            else:
                columns[name] = self.numbers(name)
        return (np.column_stack(list(columns.values())) if columns else None), list(columns)

    def role(self, role: str, called: Mapping[str, str]) -> str | None:
        """Find the column that plays a part: the one somebody named, else one by a usual name."""
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
        """Make a study of the rows; `called` says which column is which where the usual names do not."""
        called = called or {}
        if strange := set(called) - set(ROLES):
            raise UnusableData(
                f"There is no part called {', '.join(sorted(strange))}; the parts are {', '.join(ROLES)}."
            )
        parts = {role: self.role(role, called) for role in ROLES}
        if lacking := [role for role in NEEDED if parts[role] is None]:
            raise UnusableData(_lacking(lacking, list(self.columns)))
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
    """Read a file of commas, semicolons or tabs whose first line names the columns."""
    lines = iter(lines)
    head = next(lines, "").lstrip("\ufeff")
    if not head.strip():
        raise UnusableData(
            "The file is empty. Its first line names the columns: family, sent, probability, available, and what was measured."
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
                f"Row {number} has {len(row)} values, and the first line names {len(names)}: {', '.join(names)}. Is this a CSV file?"
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
    return f"Columns that are needed and not there:\n{wanted}\nThe file has: {', '.join(names)}.\n{example}"


def _is_number(text: str) -> bool:
    try:
        return float(text) == float(text) or text == "nan"
    except ValueError:
        return False


def _number(text: str) -> float:
    return float(text) if _is_number(text) else 0.0
