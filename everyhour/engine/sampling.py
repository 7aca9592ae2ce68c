"""Probability of each candidate, counted from seeded draws of the posterior, with a floor
probability.

p_k = (1 - eps) n_k / M + eps / |E|, where n_k counts the draws in which k scores best. Draws for
everyone are made once for each posterior version, those for a family with the seed of the decision.
All values are on a grid (seeded_random.py), so the counts and every p_k are the same on every
machine.
"""

from collections.abc import Sequence

import numpy as np

from everyhour.engine.features import (
    FAMILIAR,
    OWN,
    PER_CANDIDATE,
    SHARED,
    TASTES,
    Batch,
    CandidateTable,
    Context,
)
from everyhour.engine.posterior import ITEM_SPREAD, FamilyPosterior, PopulationPosterior
from everyhour.engine.seeded_random import derive_seed, normals, round_to_grid

DRAWS = 256
DRAW_SCALE = (
    0.3  # v: draws this many standard deviations wide; full width tries too much for too long
)
FLOOR = 0.05  # eps, shared by all candidates
FACTOR_GRID, SCORE_GRID = 2.0**-20, 2.0**-24
FAR_BELOW = -1024.0  # outside E; a power of two, so it is on the grid too
CHUNK = 64  # opportunities drawn at once
CONTEXTS = 64  # kept ready at once: 100 kB each among fifty practices


class PosteriorSampler:
    """Draws of a population posterior, prepared for many decisions."""

    def __init__(
        self, population: PopulationPosterior, draws: int = DRAWS, draw_scale: float = DRAW_SCALE
    ) -> None:
        self.population, self.draws, self.draw_scale = population, draws, draw_scale
        self.mean = population.trusted_mean()
        at = population.nudge
        self.nudge_factor = population.factor[:at, :at]
        seed = np.uint64(derive_seed("population", population.version))
        wide = round_to_grid(self.nudge_factor, FACTOR_GRID) @ normals(seed, at, draws)
        found = round_to_grid(
            self.mean[:at, None] + draw_scale * wide, SCORE_GRID
        )  # axes: column, draw
        found[FAMILIAR] = np.maximum(found[FAMILIAR], 0.0)
        self.shared = found[:PER_CANDIDATE]
        self._items = {slug: found[len(SHARED) + n] for n, slug in enumerate(population.items)}
        self._place = {slug: len(SHARED) + n for n, slug in enumerate(population.items)}
        self._own = self.shared[list(OWN)]
        self._sheets: dict[tuple[str, ...], np.ndarray] = {}
        self._scenes: dict[tuple[CandidateTable, Context], np.ndarray] = {}

    def items(self, slugs: tuple[str, ...]) -> np.ndarray:
        """Return the drawn item effects, axes (slug, draw); an unknown item is drawn with a seed
        from its name.
        """
        if slugs not in self._sheets:
            self._sheets[slugs] = np.array(
                [self._items[s] if s in self._items else self._unknown(s) for s in slugs]
            )
        return self._sheets[slugs]

    def _unknown(self, slug: str) -> np.ndarray:
        seed = np.uint64(derive_seed("item", slug, self.population.version))
        return round_to_grid(
            self.draw_scale * ITEM_SPREAD * normals(seed, 1, self.draws)[0], SCORE_GRID
        )

    def item_mean(self, slug: str) -> float:
        return float(self.mean[self._place[slug]]) if slug in self._place else 0.0

    def context(self, table: CandidateTable, context: Context) -> np.ndarray:
        """Return drawn scores before any family effect, axes (draw, candidate). On the grid, so
        sums are exact.
        """
        if (table, context) not in self._scenes:
            if len(self._scenes) >= CONTEXTS:
                self._scenes.clear()
            self._scenes[table, context] = np.ascontiguousarray(
                (table.still(context) @ self.shared + self.items(table.slugs)).T
            )
        return self._scenes[table, context]

    def probabilities(
        self, batch: Batch, families: Sequence[FamilyPosterior], seeds: np.ndarray
    ) -> np.ndarray:
        """Return p, axes (opportunity, candidate): 0 outside E, at least eps / |E| inside.

        A row is NaN where its scores are not finite; the caller must not draw from it.
        """
        counts = np.empty(batch.allowed.shape)
        shut = np.where(batch.allowed, 0.0, FAR_BELOW)
        for start in range(0, len(seeds), CHUNK):
            likings = self._family(families[start : start + CHUNK], seeds[start : start + CHUNK])
            for row, liking in enumerate(likings, start):
                # One opportunity at a time: small matrices stay in the processor's nearest cache.
                scores = liking.T @ batch.near[row].T
                scores += self.context(batch.table, batch.contexts[row])
                scores += shut[row]
                counts[row] = np.bincount(scores.argmax(axis=1), minlength=len(shut[row]))
        counts[(counts * batch.allowed).sum(axis=1) != self.draws] = (
            np.nan
        )  # a column beyond all bounds; never drawn from
        return with_floor(counts, batch.allowed, self.draws)

    def _family(self, families: Sequence[FamilyPosterior], seeds: np.ndarray) -> np.ndarray:
        """Draw the coefficients of the columns of `Batch.near`: shared ones, then the family's
        tastes. Axes (opportunity, column, draw).
        """
        mean = np.array([one.mean[:TASTES] for one in families])
        factor = np.array([one.factor[:TASTES, :TASTES] for one in families])
        wide = round_to_grid(factor, FACTOR_GRID) @ normals(seeds, TASTES, self.draws)
        found = np.empty((len(families), len(OWN) + TASTES, self.draws))
        found[:, : len(OWN)] = self._own
        found[:, len(OWN) :] = round_to_grid(mean[:, :, None] + self.draw_scale * wide, SCORE_GRID)
        return found

    def advantage(
        self,
        slugs: tuple[str, ...],
        shared: np.ndarray,
        z: np.ndarray,
        families: Sequence[FamilyPosterior],
        chosen: Sequence[int] | np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and variance of what sending the chosen candidate adds. `shared` and `z`
        hold its columns, a row each.
        """
        x = self.columns(slugs, shared, chosen)
        unknown = np.array([0.0 if slugs[k] in self._place else ITEM_SPREAD**2 for k in chosen])
        likes = np.array([one.mean for one in families])[
            :, :-1
        ]  # the baseline is there without a nudge too
        factor = np.array([one.factor for one in families])[:, :-1, :-1]
        z = z[:, :-1]
        own = (z[:, None] @ factor)[:, 0]
        wide = x @ self.nudge_factor
        return x @ self.mean[: x.shape[1]] + (likes * z).sum(axis=1), (wide * wide).sum(axis=1) + (
            own * own
        ).sum(axis=1) + unknown

    def columns(
        self, slugs: tuple[str, ...], shared: np.ndarray, chosen: Sequence[int] | np.ndarray
    ) -> np.ndarray:
        """Return all nudge columns in the order of the posterior, axes (row, column)."""
        x = np.zeros((len(shared), self.population.nudge))
        x[:, : len(SHARED)] = shared
        for row, k in enumerate(chosen):
            if (place := self._place.get(slugs[k])) is not None:
                x[row, place] = 1.0
        return x


def with_floor(
    counts: np.ndarray, allowed: np.ndarray, draws: int, floor: float = FLOOR
) -> np.ndarray:
    """Convert counts to probabilities, each candidate of E having at least floor / |E|."""
    among = np.maximum(allowed.sum(axis=1, keepdims=True), 1)
    return np.where(allowed, (1 - floor) * counts / draws + floor / among, 0.0)


def uniform(allowed: np.ndarray) -> np.ndarray:
    """Return equal probabilities over E."""
    return allowed / np.maximum(allowed.sum(axis=1, keepdims=True), 1)


def pick(probabilities: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Return, for each row, the candidate whose interval of [0, 1) contains the draw."""
    reached = probabilities.cumsum(axis=1)
    found = (draws[:, None] >= reached).sum(
        axis=1
    )  # what has no probability has no stretch, and is never the first one beyond
    over = found == reached.shape[1]
    if over.any():  # sums may end a hair below 1
        found[over] = reached.shape[1] - 1 - (probabilities[over] > 0)[:, ::-1].argmax(axis=1)
    return found
