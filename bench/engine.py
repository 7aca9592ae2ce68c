"""Engine: one decision, a nightly fit, effects of a large study, spacing of weeks."""

import resource
import statistics
import time
from collections.abc import Callable
from functools import cached_property, partial

import numpy as np

from bench import nights, one_decision, stored
from bench.table import Table, Value, ratio
from everyhour.engine.dosing import Dose, Spacing
from everyhour.engine.evaluation.emee import emee, emee2
from everyhour.engine.evaluation.study import Study, usable
from everyhour.engine.evaluation.wcls import wcls

SEED, ROUNDS = 168, 3
STUDIES = [
    (7_770, 37),
    (10_000, 50),
    (100_000, 500),
    (1_000_000, 5_000),
    (1_000_000, 500_000),
]  # rows, families; the first is HeartSteps’ size
WEEKS = [100, 1_000]
MOMENTS = 14  # of a week, on average
FIGURES = [
    name
    for name, value in vars(Spacing).items()
    if isinstance(value, property | cached_property) and name not in ("doses", "_variation")
]
FITS = {"WCLS": wcls, "EMEE": emee, "EMEE2": emee2}


def measure() -> list[Table]:
    return [*one_decision.measure(), *stored.measure(), *nights.measure(), effects(), dosing()]


def effects() -> Table:
    rows: list[dict[str, Value]] = []
    for size, families in STUDIES:
        study = invented(size, families)
        least = least_squares(study)
        for name, fit in FITS.items():
            (took, processor), (_, plain) = in_turns(partial(fit, study), least)
            rows.append(
                {
                    "estimator": name,
                    "rows": size,
                    "families": families,
                    "seconds": took,
                    "processor seconds": processor,
                    "x plain least squares": ratio(processor, plain),
                    "µs a row": processor / size * 1e6,
                }
            )
    notes = [
        (
            f"Five controls, two moderators, every row randomised; the median of {ROUNDS} rounds, "
            "with the correction for few families."
        ),
        (
            "“plain least squares” is numpy.linalg.lstsq of the same weighted columns, without "
            "families or errors, in turns in the same run; it and “µs a row” are of processor "
            "seconds, which a busy machine stretches least."
        ),
        (
            "“µs a row” stays the same when the work grows no faster than the rows. With 500,000 "
            "families nearly all of it is the correction, one small matrix for each."
        ),
        f"Most memory held so far: {memory():.0f} MB.",
    ]
    return Table("Engine: did it help", rows, notes)


def dosing() -> Table:
    rows: list[dict[str, Value]] = []
    for count in WEEKS:
        weeks = generate_weeks(count)
        took, processor = in_turns(partial(compute_spacing, weeks))[0]
        rows.append(
            {
                "family-weeks": count,
                "seconds": took,
                "processor seconds": processor,
                "µs a week": processor / count * 1e6,
            }
        )
    notes = [f"All {len(FIGURES)} figures of dosing.py; about {MOMENTS} moments a week."]
    return Table("Engine: spacing of weeks", rows, notes)


def invented(rows: int, families: int) -> Study:
    rng = np.random.default_rng(SEED)
    probability = rng.uniform(0.2, 0.8, rows)
    sent = rng.random(rows) < probability
    controls, moderators = (
        (rng.random((rows, 5)) < 0.4).astype(float),
        rng.integers(0, 60, (rows, 2)).astype(float),
    )
    chance = np.exp(-1.5 + 0.2 * controls[:, 0] + sent * (0.3 - 0.003 * moderators[:, 0]))
    family = np.sort(rng.integers(0, families, rows))
    return Study(
        family, sent, probability, (rng.random(rows) < chance).astype(float), controls, moderators
    )


def least_squares(study: Study) -> Callable[[], object]:
    rows = usable(study)
    root = np.sqrt(rows.weights)
    design, outcome = (
        (np.vstack([rows.controls, rows.centred * rows.moderators]) * root).T.copy(),
        rows.outcome * root,
    )
    return lambda: np.linalg.lstsq(design, outcome, rcond=None)


def generate_weeks(count: int) -> list[list[Dose]]:
    rng = np.random.default_rng(SEED)
    return [
        [
            Dose(at, given=given)
            for at, given in zip(times, rng.random(len(times)) < 0.85, strict=True)
        ]
        for times in (rng.uniform(0, 168, n).tolist() for n in rng.poisson(MOMENTS, count))
    ]


def compute_spacing(weeks: list[list[Dose]]) -> None:
    for doses in weeks:
        spacing = Spacing(doses)
        for name in FIGURES:
            getattr(spacing, name)


def in_turns(*works: Callable[[], object]) -> list[tuple[float, float]]:
    """Time functions in alternation over several rounds, so that machine load affects all of
    them.
    """
    rounds = [[timed(work) for work in works] for _ in range(ROUNDS)]
    return [
        (statistics.median(clock for clock, _ in of), statistics.median(work for _, work in of))
        for of in zip(*rounds, strict=True)
    ]


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return wall-clock and processor seconds."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
