"""own_words.js on the phone and own_words on the server find the same situation."""

import json
import subprocess

import pytest

from everyhour.domain.practices.vocabulary import DANGER_SITUATIONS
from everyhour.domain.recommendations import bundle
from everyhour.domain.recommendations.own_words import find_situation
from testing.test_javascript import FOLDER, node

pytestmark = pytest.mark.django_db

TYPED = {
    "en": [
        ("Homework", "homework"),
        ("he wont do his math", "homework"),
        ("bed time", "bedtime"),
        ("took the phone away", "screens"),
        ("fights with his brother", "sibling"),
        ("in the shop", "public"),
        ("she hits me", "being_hit"),
        ("he wants to die", "dying"),
        ("RAN AWAY", "gone"),
        ("won't go to school", "school_refusal"),
        ("mom didn't come", "cancelled_visit"),
        ("nightmares", "night"),
        ("he'll kill himself over homework", "dying"),
        ("shampoo", None),
        ("", None),
        ("🙂 42 <b>", None),
    ],
    "es": [
        ("los deberes", "homework"),
        ("no quiere ir al colegio", "school_refusal"),
        ("le quité el celular", "screens"),
        ("se escapó", "gone"),
        ("me pega", "being_hit"),
        ("quiere morir", "dying"),
        ("CALCETÍN", "dressing"),
        ("pesadillas", "night"),
        ("cancelaron la visita", "cancelled_visit"),
        ("champú", None),
    ],
}


@pytest.mark.parametrize("language", ["en", "es"])
def test_words_as_typed_lead_to_their_situation(library, language):
    situations = bundle.current(language)["situations"]

    found = {typed: find_situation(typed, situations) for typed, _wanted in TYPED[language]}

    assert found == dict(TYPED[language])


@pytest.mark.parametrize("language", ["en", "es"])
def test_phone_and_server_find_the_same(library, language):
    situations = bundle.current(language)["situations"]
    cues = [cue for entry in situations.values() for cue in entry["cues"].split(",")]
    typed = [words for words, _wanted in TYPED[language]] + cues

    done = subprocess.run(
        [node(), FOLDER / "own_words.mjs"],
        input=json.dumps({"situations": situations, "dangers": DANGER_SITUATIONS, "typed": typed}),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [find_situation(one, situations) for one in typed]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_situation_is_found_by_its_name(library, language):
    situations = bundle.current(language)["situations"]

    assert {
        situation: find_situation(entry["name"], situations)
        for situation, entry in situations.items()
    } == {situation: situation for situation in situations}
