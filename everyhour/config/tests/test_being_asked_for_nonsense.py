"""Addresses and forms that nobody types: the same 404 as for a page that is not there, on either database."""

import pytest

from everyhour.foundation.ui.tests import served
from testing import make

pytestmark = pytest.mark.django_db


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
        "/en/moments/?saved=%00",
        "/en/moments/?gone=%00",
        "/en/helps/?child=%00",
        "/en/family/children/%00/",
        "/en/family/people/%00/",
        "/en/family/invitations/new/?for=%00",
        "/en/invitations/%00/",
        "/en/now/pocket/%00/",
        "/en/week/0001-01-01/",
        "/en/week/9999-12-31/",
        "/en/week/2026-11-20/00010101T0000Z/",
        f"/en/moments/{'x' * 3000}/",
    ],
)
def test_an_address_nobody_types_is_not_there(client, ada, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/en/family/place/", {"family": "\0"}),
        ("/en/family/safety/reset/", {"without": "\0"}),
        ("/en/today/not-now/", {"part": "\0"}),
        ("/en/moments/log/", {"title": "a\0b"}),
    ],
)
def test_a_form_nobody_fills_in_is_not_there(client, ada, path, told):
    assert client.post(path, told).status_code == 404
