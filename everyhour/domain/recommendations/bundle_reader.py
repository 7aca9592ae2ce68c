"""Reading the offline bundle as the phone does: draw an offer, and what is shown with it."""

import re

from everyhour.domain.recommendations import advisor
from everyhour.domain.recommendations.advisor import Candidate, Choice, Wishes

NUDGE = re.compile(r"[\w-]{1,40}")
MOST_REFRAMES, MOST_WORDS = 4, 3
QUIET = frozenset(
    {"alarm", "fear", "terror", "shutdown"}
)  # words shrink with the state: one line of new eyes is enough


def offer(
    pocket: dict,
    *,
    state: str,
    situation: str,
    seen: list[str],
    wishes: Wishes,
    draw: float,
    own: dict | None = None,
) -> Choice | None:
    """Draw one practice; None when all were seen. `own` is the child bundle."""
    if learned := own and learned_chances(
        own, pocket, state=state, situation=situation, wishes=wishes
    ):
        return advisor.drawn(learned, seen=seen, draw=draw)
    cell, candidates = _cell(pocket, pocket, state, situation)
    return advisor.offer(cell, candidates, state=state, seen=seen, wishes=wishes, draw=draw)


def learned_chances(
    own: dict, pocket: dict, *, state: str, situation: str, wishes: Wishes
) -> dict[str, float]:
    """Return this child's probabilities; none when they belong to another bundle."""
    if own["pocket"] != pocket["version"]:
        return {}
    cell, candidates = _cell(pocket, own, state, situation)
    return advisor.narrowed(cell, candidates, state=state, wishes=wishes)


def _cell(
    pocket: dict, told: dict, state: str, situation: str
) -> tuple[dict[str, float], dict[str, Candidate]]:
    practices = pocket["practices"]
    cell = {practices[index]["slug"]: p for index, p in told["chances"][state][situation]}
    return cell, {p["slug"]: _candidate(p, state) for p in practices if p["slug"] in cell}


def shown(pocket: dict, slug: str | None, *, state: str, situation: str) -> dict:
    """Return what is shown with an offer: the practice, what to say, and what else may help.

    static/now/showing.js does the same on the phone; now/tests/test_showing.py compares them.
    """
    practice = next((p for p in pocket["practices"] if p["slug"] == slug), None)
    quiet = state in QUIET
    line = "" if quiet else pocket["situations"].get(situation, {}).get("line", "")
    words = [words_for(one["say"], state) for one in matching(pocket["words"], state, situation)]
    lines = [say for say in words if say]
    cautions = [
        code
        for code in (practice["cautions"] if practice else [])
        if code in pocket["cautions"] and (code != "driver" or situation == "car")
    ]
    return {
        "old": "" if quiet else pocket["states"][state]["old"],
        "new": f"{line} {pocket['states'][state]['new']}".strip(),
        "practice": practice,
        "say": words_for(practice["say"], state) if practice else next(iter(lines), ""),
        "cautions": [pocket["cautions"][code] for code in cautions],
        "reframes": matching(pocket["reframes"], state, situation)[:MOST_REFRAMES],
        "other_words": lines[:MOST_WORDS],
    }


def record(pocket: dict, choice: Choice, own: dict | None = None) -> dict:
    """Return the record of an offer, as phones keep it; `own` if drawn from a child bundle."""
    practice = next(p for p in pocket["practices"] if p["slug"] == choice.slug)
    return {
        "practice": choice.slug,
        "edition": practice["edition"],
        "pocket": pocket["version"],
        "rule": pocket["rule"],
        "probability": choice.probability,
        "among": choice.among,
        "draw": choice.draw,
        **({"rule": own["rule"], "belief": own["belief"], "own": own["version"]} if own else {}),
    }


def may_suggest(pocket: dict, slug: str, *, wishes: Wishes) -> bool:
    """Return whether a nudge may lead to this practice: in the bundle, and not ruled out."""
    practice = next((p for p in pocket["practices"] if p["slug"] == slug), None)
    return practice is not None and advisor.allowed(_candidate(practice, "calm"), "calm", wishes)


def record_nudge(pocket: dict, slug: str, *, nudge: str) -> dict:
    """Return the record of a practice that a nudge suggested; nothing was drawn."""
    practice = next(p for p in pocket["practices"] if p["slug"] == slug)
    known = {"nudge": nudge} if NUDGE.fullmatch(nudge) else {}
    return {
        "practice": slug,
        "edition": practice["edition"],
        "pocket": pocket["version"],
        "rule": "nudge",
        "probability": 1,
        "among": 1,
        "draw": 0,
        **known,
    }


def words_for(say: dict[str, str], state: str) -> str:
    return say.get(state) or say.get("", "")


def matching(items: list[dict], state: str, situation: str) -> list[dict]:
    """Return items for this state, those for this situation before those for any."""
    own = [i for i in items if state in i["states"] and situation in i["situations"]]
    return own + [i for i in items if state in i["states"] and not i["situations"]]


def _candidate(practice: dict, state: str) -> Candidate:
    return Candidate(
        slug=practice["slug"],
        states=frozenset({state}),
        situations=frozenset(),
        age=tuple(practice["age"]),
        touch=practice["touch"],
        presence=True,  # the bundle's cells were built with this gate
        cautions=frozenset(practice["cautions"]),
    )
