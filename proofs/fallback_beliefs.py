"""Damaged estimates met by random opportunities; the judge of `safety` says what is allowed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from everyhour.engine.decisions import Decider
from everyhour.engine.features import Z
from everyhour.engine.posterior import FamilyPosterior, Posterior
from everyhour.engine.priors import SHIPPED
from everyhour.engine.timing import Timing
from everyhour.engine.values import Candidate, Decision, History
from proofs.parts import print_case
from proofs.safety_rules import broken, may_be_offered
from proofs.safety_scenes import Draw, random_library

TIMINGS = {"a nudge": (Timing(), 0.5), "a request": (Timing(lower=1.0, upper=1.0, lane=0.0), 1.0)}
NEAR = 1e-12
Spoil = Callable[[Posterior], Posterior | None]


class Unreadable(Mapping[str, FamilyPosterior]):
    """Posteriors of families from rows that cannot be read."""

    def __getitem__(self, family: str) -> FamilyPosterior:
        raise ValueError("not JSON")

    def __iter__(self) -> Iterator[str]:
        raise ValueError("not JSON")

    def __len__(self) -> int:
        return 0


def _of_population(**changes: Callable[[np.ndarray], object]) -> Spoil:
    def spoil(fine: Posterior) -> Posterior:
        population = fine.population
        changed = {name: change(getattr(population, name)) for name, change in changes.items()}
        return Posterior(replace(population, **changed), fine.families)

    return spoil


def _put(value: float, place: int = 3) -> Callable[[np.ndarray], np.ndarray]:
    def change(values: np.ndarray) -> np.ndarray:
        spoiled = values.copy()
        spoiled.flat[place] = value
        return spoiled

    return change


def _of_families(mean: object, factor: object) -> Spoil:
    spoiled = FamilyPosterior(mean, factor)  # type: ignore[arg-type]
    families = dict.fromkeys((f"family-{n}" for n in range(5)), spoiled)
    return lambda fine: Posterior(fine.population, families)


def _no_rank(factor: np.ndarray) -> np.ndarray:
    spoiled = factor.copy()
    spoiled[5] = 0.0
    return spoiled


EVEN = "even"  # uniform among the allowed practices; flagged
NEW_FAMILY = "new family"  # as for a family without observations; flagged
NORMAL = "normal"  # nothing is wrong; not flagged
ESTIMATES: dict[str, tuple[Spoil, str]] = {
    "none": (lambda fine: None, EVEN),
    "NaN in the mean": (_of_population(mean=_put(np.nan)), EVEN),
    "NaN in the factor": (_of_population(factor=_put(np.nan)), EVEN),
    "NaN in the spread": (_of_population(spread=_put(np.nan)), EVEN),
    "infinite": (_of_population(mean=_put(np.inf)), EVEN),
    "minus infinite": (_of_population(factor=_put(-np.inf)), EVEN),
    "singular, all zero": (_of_population(factor=np.zeros_like), EVEN),
    "singular, one row": (_of_population(factor=_no_rank), EVEN),
    "not a factor": (_of_population(factor=lambda factor: -factor), EVEN),
    "cut short": (_of_population(mean=lambda mean: mean[:-5]), EVEN),
    "empty": (
        _of_population(mean=lambda mean: np.zeros(0), factor=lambda factor: np.zeros((0, 0))),
        EVEN,
    ),
    "a row for a square": (_of_population(factor=lambda factor: factor[0]), EVEN),
    "no noise": (_of_population(noise=lambda noise: 0.0), EVEN),
    "noise that is NaN": (_of_population(noise=lambda noise: float("nan")), EVEN),
    "negative variance": (_of_population(spread=lambda spread: -spread), EVEN),
    "practices of another library": (
        _of_population(items=lambda items: tuple(f"other-{n}" for n in range(90))),
        EVEN,
    ),
    "words for numbers": (
        _of_population(mean=lambda mean: np.array(["?"] * len(mean), dtype=object)),
        EVEN,
    ),
    "null for numbers": (_of_population(mean=lambda mean: None, spread=lambda spread: None), EVEN),
    "families that cannot be read": (lambda fine: Posterior(fine.population, Unreadable()), EVEN),
    "a family of NaN": (_of_families(np.full(len(Z), np.nan), np.eye(len(Z))), NEW_FAMILY),
    "a family of infinities": (
        _of_families(np.zeros(len(Z)), np.full((len(Z), len(Z)), np.inf)),
        NEW_FAMILY,
    ),
    "a family cut short": (_of_families(np.zeros(2), np.eye(2)), NEW_FAMILY),
    "a family of nulls": (_of_families(None, None), NEW_FAMILY),
    "practices without observations": (
        lambda fine: Posterior(SHIPPED.population(()), fine.families),
        NORMAL,
    ),
    "a practice that was removed": (
        lambda fine: Posterior(SHIPPED.population(("gone", *fine.population.items)), fine.families),
        NORMAL,
    ),
}
# Damage to a family's history instead of its estimates.
HOUR: Any = "yesterday"
HISTORIES: dict[str, History] = {
    "an unknown kind in the history": History(domains={"singing": (0.0, 1.0)}),
    "words for an hour in the history": History(domains={"rhythm": (HOUR, 1.0)}),
}


def beliefs(n: str, seed: str) -> None:
    """Meet each kind of damage with `n` opportunities, as nudges and as requests."""
    cases = [(name, spoil, wanted, None) for name, (spoil, wanted) in ESTIMATES.items()]
    cases += [(name, _unchanged, EVEN, history) for name, history in HISTORIES.items()]
    with np.errstate(all="ignore"):
        for number, (name, spoil, wanted, history) in enumerate(cases):
            for kind, (timing, even) in TIMINGS.items():
                rng = np.random.Generator(np.random.PCG64([int(seed), number]))
                met, problems = 0, list[str]()
                try:
                    for decision, allowed in _decide(rng, int(n), spoil, timing, history):
                        met += 1
                        problems += judge(decision, allowed, wanted, even)
                except Exception as error:
                    problems.append(f"it raised {type(error).__name__}: {error}")
                print_case(f"{name}, {kind}", problems, passed=max(0, met - 1))


def _unchanged(fine: Posterior) -> Posterior:
    return fine


def _decide(
    rng: np.random.Generator, n: int, spoil: Spoil, timing: Timing, history: History | None
) -> Iterator[tuple[Decision, tuple[str, ...]]]:
    """Yield decisions for `n` available opportunities, each with the allowed practices."""
    met = 0
    while met < n:
        candidates = random_library(rng)
        draw = Draw(rng, candidates, min(200, 2 * n), met)
        decider = Decider(spoil(_fine(candidates)), timing)
        pasts, scenes = draw.pasts, draw.scenes
        if history:
            pasts = [history] * len(draw.pasts)
            never = np.full_like(scenes.since, np.inf)
            scenes = replace(scenes, since=never, worn=np.full(len(pasts), -1))
        allowed = may_be_offered(scenes, draw.practices, broken(scenes, draw.practices))
        for row, decision in enumerate(decider.decide(draw.opportunities, pasts)):
            if decision.available and met < n:
                met += 1
                slugs = tuple(draw.practices.slugs[k] for k in np.flatnonzero(allowed[row]))
                yield decision, slugs


def _fine(candidates: tuple[Candidate, ...]) -> Posterior:
    return Posterior(SHIPPED.population(sorted(c.slug for c in candidates)))


def judge(decision: Decision, expected: tuple[str, ...], wanted: str, even: float) -> Iterator[str]:
    """Check a decision for an available family."""
    p = np.array(decision.probabilities)
    known = np.isfinite(p).all() and abs(p.sum() - 1) <= 1e-9
    if decision.slugs != expected or decision.slug not in expected:
        yield "chosen from outside the allowed practices"
    elif not known or decision.probability != p[decision.slugs.index(decision.slug)]:
        yield "the probability of the choice is not known"
    elif not np.isfinite(decision.send_probability) or not 0 <= decision.send_probability <= 1:
        yield "the probability of sending is not known"
    if bool(decision.fallback) != (wanted != NORMAL):
        if wanted == NORMAL:
            yield f"flagged as a fallback, but nothing is wrong: {decision.fallback}"
        else:
            yield "the fallback is not flagged"
    if wanted == EVEN and np.abs(p - 1 / max(len(p), 1)).max(initial=0) > NEAR:
        yield "not uniform among the allowed practices"
    if wanted == EVEN and decision.send_probability != even:
        yield f"sent with probability {decision.send_probability}, not {even}"
    if even == 1 and not decision.sent:
        yield "a request got no suggestion"
