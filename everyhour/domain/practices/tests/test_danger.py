"""Words of danger are noticed as people type them, and ordinary days are left alone."""

import time
from pathlib import Path

import pytest
import yaml

from everyhour.domain.practices import danger

ROOT = Path(__file__).parents[4]
TEXTS = yaml.safe_load((ROOT / "testing/data/danger_phrases.yaml").read_text(encoding="utf-8"))
PATTERNS = danger.load(ROOT / "content/danger.yaml")
LANGUAGES = sorted(TEXTS)
MOST_FALSE_ALARMS = 0.02


def must(language):
    return [(text, kind) for kind, texts in TEXTS[language]["must"].items() for text in texts]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_danger_is_noticed_with_its_kind(language):
    found = [(text, kind, danger.find(text, PATTERNS)) for text, kind in must(language)]

    assert [case for case in found if case[1] != case[2]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_few_ordinary_texts_raise_an_alarm(language):
    texts = TEXTS[language]["must_not"]

    alarms = [(text, kind) for text in texts if (kind := danger.find(text, PATTERNS))]

    assert len(alarms) <= MOST_FALSE_ALARMS * len(texts), alarms


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_is_noticed_inside_a_longer_note(language):
    ordinary = TEXTS[language]["must_not"][-1]

    for text, kind in must(language):
        assert danger.find(f"{ordinary} {text}. {ordinary}", PATTERNS) == kind, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_are_large_enough_and_free_of_repetitions(language):
    texts = [text for text, _ in must(language)]

    assert len(texts) >= 120
    assert len(TEXTS[language]["must_not"]) >= 150
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I WANT TO DIE!!!", "self"),
        ("i want... to die", "self"),
        ("I don’t want to live", "self"),
        ("wanna dieeee", "self"),
        ("sucide", "self"),  # a letter is left out
        ("suicdie", "self"),  # two letters are swapped
        ("She swallowed some of the bleach", "poison"),  # a gap of three words
        ("She swallowed some of the old white bleach", None),  # a gap of five
        ("She swallowed it. The bleach is here.", None),  # a gap ends with its sentence
        ("my son is missing", "missing"),
        ("my son is missing his brother", None),  # a cancelling phrase
        ("my plant died and i want to die", "self"),  # it cancels only what it touches
        ("", None),
        ("🙂 … ¿?", None),
    ],
)
def test_rules_of_the_matcher(text, kind):
    assert danger.find(text, PATTERNS) == kind


def test_phrases_begin_and_end_with_a_word():
    every = [*(steps for _, steps in PATTERNS.phrases), *PATTERNS.cancelling]

    assert all(steps and danger.GAP not in (steps[0], steps[-1]) for steps in every)


def test_very_long_words_take_no_time():
    start = time.process_time()

    assert danger.find("ab" * 50_000 + " i want to die", PATTERNS) == "self"

    assert time.process_time() - start < 0.5


def test_note_of_two_thousand_characters_takes_a_few_milliseconds():
    words = " ".join(text for language in LANGUAGES for text in TEXTS[language]["must_not"])
    notes = [words[start : start + 2_000] for start in range(0, 10_000, 2_000)]

    def seconds(note):
        start = time.process_time()
        danger.find(note, PATTERNS)
        return time.process_time() - start

    # Processor time, the best of five: a busy machine says nothing about the algorithm. These notes
    # are the worst case, full of cancelled matches; an ordinary one takes about half.
    assert max(min(seconds(note) for _ in range(5)) for note in notes) < 0.02
