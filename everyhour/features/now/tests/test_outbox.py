"""The outbox endpoint: changes are saved only from the signed-in owner's phone and our pages."""

import json
import logging
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from everyhour.domain.moments.models import Change, Moment
from everyhour.domain.moments.tests.changes import new
from testing import make

pytestmark = pytest.mark.django_db
ADDRESS = "/en/now/moments/"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def ada():
    return make.guardian(make.family())


def post(client, by, *changes, headers=None, **options):
    body = {"person": by.pk, "changes": list(changes), **options}
    return client.post(
        ADDRESS,
        json.dumps(body),
        content_type="application/json",
        headers=OURS if headers is None else headers,
    )


def test_batch_is_saved_with_a_result_for_each_change(client, ada):
    client.force_login(ada.person)
    one, two = new(at="2026-11-20T10:00:00+00:00"), {**new(), "shape": 9}

    response = post(client, ada, one, two)

    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    results = response.json()["results"]
    assert [(row["key"], row["result"], row["reason"]) for row in results] == [
        (one["key"], "saved", ""),
        (two["key"], "rejected", "newer-app"),
    ]
    assert Moment.objects.get().key == one["moment"]


def test_owner_gets_the_times_of_this_week_only_if_they_see_the_week(client, ada):
    now, wren = timezone.now(), make.child(ada.family)
    make.moment(ada, child=wren, at=now - timedelta(hours=2))
    make.moment(ada, child=wren, at=now - timedelta(days=8))
    make.moment(ada, child=wren, at=now - timedelta(hours=3), kind="professional")
    seen, unseen = (
        make.giver(ada.family, who=make.person(), may=may) for may in (["log", "see_week"], ["log"])
    )

    lights = []
    for caregiver in (ada, seen, unseen):
        client.force_login(caregiver.person)
        (child,) = client.get("/en/now/moments/").json()["children"]
        lights.append(child["lights"])

    assert lights == [[int((now - timedelta(hours=2)).timestamp())]] * 2 + [[]]


def test_get_returns_only_the_owner_and_children(client, ada):
    wren = make.child(ada.family)
    client.force_login(ada.person)
    post(client, ada, new(child=wren))

    owner = client.get(ADDRESS).json()
    mark = owner["children"][0].pop("mark")

    assert owner == {
        "person": ada.pk,
        "guards": True,
        "children": [{"id": wren.pk, "nickname": "Wren", "lights": []}],
    }
    assert re.fullmatch(r"[0-9a-f]{32}", mark)


def test_signed_out_phone_gets_401_in_json(client, ada):
    response = post(client, ada, new())

    assert (response.status_code, response.json()) == (401, {"trouble": "signed-out"})


def test_changes_of_another_person_return_409(client, ada):
    ben = make.guardian(make.family())
    client.force_login(ben.person)

    response = post(client, ada, new())

    assert (response.status_code, response.json()) == (409, {"trouble": "someone-else"})
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
def test_post_from_another_site_returns_403(client, ada, headers):
    client.force_login(ada.person)

    assert post(client, ada, new(), headers=headers).status_code == 403
    assert post(client, ada, new(), headers={"Origin": "http://testserver"}).status_code == 200
    assert Moment.objects.count() == 1


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"person": 1}', "[" * 100_000, '{"person": [], "changes": {}}']
)
def test_broken_batch_is_refused_and_nothing_is_saved(client, ada, body):
    client.force_login(ada.person)

    response = client.post(ADDRESS, body, content_type="application/json", headers=OURS)

    assert response.status_code in (400, 409, 415)
    assert not Change.objects.exists()


def test_batch_with_wrong_size_type_or_method_is_refused(client, ada):
    client.force_login(ada.person)

    assert post(client, ada, *[{}] * 201).status_code == 413
    assert post(client, ada, "x" * 262_144).status_code == 413
    assert client.post(ADDRESS, {"person": ada.pk}, headers=OURS).status_code == 415
    assert client.delete(ADDRESS).status_code == 405


def test_outbox_returns_404_without_the_right_to_add_moments(client, ada):
    client.force_login(make.giver(ada.family, who=make.person(), may=[]).person)
    assert client.get(ADDRESS).status_code == 404

    client.force_login(make.person())
    assert client.get(ADDRESS).status_code == 404


def test_moments_are_not_logged(client, ada, caplog):
    client.force_login(ada.person)

    with caplog.at_level(logging.DEBUG):
        post(client, ada, new(what={"title": "plum"}), {"key": "plum"})

    assert "plum" not in caplog.text
