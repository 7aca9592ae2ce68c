"""Two homes, the plain name, the safety reset and the permissions page."""

import pytest
from django.test import Client

from everyhour.domain.families.models import Caregiver, Household, HouseholdShare, Invitation, Level
from testing import make

pytestmark = pytest.mark.django_db


def test_second_home_sees_only_the_chosen_level(as_, ada):
    child, ben = make.child(ada.family), make.guardian(ada.family)
    browser = as_(ada)

    browser.post(
        "/en/family/households/new/", {"name": "The flat", "moving": "me", "children": [child.pk]}
    )
    here, there = ben.household, Household.objects.get(name="The flat")
    hidden = as_(ben).get("/en/family/sharing/").content.decode()
    browser.post("/en/family/sharing/", {f"{child.pk}:{here.pk}": "hours"})

    assert Caregiver.objects.get(pk=ada.pk).household == there
    assert "What they show us: Nothing." in hidden
    assert HouseholdShare.objects.get().level == Level.HOURS
    assert (
        "What they show us: That there was a moment"
        in as_(ben).get("/en/family/sharing/").content.decode()
    )


def test_unknown_level_or_child_changes_nothing(as_, ada):
    child = make.child(ada.family)
    there = ada.family.households.create(created_at=make.MONDAY)
    child.households.add(there)

    as_(ada).post(
        "/en/family/sharing/",
        {
            f"{child.pk}:{there.pk}": "everything",
            f"{make.child(make.family()).pk}:{there.pk}": "notes",
        },
    )

    assert not HouseholdShare.objects.exists()


def test_safety_reset_signs_out_and_revokes(as_, ada, mailoutbox):
    ben = make.guardian(ada.family)
    elsewhere, theirs, mine = as_(ada), as_(ben), as_(ada)
    mine.post("/en/family/invitations/new/", {"role": "giver", "relation": "friend"})

    page = mine.post("/en/family/safety/reset/", {"without": [ben.pk]}).content.decode()

    assert "We told no one." in page and mailoutbox == []
    assert mine.get("/en/family/").status_code == 200
    assert elsewhere.get("/en/family/").headers["Location"].startswith("/en/sign-in/")
    assert theirs.get("/en/family/").headers["Location"] == "/en/family/start/"
    assert not Invitation.objects.filter(revoked_at__isnull=True).exists()


def test_viewing_the_safety_reset_changes_nothing(as_, ada):
    ben, other = make.guardian(ada.family, name="Ben"), as_(ada)

    page = as_(ada).get("/en/family/safety/reset/").content.decode()

    assert "Ben" in page and other.get("/en/family/").status_code == 200
    assert Caregiver.objects.get(pk=ben.pk).until is None


def test_plain_name_replaces_the_product_name(as_, ada):
    browser = as_(ada)

    browser.post("/en/family/safety/", {"neutral": "on"})
    page = browser.get("/en/family/").content.decode()

    assert "<title>Family · Notes</title>" in page and "Everyhour" not in page.split("<body")[0]
    assert "manifest.webmanifest?plain" in page


def test_plain_manifest_does_not_name_everyhour(client):
    manifest = client.get("/en/manifest.webmanifest?plain").json()

    assert manifest["name"] == manifest["short_name"] == "Notes"
    assert "Everyhour" not in str(manifest) and "Help" not in str(manifest)
    assert all("plain" in icon["src"] for icon in manifest["icons"])


def test_permissions_page_is_public(client, as_, ada):
    page = client.get("/en/permissions/").content.decode()

    assert (
        "The guardians of the family." in page
        and "/family/children/…/" in page
        and "<caption" in page
    )


@pytest.mark.parametrize(
    "address",
    [
        "place/",
        "departure/",
        "safety/",
        "safety/reset/",
        "sharing/",
        "households/new/",
        "people/new/",
        "children/new/",
        "invitations/new/",
        "start/child/",
    ],
)
def test_post_without_csrf_token_is_refused(ada, address):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada.person)

    assert browser.post(f"/en/family/{address}").status_code == 403


def test_removals_and_revocations_refuse_get(as_, ada):
    nana, browser = make.giver(ada.family), as_(ada)

    assert browser.get(f"/en/family/people/{nana.pk}/removal/").status_code == 405
    assert browser.get("/en/family/invitations/x/revocation/").status_code == 405
