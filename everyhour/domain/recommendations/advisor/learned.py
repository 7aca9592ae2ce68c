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
    "build_decider",
    "design_rows",
    "find_defect",
    "fit_and_check",
    "for_nudges",
    "from_plain",
    "is_nudge",
    "new_family",
    "pack",
    "prior_mean_from_answers",
    "probabilities",
    "replay",
    "shipped_population",
    "to_plain",
    "unpack",
    "with_items",
]

RULE = "learned-1"
DIGITS = 6  # of a probability in a bundle
# A person who asks always gets an offer; only which practice is drawn.
ASKED_FOR = Timing(lower=1.0, upper=1.0, lane=0.0)
NUDGES = Timing()  # whether to send is drawn too, one time in ten by an even draw


def build_decider(posterior: Posterior | None) -> Decider:
    """Return a decider for a person who asks for something now."""
    return Decider(posterior, ASKED_FOR, favors_familiar=True)


def for_nudges(decider: Decider) -> Decider:
    """Return a copy that also decides whether to send, without favoring the familiar."""
    nudging = copy.copy(decider)
    nudging.timing, nudging.favors_familiar = NUDGES, False
    return nudging


def is_nudge(made: Decision) -> bool:
    """Return whether a decision is about a nudge; False also where nothing could be sent."""
    return made.lane > 0


@lru_cache(maxsize=4)
def shipped_population(slugs: tuple[str, ...]) -> PopulationPosterior:
    """Return the population's posterior before anything was learned here."""
    return SHIPPED.population(slugs)


def pack(population: PopulationPosterior) -> bytes:
    return zlib.compress(json.dumps(to_plain(population)).encode(), 6)


def unpack(body: bytes) -> PopulationPosterior:
    return from_plain(PopulationPosterior, json.loads(zlib.decompress(bytes(body))))


def probabilities(
    decider: Decider, opportunities: Sequence[Opportunity], past: History
) -> list[dict[str, float]]:
    """Return the probabilities of each opportunity, rounded to six digits.

    When the posterior cannot be used, all allowed practices are equally likely.
    """
    decisions = decider.decide(opportunities, [past] * len(opportunities))
    return [
        {slug: round(p, DIGITS) for slug, p in zip(d.slugs, d.probabilities, strict=True)}
        for d in decisions
    ]
