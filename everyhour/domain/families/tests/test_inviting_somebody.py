"""A link that opens once, within seven days, and says nothing when it does not."""

from datetime import timedelta

import pytest

from everyhour.domain.families import actions
from everyhour.domain.families.actions import Refused
from everyhour.domain.families.models import Caregiver, Invitation
from testing import make
from testing.make import MONDAY

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=1)


@pytest.fixture
def ada():
    return make.guardian(make.family(), who=make.person(name="Ada"))


def test_an_invited_guardian_joins_once(ada):
    ben, invented = make.person(name="Ben"), make.person()
    invitation, token = actions.invite(
        role="guardian", name="B", email="ben@example.org", by=ada, at=MONDAY
    )

    place = actions.accept(token, by=ben, at=LATER)

    invitation.refresh_from_db()
    assert place.is_guardian and place.family == ada.family and place.name == "B"
    assert invitation.used_at == LATER and invitation.email == ""
    with pytest.raises(Refused, match="Ask for a new one"):
        actions.accept(token, by=invented, at=LATER)
    assert not Caregiver.objects.filter(person=invented).exists()


def test_only_the_digest_of_a_token_is_kept(ada):
    invitation, token = actions.invite(role="guardian", by=ada, at=MONDAY)

    kept = Invitation.objects.values().get(pk=invitation.pk)

    assert token not in str(kept)
    assert len(token) >= 43


@pytest.mark.parametrize("closed", ["used", "revoked", "expired", "unknown"])
def test_a_closed_link_says_the_same_whatever_closed_it(ada, closed):
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
        Refused, match=r"^This link no longer works\. Ask for a new one; it takes a minute\.$"
    ):
        actions.accept(token, by=make.person(), at=at)


def test_who_is_here_already_does_not_use_a_link_up(ada):
    _, token = actions.invite(role="giver", by=ada, at=MONDAY)

    with pytest.raises(Refused, match="already in this family"):
        actions.accept(token, by=ada.person, at=LATER)

    assert actions.open_invitation(token, at=LATER)


def test_a_giver_gets_an_account_and_keeps_their_moments(ada):
    nana = make.giver(ada.family)
    moment = make.moment(nana, child=make.child(ada.family))
    _, token = actions.invite(role="guardian", caregiver=nana, by=ada, at=MONDAY)

    place = actions.accept(token, by=make.person(), at=LATER)

    assert place == nana and not place.is_guardian
    assert list(place.moments.all()) == [moment]


def test_links_of_somebody_who_was_removed_open_no_more(ada):
    ben = make.guardian(ada.family)
    _, token = actions.invite(role="guardian", by=ben, at=MONDAY)

    actions.remove(ben, by=ada, at=LATER)

    assert actions.open_invitation(token, at=LATER) is None


def test_somebody_who_left_can_be_invited_again(ada):
    ben = make.guardian(ada.family)
    actions.leave(by=ben, at=LATER)
    _, token = actions.invite(role="giver", by=ada, at=LATER)

    place = actions.accept(token, by=ben.person, at=LATER)

    assert place != ben and place.until is None


@pytest.mark.parametrize("back", [timedelta(days=8), timedelta(days=365)])
def test_a_link_that_was_over_does_not_open_when_the_clock_is_set_back(ada, back):
    _invitation, token = actions.invite(role="giver", by=ada, at=MONDAY)

    assert actions.open_invitation(token, at=MONDAY + timedelta(days=7, hours=1) - back) is None


def test_links_that_are_over_are_closed_for_good_and_forget_whom_they_were_sent_to(ada):
    over, token = actions.invite(role="guardian", email="ben@example.org", by=ada, at=MONDAY)
    young, _token = actions.invite(role="guardian", email="bo@example.org", by=ada, at=LATER)

    closed = actions.close_old_invitations(at=MONDAY + timedelta(days=7))

    over.refresh_from_db()
    young.refresh_from_db()
    assert closed == 1
    assert (over.revoked_at, over.email) == (over.expires_at, "")
    assert (young.revoked_at, young.email) == (None, "bo@example.org")
    assert actions.open_invitation(token, at=LATER) is None
