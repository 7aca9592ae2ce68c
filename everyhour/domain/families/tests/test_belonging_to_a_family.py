"""Founding, adding, changing, leaving: a family is never without a guardian."""

from datetime import timedelta

import pytest

from everyhour.domain.families import actions
from everyhour.domain.families.actions import Refused
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


def test_a_family_is_founded_once_however_often_it_is_asked():
    person = make.person(name="Ada")

    first = actions.found(by=person, at=MONDAY)
    again = actions.found(by=person, at=LATER)

    assert first == again
    assert first.is_guardian and first.name == "Ada" and first.family.households.count() == 1
    assert acts(first.family_id) == ["family founded"]


def test_the_last_guardian_cannot_leave(ada):
    make.giver(ada.family)

    with pytest.raises(Refused, match="Invite another guardian first"):
        actions.leave(by=ada, at=LATER)

    ada.refresh_from_db()
    assert ada.is_guardian
    assert acts(ada.family_id) == []


def test_a_guardian_without_an_account_does_not_count_as_another_one(ada):
    Caregiver.objects.create(
        family=ada.family, household=ada.household, role="guardian", name="Gone", since=MONDAY
    )

    with pytest.raises(Refused):
        actions.leave(by=ada, at=LATER)


def test_one_of_two_guardians_leaves(ada):
    ben = make.guardian(ada.family)

    actions.leave(by=ada, at=LATER)

    ada.refresh_from_db()
    assert ada.until == LATER and not ada.is_guardian
    with pytest.raises(Refused):
        actions.leave(by=ben, at=LATER)


def test_the_last_guardian_of_a_household_closes_it_on_leaving(ada):
    theirs = ada.family.households.create(created_at=MONDAY)
    ben, nana = (
        make.guardian(ada.family, household=theirs),
        make.giver(ada.family, household=theirs),
    )
    sight = make.sight(theirs, ada.household, make.child(ada.family), Level.NOTES)

    actions.leave(by=ben, at=LATER)

    nana.refresh_from_db()
    sight.refresh_from_db()
    assert nana.until == LATER
    assert sight.level == Level.NOTHING


def test_a_removed_giver_can_be_brought_back(ada):
    nana = make.giver(ada.family, who=make.person())

    actions.remove(nana, by=ada, at=LATER)
    gone = nana.until
    actions.bring_back(nana, by=ada, at=LATER)

    assert gone == LATER and nana.until is None
    assert acts(ada.family_id) == ["caregiver removed", "caregiver brought back"]


def test_who_was_removed_meanwhile_removes_nobody(ada):
    ben = make.guardian(ada.family)
    stale = Caregiver.objects.get(pk=ben.pk)
    actions.remove(ben, by=ada, at=LATER)

    with pytest.raises(Refused):
        actions.remove(ada, by=stale, at=LATER)

    ada.refresh_from_db()
    assert ada.is_guardian


def test_a_removal_is_told_to_whoever_keeps_a_line_open(ada, django_capture_on_commit_callbacks):
    nana, told = make.giver(ada.family, who=make.person()), []
    access_changed.connect(listener := lambda people, **_: told.extend(people))

    with django_capture_on_commit_callbacks(execute=True):
        actions.remove(nana, by=ada, at=LATER)

    access_changed.disconnect(listener)
    assert told == [nana.person_id]


def test_a_giver_without_an_account_is_no_guardian(ada):
    nana = actions.add_giver(
        name="Nana 👵", relation="grandparent", may=["log", "everything"], by=ada, at=LATER
    )

    assert nana.may == ["log"]
    with pytest.raises(Refused, match="account of their own"):
        actions.change(nana, name="Nana", relation="grandparent", role="guardian", by=ada, at=LATER)


def test_the_only_guardian_stays_one(ada):
    with pytest.raises(Refused, match="Make someone else a guardian first"):
        actions.change(ada, name="Ada", relation="parent", role="giver", by=ada, at=LATER)

    ada.refresh_from_db()
    assert ada.is_guardian


def test_what_is_told_of_a_child_is_sealed(ada):
    child = actions.welcome(nickname="رِن", by=ada, at=LATER)

    actions.change_child(child, foods="No mushrooms 🍄", hard=["bedtime"], by=ada, at=LATER)

    kept = Child.objects.get(pk=child.pk)
    assert kept.told("foods") == "No mushrooms 🍄"
    assert b"mushrooms" not in bytes(kept.foods)
    assert kept.hard == ["bedtime"] and list(kept.households.all()) == [ada.household]


def test_a_second_household_sees_nothing_until_somebody_shows_it(ada):
    ben, child = make.guardian(ada.family), make.child(ada.family)
    here = ada.household

    home = actions.open_household(name="The flat", by=ada, at=LATER, moving=True, children=[child])
    moment = make.moment(ada, child=child)

    assert set(child.households.all()) == {here, home}
    assert ada.household == home and ben.household == here
    assert not HouseholdShare.objects.exists()
    assert moment not in type(moment).objects.visible_to(ben)

    actions.show(child, to=here, level=Level.MOMENTS, by=ada, at=LATER)

    assert moment in type(moment).objects.visible_to(ben)


def test_nobody_leaves_a_household_to_givers_alone(ada):
    make.giver(ada.family)

    with pytest.raises(Refused, match="Make someone a guardian first"):
        actions.open_household(name="", by=ada, at=LATER, moving=True)


def test_a_safety_reset_ends_every_other_way_in_and_tells_nobody(ada, mailoutbox):
    here, there = ada.household, ada.family.households.create(created_at=MONDAY)
    ben, carl = make.guardian(ada.family), make.guardian(ada.family, household=there)
    child, signed_out = make.child(ada.family), []
    sight = make.sight(here, there, child, Level.NOTES)
    actions.invite(role="giver", by=ben, at=MONDAY)

    actions.reset(by=ada, at=LATER, without=[ben], sign_out_elsewhere=signed_out.append)

    ben.refresh_from_db()
    carl.refresh_from_db()
    sight.refresh_from_db()
    assert ben.until == LATER and carl.until is None
    assert sight.level == Level.NOTHING
    assert signed_out == [ada.person]
    assert not Invitation.objects.filter(revoked_at__isnull=True).exists()
    assert "safety reset" not in acts(ada.family_id) and acts(ada.person_id) == ["safety reset"]
    assert mailoutbox == []
