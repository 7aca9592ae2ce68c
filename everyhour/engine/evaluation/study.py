"""What was randomized, with which probability, and the outcome: one row per decision point."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]

# Rows in a block: whole columns of a million cost EMEE five times as much, mostly for memory.
AT_ONCE = 16_384


class UnusableData(ValueError):
    """The data cannot support the analysis; the message says why and what would help."""


@dataclass(frozen=True)
class Study:
    """Rows of a micro-randomized trial, in any order.

    family       (n,) labels of any kind, one per family: families are independent, siblings not.
    sent         (n,) A: whether something was sent.
    probability  (n,) p: the known probability of sending.
    outcome      (n,) Y: the outcome of the window after it; NaN where missing.
    controls     (n, q-1) Z without its 1: predictors of the outcome. They only affect precision.
    moderators   (n, p-1) X without its 1: what the effect may depend on. Without: the average.
    available    (n,) I: whether sending was possible. Other rows were not randomized; dropped.
    numerator    p~: a number, or one per row that depends on the moderators only.
    """

    family: NDArray[Any]
    sent: NDArray[Any]
    probability: Floats
    outcome: Floats
    controls: Floats | None = None
    moderators: Floats | None = None
    available: NDArray[Any] | None = None
    numerator: float | Floats = 0.5
    control_names: Sequence[str] = ()
    moderator_names: Sequence[str] = ()

    @property
    def rows(self) -> int:
        return len(self.outcome)


@dataclass(frozen=True)
class Rows:
    """Usable rows, sorted by family; each family is a slice from its `start`.

    Matrices are transposed, one feature per row, because sums by family are faster that way.
    """

    starts: Whole  # (families,)
    labels: NDArray[Any]  # (families,)
    sent: Floats  # (n,) 0 or 1
    probability: Floats  # (n,)
    numerator: Floats  # (n,)
    outcome: Floats  # (n,)
    controls: Floats  # (q, n), the first a line of ones
    moderators: Floats  # (p, n), the first a line of ones
    control_names: tuple[str, ...]
    moderator_names: tuple[str, ...]
    numbers: Whole  # (n,) which row of the study each was
    unavailable: int = 0
    unanswered: int = 0

    @property
    def families(self) -> int:
        return len(self.starts)

    @property
    def rows(self) -> int:
        return len(self.outcome)

    @property
    def degrees(self) -> int:
        """Return n - q - p: families minus coefficients."""
        return self.families - len(self.controls) - len(self.moderators)

    @property
    def weights(self) -> Floats:
        """W = (p~/p)^A ((1-p~)/(1-p))^(1-A)."""
        return np.where(
            self.sent == 1,
            self.numerator / self.probability,
            (1 - self.numerator) / (1 - self.probability),
        )

    @property
    def centred(self) -> Floats:
        """A - p~."""
        return self.sent - self.numerator

    def by_family(self, values: Floats) -> Floats:
        """Sum along the last axis, by family."""
        return np.add.reduceat(values, self.starts, axis=-1)

    def portions(self) -> Iterator["Rows"]:
        """Yield the rows in chunks of whole families, each small enough for a processor cache."""
        ends = np.r_[self.starts[1:], self.rows]
        cuts = np.searchsorted(ends, np.arange(AT_ONCE, self.rows + AT_ONCE, AT_ONCE)) + 1
        first = 0
        for last in np.unique(np.minimum(cuts, self.families)).tolist():
            yield self._between(first, last, slice(int(self.starts[first]), int(ends[last - 1])))
            first = last

    def _between(self, first: int, last: int, part: slice) -> "Rows":
        return replace(
            self,
            starts=self.starts[first:last] - part.start,
            labels=self.labels[first:last],
            controls=self.controls[:, part],
            moderators=self.moderators[:, part],
            **{
                name: getattr(self, name)[part]
                for name in ("sent", "probability", "numerator", "outcome", "numbers")
            },
        )


def usable(study: Study) -> Rows:
    """Validate a study and return its usable rows, sorted by family. Raises UnusableData."""
    _same_length(study)
    available = (
        _flag("available", study.available)
        if study.available is not None
        else np.ones(study.rows, bool)
    )
    if not available.any():
        raise UnusableData(
            f"In none of the {study.rows} rows was sending possible "
            "(available = 1), so nothing was randomised."
        )
    answered = np.isfinite(study.outcome)
    kept = available & answered
    if not kept.any():
        raise UnusableData(
            f"The outcome is missing in all {int(available.sum())} rows "
            "in which something was randomised."
        )
    sent = _flag("sent", study.sent)[kept]
    if sent.all() or not sent.any():
        raise UnusableData(
            f"Something was {'always' if sent.all() else 'never'} sent, "
            "so there is nothing to compare with."
        )
    codes, labels = _codes(np.asarray(study.family)[kept])
    order = None if np.all(codes[1:] >= codes[:-1]) else np.argsort(codes, kind="stable")
    numbers = np.flatnonzero(kept) if order is None else np.flatnonzero(kept)[order]
    codes = codes if order is None else codes[order]
    rows = Rows(
        starts=np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]]),
        labels=labels,
        sent=(sent if order is None else sent[order]).astype(float),
        probability=np.asarray(study.probability, float)[numbers],
        numerator=np.broadcast_to(np.asarray(study.numerator, float), study.rows)[numbers],
        outcome=np.asarray(study.outcome, float)[numbers],
        controls=_lines(study.controls, numbers),
        moderators=_lines(study.moderators, numbers),
        control_names=_names(study.control_names, study.controls, "control"),
        moderator_names=_names(study.moderator_names, study.moderators, "moderator"),
        numbers=numbers,
        unavailable=int((~available).sum()),
        unanswered=int((available & ~answered).sum()),
    )
    _judge(rows)
    return rows


def _same_length(study: Study) -> None:
    if not study.rows:
        raise UnusableData("There are no rows.")
    for name in ("family", "sent", "probability", "controls", "moderators", "available"):
        values = getattr(study, name)
        if values is not None and len(values) != study.rows:
            raise UnusableData(
                f"`{name}` has {len(values)} rows and `outcome` has {study.rows}; they describe "
                "the same decision points."
            )


def _flag(name: str, values: NDArray[Any]) -> Flags:
    values = np.asarray(values)
    yes, no = values == 1, values == 0
    if not (yes | no).all():
        row = int(np.flatnonzero(~(yes | no))[0])
        raise UnusableData(f"`{name}` is 0 or 1; in row {row + 1} it is {values[row]}.")
    return yes


def _codes(family: NDArray[Any]) -> tuple[Whole, NDArray[Any]]:
    """Number the families in the order of their labels."""
    if family.dtype.kind in "iu" and np.all(
        family[1:] >= family[:-1]
    ):  # sorting a million rows costs more than the fit
        new = np.r_[True, family[1:] != family[:-1]]
        return np.cumsum(new) - 1, family[new]
    labels, codes = np.unique(family, return_inverse=True)
    return codes.astype(np.int64), labels


def _lines(matrix: Floats | None, numbers: Whole) -> Floats:
    columns = 0 if matrix is None else np.atleast_2d(matrix).shape[1]
    lines = np.ones((1 + columns, len(numbers)))
    if matrix is not None:
        lines[1:] = np.asarray(matrix, float)[numbers].T
    return lines


def _names(names: Sequence[str], matrix: Floats | None, kind: str) -> tuple[str, ...]:
    columns = 0 if matrix is None else np.atleast_2d(matrix).shape[1]
    if names and len(names) != columns:
        raise UnusableData(f"There are {columns} {kind}s and {len(names)} names for them.")
    return ("1", *(names or [f"{kind} {i + 1}" for i in range(columns)]))


def _judge(rows: Rows) -> None:
    wrong = ~((rows.probability > 0) & (rows.probability < 1))
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise UnusableData(
            f"In {int(wrong.sum())} rows the probability of sending is not between 0 and 1 "
            f"(first: row {rows.numbers[at] + 1}, {rows.probability[at]:g}). "
            "What was certain was not randomised: such rows have available = 0."
        )
    if not ((rows.numerator > 0) & (rows.numerator < 1)).all():
        raise UnusableData("The numerator probability lies between 0 and 1; 0.5 is usual.")
    for names, lines in (
        (rows.control_names, rows.controls),
        (rows.moderator_names, rows.moderators),
    ):
        for name, line in zip(names, lines, strict=True):
            if not (full := np.isfinite(line)).all():
                at = int(rows.numbers[np.flatnonzero(~full)[0]])
                raise UnusableData(
                    f"Column {name} is empty in {int((~full).sum())} rows that "
                    f"are needed (first: row {at + 1})."
                )


def check_enough_families(rows: Rows) -> None:
    """Raise UnusableData when there are too few families for the sandwich variance."""
    if rows.families == 1:
        raise UnusableData(
            f"There is one family ({rows.labels[0]}). What one family shows cannot be told from "
            "chance: at least two are needed."
        )
    if rows.degrees < 1:
        coefficients = len(rows.controls) + len(rows.moderators)
        raise UnusableData(
            f"{rows.families} families cannot carry {coefficients} coefficients: at least "
            f"{coefficients + 1} families are needed. Leave out controls or moderators."
        )
