"""Facade of the engine: estimates, learning, and decisions made with them."""

import copy
import json
import zlib
from collections.abc import Sequence
from functools import lru_cache

from everyhour.engine import VERSION
from everyhour.engine.decisions import Decider, replay
from everyhour.engine.features import CandidateTable, Z
from everyhour.engine.fit_checks import NIGHTS_UNTIL_MRT, fit_and_check
from everyhour.engine.history import after_decision
from everyhour.engine.posterior import (
    FamilyPosterior,
    PopulationPosterior,
    Posterior,
    find_defect,
    new_family,
    with_items,
)
from everyhour.engine.priors import SHIPPED, prior_mean_from_answers
from everyhour.engine.serialization import from_plain, to_plain
from everyhour.engine.sufficient_stats import (
    FORGETTING_FACTOR,
    SufficientStats,
    TrainingRows,
    design_rows,
)
from everyhour.engine.timing import Timing
from everyhour.engine.values import (
    Availability,
    Candidate,
    Decision,
    History,
    ItemHistory,
    Limits,
    Opportunity,
)

__all__ = [
    "FORGETTING_FACTOR",
    "NIGHTS_UNTIL_MRT",
    "RULE",
    "SHIPPED",
    "VERSION",
    "Availability",
    "Candidate",
    "CandidateTable",
    "Decider",
    "Decision",
    "FamilyPosterior",
    "History",
    "ItemHistory",
    "Limits",
    "Opportunity",
    "PopulationPosterior",
    "Posterior",
    "SufficientStats",
    "TrainingRows",
    "Z",
    "after_decision",
    "asked",
    "cells",
    "design_rows",
    "find_defect",
    "fit_and_check",
    "from_plain",
    "new_family",
    "nudged",
    "nudging",
    "pack",
    "prior_mean_from_answers",
    "replay",
    "shipped",
    "to_plain",
    "unpack",
    "with_items",
]

RULE = "learned-1"
DIGITS = 6  # of a probability as it travels
# What a person asks for is always given: only WHICH is drawn.
ASKED_FOR = Timing(lower=1.0, upper=1.0, lane=0.0)
NUDGES = Timing()  # whether it is sent at all is drawn too, a tenth of the time by an even draw


def asked(belief: Posterior | None, *, seed: str = "everyhour") -> Decider:
    """Return a decider for a person who asks for something now."""
    return Decider(belief, ASKED_FOR, seed, favors_familiar=True)


def nudging(decider: Decider) -> Decider:
    """Return a copy that also decides whether to send, without favouring the familiar."""
    ready = copy.copy(decider)
    ready.timing, ready.favors_familiar = NUDGES, False
    return ready


def nudged(made: Decision) -> bool:
    """Return whether the record is of a nudge; False also where nothing could be sent."""
    return made.lane > 0


@lru_cache(maxsize=4)
def shipped(slugs: tuple[str, ...]) -> PopulationPosterior:
    """Return the posterior before anything was learned here."""
    return SHIPPED.population(slugs)


def pack(population: PopulationPosterior) -> bytes:
    return zlib.compress(json.dumps(to_plain(population)).encode(), 6)


def unpack(body: bytes) -> PopulationPosterior:
    return from_plain(PopulationPosterior, json.loads(zlib.decompress(bytes(body))))


def cells(
    decider: Decider, opportunities: Sequence[Opportunity], past: History
) -> list[dict[str, float]]:
    """Return the probabilities of each opportunity, rounded to six digits.

    Whatever is wrong with the belief, the answer is the safe one: each that may be offered alike.
    """
    decisions = decider.decide(opportunities, [past] * len(opportunities))
    return [
        {slug: round(p, DIGITS) for slug, p in zip(d.slugs, d.probabilities, strict=True)}
        for d in decisions
    ]
