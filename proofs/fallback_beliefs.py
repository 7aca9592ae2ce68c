"""Every way we know to spoil a belief, met by random scenes; the judge of `safety` says what may be offered."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from everyhour.engine.decisions import Decider
from everyhour.engine.features import Z
from everyhour.engine.posterior import FamilyPosterior, Posterior
from everyhour.engine.priors import SHIPPED
from everyhour.engine.timing import Timing
from everyhour.engine.values import Candidate, Decision, History
from proofs.engine_player import tell
from proofs.safety_rules import broken, may_be_offered
from proofs.safety_scenes import Draw, invented

TIMINGS = {"a nudge": (Timing(), 0.5), "asked for": (Timing(lower=1.0, upper=1.0, lane=0.0), 1.0)}
NEAR = 1e-12
Spoil = Callable[[Posterior], Posterior | None]


class Unreadable(Mapping[str, FamilyPosterior]):
    """Beliefs of families that cannot be read, as from a row that was damaged."""

    def __getitem__(self, family: str) -> FamilyPosterior:
        raise ValueError("not JSON")

    def __iter__(self) -> Iterator[str]:
        raise ValueError("not JSON")

    def __len__(self) -> int:
        return 0


def _of_all(**told: Callable[[np.ndarray], object]) -> Spoil:
    def spoil(fine: Posterior) -> Posterior:
        population = fine.population
        return Posterior(
            replace(
                population,
                **{name: change(getattr(population, name)) for name, change in told.items()},
            ),
            fine.families,
        )

    return spoil


def _put(value: float, place: int = 3) -> Callable[[np.ndarray], np.ndarray]:
    def change(values: np.ndarray) -> np.ndarray:
        spoiled = values.copy()
        spoiled.flat[place] = value
        return spoiled

    return change


def _of_one(mean: object, factor: object) -> Spoil:
    return lambda fine: Posterior(
        fine.population,
        dict.fromkeys((f"family-{n}" for n in range(5)), FamilyPosterior(mean, factor)),
    )  # type: ignore[arg-type]


def _no_rank(factor: np.ndarray) -> np.ndarray:
    spoiled = factor.copy()
    spoiled[5] = 0.0
    return spoiled


EVEN = "even"  # uniform over what may be offered
NEWCOMER = "new_family"  # as of a family nothing is known of; flagged
USUAL = "usual"  # nothing is wrong: no flag
SPOILED: dict[str, tuple[Spoil, str]] = {
    "there is none": (lambda fine: None, EVEN),
    "NaN in the mean": (_of_all(mean=_put(np.nan)), EVEN),
    "NaN in the factor": (_of_all(factor=_put(np.nan)), EVEN),
    "NaN in the spread": (_of_all(spread=_put(np.nan)), EVEN),
    "infinite": (_of_all(mean=_put(np.inf)), EVEN),
    "minus infinite": (_of_all(factor=_put(-np.inf)), EVEN),
    "singular, all zero": (_of_all(factor=np.zeros_like), EVEN),
    "singular, one row": (_of_all(factor=_no_rank), EVEN),
    "not a factor": (_of_all(factor=lambda factor: -factor), EVEN),
    "cut short": (_of_all(mean=lambda mean: mean[:-5]), EVEN),
    "empty": (_of_all(mean=lambda mean: np.zeros(0), factor=lambda factor: np.zeros((0, 0))), EVEN),
    "a row for a square": (_of_all(factor=lambda factor: factor[0]), EVEN),
    "no noise": (_of_all(noise=lambda noise: 0.0), EVEN),
    "noise that is no number": (_of_all(noise=lambda noise: float("nan")), EVEN),
    "negative variance": (_of_all(spread=lambda spread: -spread), EVEN),
    "practices of another library": (
        _of_all(items=lambda items: tuple(f"other-{n}" for n in range(90))),
        EVEN,
    ),
    "words for numbers": (
        _of_all(mean=lambda mean: np.array(["?"] * len(mean), dtype=object)),
        EVEN,
    ),
    "nothing for numbers": (_of_all(mean=lambda mean: None, spread=lambda spread: None), EVEN),
    "families that cannot be read": (lambda fine: Posterior(fine.population, Unreadable()), EVEN),
    "a family of NaN": (_of_one(np.full(len(Z), np.nan), np.eye(len(Z))), NEWCOMER),
    "a family of infinities": (
        _of_one(np.zeros(len(Z)), np.full((len(Z), len(Z)), np.inf)),
        NEWCOMER,
    ),
    "a family cut short": (_of_one(np.zeros(2), np.eye(2)), NEWCOMER),
    "a family of nothing": (_of_one(None, None), NEWCOMER),
    "practices nobody has met": (
        lambda fine: Posterior(SHIPPED.population(()), fine.families),
        USUAL,
    ),
    "a practice that is no more": (
        lambda fine: Posterior(SHIPPED.population(("gone", *fine.population.items)), fine.families),
        USUAL,
    ),
}
# What is known of a family is spoiled, not what is believed.
PASTS: dict[str, History] = {
    "a kind nobody knows in the past": History(domains={"singing": (0.0, 1.0)}),
    "words for an hour in the past": History(domains={"rhythm": ("yesterday", 1.0)}),  # type: ignore[dict-item]
}


def beliefs(n: str, seed: str) -> None:
    """Meet each spoiled belief with so many scenes, once as a nudge and once as asked for."""
    with np.errstate(all="ignore"):
        for number, (name, (spoil, wanted)) in enumerate(SPOILED.items()):
            for what, (timing, even) in TIMINGS.items():
                _meet(
                    f"{name}, {what}",
                    spoil,
                    wanted,
                    (timing, even),
                    (int(n), int(seed), number),
                    None,
                )
        for number, (name, past) in enumerate(PASTS.items(), len(SPOILED)):
            for what, (timing, even) in TIMINGS.items():
                _meet(
                    f"{name}, {what}",
                    lambda fine: fine,
                    EVEN,
                    (timing, even),
                    (int(n), int(seed), number),
                    past,
                )


def _meet(
    case: str,
    spoil: Spoil,
    wanted: str,
    timing: tuple[Timing, float],
    dice: tuple[int, int, int],
    past: History | None,
) -> None:
    n, seed, number = dice
    rng = np.random.Generator(np.random.PCG64([seed, number]))
    problems: list[str] = []
    met = 0
    try:
        while met < n:
            candidates = invented(rng)
            draw = Draw(rng, candidates, min(200, 2 * n), met)
            decider = Decider(spoil(_fine(candidates)), timing[0])
            pasts = [past] * len(draw.pasts) if past else draw.pasts
            scenes = (
                draw.scenes
                if past is None
                else replace(
                    draw.scenes,
                    since=np.full_like(draw.scenes.since, np.inf),
                    worn=np.full(len(pasts), -1),
                )
            )
            allowed = may_be_offered(scenes, draw.practices, broken(scenes, draw.practices))
            for row, decision in enumerate(decider.decide(draw.opportunities, pasts)):
                if decision.available and met < n:
                    met += 1
                    expected = tuple(draw.practices.slugs[k] for k in np.flatnonzero(allowed[row]))
                    problems += judge(decision, expected, wanted, timing[1])
    except Exception as error:
        problems.append(f"it fell: {type(error).__name__}: {error}")
    tell(case, problems, passed=max(0, met - 1))


def _fine(candidates: tuple[Candidate, ...]) -> Posterior:
    return Posterior(SHIPPED.population(sorted(c.slug for c in candidates)))


def judge(decision: Decision, expected: tuple[str, ...], wanted: str, even: float) -> Iterator[str]:
    """Say what is wrong with an answer to somebody who may be given something."""
    p = np.array(decision.probabilities)
    if decision.slugs != expected or decision.slug not in expected:
        yield "chosen from outside of what may be offered"
    elif (
        not np.isfinite(p).all()
        or abs(p.sum() - 1) > 1e-9
        or decision.probability != dict(zip(decision.slugs, p, strict=True))[decision.slug]
    ):
        yield "its probability is not known"
    elif not np.isfinite(decision.send_probability) or not 0 <= decision.send_probability <= 1:
        yield "the probability of sending is not known"
    if bool(decision.fallback) != (wanted != USUAL):
        yield (
            "the safe answer is not flagged"
            if wanted != USUAL
            else f"flagged, and nothing is wrong: {decision.fallback}"
        )
    if wanted == EVEN and np.abs(p - 1 / max(len(p), 1)).max(initial=0) > NEAR:
        yield "not even among what may be offered"
    if wanted == EVEN and decision.send_probability != even:
        yield f"sent with {decision.send_probability}, not with {even}"
    if even == 1 and not decision.sent:
        yield "somebody asked and was given nothing"
