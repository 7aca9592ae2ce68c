"""The phone sends what it kept; nobody else's page, no signed-out phone and no other person can."""

import json
import logging
import re

import pytest

from everyhour.domain.moments.models import Change, Moment
from everyhour.domain.moments.tests.changes import new
from testing import make

pytestmark = pytest.mark.django_db
ADDRESS = "/en/now/moments/"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def ada():
    return make.guardian(make.family())


def told(client, by, *changes, headers=None, **options):
    body = {"person": by.pk, "changes": list(changes), **options}
    return client.post(
        ADDRESS,
        json.dumps(body),
        content_type="application/json",
        headers=OURS if headers is None else headers,
    )


def test_a_batch_is_kept_and_each_change_answered(client, ada):
    client.force_login(ada.person)
    one, two = new(at="2026-11-20T10:00:00+00:00"), {**new(), "shape": 9}

    answer = told(client, ada, one, two)

    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert [(r["key"], r["result"], r["reason"]) for r in answer.json()["results"]] == [
        (one["key"], "saved", ""),
        (two["key"], "rejected", "newer-app"),
    ]
    assert Moment.objects.get().key == one["moment"]


def test_a_phone_learns_whose_it_is_and_no_more(client, ada):
    wren = make.child(ada.family)
    client.force_login(ada.person)
    told(client, ada, new(child=wren))

    answer = client.get(ADDRESS).json()
    marked = answer["children"][0].pop("mark")

    assert answer == {
        "person": ada.pk,
        "guards": True,
        "children": [{"id": wren.pk, "nickname": "Wren"}],
    }
    assert re.fullmatch(r"[0-9a-f]{32}", marked)


def test_a_phone_that_is_signed_out_hears_so_in_json(client, ada):
    answer = told(client, ada, new())

    assert (answer.status_code, answer.json()) == (401, {"trouble": "signed-out"})


def test_what_one_person_wrote_is_never_taken_for_anothers(client, ada):
    ben = make.guardian(make.family())
    client.force_login(ben.person)

    answer = told(client, ada, new())

    assert (answer.status_code, answer.json()) == (409, {"trouble": "someone-else"})
    assert not Change.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.invalid"},
        {},
    ],
)
def test_another_site_cannot_write(client, ada, headers):
    client.force_login(ada.person)

    assert told(client, ada, new(), headers=headers).status_code == 403
    assert told(client, ada, new(), headers={"Origin": "http://testserver"}).status_code == 200
    assert Moment.objects.count() == 1


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"person": 1}', "[" * 100_000, '{"person": [], "changes": {}}']
)
def test_a_broken_batch_is_refused_and_nothing_kept(client, ada, body):
    client.force_login(ada.person)

    assert client.post(
        ADDRESS, body, content_type="application/json", headers=OURS
    ).status_code in (400, 409, 415)


def test_a_batch_has_bounds(client, ada):
    client.force_login(ada.person)

    assert told(client, ada, *[{}] * 201).status_code == 413
    assert told(client, ada, "x" * 262_144).status_code == 413
    assert client.post(ADDRESS, {"person": ada.pk}, headers=OURS).status_code == 415
    assert client.delete(ADDRESS).status_code == 405


def test_a_giver_who_may_not_add_and_somebody_without_a_family_find_nothing(client, ada):
    client.force_login(make.giver(ada.family, who=make.person(), may=[]).person)
    assert client.get(ADDRESS).status_code == 404

    client.force_login(make.person())
    assert client.get(ADDRESS).status_code == 404


def test_nothing_of_it_is_in_a_log(client, ada, caplog):
    client.force_login(ada.person)

    with caplog.at_level(logging.DEBUG):
        told(client, ada, new(what={"title": "plum"}), {"key": "plum"})

    assert "plum" not in caplog.text
