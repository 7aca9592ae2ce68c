"""Favourites: set and unset with one tap, filtered, undone, and nobody else's."""

import uuid
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from everyhour.domain.practices.data_rights import CONTRIBUTOR
from everyhour.domain.practices.models import Favourite, Item
from everyhour.foundation import data_rights
from everyhour.foundation.submissions.models import Submission
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

FORM = "/en/ideas/favorites/"
WALL_PUSH = "practices/wall-push"


@pytest.fixture
def ada(client):
    person = make.guardian(make.family()).person
    client.force_login(person)
    return person


def slugs(person) -> list[str]:
    return sorted(person.favourites.values_list("item__slug", flat=True))


def listed(response) -> list[str]:
    shelves = [entry for _, entries in response.context["shelves"] for entry in entries]
    return sorted(entry["slug"] for entry in response.context["found"] or shelves)


def test_a_tap_in_the_list_sets_a_favourite_and_returns_to_its_row(client, ada):
    response = client.post(FORM, {"favourite": WALL_PUSH, "list": "place=home&minutes=5"})

    assert response.headers["Location"] == ("/en/ideas/?minutes=5&place=home#practices-wall-push")
    page = client.get("/en/ideas/").text
    assert slugs(ada) == ["wall-push"]
    assert page.count('name="not_favourite"') == 1
    assert 'id="practices-wall-push"' in page


def test_a_tap_on_the_page_returns_to_the_page(client, ada):
    response = client.post(FORM, {"favourite": WALL_PUSH})

    assert response.headers["Location"] == "/en/ideas/practices/wall-push/"
    assert 'aria-pressed="true"' in client.get("/en/ideas/practices/wall-push/").text


@pytest.mark.parametrize(("field", "left"), [("favourite", ["wall-push"]), ("not_favourite", [])])
def test_setting_or_unsetting_twice_changes_nothing_more(client, ada, field, left):
    client.post(FORM, {"favourite": WALL_PUSH})

    for _again in range(2):
        assert client.post(FORM, {field: WALL_PUSH}).status_code == 302

    assert slugs(ada) == left


def test_a_removed_favourite_leaves_the_filter_and_can_be_undone(client, ada):
    client.post(FORM, {"favourite": WALL_PUSH})
    assert listed(client.get("/en/ideas/?favourite=yes")) == ["wall-push"]

    response = client.post(FORM, {"not_favourite": WALL_PUSH, "list": "favourite=yes"})
    page = client.get(response.headers["Location"])

    assert listed(page) == []
    assert "No favorites yet" in page.text
    assert f'name="favourite" value="{WALL_PUSH}">Undo' in page.text
    client.post(FORM, {"favourite": WALL_PUSH, "list": "favourite=yes"})
    assert slugs(ada) == ["wall-push"]


def test_favourites_that_another_filter_hides_are_not_called_none(client, ada):
    client.post(FORM, {"favourite": WALL_PUSH})

    page = client.get("/en/ideas/?favourite=yes&age=0&minutes=1&state=shutdown")

    assert "No idea fits all of this." in page.text


def test_a_search_is_kept_for_the_person_and_stored_nowhere(client, ada):
    sent = {"favourite": WALL_PUSH, "list": "", "q": "wall", "submission": str(uuid.uuid4())}

    first, again = (
        client.post(FORM, urlencode(sent), content_type="application/x-www-form-urlencoded")
        for _each in range(2)
    )

    assert first.headers["Location"] == "/en/ideas/?q=wall#practices-wall-push"
    assert again.headers["Location"] == "/en/ideas/#practices-wall-push"
    assert "wall#" not in Submission.objects.get().location


@pytest.mark.parametrize("named", ["", "nowhere/wall-push", "practices/nothing", "practices", "/"])
def test_what_the_library_does_not_hold_is_no_favourite(client, ada, named):
    assert client.post(FORM, {"favourite": named}).status_code == 404


def test_a_withdrawn_favourite_is_not_listed_and_can_be_unset(client, ada):
    client.post(FORM, {"favourite": WALL_PUSH})
    Item.objects.filter(slug="wall-push").update(withdrawn_at=timezone.now())

    assert listed(client.get("/en/ideas/?favourite=yes")) == []
    client.post(FORM, {"not_favourite": WALL_PUSH})
    assert slugs(ada) == []


def test_favourites_are_one_persons_own(client, ada):
    client.post(FORM, {"favourite": WALL_PUSH})
    client.force_login(make.guardian(make.family()).person)

    page = client.get("/en/ideas/?favourite=yes")

    assert listed(page) == []
    assert 'name="not_favourite"' not in page.text


def test_guests_have_no_hearts_and_the_filter_asks_nothing(client):
    page = client.get("/en/ideas/?favourite=yes")

    assert 'class="heart"' not in page.text
    assert listed(page) == listed(client.get("/en/ideas/"))
    assert client.post(FORM, {"favourite": WALL_PUSH}).status_code == 302
    assert not Favourite.objects.exists()


def test_favourites_travel_to_another_account_and_go_with_the_account(ada):
    ada.favourites.create(item=Item.objects.get(slug="wall-push"), at=timezone.now())
    rows = data_rights.export(ada)["favourites"]
    other = make.person()

    unknown = {"kind": "activity", "slug": "not-here", "at": rows[0]["at"]}
    CONTRIBUTOR.load(data_rights.Import(other, {"favourites": [*rows, unknown]}))

    assert [(row["kind"], row["slug"]) for row in rows] == [("activity", "wall-push")]
    assert data_rights.export(other)["favourites"] == rows
    ada.delete()
    assert slugs(other) == ["wall-push"]
    assert Favourite.objects.count() == 1
