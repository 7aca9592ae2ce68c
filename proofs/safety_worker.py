"""Batches of the proof of safety, in a process of its own: `python -m proofs.safety_worker FIRST LAST SEED`, answered as JSON lines."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from everyhour.domain.practices.files import Library
from everyhour.domain.recommendations import advisor
from everyhour.engine.decisions import Decider
from everyhour.engine.timing import Timing
from everyhour.engine.values import Candidate, Decision
from proofs.safety_rules import broken, may_be_offered
from proofs.safety_scenes import Draw, believed, invented

BATCH, REAL = 2_000, 8  # scenes in a batch; one batch in so many is about the real library
CONTENT = Path(__file__).resolve().parent.parent / "content"
TIMINGS = {
    "learn": (Timing(), 0.1, 0.8),
    "mrt": (Timing(mode="mrt"), 0.5, 0.5),
    "off": (Timing(mode="off"), 0.0, 1.0),
    "asked for": (Timing(lower=1.0, upper=1.0, lane=0.0), 1.0, 1.0),
}
FLOOR, NEAR = 0.05, 1e-9
TELL = 25  # batches between two lines of progress
MOST_TOLD = 12


@cache
def facts() -> dict[str, dict]:
    return {
        slug: one.facts
        for (kind, slug), one in Library(CONTENT).items.items()
        if kind == "activity"
    }


@cache
def real() -> tuple[Candidate, ...]:
    return tuple(advisor.candidate(slug, told) for slug, told in sorted(facts().items()))


def as_written() -> Iterator[str]:
    """The engine reads of each practice what its file says; else a gate could be right and guard something else."""
    for candidate in real():
        told = facts()[candidate.slug]
        for name, wanted in (
            ("states", told["states"]),
            ("cautions", told.get("cautions") or []),
            ("works_in", told.get("works_in") or ["home"]),
        ):
            if set(wanted) != getattr(candidate, name):
                yield f"{candidate.slug}: {name}"
        if (
            candidate.age != (told["age"]["from"], told["age"]["to"])
            or candidate.touch != told["touch"]
        ):
            yield f"{candidate.slug}: age or touch"
        if candidate.presence != bool(told.get("presence")) or candidate.demanding != (
            "top_down" in (told.get("paths") or [])
        ):
            yield f"{candidate.slug}: presence or demands"


def play(number: int, seed: int) -> tuple[int, Counter, Counter]:
    """Decide one batch and judge it: scenes, what was wrong, what was met."""
    rng = np.random.Generator(np.random.PCG64([seed, number]))
    candidates = real() if number % REAL == 0 else invented(rng)
    mode = str(rng.choice(["learn", "learn", "mrt", "off", "asked for"]))
    draw = Draw(rng, candidates, BATCH, number)
    decider = Decider(believed(rng, candidates), TIMINGS[mode][0], f"proof {seed}")
    return BATCH, *judge(draw, decider.decide(draw.opportunities, draw.pasts), mode)


def judge(draw: Draw, decisions: Sequence[Decision], mode: str) -> tuple[Counter, Counter]:
    wrong: Counter = Counter()
    rules = broken(draw.scenes, draw.practices)
    allowed = may_be_offered(draw.scenes, draw.practices, rules)
    place = {slug: k for k, slug in enumerate(draw.practices.slugs)}
    offered = np.zeros(allowed.shape)
    chosen = np.full(len(decisions), -1)
    for row, d in enumerate(decisions):
        for slug, p in zip(d.slugs, d.probabilities, strict=True):
            offered[row, place[slug]] = p
        if d.slug is not None:
            chosen[row] = place[d.slug]
    wrong.update(_rules(rules, offered > 0, chosen))
    wrong.update(_sets(draw, allowed, offered, chosen, decisions))
    wrong.update(_odds(allowed, offered, chosen, decisions, mode))
    met = Counter(available=int(draw.open.sum()), fallback=sum(bool(d.fallback) for d in decisions))
    few = (allowed.sum(axis=1) < 3) & draw.open
    return wrong, met + Counter(
        {"two or fewer left": int(few.sum()), "nothing left": int((allowed.sum(axis=1) == 0).sum())}
    )


def _rules(rules: dict[str, np.ndarray], possible: np.ndarray, chosen: np.ndarray) -> Counter:
    taken = np.zeros(possible.shape, dtype=bool)
    rows = np.flatnonzero(chosen >= 0)
    taken[rows, chosen[rows]] = True
    return Counter(
        {
            f"it breaks {rule}": int(((possible | taken) & holds).any(axis=1).sum())
            for rule, holds in rules.items()
        }
    )


def _sets(
    draw: Draw,
    allowed: np.ndarray,
    offered: np.ndarray,
    chosen: np.ndarray,
    decisions: Sequence[Decision],
) -> Counter:
    expected = allowed & draw.open[:, None]
    silent = ~expected.any(axis=1)
    told_silent = np.array([d.reason is not None for d in decisions])
    sent = np.array([d.sent for d in decisions])
    send = np.array([d.send_probability for d in decisions])
    answered = np.flatnonzero(chosen >= 0)
    outside = np.zeros(len(decisions), dtype=bool)
    outside[answered] = ~expected[answered, chosen[answered]]
    slugs = draw.practices.slugs
    lists = np.array(
        [
            d.slugs == tuple(slugs[k] for k in np.flatnonzero(row))
            for d, row in zip(decisions, expected, strict=True)
        ]
    )
    return Counter(
        {
            "it was sent, or could be, to a family that is not available": int(
                (silent & (sent | (send > 0) | (chosen >= 0))).sum()
            ),
            "available, but told that it is not, or the other way round": int(
                (silent != told_silent).sum()
            ),
            "chosen from outside of what may be offered": int(outside.sum()),
            "another list than what may be offered": int((~lists).sum()),
            "nothing chosen where something may be offered": int((~silent & (chosen < 0)).sum()),
        }
    )


def _odds(
    allowed: np.ndarray,
    offered: np.ndarray,
    chosen: np.ndarray,
    decisions: Sequence[Decision],
    mode: str,
) -> Counter:
    rows = np.flatnonzero(chosen >= 0)
    p, among = offered[rows], allowed[rows]
    _timing, lower, upper = TIMINGS[mode]
    send = np.array([decisions[n].send_probability for n in rows])
    told = np.array([decisions[n].probability for n in rows])
    wrong = Counter(
        {
            "probabilities do not sum to one": int((np.abs(p.sum(axis=1) - 1) > NEAR).sum()),
            "another probability than the one it was drawn with": int(
                (np.abs(p[np.arange(len(rows)), chosen[rows]] - told) > NEAR).sum()
            ),
            "a probability outside of 0 to 1": int(
                ((p < 0) | (p > 1 + NEAR) | ~np.isfinite(p)).any(axis=1).sum()
            ),
            "sent with a probability outside of its bounds": int(
                ((send < lower - NEAR) | (send > upper + NEAR) | ~np.isfinite(send)).sum()
            ),
        }
    )
    if mode != "off":  # the rota is no lottery
        floor = FLOOR / np.maximum(among.sum(axis=1, keepdims=True), 1)
        wrong["a candidate below the floor"] = int((among & (p < floor - NEAR)).any(axis=1).sum())
    return wrong


def main(first: int, last: int, seed: int) -> None:
    scenes, met = 0, Counter()
    wrong: dict[str, int] = {}
    for number in range(first, last):
        n, found, seen = play(number, seed)
        scenes, met = scenes + n, met + seen
        for what, times in found.items():
            if times and what not in wrong and len(wrong) < MOST_TOLD:
                print(
                    json.dumps({"case": f"batch {number}", "problem": f"{what} ({times} of {n})"}),
                    flush=True,
                )
            if times:
                wrong[what] = wrong.get(what, 0) + times
        if (number - first) % TELL == TELL - 1:
            print(json.dumps({"progress": scenes}), flush=True)
    print(json.dumps({"scenes": scenes, "met": met, "wrong": wrong}), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
