"""Batches of `prove safety`: `python -m proofs.safety_worker FIRST LAST SEED`, or `library`.

Prints JSON lines: problems, progress, and a summary at the end.
"""

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
from proofs.parts import print_record
from proofs.safety_rules import BODIES, broken, may_be_offered
from proofs.safety_scenes import Draw, random_library, random_posterior

BATCH, REAL = 2_000, 8  # scenes in a batch; each eighth batch has the real library
CONTENT = Path(__file__).resolve().parent.parent / "content"
TIMINGS = {
    "learn": (Timing(), 0.1, 0.8),
    "mrt": (Timing(mode="mrt"), 0.5, 0.5),
    "off": (Timing(mode="off"), 0.0, 1.0),
    "request": (Timing(lower=1.0, upper=1.0, lane=0.0), 1.0, 1.0),
}
FLOOR, NEAR = 0.05, 1e-9
PRINT_EVERY = 25  # batches between two lines of progress
MOST_PRINTED = 12


@cache
def library_facts() -> dict[str, dict]:
    """Return the facts of each practice, with its bodies as the product stores them."""
    items = Library(CONTENT).items.items()
    return {
        slug: {**one.facts, "bodies": one.bodies}
        for (kind, slug), one in items
        if kind == "activity"
    }


@cache
def real_library() -> tuple[Candidate, ...]:
    return tuple(
        advisor.build_candidate(slug, facts) for slug, facts in sorted(library_facts().items())
    )


def library_problems() -> Iterator[str]:
    """Check that the engine reads of each practice what its file says."""
    for candidate in real_library():
        facts = library_facts()[candidate.slug]
        expected = {
            "states": {*facts["states"]},
            "cautions": {*(facts.get("cautions") or [])},
            "works_in": {*(facts.get("works_in") or ["home"])},
            "age": (facts["age"]["from"], facts["age"]["to"]),
            "real_age": _real_age(facts),
            "months": tuple(facts["months"].values()) if facts.get("months") else None,
            "situations": {*facts["situations"]},
            "energy": facts["energy"],
            "bodies": _bodies(candidate.slug, facts),
            "touch": facts["touch"],
            "presence": bool(facts.get("presence")),
            "demanding": "top_down" in (facts.get("paths") or []),
        }
        for name, value in expected.items():
            if getattr(candidate, name) != value:
                yield f"{candidate.slug}: {name}"


def _real_age(facts: dict) -> tuple[int, int]:
    """Return what the file says, else: up to its own age, and not for teenagers below that."""
    if "real_age" in facts:
        return facts["real_age"]["from"], facts["real_age"]["to"]
    return 0, max(12, facts["age"]["to"])


def _bodies(slug: str, facts: dict) -> set[str]:
    """Return the bodies that the file names, as a fact or as the heading of another way."""
    headings = {
        line.removeprefix("## ").strip()
        for line in (CONTENT / "activities" / f"{slug}.md").read_text().splitlines()
        if line.startswith("## ")
    }
    named = {body for body in BODIES if body.replace("_", " ") in headings}
    return named | {*(facts.get("works_for") or [])}


def play(number: int, seed: int) -> tuple[int, Counter, Counter]:
    """Decide one batch and judge it; return the scenes, what was wrong and what was met."""
    rng = np.random.Generator(np.random.PCG64([seed, number]))
    candidates = real_library() if number % REAL == 0 else random_library(rng)
    mode = str(rng.choice(["learn", "learn", "mrt", "off", "request"]))
    draw = Draw(rng, candidates, BATCH, number)
    decider = Decider(random_posterior(rng, candidates), TIMINGS[mode][0], f"proof {seed}")
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
    wrong.update(_rule_problems(rules, offered > 0, chosen))
    wrong.update(_candidate_problems(draw, allowed, offered, chosen, decisions))
    wrong.update(_probability_problems(allowed, offered, chosen, decisions, mode))
    met = Counter(available=int(draw.open.sum()), fallback=sum(bool(d.fallback) for d in decisions))
    few = (allowed.sum(axis=1) < 3) & draw.open
    met.update(_rules_that_mattered(rules, draw.open))
    met.update(
        {"two or fewer left": int(few.sum()), "nothing left": int((allowed.sum(axis=1) == 0).sum())}
    )
    return wrong, met


def _rule_problems(
    rules: dict[str, np.ndarray], possible: np.ndarray, chosen: np.ndarray
) -> Counter:
    taken = np.zeros(possible.shape, dtype=bool)
    rows = np.flatnonzero(chosen >= 0)
    taken[rows, chosen[rows]] = True
    return Counter(
        {
            f"it breaks {rule}": int(((possible | taken) & holds).any(axis=1).sum())
            for rule, holds in rules.items()
        }
    )


def _rules_that_mattered(rules: dict[str, np.ndarray], available: np.ndarray) -> Counter:
    """Count the practices that one rule alone forbade, so that no rule goes untried."""
    together = np.sum([holds[available] for holds in rules.values()], axis=0)
    return Counter(
        {
            f"forbidden only by {rule}": int((holds[available] & (together == 1)).sum())
            for rule, holds in rules.items()
        }
    )


def _candidate_problems(
    draw: Draw,
    allowed: np.ndarray,
    offered: np.ndarray,
    chosen: np.ndarray,
    decisions: Sequence[Decision],
) -> Counter:
    expected = allowed & draw.open[:, None]
    silent = ~expected.any(axis=1)
    reported_silent = np.array([d.reason is not None for d in decisions])
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
            "it was or could be sent to a family that is not available": int(
                (silent & (sent | (send > 0) | (chosen >= 0))).sum()
            ),
            "the reported availability is wrong": int((silent != reported_silent).sum()),
            "chosen from outside the allowed practices": int(outside.sum()),
            "the candidates are not the allowed practices": int((~lists).sum()),
            "nothing chosen where something is allowed": int((~silent & (chosen < 0)).sum()),
        }
    )


def _probability_problems(
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
    reported = np.array([decisions[n].probability for n in rows])
    wrong = Counter(
        {
            "probabilities do not sum to one": int((np.abs(p.sum(axis=1) - 1) > NEAR).sum()),
            "the reported probability is not that of the choice": int(
                (np.abs(p[np.arange(len(rows)), chosen[rows]] - reported) > NEAR).sum()
            ),
            "a probability outside 0 to 1": int(
                ((p < 0) | (p > 1 + NEAR) | ~np.isfinite(p)).any(axis=1).sum()
            ),
            "sent with a probability outside its bounds": int(
                ((send < lower - NEAR) | (send > upper + NEAR) | ~np.isfinite(send)).sum()
            ),
        }
    )
    if mode != "off":  # the fixed schedule draws nothing
        floor = FLOOR / np.maximum(among.sum(axis=1, keepdims=True), 1)
        wrong["a candidate below the floor"] = int((among & (p < floor - NEAR)).any(axis=1).sum())
    return wrong


def main(first: int, last: int, seed: int) -> None:
    scenes, met, wrong = 0, Counter[str](), Counter[str]()
    for number in range(first, last):
        n, found, seen = play(number, seed)
        scenes += n
        met.update(seen)  # `+` would drop what was never met
        for what, times in found.items():
            if times and what not in wrong and len(wrong) < MOST_PRINTED:
                print_record(case=f"batch {number}", problem=f"{what} ({times} of {n})")
            wrong.update({what: times} if times else {})
        if (number - first) % PRINT_EVERY == PRINT_EVERY - 1:
            print_record(progress=scenes)
    print_record(scenes=scenes, met=met, wrong=wrong)


def library() -> None:
    print_record(problems=[*library_problems()], count=len(real_library()))


if __name__ == "__main__":
    library() if sys.argv[1:] == ["library"] else main(*map(int, sys.argv[1:4]))
