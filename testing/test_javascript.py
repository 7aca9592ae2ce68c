"""Browser modules under Node: their own tests, and choosing.js against its Python twin."""

import json
import random
import shutil
import subprocess
from pathlib import Path

import playwright
import pytest
import yaml

from everyhour.domain.practices import danger_files
from everyhour.domain.practices.danger import find
from everyhour.engine import choosing
from everyhour.engine.choosing import BODIES, Candidate, Tally, Wishes

FOLDER = Path(__file__).with_name("javascript")
NEAR = 1e-12
PRACTICES = [
    {
        "slug": f"practice-{number}",
        "touch": ("none", "possible", "needed")[number % 3],
        "cautions": [("noise", "water", "dark", "choking")[number % 4]] if number % 2 else [],
        "age": [number % 5, 6 + number % 13],
        "real_age": [0, 12] if number % 7 == 3 else [13, 99] if number % 7 == 5 else [0, 99],
        "bodies": [body for place, body in enumerate(BODIES) if (number + place) % 4],
        **({"months": [number % 9, 12 + number % 20]} if number % 6 == 1 else {}),
    }
    for number in range(40)
]
SITUATIONS = ("homework", "bedtime", "bath", "car", "any")


def node() -> str:
    """Return the Node on the PATH, else the one that Playwright brings along."""
    found = shutil.which("node") or Path(playwright.__file__).parent / "driver" / "node"
    return str(found)


def test_javascript_units_pass():
    files = sorted(FOLDER.glob("*.test.mjs"))

    done = subprocess.run([node(), "--test", *files], capture_output=True, text=True)

    assert len(files) >= 3
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def practices() -> list[dict]:
    return [
        practice | {"any_age": choosing.suits_any_age(candidate(practice))}
        for practice in PRACTICES
    ]


def case(dice: random.Random) -> dict:
    cell = [[index, dice.random()] for index in dice.sample(range(40), dice.randint(0, 40))]
    slugs = [PRACTICES[index]["slug"] for index, _weight in cell]
    tried = {slug: dice.randint(1, 9) for slug in slugs if dice.random() < 0.3}
    months = dice.choice([None, *range(20 * 12)])
    real_age = None if months is None else months // 12
    return {
        "situation": dice.choice(SITUATIONS),
        "cell": cell,
        "seen": dice.sample(slugs, dice.randint(0, len(slugs))) if dice.random() < 0.5 else [],
        "wishes": {
            "age": dice.choice([None, real_age, *range(19)]),
            "real_age": real_age,
            "months": months if months is not None and months < 36 else None,
            "touch": dice.random() < 0.5,
            "care_touch": dice.random() < 0.5,
            "bodies": dice.sample(BODIES, dice.choice([0, 0, 1, 2])),
            "never": [slug for slug in slugs if dice.random() < 0.1],
            "avoid": dice.sample(["noise", "water", "dark"], dice.randint(0, 2)),
        },
        "tries": {
            slug: {"tried": count, "helped": dice.randint(0, count)}
            for slug, count in tried.items()
        },
        "draw": dice.choice([dice.random(), 0.0, 1 - 2**-53]),
    }


def by_the_engine(asked: dict) -> choosing.Choice | None:
    wishes = asked["wishes"]
    lists = {name: frozenset(wishes[name]) for name in ("never", "avoid", "bodies")}
    wished = Wishes(**wishes | lists, gates=choosing.GATES)
    weights = {
        PRACTICES[index]["slug"]: weight
        for index, weight in asked["cell"]
        if choosing.allowed(candidate(PRACTICES[index]), "alarm", wished, asked["situation"])
    }
    tries = {slug: Tally(**counts) for slug, counts in asked["tries"].items()}
    left = choosing.without(choosing.chances(weights, tries), asked["seen"])
    return choosing.pick(left, asked["draw"])


def candidate(practice: dict) -> Candidate:
    """Return a practice made for all situations: those it is not made for are not in the bundle."""
    return Candidate(
        slug=practice["slug"],
        states=frozenset({"alarm"}),
        situations=frozenset(SITUATIONS),
        age=tuple(practice["age"]),
        touch=practice["touch"],
        cautions=frozenset(practice["cautions"]),
        real_age=tuple(practice["real_age"]),
        months=tuple(practice["months"]) if "months" in practice else None,
        bodies=frozenset(practice["bodies"]),
    )


def by_the_phone(cases: list[dict]) -> list[dict | None]:
    # The number of a case stands in for the state, so that each has a cell of its own.
    chances = {str(n): {asked["situation"]: asked["cell"]} for n, asked in enumerate(cases)}
    bundle = {"version": "v1", "practices": practices(), "chances": chances}
    asked = [{**one, "state": str(number)} for number, one in enumerate(cases)]
    done = subprocess.run(
        [node(), FOLDER / "offers.mjs"],
        input=json.dumps({"pocket": bundle, "cases": asked}),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_python_and_javascript_choose_alike():
    dice = random.Random(168)
    cases = [case(dice) for _number in range(2000)]

    offers = by_the_phone(cases)

    for asked, offer in zip(cases, offers, strict=True):
        choice = by_the_engine(asked)
        if choice is None or offer is None:
            assert choice is None and offer is None, asked
            continue
        assert (choice.slug, choice.among) == (offer["slug"], offer["among"]), asked
        assert choice.probability == pytest.approx(offer["probability"], abs=NEAR), asked
    assert sum(offer is not None for offer in offers) > 1000


@pytest.mark.slow
def test_python_and_javascript_notice_the_same_danger():
    table = yaml.safe_load((FOLDER.parent / "data/danger_phrases.yaml").read_text("utf-8"))
    phrases = yaml.safe_load((FOLDER.parent / "data/search_phrases.yaml").read_text("utf-8"))
    texts = [text for lists in table.values() for texts in lists["must"].values() for text in texts]
    texts += [text for lists in table.values() for text in lists["must_not"]]
    texts += [phrase["typed"] for listed in phrases.values() for phrase in listed]
    dice = random.Random(168)
    texts += [". ".join(dice.sample(texts, 3)) for _number in range(200)]
    texts += [mistype(text, dice) for text in texts[:800]]

    done = subprocess.run(
        [node(), FOLDER / "dangers.mjs"], input=json.dumps(texts), capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    kinds = json.loads(done.stdout)
    ours = [find(text, danger_files.current()) for text in texts]
    assert [case for case in zip(texts, ours, kinds, strict=True) if case[1] != case[2]] == []
    assert sum(kind is not None for kind in kinds) > 500


def mistype(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text))
    slip = dice.choice("abcdefghijklmnopqrstuvwxyzáéñ '’.!?…\n\u00a0\u200bİß🙂")
    return text[:at] + slip + text[at + dice.randrange(2) :]
