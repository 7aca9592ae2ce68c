"""Malformed paths, queries and forms never cause an error, on either database."""

import pytest

from everyhour.foundation.ui.tests import served
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.fixture(autouse=True)
def assets(settings):
    settings.STATIC_ROOT = served.assets()


@pytest.fixture
def ada(client):
    ada = make.guardian(make.family())
    make.child(ada.family)
    client.force_login(ada.person)
    return ada


@pytest.mark.parametrize(
    "path",
    [
        "/en/moments/%00/",
        "/en/family/children/%00/",
        "/en/family/people/%00/",
        "/en/invitations/%00/",
        "/en/now/pocket/%00/",
        "/en/week/0001-01-01/",
        "/en/week/9999-12-31/",
        "/en/week/2026-11-20/00010101T0000Z/",
        f"/en/moments/{'x' * 3000}/",
    ],
)
def test_malformed_path_returns_404(client, ada, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/en/moments/?saved=%00",
        "/en/moments/?gone=%00",
        "/en/helps/?child=%00",
        "/en/family/invitations/new/?for=%00",
    ],
)
def test_null_character_in_a_query_is_ignored(client, ada, path):
    assert client.get(path).status_code == client.get(path.replace("%00", "")).status_code


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/en/family/place/", {"family": "\0"}),
        ("/en/family/safety/reset/", {"without": "\0"}),
        ("/en/today/not-now/", {"part": "\0"}),
        ("/en/moments/line/", {"line": "rocked\0 a little, settled"}),
    ],
)
def test_null_character_in_a_form_is_removed(client, ada, path, form):
    assert client.post(path, form).status_code < 500
    assert "\0" not in client.get("/en/moments/").text


@pytest.mark.parametrize(
    "path", ["/en/sign-in/passkey/", "/en/moments/line/", "/en/today/not-now/"]
)
def test_get_of_a_post_only_path_shows_a_page_with_405(client, ada, path):
    page = client.get(path)

    assert (page.status_code, page.headers["Allow"]) == (405, "POST")
    assert "/help/" in page.text and "<h1" in page.text
