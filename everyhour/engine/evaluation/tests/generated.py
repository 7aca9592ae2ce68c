"""Invented studies: the reference data in a file, and small ones from a seed."""

import csv
import json
from functools import cache
from pathlib import Path

import numpy as np

from everyhour.engine.evaluation.study import Study

DATA = Path(__file__).resolve().parents[4] / "testing/data/mrt"
FILE = DATA / "own_synth_mrt.csv"


@cache
def reference() -> dict:
    return json.loads((DATA / "own_synth_reference.json").read_text())["fits"]


@cache
def columns() -> dict[str, np.ndarray]:
    with FILE.open() as file:
        rows = list(csv.DictReader(file))
    return {
        name: np.array([row[name] for row in rows], str if name == "family" else float)
        for name in rows[0]
    }


def referenced(fit: dict) -> Study:
    """Return the study of one of R's fits."""
    data = columns()
    controls, moderators = (named(fit[part]) for part in ("control", "moderator"))
    return Study(
        family=data["family"],
        sent=data["A"],
        probability=data["prob"],
        outcome=data[fit["outcome"]],
        controls=np.column_stack([data[name] for name in controls]),
        moderators=np.column_stack([data[name] for name in moderators]) if moderators else None,
        available=data["avail"],
        numerator=fit["numerator_prob"],
        control_names=controls,
        moderator_names=moderators,
    )


def named(formula: str) -> list[str]:
    return [name.strip() for name in formula.lstrip("~").split("+") if name.strip() != "1"]


def small(
    seed: int = 7, families: int = 12, points: int = 30, effect: float = 0.3, binary: bool = False
) -> Study:
    """Generate a study: a control that matters, a moderator that does not, unlike families."""
    rng = np.random.default_rng(seed)
    rows = families * points
    family = np.repeat(np.arange(families), points)
    probability = rng.uniform(0.2, 0.8, rows)
    sent = rng.random(rows) < probability
    control, moderator = rng.normal(size=rows), rng.integers(0, 2, rows).astype(float)
    if binary:
        outcome = (
            rng.random(rows) < np.exp(-1.3 + 0.1 * np.clip(control, -2, 2) + effect * sent)
        ).astype(float)
    else:
        outcome = (
            1
            + 0.5 * control
            + effect * sent
            + rng.normal(size=rows)
            + 0.4 * rng.normal(size=families)[family]
        )
    return Study(
        family,
        sent,
        probability,
        outcome,
        control[:, None],
        moderator[:, None],
        control_names=["mood"],
        moderator_names=["late"],
    )
