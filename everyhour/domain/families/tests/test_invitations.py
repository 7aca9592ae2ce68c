"""An invitation works once, within seven days; a closed one does not say why."""

from datetime import timedelta

import pytest

from everyhour.domain.families import actions
from everyhour.domain.families.actions import ActionRefused
from everyhour.domain.families.models import Caregiver, Invitation
from testing import make
from testing.make import MONDAY

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=1)


@pytest.fixture
def ada():
    return make.guardian(make.family(), who=make.person(name="Ada"))


def test_invitation_works_once(ada):
    ben, invented = make.person(name="Ben"), make.person()
    invitation, token = actions.invite(
        role="guardian", name="B", email="ben@example.org", by=ada, at=MONDAY
    )

    place = actions.accept(token, by=ben, at=LATER)

    invitation.refresh_from_db()
    assert place.is_guardian and place.family == ada.family and place.name == "B"
    assert invitation.used_at == LATER and invitation.email == ""
    with pytest.raises(ActionRefused, match="Ask for a new one"):
        actions.accept(token, by=invented, at=LATER)
    assert not Caregiver.objects.filter(person=invented).exists()


def test_only_the_token_digest_is_stored(ada):
    invitation, token = actions.invite(role="guardian", by=ada, at=MONDAY)

    kept = Invitation.objects.values().get(pk=invitation.pk)

    assert token not in str(kept)
    assert len(token) >= 43


@pytest.mark.parametrize("closed", ["used", "revoked", "expired", "unknown"])
def test_every_closed_link_gives_the_same_message(ada, closed):
    invitation, token = actions.invite(role="giver", by=ada, at=MONDAY)
    at = LATER
    if closed == "used":
        actions.accept(token, by=make.person(), at=LATER)
    elif closed == "revoked":
        actions.revoke(invitation, by=ada, at=LATER)
    elif closed == "expired":
        at = MONDAY + timedelta(days=7)
    else:
        token = "x" * 43

    assert actions.open_invitation(token, at=at) is None
    with pytest.raises(
        ActionRefused, match=r"^This link no longer works\. Ask for a new one; it takes a minute\.$"
    ):
        actions.accept(token, by=make.person(), at=at)


def test_existing_member_does_not_use_up_a_link(ada):
    _, token = actions.invite(role="giver", by=ada, at=MONDAY)

    with pytest.raises(ActionRefused, match="already in this family"):
        actions.accept(token, by=ada.person, at=LATER)

    assert actions.open_invitation(token, at=LATER)


def test_giver_joining_keeps_place_and_moments(ada):
    nana = make.giver(ada.family)
    moment = make.moment(nana, child=make.child(ada.family))
    _, token = actions.invite(role="guardian", caregiver=nana, by=ada, at=MONDAY)

    place = actions.accept(token, by=make.person(), at=LATER)

    assert place == nana and not place.is_guardian
    assert list(place.moments.all()) == [moment]


def test_links_made_by_a_removed_guardian_are_revoked(ada):
    ben = make.guardian(ada.family)
    _, token = actions.invite(role="guardian", by=ben, at=MONDAY)

    actions.remove_caregiver(ben, by=ada, at=LATER)

    assert actions.open_invitation(token, at=LATER) is None


def test_person_who_left_can_be_invited_again(ada):
    ben = make.guardian(ada.family)
    actions.leave_family(by=ben, at=LATER)
    _, token = actions.invite(role="giver", by=ada, at=LATER)

    place = actions.accept(token, by=ben.person, at=LATER)

    assert place != ben and place.until is None


@pytest.mark.parametrize("back", [timedelta(days=8), timedelta(days=365)])
def test_expired_link_stays_closed_after_clock_is_set_back(ada, back):
    _invitation, token = actions.invite(role="giver", by=ada, at=MONDAY)

    assert actions.open_invitation(token, at=MONDAY + timedelta(days=7, hours=1) - back) is None


def test_closing_old_invitations_revokes_and_clears_email(ada):
    over, token = actions.invite(role="guardian", email="ben@example.org", by=ada, at=MONDAY)
    young, _token = actions.invite(role="guardian", email="bo@example.org", by=ada, at=LATER)

    closed = actions.close_old_invitations(at=MONDAY + timedelta(days=7))

    over.refresh_from_db()
    young.refresh_from_db()
    assert closed == 1
    assert (over.revoked_at, over.email) == (over.expires_at, "")
    assert (young.revoked_at, young.email) == (None, "bo@example.org")
    assert actions.open_invitation(token, at=LATER) is None
