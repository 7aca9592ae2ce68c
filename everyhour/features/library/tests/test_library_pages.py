"""Library pages: every item in both languages, search, and earlier editions."""

import html
import shutil

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from everyhour.domain.practices import actions
from everyhour.domain.practices.files import Library
from everyhour.domain.practices.models import Item
from everyhour.domain.practices.tests import libraries
from everyhour.features.library.views import SHELF_OF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

LANGUAGES = ("en", "es")
ITEMS = [(kind, slug) for kind, slug in libraries.real().items if kind in SHELF_OF]


def address(kind: str, slug: str, language: str = "en") -> str:
    return f"/{language}/ideas/{SHELF_OF[kind]}/{slug}/"


def found(client, asked: str, language: str = "en", **more) -> list[str]:
    """Return the slugs a search finds."""
    response = client.get(f"/{language}/ideas/", {"q": asked, **more})
    assert response.status_code == 200
    return [entry["slug"] for _, entries in response.context["shelves"] for entry in entries]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SHELF_OF)
def test_every_item_has_its_page(client, kind, language):
    for slug in (slug for known, slug in ITEMS if known == kind):
        answer = client.get(address(kind, slug, language))

        assert answer.status_code == 200, slug
        files = (
            libraries.real().items if language == "en" else libraries.real().translations[language]
        )
        shown = html.unescape(answer.text)
        assert files[kind, slug].title.split("{")[0] in shown, slug
        assert "{child}" not in shown.lower(), slug


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shelves_hold_everything(client, language):
    assert sorted(found(client, "", language)) == sorted(slug for _, slug in ITEMS)


@pytest.mark.parametrize(
    "path",
    [
        "practices/no-such-thing/",
        "new-eyes/wall-push/",
        "elsewhere/wall-push/",
        "practices/wall-push/99/",
        f"practices/{'x' * 5000}/",
        "practices/wall-push/99999999999999999999999/",
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_item_is_not_here(client, language, path):
    assert client.get(f"/{language}/ideas/{path}").status_code == 404


def test_there_is_no_edition_nought(client):
    assert client.get("/en/ideas/practices/wall-push/0/").status_code == 404


@pytest.fixture
def changed(tmp_path):
    """The real library, loaded again with one activity edited and one taken away."""
    root = shutil.copytree(libraries.real().root, tmp_path / "content")
    libraries.edit(root / "activities/wall-push.md", "# Push the wall together", "# Lean on it")
    (root / "activities/low-hum.md").unlink()
    actions.load(Library(root), at=libraries.MONDAY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_earlier_edition_is_shown_as_it_was_with_a_note(client, changed, language):
    now, then = (
        client.get(address("activity", "wall-push", language)),
        client.get(address("activity", "wall-push", language) + "1/"),
    )

    assert (now.status_code, then.status_code) == (200, 200)
    assert (now.context["older"], then.context["older"]) == (False, True)
    assert 'role="note"' in then.text
    assert 'role="note"' not in now.text
    if language == "en":
        assert "Lean on it" in now.text
        assert "Push the wall together" in then.text
        assert "This is an earlier version" in then.text


def test_what_was_withdrawn_is_not_offered_but_can_be_found_again(client, changed):
    assert client.get(address("activity", "low-hum")).status_code == 404
    assert "low-hum" not in found(client, "")
    kept = client.get(address("activity", "low-hum") + "1/")
    assert kept.status_code == 200
    assert 'role="note"' in kept.text


@pytest.mark.parametrize(
    ("asked", "language", "slug"),
    [
        ("lying", "en", "lies"),
        ("LYING", "en", "lies"),
        ("won't admit it", "en", "lies"),
        ("won’t admit it", "en", "lies"),
        ("wall push", "en", "wall-push"),
        ("niega", "es", "lies"),
        ("agua fria", "es", "cold-water-hands"),
        ("AGUA FRÍA", "es", "cold-water-hands"),
    ],
)
def test_words_are_found_whatever_their_case_and_accents(client, asked, language, slug):
    assert slug in found(client, asked, language)


def test_all_the_words_must_be_there(client):
    assert set(found(client, "wall push")) == set(found(client, "wall")) & set(
        found(client, "push")
    )


@pytest.mark.parametrize("word", ["may_be_under_it", "disability': '", "new_eyes", "', '"])
def test_the_names_of_sections_are_not_words_of_an_item(client, word):
    assert found(client, word) == []


@pytest.mark.parametrize("state", ["alarm", "terror"])
def test_a_state_narrows_the_shelves(client, state):
    slugs = found(client, "", state=state)

    expected = {
        slug
        for (kind, slug), file in libraries.real().items.items()
        if kind in SHELF_OF and state in file.facts.get("states", [])
    }
    assert set(slugs) == expected


def test_a_state_we_do_not_know_is_as_none(client):
    assert found(client, "", state="angry") == found(client, "")


ODD = [
    "x" * 100_000,
    "\x00\x1b\u202e",
    "wall\x00",
    '"><script>alert(1)</script>',
    "%",
    "' OR 1=1 --",
    "😀",
    "\u0301" * 1000,
]


@pytest.mark.parametrize(
    "asked",
    ODD,
    ids=[
        "100,000 characters",
        "control characters",
        "a null",
        "markup",
        "percent",
        "quotes",
        "emoji",
        "accents",
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_typed_is_answered(client, language, asked):
    answer = client.get(f"/{language}/ideas/", {"q": asked, "state": asked})

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert len(answer.context["q"]) <= 100


def test_nothing_found_says_so_kindly_and_leads_back(client):
    answer = client.get("/en/ideas/", {"q": "zzzz"})

    assert "Nothing found." in answer.text
    assert "See all ideas" in answer.text


def questions(client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)


@pytest.mark.parametrize("kind", SHELF_OF)
def test_every_item_of_a_shelf_asks_the_database_the_same_few_questions(client, kind):
    counts = {questions(client, address(kind, slug)) for known, slug in ITEMS if known == kind}

    assert len(counts) == 1
    assert counts.pop() <= 4


def test_the_shelves_ask_no_more_questions_when_they_hold_more(client):
    full = questions(client, "/en/ideas/")
    Item.objects.exclude(slug__in=["wall-push", "states", "cautions", "situations"]).update(
        withdrawn_at=libraries.MONDAY
    )

    assert questions(client, "/en/ideas/") == full <= 3
