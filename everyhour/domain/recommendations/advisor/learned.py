"""The other half of the one door: beliefs, how they are learned, and decisions made with them."""

import copy
import json
import zlib
from collections.abc import Sequence
from functools import lru_cache

from everyhour.engine import VERSION
from everyhour.engine.beliefs import Belief, Population, Tastes, newcomer, sound, with_items
from everyhour.engine.checking import NIGHTS_UNTIL_MRT, nightly
from everyhour.engine.deciding import Decider, replay
from everyhour.engine.features import Sheet, Z
from everyhour.engine.plain import from_plain, to_plain
from everyhour.engine.priors import SHIPPED, start_of
from everyhour.engine.remembering import after_decision
from everyhour.engine.sums import FORGETTING, Rows, Sums, lay_out
from everyhour.engine.timing import Timing
from everyhour.engine.values import (
    Candidate,
    Decision,
    ItemPast,
    Limits,
    Opportunity,
    Past,
    Standing,
)

__all__ = [
    "FORGETTING",
    "NIGHTS_UNTIL_MRT",
    "RULE",
    "SHIPPED",
    "VERSION",
    "Belief",
    "Candidate",
    "Decider",
    "Decision",
    "ItemPast",
    "Limits",
    "Opportunity",
    "Past",
    "Population",
    "Rows",
    "Sheet",
    "Standing",
    "Sums",
    "Tastes",
    "Z",
    "after_decision",
    "asked",
    "cells",
    "from_plain",
    "lay_out",
    "newcomer",
    "nightly",
    "nudged",
    "nudging",
    "pack",
    "replay",
    "shipped",
    "sound",
    "start_of",
    "to_plain",
    "unpack",
    "with_items",
]

RULE = "learned-1"
DIGITS = 6  # of a probability as it travels
# What a person asks for is always given: only WHICH is drawn.
ASKED_FOR = Timing(lower=1.0, upper=1.0, lane=0.0)
NUDGES = Timing()  # whether it is sent at all is drawn too, a tenth of the time by an even draw


def asked(belief: Belief | None, *, seed: str = "everyhour") -> Decider:
    """Give a decider for somebody who asks for something now."""
    return Decider(belief, ASKED_FOR, seed, repeats=True)


def nudging(decider: Decider) -> Decider:
    """Give the same belief, ready to decide also whether to send: nobody asked, so what helped before does not push itself forward."""
    ready = copy.copy(decider)
    ready.timing, ready.repeats = NUDGES, False
    return ready


def nudged(made: Decision) -> bool:
    """Tell from the record that it was decided so; of one that nothing could be sent for it makes no difference."""
    return made.lane > 0


@lru_cache(maxsize=4)
def shipped(slugs: tuple[str, ...]) -> Population:
    """Give the belief before anything was learned here."""
    return SHIPPED.population(slugs)


def pack(population: Population) -> bytes:
    return zlib.compress(json.dumps(to_plain(population)).encode(), 6)


def unpack(body: bytes) -> Population:
    return from_plain(Population, json.loads(zlib.decompress(bytes(body))))


def cells(
    decider: Decider, opportunities: Sequence[Opportunity], past: Past
) -> list[dict[str, float]]:
    """Give, for each opportunity, the probability of each practice that may be offered; as they travel, to six digits.

    Whatever is wrong with the belief, the answer is the safe one: each that may be offered alike.
    """
    decisions = decider.decide(opportunities, [past] * len(opportunities))
    return [
        {slug: round(p, DIGITS) for slug, p in zip(d.slugs, d.probabilities, strict=True)}
        for d in decisions
    ]
