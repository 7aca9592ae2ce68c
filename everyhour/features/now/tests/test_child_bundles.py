"""What was learned of a child goes with the phone, and a "no" works at once: for the family, on its phones, on pages without scripts."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from everyhour.domain.families.models import BigChange, Caregiver, Household
from everyhour.domain.moments.models import Moment
from everyhour.domain.recommendations import bundle, bundle_reader, training
from everyhour.domain.recommendations.advisor import Wishes
from everyhour.features.now import child_bundles
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
OURS = {"Sec-Fetch-Site": "same-origin"}
IDEA = "/en/now/alarm/homework/"


@pytest.fixture
def ada():
    return make.guardian(make.family(at=NOW - timedelta(days=60)))


@pytest.fixture
def wren(ada):
    return make.child(ada.family, born_in=date(2018, 1, 1), at=NOW - timedelta(days=60))


def own_of(client, child):
    return client.get(f"/en/now/children/{child.pk}/").json()


def say(client, by, child, never=None, *, headers=OURS, **told):
    body = {
        "person": by.pk,
        "never": [{"slug": slug, "off": off} for slug, off in (never or {}).items()],
        **told,
    }
    return client.post(
        f"/en/now/children/{child.pk}/never/",
        json.dumps(body),
        content_type="application/json",
        headers=headers,
    )


def mark(client, child) -> str:
    return next(
        one["mark"]
        for one in client.get("/en/now/moments/").json()["children"]
        if one["id"] == child.pk
    )


def shown(client, address: str = IDEA) -> dict:
    """Read what a page without scripts drew."""
    page = client.get(address).content.decode()
    return json.loads(re.search(r'<script id="offer"[^>]*>(.*?)</script>', page)[1])


def helped(
    by, child, practice: str = "wall-push", outcome: str = "settled", times: int = 9
) -> None:
    for n in range(times):
        make.moment(
            by,
            child=child,
            at=NOW - timedelta(days=n + 1),
            practice=practice,
            outcome=outcome,
            state_before="alarm",
            situation="homework",
        )


def test_a_phone_carries_the_chances_of_each_child_of_its_home(client, ada, wren):
    helped(ada, wren)
    model_version = training.learn(at=NOW)
    client.force_login(ada.person)

    told = own_of(client, wren)

    assert (told["child"], told["rule"], told["belief"], told["pocket"]) == (
        wren.pk,
        "learned-1",
        model_version.version,
        bundle.current("en")["version"],
    )
    assert told["tries"] == {"wall-push": [9, 9]}


def test_the_same_is_not_sent_twice(client, ada, wren):
    client.force_login(ada.person)
    first = client.get(f"/en/now/children/{wren.pk}/")

    again = client.get(
        f"/en/now/children/{wren.pk}/", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert (again.status_code, again.content) == (304, b"")
    assert first.json()["mark"] == again.headers["Everyhour-Mark"] == mark(client, wren)


def test_a_mark_says_when_there_is_something_new(client, ada, wren):
    client.force_login(ada.person)
    before = mark(client, wren)
    assert mark(client, wren) == before
    seen = {before}

    for tell in (
        lambda: setattr(wren, "no_touch", True),
        lambda: wren.set_private("sounds", "the hand dryer"),
        lambda: helped(ada, wren, times=1),
        lambda: training.learn(at=NOW),
        lambda: BigChange.objects.create(child=wren, household=ada.household, by=ada, at=NOW),
    ):
        tell()
        wren.save()
        now = mark(client, wren)
        assert now not in seen
        seen.add(now)


def test_a_private_moment_does_not_show_in_a_mark(client, ada, wren):
    client.force_login(ada.person)
    before = mark(client, wren)

    make.moment(make.guardian(ada.family), child=wren, private=True)

    assert mark(client, wren) == before


def test_who_may_not_see_what_helps_carries_no_counts(client, ada, wren):
    helped(ada, wren)
    nana = make.giver(ada.family, who=make.person())
    client.force_login(nana.person)

    assert own_of(client, wren)["tries"] == {}
    assert client.get("/en/now/moments/").json()["guards"] is False


def test_a_child_of_another_home_or_family_is_not_found(client, ada, wren):
    elsewhere = make.child(
        ada.family, households=[Household.objects.create(family=ada.family, created_at=NOW)]
    )
    strange = make.child(make.family())
    client.force_login(ada.person)

    for child in (elsewhere, strange):
        assert client.get(f"/en/now/children/{child.pk}/").status_code == 404
        assert say(client, ada, child, {"low-hum": True}).status_code == 404


def test_never_is_said_and_taken_back(client, ada, wren):
    client.force_login(ada.person)

    assert say(client, ada, wren, {"low-hum": True, "wall-push": True}).json() == {
        "never": ["low-hum", "wall-push"]
    }
    assert say(client, ada, wren, {"low-hum": False}).json() == {"never": ["wall-push"]}

    assert own_of(client, wren)["never"] == ["wall-push"]
    wren.refresh_from_db()
    assert wren.never == ["wall-push"]


def test_what_reaches_us_last_holds(client, ada, wren):
    otto = make.guardian(ada.family)
    for by, off in ((ada, True), (otto, False), (ada, True)):
        client.force_login(by.person)
        say(client, by, wren, {"low-hum": off})

    assert own_of(client, wren)["never"] == ["low-hum"]


def test_a_no_to_something_that_never_was_in_the_library_is_not_kept(client, ada, wren):
    client.force_login(ada.person)

    assert say(client, ada, wren, {"no-such-thing": True, "../../etc": True}).json() == {
        "never": []
    }


def test_a_giver_cannot_say_never_for_the_family(client, ada, wren):
    nana = make.giver(ada.family, who=make.person(), may=[*Caregiver.MAY])
    client.force_login(nana.person)

    assert say(client, nana, wren, {"low-hum": True}).status_code == 404


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.invalid"}, {}]
)
def test_another_site_cannot_say_never(client, ada, wren, headers):
    client.force_login(ada.person)

    assert say(client, ada, wren, {"low-hum": True}, headers=headers).status_code == 403


def test_what_one_person_said_is_never_taken_for_anothers(client, ada, wren):
    client.force_login(make.guardian(ada.family).person)

    assert (
        say(client, ada, wren, {"low-hum": True}).status_code,
        own_of(client, wren)["never"],
    ) == (409, [])


@pytest.mark.parametrize("never", [1, "x", [1], [{"slug": "x"}], [{}], {"a": 1}, None])
def test_a_broken_telling_is_refused(client, ada, wren, never):
    client.force_login(ada.person)

    body = json.dumps({"person": ada.pk, "never": never})
    answer = client.post(
        f"/en/now/children/{wren.pk}/never/", body, content_type="application/json", headers=OURS
    )
    assert (answer.status_code, answer.json()) == (400, {"trouble": "not-json"})


def test_a_telling_has_bounds(client, ada, wren):
    client.force_login(ada.person)
    address = f"/en/now/children/{wren.pk}/never/"

    assert say(client, ada, wren, {f"slug-{n}": True for n in range(201)}).status_code == 413
    assert say(client, ada, wren, more="x" * 262_144).status_code == 413
    assert client.post(address, {"person": ada.pk}, headers=OURS).status_code == 415
    assert (
        client.post(
            address, "[" * 100_000, content_type="application/json", headers=OURS
        ).status_code
        == 400
    )
    assert client.get(address).status_code == 405


def test_a_page_without_scripts_draws_by_what_was_learned_of_this_child(client, ada, wren):
    helped(ada, wren, times=12)
    helped(ada, wren, practice="low-hum", outcome="not_yet", times=12)
    model_version = training.learn(at=NOW)
    client.force_login(ada.person)

    drawn = shown(client)

    told = own_of(client, wren)
    assert (drawn["rule"], drawn["belief"], drawn["own"]) == (
        "learned-1",
        model_version.version,
        told["version"],
    )
    carried = bundle.current("en")
    cell = bundle_reader.learned_chances(
        told, carried, state="alarm", situation="homework", wishes=Wishes(age=told["age"])
    )
    assert drawn["probability"] == cell[drawn["practice"]]
    assert cell["wall-push"] > cell["low-hum"]


def test_a_draw_is_made_again_from_its_record_while_nothing_else_was_told(client, ada, wren):
    helped(ada, wren)
    training.learn(at=NOW)
    client.force_login(ada.person)
    drawn = shown(client)

    told, carried = own_of(client, wren), bundle.current("en")
    assert (told["version"], carried["version"]) == (drawn["own"], drawn["pocket"])
    wishes = Wishes(
        age=told["age"],
        touch=told["touch"],
        never=frozenset(told["never"]),
        avoid=frozenset(told["avoid"]),
    )
    again = bundle_reader.offer(
        carried,
        state="alarm",
        situation="homework",
        seen=[],
        wishes=wishes,
        draw=drawn["draw"],
        own=told,
    )

    assert bundle_reader.record(carried, again, told) == drawn


def test_a_guest_draws_by_the_pockets_own_rule(client):
    drawn = shown(client)

    assert drawn["rule"] == bundle.current("en")["rule"]
    assert not {"own", "belief"} & set(drawn)


@pytest.mark.parametrize("old", [False, True])
def test_what_a_child_cannot_bear_is_never_drawn(client, ada, wren, old):
    carried = bundle.current("en")
    wren.no_touch, wren.never = True, ["wall-push"]
    wren.set_private("foods", "nuts")
    wren.set_private("sounds", "the hand dryer")
    wren.save()
    whom = child_bundles.About(ada, wren, [wren], "UTC", NOW)
    learned = {**whom.bundle(carried), **({"pocket": "0" * 16} if old else {})}
    facts = {p["slug"]: p for p in carried["practices"]}

    for n in range(400):
        state, situation = (
            ("alarm", "calm", "alert", "drifting")[n % 4],
            ("homework", "mealtime", "bedtime", "any")[n // 4 % 4],
        )
        drawn = bundle_reader.offer(
            carried,
            state=state,
            situation=situation,
            seen=[],
            wishes=whom.wishes,
            draw=n / 400,
            own=learned,
        )
        practice = facts[drawn.slug]
        assert drawn.slug != "wall-push"
        assert practice["touch"] != "needed"
        assert not {"allergy", "noise"} & set(practice["cautions"])
        assert practice["age"][0] <= 8 <= practice["age"][1]


def test_of_several_children_a_page_is_about_the_one_that_was_asked_for(client, ada, wren):
    jo = make.child(ada.family, nickname="Jo", at=NOW, no_touch=True)
    client.force_login(ada.person)

    page = client.get(f"/en/now/?child={jo.pk}").content.decode()

    assert "How is Jo right now?" in page
    assert f'href="/en/now/alarm/?child={jo.pk}"' in page
    assert (
        shown(client, f"{IDEA}?child={jo.pk}")["own"]
        == own_of(client, jo)["version"]
        != own_of(client, wren)["version"]
    )
    assert shown(client, f"{IDEA}?child=nobody")["own"] == own_of(client, wren)["version"]


def test_a_moment_keeps_by_which_chances_it_was_drawn(client, ada, wren):
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
    kept = {
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
        "moment": kept["id"],
        "device": "00000000-0000-4000-8000-000000000003",
        "counter": 1,
        "shape": 1,
        "child": wren.pk,
        "set": kept,
    }
    client.force_login(ada.person)

    client.post(
        "/en/now/moments/",
        json.dumps({"person": ada.pk, "changes": [change]}),
        content_type="application/json",
        headers=OURS,
    )

    assert Moment.objects.get().decision == [offer]
