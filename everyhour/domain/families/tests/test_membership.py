"""Creating a family, changing and ending places: a family always keeps a guardian."""

from datetime import timedelta

import pytest

from everyhour.domain.families import actions
from everyhour.domain.families.actions import ActionRefused
from everyhour.domain.families.models import Caregiver, Child, HouseholdShare, Invitation, Level
from everyhour.domain.families.signals import access_changed
from everyhour.foundation.audit.models import Entry
from testing import make
from testing.make import MONDAY

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def ada():
    return make.guardian(make.family(), who=make.person(name="Ada"))


def acts(family_id: str) -> list[str]:
    return list(Entry.objects.filter(subject=family_id).values_list("act", flat=True))


def test_create_family_twice_returns_the_same_place():
    person = make.person(name="Ada")

    first = actions.create_family(by=person, at=MONDAY)
    again = actions.create_family(by=person, at=LATER)

    assert first == again
    assert first.is_guardian and first.name == "Ada" and first.family.households.count() == 1
    assert acts(first.family_id) == ["family founded"]


def test_last_guardian_cannot_leave(ada):
    make.giver(ada.family)

    with pytest.raises(ActionRefused, match="Invite another guardian first"):
        actions.leave_family(by=ada, at=LATER)

    ada.refresh_from_db()
    assert ada.is_guardian
    assert acts(ada.family_id) == []


def test_guardian_without_account_does_not_count(ada):
    Caregiver.objects.create(
        family=ada.family, household=ada.household, role="guardian", name="Gone", since=MONDAY
    )

    with pytest.raises(ActionRefused):
        actions.leave_family(by=ada, at=LATER)


def test_one_of_two_guardians_can_leave(ada):
    ben = make.guardian(ada.family)

    actions.leave_family(by=ada, at=LATER)

    ada.refresh_from_db()
    assert ada.until == LATER and not ada.is_guardian
    with pytest.raises(ActionRefused):
        actions.leave_family(by=ben, at=LATER)


def test_last_guardian_of_household_leaving_closes_it(ada):
    theirs = ada.family.households.create(created_at=MONDAY)
    ben, nana = (
        make.guardian(ada.family, household=theirs),
        make.giver(ada.family, household=theirs),
    )
    share = make.household_share(theirs, ada.household, make.child(ada.family), Level.NOTES)

    actions.leave_family(by=ben, at=LATER)

    nana.refresh_from_db()
    share.refresh_from_db()
    assert nana.until == LATER
    assert share.level == Level.NOTHING


def test_removed_giver_can_be_restored(ada):
    nana = make.giver(ada.family, who=make.person())

    actions.remove_caregiver(nana, by=ada, at=LATER)
    gone = nana.until
    actions.restore_caregiver(nana, by=ada, at=LATER)

    assert gone == LATER and nana.until is None
    assert acts(ada.family_id) == ["caregiver removed", "caregiver brought back"]


def test_removed_guardian_cannot_remove_others(ada):
    ben = make.guardian(ada.family)
    stale = Caregiver.objects.get(pk=ben.pk)
    actions.remove_caregiver(ben, by=ada, at=LATER)

    with pytest.raises(ActionRefused):
        actions.remove_caregiver(ada, by=stale, at=LATER)

    ada.refresh_from_db()
    assert ada.is_guardian


def test_removal_sends_access_changed(ada, django_capture_on_commit_callbacks):
    nana, changed = make.giver(ada.family, who=make.person()), []
    access_changed.connect(listener := lambda people, **_: changed.extend(people))

    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_caregiver(nana, by=ada, at=LATER)

    access_changed.disconnect(listener)
    assert changed == [nana.person_id]


def test_giver_without_account_cannot_become_guardian(ada):
    nana = actions.add_giver(
        name="Nana 👵", relation="grandparent", may=["log", "everything"], by=ada, at=LATER
    )

    assert nana.may == ["log"]
    with pytest.raises(ActionRefused, match="account of their own"):
        actions.change_caregiver(
            nana, name="Nana", relation="grandparent", role="guardian", by=ada, at=LATER
        )


def test_only_guardian_cannot_become_giver(ada):
    with pytest.raises(ActionRefused, match="Make someone else a guardian first"):
        actions.change_caregiver(ada, name="Ada", relation="parent", role="giver", by=ada, at=LATER)

    ada.refresh_from_db()
    assert ada.is_guardian


def test_foods_of_a_child_are_sealed(ada):
    child = actions.add_child(nickname="رِن", by=ada, at=LATER)

    actions.change_child(child, foods="No mushrooms 🍄", hard=["bedtime"], by=ada, at=LATER)

    kept = Child.objects.get(pk=child.pk)
    assert kept.private("foods") == "No mushrooms 🍄"
    assert b"mushrooms" not in bytes(kept.foods)
    assert kept.hard == ["bedtime"] and list(kept.households.all()) == [ada.household]


def test_second_household_sees_nothing_until_shared(ada):
    ben, child = make.guardian(ada.family), make.child(ada.family)
    here = ada.household

    home = actions.open_household(name="The flat", by=ada, at=LATER, moving=True, children=[child])
    moment = make.moment(ada, child=child)

    assert set(child.households.all()) == {here, home}
    assert ada.household == home and ben.household == here
    assert not HouseholdShare.objects.exists()
    assert moment not in type(moment).objects.visible_to(ben)

    actions.share_time(child, to=here, level=Level.MOMENTS, by=ada, at=LATER)

    assert moment in type(moment).objects.visible_to(ben)


def test_moving_out_cannot_leave_only_givers(ada):
    make.giver(ada.family)

    with pytest.raises(ActionRefused, match="Make someone a guardian first"):
        actions.open_household(name="", by=ada, at=LATER, moving=True)


def test_safety_reset_ends_all_other_access_silently(ada, mailoutbox):
    here, there = ada.household, ada.family.households.create(created_at=MONDAY)
    ben, carl = make.guardian(ada.family), make.guardian(ada.family, household=there)
    child, signed_out = make.child(ada.family), []
    share = make.household_share(here, there, child, Level.NOTES)
    actions.invite(role="giver", by=ben, at=MONDAY)

    actions.reset_safety(by=ada, at=LATER, without=[ben], sign_out_elsewhere=signed_out.append)

    ben.refresh_from_db()
    carl.refresh_from_db()
    share.refresh_from_db()
    assert ben.until == LATER and carl.until is None
    assert share.level == Level.NOTHING
    assert signed_out == [ada.person]
    assert not Invitation.objects.filter(revoked_at__isnull=True).exists()
    assert "safety reset" not in acts(ada.family_id) and acts(ada.person_id) == ["safety reset"]
    assert mailoutbox == []
