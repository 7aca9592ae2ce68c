"""The overview, children and grown-ups; other families' pages answer 404."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine

from everyhour.domain.families.models import Caregiver, Child, Household
from everyhour.foundation.audit.models import Entry
from testing import make

pytestmark = pytest.mark.django_db

CHILD = {
    "nickname": "Wren",
    "wakes": "07:00",
    "hard": ["bath"],
    "no_touch": "on",
    "foods": "Nuts",
    "sounds": "",
    "needs": "A warning before",
}


def test_person_without_family_is_redirected_to_start(as_):
    assert as_(make.person()).get("/en/family/").headers["Location"] == "/en/family/start/"


def test_overview_lists_children_and_grown_ups(as_, ada):
    make.child(ada.family, nickname="رِن")
    make.giver(ada.family)

    page = as_(ada).get("/en/family/").content.decode()

    assert all(text in page for text in ("رِن", "Nana", "Ada Lovelace", "Without an account"))
    assert "<title>Family · Everyhour</title>" in page


def test_giver_is_redirected_to_their_own_page(as_, ada):
    nana = make.giver(ada.family, who=make.person())
    make.child(ada.family, no_touch=True)
    browser = as_(nana)

    led, page = browser.get("/en/family/"), browser.get("/en/family/mine/").content.decode()

    assert led.headers["Location"] == "/en/family/mine/"
    assert (
        "Wren" in page
        and "No touch" in page
        and "Add moments" in page
        and "See the week" not in page
    )


def test_child_form_saves_and_shows_details(as_, ada):
    child, browser = make.child(ada.family), as_(ada)

    answer = browser.post(f"/en/family/children/{child.pk}/", CHILD)
    page = browser.get(answer.headers["Location"]).content.decode()

    child = Child.objects.get(pk=child.pk)
    assert child.no_touch and child.hard == ["bath"] and child.day == {"wakes": 420}
    assert child.private("foods") == "Nuts" and child.private("needs") == "A warning before"
    assert "Nuts" in page and "Saved." in page


def test_what_helps_is_saved_and_shown(as_, ada):
    child, browser = make.child(ada.family), as_(ada)
    browser.post(
        f"/en/family/children/{child.pk}/", {**CHILD, "helps_rhythm": "1", "helps_senses": "0"}
    )

    page = browser.get(f"/en/family/children/{child.pk}/").content.decode()
    browser.post(
        f"/en/family/children/{child.pk}/", {**CHILD, "helps_rhythm": "", "helps_senses": "7"}
    )

    child.refresh_from_db()
    assert child.helps == {"rhythm": 1, "senses": 0}
    assert (
        page.count(" checked") >= 6
        and 'name="helps_rhythm" value="1" id="id_helps_rhythm_2" checked' in page
    )


def test_big_change_can_be_recorded_and_undone(as_, ada):
    child, browser = make.child(ada.family), as_(ada)
    address = f"/en/family/children/{child.pk}/big-change/"

    answer = browser.post(address)
    page = browser.get(answer.headers["Location"]).content.decode()
    change = child.big_changes.get()
    browser.post(address, {"undo": "1"})
    browser.post(address, {"undo": "1"})

    assert (change.by, change.household) == (ada, ada.household)
    assert "Thanks for telling us." in page and "You told us on" in page and address in page
    assert not child.big_changes.exists()


def test_big_change_is_private_to_its_home(as_, ada):
    other = Household.objects.create(family=ada.family, created_at=make.MONDAY)
    otto = make.guardian(ada.family, household=other)
    child = make.child(ada.family)
    address = f"/en/family/children/{child.pk}/"
    as_(ada).post(f"{address}big-change/")

    page = as_(otto).get(address).content.decode()
    as_(otto).post(f"{address}big-change/", {"undo": "1"})

    assert "You told us on" not in page
    assert child.big_changes.count() == 1


def test_body_and_touch_are_saved_and_shown(as_, ada):
    child, browser = make.child(ada.family), as_(ada)
    address = f"/en/family/children/{child.pk}/"

    browser.post(address, {**CHILD, "bodies": ["seated", "blind"], "care_touch": "on"})
    page = browser.get(address).text

    child.refresh_from_db()
    assert (child.bodies, child.care_touch) == (["seated", "blind"], True)
    assert page.count('name="bodies"') == 5
    assert checked(page, "bodies") == ["seated", "blind"]
    assert 'name="care_touch" id="id_care_touch" checked' in page

    browser.post(address, CHILD)

    child.refresh_from_db()
    assert (child.bodies, child.care_touch) == ([], False)


def checked(page: str, name: str) -> list[str]:
    boxes = re.findall(rf'<input type="checkbox" name="{name}" value="(\w+)"([^>]*)>', page)
    return [value for value, rest in boxes if "checked" in rest]


def test_unknown_body_is_refused(as_, ada):
    child = make.child(ada.family)

    answer = as_(ada).post(f"/en/family/children/{child.pk}/", {**CHILD, "bodies": ["wings"]})

    child.refresh_from_db()
    assert "Not saved yet" in answer.text and 'id="id_bodies_error"' in answer.text
    assert child.bodies == []


@pytest.mark.parametrize(
    ("born_in", "asked"), [(None, True), (date(2018, 1, 1), True), (date(2010, 1, 1), False)]
)
def test_touch_at_bath_and_bed_is_asked_below_ten(as_, ada, born_in, asked):
    child = make.child(ada.family, born_in=born_in)

    with time_machine.travel(datetime(2026, 11, 20, tzinfo=UTC)):
        page = as_(ada).get(f"/en/family/children/{child.pk}/").text

    assert ("Gentle touch is welcome" in page) is asked
    assert ("once you have added when they were born" in page) is (born_in is None)


def test_change_of_the_body_is_audited(as_, ada):
    child = make.child(ada.family)

    as_(ada).post(f"/en/family/children/{child.pk}/", {**CHILD, "bodies": ["deaf"]})

    assert Entry.objects.filter(act="child changed", object=child.pk, by=ada.pk).count() == 1


def test_giver_sees_what_ideas_should_fit(as_, ada):
    nana = make.giver(ada.family, who=make.person())
    make.child(ada.family, bodies=["few_words", "senses"])

    page = as_(nana).get("/en/family/mine/").text

    assert "No or few words · Touch, sound, light or smell can hurt" in page


def test_too_long_text_is_refused_and_kept_in_the_form(as_, ada):
    child, long = make.child(ada.family), "word " * 300

    answer = as_(ada).post(f"/en/family/children/{child.pk}/", {**CHILD, "needs": long})

    page = answer.content.decode()
    assert "Not saved yet" in page and "This is too long" in page and page.count("word") >= 300
    assert Child.objects.get(pk=child.pk).private("needs") == ""


def test_never_list_keeps_slugs_missing_from_the_library(as_, ada):
    child = make.child(ada.family, never=["gone-since"])

    answer = as_(ada).post(f"/en/family/children/{child.pk}/never/", {"never": ["made-up"]})

    child.refresh_from_db()
    assert answer.status_code == 302 and child.never == ["gone-since"]


def test_giver_is_added_changed_removed_and_restored(as_, ada):
    browser = as_(ada)

    for smiles in (300, 55):  # the longer name is refused, never cut
        browser.post(
            "/en/family/people/new/",
            {"name": "Nana " + "👵" * smiles, "relation": "grandparent", "may": ["log"]},
        )
    nana = Caregiver.objects.get(role="giver")
    browser.post(
        f"/en/family/people/{nana.pk}/",
        {"name": "Gran", "relation": "neighbour", "may": ["log", "see_week"]},
    )
    browser.post(f"/en/family/people/{nana.pk}/removal/")
    removed = browser.get("/en/family/").content.decode()
    browser.post(f"/en/family/people/{nana.pk}/removal/", {"undo": "1"})

    nana.refresh_from_db()
    assert "Gran no longer has access to this family." in removed and 'name="undo"' in removed
    assert (nana.name, nana.relation, nana.may, nana.until) == (
        "Gran",
        "neighbour",
        ["log", "see_week"],
        None,
    )


def test_giver_needs_a_name(as_, ada):
    answer = as_(ada).post(
        "/en/family/people/new/", {"name": " ", "relation": "teacher", "may": ["log"]}
    )

    assert "Add a name or a nickname" in answer.content.decode()
    assert not Caregiver.objects.filter(role="giver").exists()


def test_removed_guardian_loses_access_on_next_request(as_, ada):
    ben = make.guardian(ada.family)
    theirs = as_(ben)
    assert theirs.get("/en/family/").status_code == 200

    as_(ada).post(f"/en/family/people/{ben.pk}/removal/")

    assert theirs.get("/en/family/").status_code == 302
    assert theirs.get(f"/en/family/people/{ada.pk}/").status_code == 404


def test_last_guardian_leaving_gets_409_with_advice(as_, ada):
    answer = as_(ada).post("/en/family/departure/")

    assert answer.status_code == 409 and "Invite another guardian first" in answer.content.decode()
    assert Caregiver.objects.get(pk=ada.pk).until is None


def test_one_of_two_guardians_can_leave(as_, ada):
    ben = make.guardian(ada.family)

    answer = as_(ben).post("/en/family/departure/")

    assert "You have left." in answer.content.decode()
    assert Caregiver.objects.get(pk=ben.pk).until


def test_member_of_two_families_can_switch(as_, ada):
    other = make.guardian(make.family(), who=ada.person)
    make.child(ada.family, nickname="Wren")
    make.child(other.family, nickname="Pip")
    browser = as_(ada)

    browser.post("/en/family/place/", {"family": other.family_id})
    page = browser.get("/en/family/").content.decode()

    assert (
        "children/" + other.family.children.get().pk in page
        and "children/" + ada.family.children.get().pk not in page
    )
    assert browser.post("/en/family/place/", {"family": make.family().pk}).status_code == 404


DOORS = [
    "family/children/{child}/",
    "family/children/{child}/never/",
    "family/people/{giver}/",
    "family/people/{giver}/removal/",
    "family/invitations/{invitation}/revocation/",
    "family/invitations/new/?for={giver}",
]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_stranger_gets_404_everywhere(as_, ada, door, method):
    from everyhour.domain.families import actions

    keys = {
        "child": make.child(ada.family).pk,
        "giver": make.giver(ada.family).pk,
        "invitation": actions.invite(role="giver", by=ada, at=make.MONDAY)[0].pk,
    }
    stranger = as_(make.guardian(make.family()))
    with_nothing = dict.fromkeys(keys, "A" * 22)

    foreign = getattr(stranger, method)("/en/" + door.format(**keys))
    missing = getattr(stranger, method)("/en/" + door.format(**with_nothing))

    assert foreign.status_code == missing.status_code
    assert foreign.status_code == 404 or (method == "get" and foreign.status_code == 405)
    assert foreign.content.replace(keys["child"].encode(), b"").count(b"Wren") == 0


@pytest.mark.parametrize(
    "door",
    [
        *DOORS,
        "family/safety/reset/",
        "family/sharing/",
        "family/households/new/",
        "family/people/new/",
    ],
)
def test_giver_gets_404_on_guardian_pages(as_, ada, door):
    nana = make.giver(ada.family, who=make.person())
    keys = {"child": make.child(ada.family).pk, "giver": nana.pk, "invitation": "A" * 22}

    assert as_(nana).get("/en/" + door.format(**keys)).status_code == 404


def test_other_home_cannot_open_our_people_or_children(as_, ada):
    there = ada.family.households.create(created_at=make.MONDAY)
    carl = make.guardian(ada.family, household=there)
    child = make.child(ada.family, households=[ada.household])
    browser = as_(carl)

    assert browser.get(f"/en/family/people/{ada.pk}/").status_code == 404
    assert browser.get(f"/en/family/children/{child.pk}/").status_code == 404
    assert "Ada" not in browser.get("/en/family/").content.decode()
