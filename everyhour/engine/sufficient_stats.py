"""Sufficient statistics of the model. Each outcome is added once; statistics of parts add up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from everyhour.engine.features import SHARED, G, Z

FORGETTING_FACTOR = 0.3  # what is left of a family's own history when something big changed


@dataclass(frozen=True)
class TrainingRows:
    """Answered windows. Axes: m rows; w as PopulationPosterior.columns, with nudge columns 0
    where none was sent; z likewise.
    """

    family: Sequence[str]
    w: np.ndarray  # (m, d)
    z: np.ndarray  # (m, Z)
    y: np.ndarray  # (m,) reward, never missing: windows without an answer are not rows


def design_rows(
    x: np.ndarray, item: np.ndarray, z: np.ndarray, g: np.ndarray, sent: np.ndarray, items: int
) -> tuple[np.ndarray, np.ndarray]:
    """Build w and z of windows from the features of the chosen candidate; `item` indexes
    `items`.
    """
    one = np.zeros((len(x), items))
    one[np.arange(len(x)), item] = 1.0
    nudge = sent[:, None].astype(float)
    return np.hstack([nudge * x, nudge * one, g]), np.hstack([nudge * z[:, :-1], z[:, -1:]])


@dataclass
class SufficientStats:
    """Sums per family (axes: family, Z, d) and overall (d, d). Mutable."""

    items: list[str] = field(default_factory=list)
    place: dict[str, int] = field(default_factory=dict)
    start: np.ndarray = field(
        default_factory=lambda: np.zeros((0, len(Z)))
    )  # where each family's belief starts
    zz: np.ndarray = field(default_factory=lambda: np.zeros((0, len(Z), len(Z))))
    zw: np.ndarray = field(default_factory=lambda: np.zeros((0, len(Z), len(SHARED) + len(G))))
    zy: np.ndarray = field(default_factory=lambda: np.zeros((0, len(Z))))
    ww: np.ndarray = field(
        default_factory=lambda: np.zeros((len(SHARED) + len(G), len(SHARED) + len(G)))
    )
    wy: np.ndarray = field(default_factory=lambda: np.zeros(len(SHARED) + len(G)))
    yy: float = 0.0
    count: int = 0

    @property
    def families(self) -> list[str]:
        return list(self.place)

    def add_families(self, starts: Mapping[str, np.ndarray]) -> None:
        """Add families that are new, each with its prior mean."""
        new = {family: start for family, start in starts.items() if family not in self.place}
        if not new:
            return
        self.place.update({family: len(self.place) + n for n, family in enumerate(new)})
        self.start = np.vstack([self.start, *(start[None] for start in new.values())])
        for name in ("zz", "zw", "zy"):
            held = getattr(self, name)
            setattr(self, name, np.concatenate([held, np.zeros((len(new), *held.shape[1:]))]))

    def add_items(self, slugs: Sequence[str]) -> None:
        """Add columns for items that are new."""
        new = [slug for slug in dict.fromkeys(slugs) if slug not in set(self.items)]
        at = [len(SHARED) + len(self.items)] * len(new)
        if new:
            self.items += new
            self.zw = np.insert(self.zw, at, 0.0, axis=2)
            self.ww = np.insert(np.insert(self.ww, at, 0.0, axis=0), at, 0.0, axis=1)
            self.wy = np.insert(self.wy, at, 0.0)

    def add(self, rows: TrainingRows) -> None:
        """Add windows. Their families and items must have been added before."""
        if not len(rows.y):
            return
        places = np.array([self.place[family] for family in rows.family])
        order = np.argsort(places, kind="stable")
        first = np.flatnonzero(np.diff(places[order], prepend=-1))
        whose = places[order][first]
        z, w, y = rows.z[order], rows.w[order], rows.y[order]
        self.zz[whose] += np.add.reduceat(z[:, :, None] * z[:, None], first)
        self.zw[whose] += np.add.reduceat(z[:, :, None] * w[:, None], first)
        self.zy[whose] += np.add.reduceat(z * y[:, None], first)
        self.ww += w.T @ w
        self.wy += w.T @ y
        self.yy += float(y @ y)
        self.count += len(y)

    def set_prior_mean(self, family: str, start: np.ndarray) -> np.ndarray:
        """Replace a family's prior mean and return it."""
        self.start[self.place[family]] = start
        return start

    def forget(
        self, family: str, left: float = FORGETTING_FACTOR, *, include_prior: bool = True
    ) -> None:
        """Discount a family's history once, after a big change (a new school, a loss).

        `include_prior`: discount its prior mean as well. Only the family's own sums shrink; what it
        contributed to the shared sums stays. An unknown family is ignored.
        """
        if family in self.place:
            row = self.place[family]
            self.zz[row] *= left
            self.zw[row] *= left
            self.zy[row] *= left
            self.start[row] *= left if include_prior else 1.0
