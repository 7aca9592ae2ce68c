"""Child bundles and "never suggest": on phones, on pages without scripts, and who may see them."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from everyhour.domain.families.actions import change_child
from everyhour.domain.families.models import BigChange, Caregiver, Household
from everyhour.domain.moments.models import Moment
from everyhour.domain.recommendations import bundle, bundle_reader, training
from everyhour.domain.recommendations.advisor import GATES, Wishes
from everyhour.features.now import child_bundles
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
OURS = {"Sec-Fetch-Site": "same-origin"}
CELL = {"state": "alarm", "situation": "homework"}
IDEA = "/en/now/alarm/homework/"


@pytest.fixture
def ada():
    return make.guardian(make.family(at=NOW - timedelta(days=60)))


@pytest.fixture
def wren(ada):
    return make.child(ada.family, born_in=date(2018, 1, 1), at=NOW - timedelta(days=60))


def fetch_bundle(client, child) -> dict:
    return client.get(f"/en/now/children/{child.pk}/").json()


def never_address(child) -> str:
    return f"/en/now/children/{child.pk}/never/"


def post_json(client, address: str, body: dict, headers=OURS):
    return client.post(address, json.dumps(body), content_type="application/json", headers=headers)


def change_never(client, by, child, changes=None, *, headers=OURS, **more):
    """Turn practices off (True) or on (False) for a child."""
    never = [{"slug": slug, "off": off} for slug, off in (changes or {}).items()]
    body = {"person": by.pk, "never": never, **more}
    return post_json(client, never_address(child), body, headers)


def fetch_mark(client, child) -> str:
    rows = client.get("/en/now/moments/").json()["children"]
    return next(row["mark"] for row in rows if row["id"] == child.pk)


def drawn_offer(client, address: str = IDEA) -> dict:
    """Return the offer that a page without scripts drew."""
    page = client.get(address).text
    return json.loads(re.search(r'<script id="offer"[^>]*>(.*?)</script>', page)[1])


def add_moments(
    by, child, practice: str = "wall-push", outcome: str = "settled", times: int = 9
) -> None:
    for n in range(times):
        make.moment(
            by,
            child=child,
            at=NOW - timedelta(days=n + 1),
            practice=practice,
            outcome=outcome,
            state_before=CELL["state"],
            situation=CELL["situation"],
        )


def test_bundle_names_child_rule_model_version_and_tries(client, ada, wren):
    add_moments(ada, wren)
    model_version = training.learn(at=NOW)
    client.force_login(ada.person)

    own = fetch_bundle(client, wren)

    assert (own["child"], own["rule"]) == (wren.pk, "learned-1")
    assert (own["belief"], own["pocket"]) == (
        model_version.version,
        bundle.current("en")["version"],
    )
    assert own["tries"] == {"wall-push": [9, 9]}


def test_unchanged_bundle_returns_304_with_its_mark(client, ada, wren):
    client.force_login(ada.person)
    first = client.get(f"/en/now/children/{wren.pk}/")

    again = client.get(
        f"/en/now/children/{wren.pk}/", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert (again.status_code, again.content) == (304, b"")
    assert first.json()["mark"] == again.headers["Everyhour-Mark"] == fetch_mark(client, wren)


def test_mark_changes_with_everything_a_bundle_depends_on(client, ada, wren):
    client.force_login(ada.person)
    before = fetch_mark(client, wren)
    assert fetch_mark(client, wren) == before
    seen = {before}

    for change in (
        lambda: setattr(wren, "no_touch", True),
        lambda: wren.set_private("sounds", "the hand dryer"),
        lambda: add_moments(ada, wren, times=1),
        lambda: training.learn(at=NOW),
        lambda: BigChange.objects.create(child=wren, household=ada.household, by=ada, at=NOW),
    ):
        change()
        wren.save()
        mark = fetch_mark(client, wren)
        assert mark not in seen
        seen.add(mark)


def test_private_moment_does_not_change_the_mark(client, ada, wren):
    client.force_login(ada.person)
    before = fetch_mark(client, wren)

    make.moment(make.guardian(ada.family), child=wren, private=True)

    assert fetch_mark(client, wren) == before


def test_giver_without_see_helps_gets_no_counts(client, ada, wren):
    add_moments(ada, wren)
    nana = make.giver(ada.family, who=make.person())
    client.force_login(nana.person)

    assert fetch_bundle(client, wren)["tries"] == {}
    assert client.get("/en/now/moments/").json()["guards"] is False


def test_child_of_another_household_or_family_returns_404(client, ada, wren):
    elsewhere = make.child(
        ada.family, households=[Household.objects.create(family=ada.family, created_at=NOW)]
    )
    stranger = make.child(make.family())
    client.force_login(ada.person)

    for child in (elsewhere, stranger):
        assert client.get(f"/en/now/children/{child.pk}/").status_code == 404
        assert change_never(client, ada, child, {"low-hum": True}).status_code == 404


def test_practices_are_turned_off_and_on_again(client, ada, wren):
    client.force_login(ada.person)

    both = change_never(client, ada, wren, {"low-hum": True, "wall-push": True})
    one = change_never(client, ada, wren, {"low-hum": False})

    assert both.json() == {"never": ["low-hum", "wall-push"]}
    assert one.json() == {"never": ["wall-push"]}
    assert fetch_bundle(client, wren)["never"] == ["wall-push"]
    wren.refresh_from_db()
    assert wren.never == ["wall-push"]


def test_last_change_of_a_practice_wins(client, ada, wren):
    otto = make.guardian(ada.family)
    for by, off in ((ada, True), (otto, False), (ada, True)):
        client.force_login(by.person)
        change_never(client, by, wren, {"low-hum": off})

    assert fetch_bundle(client, wren)["never"] == ["low-hum"]


def test_unknown_practice_is_not_saved_as_never(client, ada, wren):
    client.force_login(ada.person)

    response = change_never(client, ada, wren, {"no-such-thing": True, "../../etc": True})

    assert response.json() == {"never": []}


def test_giver_cannot_change_never(client, ada, wren):
    nana = make.giver(ada.family, who=make.person(), may=[*Caregiver.MAY])
    client.force_login(nana.person)

    assert change_never(client, nana, wren, {"low-hum": True}).status_code == 404


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.invalid"}, {}]
)
def test_never_from_another_site_returns_403(client, ada, wren, headers):
    client.force_login(ada.person)

    assert change_never(client, ada, wren, {"low-hum": True}, headers=headers).status_code == 403


def test_never_of_another_person_returns_409(client, ada, wren):
    client.force_login(make.guardian(ada.family).person)

    response = change_never(client, ada, wren, {"low-hum": True})

    assert (response.status_code, fetch_bundle(client, wren)["never"]) == (409, [])


@pytest.mark.parametrize("never", [1, "x", [1], [{"slug": "x"}], [{}], {"a": 1}, None])
def test_broken_never_returns_400(client, ada, wren, never):
    client.force_login(ada.person)

    response = post_json(client, never_address(wren), {"person": ada.pk, "never": never})

    assert (response.status_code, response.json()) == (400, {"trouble": "not-json"})


def test_never_with_wrong_size_type_or_method_is_refused(client, ada, wren):
    client.force_login(ada.person)
    address = never_address(wren)
    many = {f"slug-{n}": True for n in range(201)}
    deep = client.post(address, "[" * 100_000, content_type="application/json", headers=OURS)

    assert change_never(client, ada, wren, many).status_code == 413
    assert change_never(client, ada, wren, more="x" * 262_144).status_code == 413
    assert client.post(address, {"person": ada.pk}, headers=OURS).status_code == 415
    assert deep.status_code == 400
    assert client.get(address).status_code == 405


def test_child_bundle_carries_ages_body_and_touch(client, ada, wren):
    change_child(
        wren,
        born_in=date(2025, 5, 1),
        functions_like_age=0,
        bodies=["seated", "deaf"],
        care_touch=True,
        by=ada,
        at=NOW,
    )
    client.force_login(ada.person)

    with time_machine.travel(NOW):
        own = fetch_bundle(client, wren)

    assert (own["age"], own["real_age"], own["months"]) == (0, 1, 18)
    assert (own["touch"], own["care_touch"]) == (True, True)
    assert own["bodies"] == ["deaf", "seated"]


def test_page_without_scripts_offers_only_what_fits_the_body(client, ada, wren):
    change_child(wren, born_in=date(2019, 5, 1), bodies=["blind"], by=ada, at=NOW)
    client.force_login(ada.person)
    fitting = {p["slug"]: "blind" in p["bodies"] for p in bundle.current("en")["practices"]}
    assert not fitting["pop-the-bubble"]

    seen = []
    while response := client.get("/en/now/calm/bath/", {"seen": ",".join(seen)}):
        shown = response.context["shown"]
        if shown["practice"] is None:
            break
        seen.append(shown["practice"]["slug"])
        assert fitting[seen[-1]]
        # A refused touch comes before every other way.
        assert shown["way"] in ("blind", "no_touch") or "blind" not in shown["practice"]

    assert seen and "pop-the-bubble" not in seen


def wishes_of(own: dict) -> Wishes:
    """Return the limits of a child bundle as the phone applies them."""
    plain = {name: own[name] for name in ("age", "real_age", "months", "touch", "care_touch")}
    lists = {name: frozenset(own[name]) for name in ("never", "avoid", "bodies")}
    return Wishes(**plain, **lists, gates=GATES)


def test_page_without_scripts_draws_from_the_child_bundle(client, ada, wren):
    add_moments(ada, wren, times=12)
    add_moments(ada, wren, practice="low-hum", outcome="not_yet", times=12)
    model_version = training.learn(at=NOW)
    client.force_login(ada.person)

    offer = drawn_offer(client)

    own = fetch_bundle(client, wren)
    assert (offer["rule"], offer["own"]) == ("learned-1", own["version"])
    assert offer["belief"] == model_version.version
    cell = bundle_reader.learned_probabilities(
        own, bundle.current("en"), **CELL, wishes=wishes_of(own)
    )
    assert offer["probability"] == pytest.approx(cell[offer["practice"]], abs=1e-12)
    assert cell["wall-push"] > cell["low-hum"]


def test_draw_can_be_reproduced_from_its_record(client, ada, wren):
    add_moments(ada, wren)
    training.learn(at=NOW)
    client.force_login(ada.person)
    offer = drawn_offer(client)

    own, offline = fetch_bundle(client, wren), bundle.current("en")
    assert (own["version"], offline["version"]) == (offer["own"], offer["pocket"])
    again = bundle_reader.offer(
        offline, **CELL, seen=[], wishes=wishes_of(own), draw=offer["draw"], child_bundle=own
    )

    assert bundle_reader.offer_record(offline, again, own) == offer


def test_guest_draws_by_the_rule_of_the_offline_bundle(client):
    offer = drawn_offer(client)

    assert offer["rule"] == bundle.current("en")["rule"]
    assert not {"own", "belief"} & set(offer)


@pytest.mark.parametrize("old", [False, True])
def test_unsafe_or_unwanted_practice_is_never_drawn(client, ada, wren, old):
    offline = bundle.current("en")
    wren.no_touch, wren.never = True, ["wall-push"]
    wren.set_private("foods", "nuts")
    wren.set_private("sounds", "the hand dryer")
    wren.save()
    chosen = child_bundles.ChosenChild(ada, wren, [wren], "UTC", NOW)
    own = {**chosen.bundle(offline), **({"pocket": "0" * 16} if old else {})}
    practices = {practice["slug"]: practice for practice in offline["practices"]}

    for n in range(400):
        offer = bundle_reader.offer(
            offline,
            state=("alarm", "calm", "alert", "drifting")[n % 4],
            situation=("homework", "mealtime", "bedtime", "any")[n // 4 % 4],
            seen=[],
            wishes=chosen.wishes,
            draw=n / 400,
            child_bundle=own,
        )
        practice = practices[offer.slug]
        assert offer.slug != "wall-push"
        assert practice["touch"] != "needed"
        assert not {"allergy", "noise"} & set(practice["cautions"])
        assert practice["age"][0] <= 8 <= practice["age"][1]


def test_page_is_about_the_child_in_the_address_else_the_first(client, ada, wren):
    jo = make.child(ada.family, nickname="Jo", at=NOW, no_touch=True)
    client.force_login(ada.person)

    page = client.get(f"/en/now/?child={jo.pk}").text

    assert "How is Jo?" in page
    assert f'href="/en/now/alarm/?child={jo.pk}"' in page
    versions = [fetch_bundle(client, child)["version"] for child in (jo, wren)]
    asked = [drawn_offer(client, f"{IDEA}?child={pk}")["own"] for pk in (jo.pk, "nobody")]
    assert asked == versions
    assert versions[0] != versions[1]


def test_moment_stores_the_whole_offer_as_its_decision(client, ada, wren):
    offer = {
        "practice": "wall-push",
        "edition": 1,
        "pocket": "a" * 16,
        "rule": "learned-1",
        "probability": 0.25,
        "among": 12,
        "draw": 0.1,
        "belief": 7,
        "own": "b" * 16,
    }
    moment = {
        "shape": 1,
        "id": "00000000-0000-4000-8000-000000000001",
        "at": "2026-11-20T10:00:00.000Z",
        "zone": "America/Chicago",
        "wall": "2026-11-20T04:00",
        "state": "alarm",
        "situation": "homework",
        "caregiver": None,
        "offers": [offer],
        "outcome": "settled",
        "language": "en",
    }
    change = {
        "key": "00000000-0000-4000-8000-000000000002",
        "moment": moment["id"],
        "device": "00000000-0000-4000-8000-000000000003",
        "counter": 1,
        "shape": 1,
        "child": wren.pk,
        "set": moment,
    }
    client.force_login(ada.person)

    post_json(client, "/en/now/moments/", {"person": ada.pk, "changes": [change]})

    assert Moment.objects.get().decision == [offer]
