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


def item_address(kind: str, slug: str, language: str = "en") -> str:
    return f"/{language}/ideas/{SHELF_OF[kind]}/{slug}/"


def slugs_of(kind: str) -> list[str]:
    return [slug for known, slug in ITEMS if known == kind]


def found(client, search: str, language: str = "en", **more) -> list[str]:
    """Return the slugs that a search finds."""
    response = client.get(f"/{language}/ideas/", {"q": search, **more})
    assert response.status_code == 200
    listed = [entry for _, entries in response.context["shelves"] for entry in entries]
    return [entry["slug"] for entry in response.context["found"] or listed]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SHELF_OF)
def test_every_item_has_a_page_with_its_title(client, kind, language):
    library = libraries.real()
    files = library.items if language == "en" else library.translations[language]
    for slug in slugs_of(kind):
        response = client.get(item_address(kind, slug, language))

        assert response.status_code == 200, slug
        page = html.unescape(response.text)
        assert files[kind, slug].title.split("{")[0] in page, slug
        assert "{child}" not in page.lower(), slug


@pytest.mark.parametrize("language", LANGUAGES)
def test_library_lists_every_item(client, language):
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
def test_unknown_item_or_edition_returns_404(client, language, path):
    assert client.get(f"/{language}/ideas/{path}").status_code == 404


def test_edition_0_returns_404(client):
    assert client.get("/en/ideas/practices/wall-push/0/").status_code == 404


@pytest.fixture
def changed(tmp_path):
    """Load the real library again with one activity edited and one removed."""
    root = shutil.copytree(libraries.real().root, tmp_path / "content")
    libraries.edit(root / "activities/wall-push.md", "# Push the wall together", "# Lean on it")
    (root / "activities/low-hum.md").unlink()
    actions.load(Library(root), at=libraries.MONDAY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_earlier_edition_is_shown_unchanged_with_a_note(client, changed, language):
    address = item_address("activity", "wall-push", language)
    now, then = client.get(address), client.get(f"{address}1/")

    assert (now.status_code, then.status_code) == (200, 200)
    assert (now.context["older"], then.context["older"]) == (False, True)
    assert 'role="note"' in then.text
    assert 'role="note"' not in now.text
    if language == "en":
        assert "Lean on it" in now.text
        assert "Push the wall together" in then.text
        assert "This is an earlier version" in then.text


def test_withdrawn_item_is_found_only_by_its_edition(client, changed):
    address = item_address("activity", "low-hum")
    earlier = client.get(f"{address}1/")

    assert client.get(address).status_code == 404
    assert "low-hum" not in found(client, "")
    assert earlier.status_code == 200
    assert 'role="note"' in earlier.text


@pytest.mark.parametrize(
    ("search", "language", "slug"),
    [
        ("lying", "en", "lies"),
        ("LYING", "en", "lies"),
        ("won't admit it", "en", "lies"),
        ("won’t admit it", "en", "lies"),
        ("wall push", "en", "wall-push"),
        ("niega todo", "es", "lies"),
        ("agua fria", "es", "cold-water-hands"),
        ("AGUA FRÍA", "es", "cold-water-hands"),
    ],
)
def test_search_ignores_case_accents_and_apostrophes(client, search, language, slug):
    assert slug in found(client, search, language)


def test_search_ranks_all_kinds_in_one_list_with_the_best_first(client):
    response = client.get("/en/ideas/", {"q": "push the wall"})

    entries = response.context["found"]
    assert entries[0]["slug"] == "wall-push"
    assert len({entry["shelf"] for entry in entries}) > 1
    assert 1 < len(entries) <= 24
    assert response.context["shelves"] == []
    assert "Things to do together" in response.text


def test_search_is_stored_nowhere(client, caplog):
    caplog.set_level("DEBUG")

    response = client.get("/en/ideas/", {"q": "i want to kill myself quietly"})

    assert response.headers["Cache-Control"] == "no-store"
    assert not any("quietly" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize(
    ("language", "typed", "sentence"),
    [
        ("en", "i want to kill myself", "You typed something that worries us."),
        ("en", "me quiero morir", "You typed something that worries us."),
        ("es", "me quiero morir", "Lo que escribiste nos preocupa."),
    ],
)
def test_words_of_danger_put_the_number_before_what_was_found(
    client, settings, language, typed, sentence
):
    settings.COUNTRY = "gb"

    response = client.get(f"/{language}/ideas/", {"q": typed})
    main = response.text[response.text.index("<main") : response.text.index("</main>")]

    assert sentence in main
    assert main.index('href="tel:999"') < main.index('class="row"')
    assert response.context["found"]


def test_ordinary_words_bring_no_panel(client):
    page = client.get("/en/ideas/", {"q": "killing time at the airport"})

    assert page.context["danger"] is False


def test_state_filters_what_was_found(client):
    response = client.get("/en/ideas/", {"q": "won't talk", "state": "shutdown"})

    assert response.context["found"]
    assert all("shutdown" in entry["facts"]["states"] for entry in response.context["found"])


def test_unknown_word_finds_what_is_spelled_alike(client):
    response = client.get("/en/ideas/", {"q": "tnatrumx"})

    assert response.context["is_close"] is True
    assert 0 < len(response.context["found"]) <= 6
    assert "See all ideas" in response.text


@pytest.mark.parametrize("state", ["alarm", "terror"])
def test_state_filters_the_items(client, state):
    slugs = found(client, "", state=state)

    expected = {
        slug
        for (kind, slug), file in libraries.real().items.items()
        if kind in SHELF_OF and state in file.facts.get("states", [])
    }
    assert set(slugs) == expected


def test_unknown_state_filters_nothing(client):
    assert found(client, "", state="angry") == found(client, "")


ODD = {
    "100,000 characters": "x" * 100_000,
    "control characters": "\x00\x1b\u202e",
    "a null": "wall\x00",
    "markup": '"><script>alert(1)</script>',
    "percent": "%",
    "quotes": "' OR 1=1 --",
    "emoji": "😀",
    "accents": "\u0301" * 1000,
}


@pytest.mark.parametrize("typed", ODD.values(), ids=ODD)
@pytest.mark.parametrize("language", LANGUAGES)
def test_odd_search_returns_a_page(client, language, typed):
    response = client.get(f"/{language}/ideas/", {"q": typed, "state": typed})

    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert len(response.context["q"]) <= 200


def test_empty_search_links_back_to_all_ideas(client):
    page = client.get("/en/ideas/", {"q": "qqqq"}).text

    assert "Nothing found." in page
    assert "See all ideas" in page


def count_queries(client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)


@pytest.mark.parametrize("kind", SHELF_OF)
def test_items_of_a_kind_make_the_same_few_queries(client, kind):
    counts = {count_queries(client, item_address(kind, slug)) for slug in slugs_of(kind)}

    assert len(counts) == 1
    assert counts.pop() <= 4


def test_queries_do_not_grow_with_the_number_of_items(client):
    full = count_queries(client, "/en/ideas/")
    others = Item.objects.exclude(slug__in=["wall-push", "states", "cautions"])
    others.update(withdrawn_at=libraries.MONDAY)

    assert count_queries(client, "/en/ideas/") == full <= 3
