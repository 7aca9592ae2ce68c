"""Reading the offline bundle as the phone does: draw an offer, and find what is shown with it."""

import re
from collections.abc import Collection

from everyhour.domain.practices.vocabulary import BODIES, DANGER_SITUATIONS, DANGER_STATES
from everyhour.domain.recommendations import advisor, context
from everyhour.domain.recommendations.advisor import Candidate, Choice, Wishes

NUDGE = re.compile(r"[\w-]{1,40}")
MOST_REFRAMES, MOST_WORDS = 4, 3
# States in which people can read little: only the new way to see it is shown.
QUIET = frozenset({"alarm", "fear", "terror", "shutdown"})


def offer(
    bundle: dict,
    *,
    state: str,
    situation: str,
    seen: list[str],
    wishes: Wishes,
    draw: float,
    child_bundle: dict | None = None,
) -> Choice | None:
    """Draw one practice; None when all were seen.

    By the child bundle, unless it belongs to another bundle or allows nothing here; else by the
    bundle's own rule.
    """
    if learned := child_bundle and learned_probabilities(
        child_bundle, bundle, state=state, situation=situation, wishes=wishes
    ):
        return advisor.draw_from(learned, seen=seen, draw=draw)
    cell, candidates = _cell(bundle, bundle, state, situation)
    return advisor.offer(
        cell, candidates, state=state, situation=situation, seen=seen, wishes=wishes, draw=draw
    )


def learned_probabilities(
    child_bundle: dict, bundle: dict, *, state: str, situation: str, wishes: Wishes
) -> dict[str, float]:
    """Return this child's probabilities; {} when the child bundle belongs to another bundle."""
    if child_bundle["pocket"] != bundle["version"]:
        return {}
    cell, candidates = _cell(bundle, child_bundle, state, situation)
    return advisor.restrict(cell, candidates, state=state, situation=situation, wishes=wishes)


def _cell(
    bundle: dict, source: dict, state: str, situation: str
) -> tuple[dict[str, float], dict[str, Candidate]]:
    """Return the probabilities of a cell, from a bundle or a child bundle, and its candidates."""
    practices = bundle["practices"]
    cell = {practices[index]["slug"]: p for index, p in source["chances"][state][situation]}
    return cell, {
        p["slug"]: _candidate(p, state, situation) for p in practices if p["slug"] in cell
    }


def shown(
    bundle: dict,
    slug: str | None,
    *,
    state: str,
    situation: str,
    wishes: Wishes = context.UNKNOWN,
    turn: int = 0,
) -> dict:
    """Return what is shown with an offer: another way to see it, what to say, and what to do.

    The headline is the best reframe of this state, situation and age; at the next `turn` the next
    best. static/now/showing.js does the same on the phone; now/tests/test_showing.py compares them.
    """
    practice = next((p for p in bundle["practices"] if p["slug"] == slug), None)
    quiet = state in QUIET
    fitting = [r for r in items_for(bundle["reframes"], state, situation) if _fits(r, wishes)]
    made_for = [r for r in fitting if situation in r["situations"] and situation != "any"]
    reframe = made_for[turn % len(made_for)] if made_for else None
    line = "" if quiet else bundle["situations"].get(situation, {}).get("line", "")
    said_in = items_for(bundle["words"], state, situation)
    words = [words_for(one["say"], state, wishes.bodies) for one in said_in]
    lines = [say for say in words if say]
    way, steps = way_to_do(practice, wishes, situation)
    return {
        "old": ""
        if quiet
        else (reframe or {"old_eyes": bundle["states"][state]["old"]})["old_eyes"],
        "new": reframe["new_eyes"]
        if reframe
        else f"{line} {bundle['states'][state]['new']}".strip(),
        "practice": practice,
        "way": way,
        "steps": check_first(steps, bundle, state) if practice else [],
        "say": _say(practice, reframe, state, wishes.bodies)
        or next(iter(_some(lines, 1, turn)), ""),
        "help": reframe.get("get_help_if", []) if reframe else [],
        "danger": _is_dangerous(practice, reframe, state, situation),
        "cautions": [
            bundle["cautions"][code]
            for code in (practice["cautions"] if practice else [])
            if code in bundle["cautions"] and (code != "driver" or situation == "car")
        ],
        "reframes": _some([r for r in fitting if r is not reframe], MOST_REFRAMES, turn),
        "other_words": _some(lines, MOST_WORDS, turn),
    }


def _some(items: list, most: int, turn: int) -> list:
    """Return the best items; at the next `turn` the next ones, so that none is never seen."""
    start = turn * most % len(items) if items else 0
    return [*items[start:], *items[:start]][:most]


def way_to_do(practice: dict | None, wishes: Wishes, situation: str) -> tuple[str, list[str]]:
    """Return the name of the way that fits this child, and its steps.

    Touch that is not welcome comes first, then the child's body, then whether they are a teenager.
    """
    if practice is None:
        return "steps", []
    if practice["touch"] == "optional" and not advisor.may_touch(wishes, situation):
        return "no_touch", [practice["no_touch"]]
    for body in BODIES:
        if body in wishes.bodies and body in practice:
            return body, [practice[body]]
    real = wishes.age if wishes.real_age is None else wishes.real_age
    if real is not None and real >= advisor.TEEN and "teen" in practice:
        return "teen", [practice["teen"]]
    return "steps", practice["steps"]


def _fits(reframe: dict, wishes: Wishes) -> bool:
    """Return whether a reframe is about children of this age; an unknown age fits all."""
    real = wishes.age if wishes.real_age is None else wishes.real_age
    first, last = reframe.get("age", (0, 99))
    return real is None or first <= real <= last


def cards_for(bundle: dict, caregiver: str, wishes: Wishes, relation: str = "") -> list[dict]:
    """Return the cards for a caregiver in this state, for this child and their relation to them.

    What is unknown excludes nothing.
    """
    return [
        card
        for card in bundle["caregiver"]
        if caregiver in card["states"]
        and _fits(card, wishes)
        and (not relation or relation in card.get("relations", (relation,)))
    ]


def _say(
    practice: dict | None, reframe: dict | None, state: str, bodies: Collection[str] = ()
) -> str:
    """Return the reframe's words, unless they name other activities; else the practice's."""
    named = (reframe or {}).get("say_with")
    goes_with = named is None or (practice is not None and practice["slug"] in named)
    said = words_for(reframe["say"], state, bodies) if reframe and goes_with else ""
    return said or (words_for(practice["say"], state, bodies) if practice else "")


def check_first(steps: list[str], bundle: dict, state: str) -> list[str]:
    """Return the steps with the check for a response first when shut down, and without it else.

    Items made for this state and others begin with it too, in every way to do them.
    """
    check = bundle["states"]["shutdown"]["first"]
    others = [step.removeprefix(check).strip() for step in steps]
    return [check] * (state == "shutdown") + [step for step in others if step]


def _is_dangerous(practice: dict | None, reframe: dict | None, state: str, situation: str) -> bool:
    """Return whether a life may be in danger, so that the number to call stands on the step."""
    return (
        state in DANGER_STATES
        or situation in DANGER_SITUATIONS
        or bool(reframe and reframe["crisis"])
        or bool(practice and "medical" in practice["cautions"] and "months" in practice)
    )


def offer_record(bundle: dict, choice: Choice, child_bundle: dict | None = None) -> dict:
    """Return the record of an offer, as phones keep it; with the child bundle it was drawn from."""
    practice = next(p for p in bundle["practices"] if p["slug"] == choice.slug)
    record = {
        "practice": choice.slug,
        "edition": practice["edition"],
        "pocket": bundle["version"],
        "rule": bundle["rule"],
        "probability": choice.probability,
        "among": choice.among,
        "draw": choice.draw,
    }
    if child_bundle:
        record["rule"] = child_bundle["rule"]
        record |= {"belief": child_bundle["belief"], "own": child_bundle["version"]}
    return record


def may_suggest(bundle: dict, slug: str, *, situation: str, wishes: Wishes) -> bool:
    """Return whether a nudge may open this practice: in the bundle, and allowed for the child."""
    practice = next((p for p in bundle["practices"] if p["slug"] == slug), None)
    return practice is not None and advisor.allowed(
        _candidate(practice, "calm", situation), "calm", wishes, situation
    )


def nudge_record(bundle: dict, slug: str, *, nudge: str) -> dict:
    """Return the offer record of a practice that a nudge suggested: not drawn, so probability 1."""
    practice = next(p for p in bundle["practices"] if p["slug"] == slug)
    record = {
        "practice": slug,
        "edition": practice["edition"],
        "pocket": bundle["version"],
        "rule": "nudge",
        "probability": 1,
        "among": 1,
        "draw": 0,
    }
    return record | ({"nudge": nudge} if NUDGE.fullmatch(nudge) else {})


def words_for(say: dict[str, str], state: str, bodies: Collection[str] = ()) -> str:
    """Return the line of this state, else one that suits the child's body, else the general one."""
    own = next((say[body] for body in BODIES if body in bodies and say.get(body)), "")
    return say.get(state) or own or say.get("", "")


def items_for(items: list[dict], state: str, situation: str) -> list[dict]:
    """Return the items for this state, those for this situation before those for any."""
    in_state = [item for item in items if state in item["states"]]
    specific = [item for item in in_state if situation in item["situations"]]
    general = [i for i in in_state if not i["situations"] or "any" in i["situations"]]
    return specific + [item for item in general if item not in specific]


def _candidate(practice: dict, state: str, situation: str) -> Candidate:
    """Return a practice of a cell, made for it: the cells were built with all gates of the cell."""
    return Candidate(
        slug=practice["slug"],
        states=frozenset({state}),
        situations=frozenset({situation}),
        age=tuple(practice["age"]),
        touch=practice["touch"],
        presence=True,
        cautions=frozenset(practice["cautions"]),
        real_age=tuple(practice["real_age"]),
        months=tuple(practice["months"]) if "months" in practice else None,
        bodies=frozenset(practice["bodies"]),
    )
