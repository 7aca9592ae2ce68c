"""The search finds what caregivers mean by what they type."""

from functools import cache
from pathlib import Path

import pytest
import yaml

from everyhour.domain.practices import search
from everyhour.domain.practices.search_index import FOUND
from everyhour.domain.practices.tests import libraries

ROOT = Path(__file__).parents[4]
TABLE = yaml.safe_load((ROOT / "testing/data/search_phrases.yaml").read_text(encoding="utf-8"))
LANGUAGES = sorted(TABLE)
AMONG_FIRST, LEAST = 3, 0.9


@cache
def index_of(language: str) -> search.Index:
    """Return the index of the real library's files."""
    library = libraries.real()
    files = library.items if language == "en" else library.translations[language]
    texts = [(key, file.texts()) for key, file in sorted(files.items()) if key[0] in FOUND]
    return search.build(language, texts, library.vocabulary("search").get(language))


def found(typed: str, language: str = "en") -> list[str]:
    return ["/".join(key) for key in index_of(language).search(typed)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nine_of_ten_phrases_find_a_right_item_among_the_first_three(language):
    phrases = TABLE[language]
    misses = [
        f"{phrase['typed']}: {found(phrase['typed'], language)[:AMONG_FIRST]}"
        for phrase in phrases
        if not set(found(phrase["typed"], language)[:AMONG_FIRST]) & set(phrase["right"])
    ]

    print(*misses, sep="\n")
    assert len(phrases) >= 150
    assert len(misses) <= (1 - LEAST) * len(phrases), "\n".join(misses)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_finds_something(language):
    assert [one["typed"] for one in TABLE[language] if not found(one["typed"], language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_right_items_of_the_table_exist(language):
    keys = {"/".join(document.key) for document in index_of(language).documents}

    assert {item for phrase in TABLE[language] for item in phrase["right"]} <= keys


@pytest.mark.parametrize(
    ("typed", "language", "first"),
    [
        ("self harm", "en", "reframe/hurts-self"),
        ("lying", "en", "reframe/lies"),
        ("pataleta", "es", "reframe/nought-to-a-hundred"),
        ("no quiere ir al colegio", "es", "reframe/cant-go-to-school"),
    ],
)
def test_what_caregivers_type_most_finds_its_reframe_first(typed, language, first):
    assert found(typed, language)[0] == first


def build(**cues: str) -> search.Index:
    texts = [(("reframe", slug), {"title": slug, "cues": cue}) for slug, cue in cues.items()]
    words = {"common": ["my", "he"], "synonyms": [["tantrum", "meltdown"]]}
    return search.build("en", texts, words)


def test_whole_cue_comes_before_its_words_in_others():
    index = build(bath="will not wash", dishes="wash up, wash the plates", hair="wash hair")

    assert index.search("he will not wash")[0] == ("reframe", "bath")


def test_synonyms_accents_and_typing_errors_count():
    index = build(rage="tantrum", school="homework")

    for typed in ("meltdown", "TÁNTRUMS", "tantrm", "my tant"):
        assert index.search(typed) == [("reframe", "rage")], typed


def test_common_words_count_only_alone():
    index = build(rage="my anger", school="homework")

    assert index.search("my homework") == [("reframe", "school")]
    assert index.search("zzzz") == []


def test_nearest_is_what_is_spelled_alike():
    index = build(rage="screaming", school="homework")

    assert index.nearest("homwerk") == [("reframe", "school")]
    assert index.nearest("zzzz") == []
