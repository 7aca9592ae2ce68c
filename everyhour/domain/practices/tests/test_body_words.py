"""What a caregiver says suits the body of the child it is said to."""

from pathlib import Path

import pytest

from everyhour.domain.practices import body_words
from everyhour.domain.practices.files import ContentFile, Section
from everyhour.domain.practices.vocabulary import BODIES


def problems(say: str, *, bodies: list[str], language: str = "en", **parts: str) -> list[str]:
    section = Section(3, prose=say, parts={key.replace("_", " "): t for key, t in parts.items()})
    file = ContentFile(Path("x.md"), "X", {}, {"say": section}, {})
    found = body_words.check_say(file, "activity", {"states": ["calm", "fear"]}, bodies, language)
    return [message for _line, message in found]


@pytest.mark.parametrize(
    ("say", "language", "body"),
    [
        ("Walk with me?", "en", "seated"),
        ("Listen to this.", "en", "deaf"),
        ("Look at me.", "en", "blind"),
        ("Tell me about it.", "en", "few_words"),
        ("¿Caminas conmigo?", "es", "seated"),
        ("Escucha esto.", "es", "deaf"),
        ("Mira aquí.", "es", "blind"),
        ("Cuéntame.", "es", "few_words"),
    ],
)
def test_line_that_asks_what_a_body_cannot_do_is_a_problem(say, language, body):
    others = [one for one in BODIES if one != body]

    assert problems(say, bodies=[body], language=language)
    assert problems(say, bodies=others, language=language) == []


def test_line_of_its_own_for_the_body_or_the_state_mends_it():
    assert problems("Listen to this.", bodies=["deaf"], deaf="Feel this.", fear="I'm here.") == []
    assert problems("Feel this.", bodies=["deaf"], fear="Listen.")


def test_idioms_of_seeing_are_no_problem():
    for say in ("Good to see you.", "I can look after little.", "I'll keep watch for us."):
        assert problems(say, bodies=["blind"]) == [], say


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("Whisper it twice.", "deaf"),
        ("They jump on three.", "seated"),
        ("Point to the door.", "blind"),
        ("Ask what they need.", "few_words"),
    ],
)
def test_step_that_does_not_suit_a_body_needs_another_way(step, body):
    file = ContentFile(Path("x.md"), "X", {}, {"steps": Section(3, items=[step])}, {})

    assert list(body_words.check_steps(file, {"works_for": [body]}, "en"))
    assert list(body_words.check_steps(file, {"works_for": []}, "en")) == []
