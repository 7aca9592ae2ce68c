"""Creating an invitation link and joining with it."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.html import escape

from everyhour.domain.families import actions
from everyhour.domain.families.models import Caregiver, Invitation
from everyhour.features.family.rights import describe
from everyhour.features.family.views.invitations import last_day
from everyhour.foundation.ui.formats import weekday_and_day
from testing import make

pytestmark = pytest.mark.django_db
CHICAGO = ZoneInfo("America/Chicago")  # where the people of tests live


def link_in(page: str) -> str:
    return re.search(r"http://testserver(/en/invitations/[\w-]+/)", page)[1]


def invite(browser, **form) -> str:
    """Create an invitation and return its link."""
    form = {"relation": "parent", "access": "all", "name": "Ben", **form}
    return link_in(browser.post("/en/family/invitations/new/", form).text)


def test_second_guardian_joins_by_link(as_, ada, client):
    make.child(ada.family)
    link = invite(as_(ada))

    guest = client.get(link).text
    ben = make.person(name="Benjamin")
    browser = as_(ben)
    joined = browser.post(link, {"name": "Ben"})

    assert "Ada invites you" in guest and "Lovelace" not in guest
    assert f"/en/sign-in/?next={link.replace('/', '%2F')}" in guest
    assert joined.headers["Location"] == "/en/today/"
    assert Caregiver.objects.get(person=ben).is_guardian
    assert "Welcome, Ben. Here’s Today, with Wren." in browser.get("/en/today/").text


def test_who_it_is_comes_first(as_, ada):
    browser = as_(ada)

    first, then = (
        browser.get(f"/en/family/invitations/new/{query}").text
        for query in ("", "?relation=grandparent")
    )

    assert "?relation=babysitter" in first and 'name="access"' not in first
    assert 'name="relation" value="grandparent"' in then and 'name="access"' in then


@pytest.mark.parametrize("relation", Caregiver.Relation.values)
def test_every_relation_starts_with_the_least_rights(as_, ada, relation):
    browser, who = as_(ada), make.person()
    page = browser.get(f"/en/family/invitations/new/?relation={relation}").text

    chosen = re.findall(r'name="access" value="(\w+)" checked', page)
    link = invite(browser, relation=relation, access="")
    as_(who).post(link, {"name": "Jo"})

    place = Caregiver.objects.get(person=who)
    assert chosen == ["log"]
    assert (place.role, place.may, place.relation) == ("giver", ["log"], relation)
    assert as_(who).get("/en/family/").headers["Location"] == "/en/family/mine/"


@pytest.mark.parametrize(
    ("access", "role", "may"),
    [
        ("log", "giver", ["log"]),
        ("see", "giver", ["log", "see_helps", "see_week"]),
        ("all", "guardian", []),
    ],
)
def test_what_was_promised_is_what_they_get(as_, ada, client, access, role, may):
    make.child(ada.family)
    who = make.person()
    made = as_(ada).post(
        "/en/family/invitations/new/", {"relation": "relative", "access": access, "name": "Jo"}
    )
    link = link_in(made.text)
    landing = client.get(link).text

    as_(who).post(link, {"name": "Jo"})

    place = Caregiver.objects.get(person=who)
    assert (place.role, place.may) == (role, may)
    meant = describe(role, may, "Wren")
    for line in (*meant.can, *meant.cannot):
        assert escape(line) in made.text and escape(line) in landing
    opens = {page: as_(who).get(f"/en/{page}/").status_code == 200 for page in ("week", "helps")}
    assert opens == {"week": "see_week" in may or not may, "helps": "see_helps" in may or not may}


def test_invitation_says_who_for_whom_what_and_until_when(as_, ada, client, mailoutbox):
    make.child(ada.family)
    make.child(ada.family, nickname="Robin", at=make.MONDAY + timedelta(days=1))
    link = invite(as_(ada), relation="grandparent", access="log", email="jo@example.org")

    letter, page = mailoutbox[0], client.get(link).text
    until = weekday_and_day(Invitation.objects.get().expires_at.astimezone(CHICAGO).date())
    assert letter.subject == "Ada invites you" and letter.to == ["jo@example.org"]
    for text in (letter.body, page):
        assert "Wren and Robin" in text and "Ada" in text and "Nothing is installed" in text
        assert until in text and "Not sure? Ask Ada first" in text
        assert "Add small moments with Wren and Robin" in text
    assert link in letter.body and "Lovelace" not in letter.subject + letter.body


def test_last_day_is_that_of_the_inviters_zone(ada):
    late = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # Monday evening in Chicago
    made, _token = actions.invite(role="giver", by=ada, at=late)

    assert str(last_day(made)) == "2026-11-30"


def test_discreet_invitation_names_no_child_and_its_email_nobody(as_, ada, client, mailoutbox):
    make.child(ada.family)
    link = invite(as_(ada), email="ben@example.org", discreet="on")

    letter, page = mailoutbox[0], client.get(link).text
    assert letter.to == ["ben@example.org"] and link in letter.body
    text = letter.subject + letter.body.replace(link, "")
    for word in ("Ada", "Ben", "Wren", "Everyhour", "family", "child", "parent"):
        assert word not in text
    assert "Wren" not in page and "around a child" in page


def test_discreet_is_the_default_of_a_plain_name(as_, ada):
    ada.person.neutral = True
    ada.person.save()

    page = as_(ada).get("/en/family/invitations/new/?relation=friend").text

    assert re.search(r'name="discreet"[^>]*checked', page)


def test_invitation_in_spanish(as_, ada, client, mailoutbox):
    make.child(ada.family)
    form = {"relation": "grandparent", "name": "Jo", "email": "jo@example.org"}
    made = as_(ada).post("/es/family/invitations/new/", form).text

    page = client.get(re.search(r"http://testserver(/es/invitations/[\w-]+/)", made)[1]).text

    assert mailoutbox[0].subject == "Ada te invita"
    assert "Ada te invita" in page and "No se instala nada" in mailoutbox[0].body


def test_inviter_is_told_that_the_link_is_for_another(as_, ada):
    browser = as_(ada)
    link = invite(browser)

    page = browser.get(link).text

    assert "This is your own invitation." in page and ">Join<" not in page
    assert 'href="/en/today/"' in page


def test_another_person_on_the_phone_can_sign_out_and_stay_on_the_link(as_, ada):
    link = invite(as_(ada), email="jo@example.org")
    browser = as_(make.person("otto@example.org"))

    page = browser.get(link).text
    away = browser.post("/en/sign-out/", {"next": link})

    assert "You are signed in as otto@example.org." in page
    assert "another email address" in page and "jo@example.org" not in page
    assert away.headers["Location"] == link


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/"])
def test_signing_out_leads_to_no_other_site(as_, ada, elsewhere):
    assert as_(ada).post("/en/sign-out/", {"next": elsewhere}).headers["Location"] == "/en/"


def test_closed_link_leads_members_to_today(as_, ada, client):
    path = "/en/invitations/nothing-like-it/"

    assert 'href="/en/today/"' in as_(ada).get(path).text
    assert 'href="/en/sign-in/"' in client.get(path).text


def test_too_long_name_is_refused_and_kept(as_, ada):
    link, who = invite(as_(ada)), make.person()

    answer = as_(who).post(link, {"name": "x" * 61})

    assert answer.status_code == 200 and "x" * 61 in answer.text
    assert not Caregiver.objects.filter(person=who).exists()


def test_failed_email_still_shows_the_link(as_, ada, monkeypatch):
    def refuse(letter):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)

    page = (
        as_(ada)
        .post("/en/family/invitations/new/", {"relation": "parent", "email": "b@example.org"})
        .content.decode()
    )

    assert "could not send the email" in page and link_in(page)


def test_every_closed_link_shows_the_same_page(as_, ada, client):
    browser, tokens = as_(ada), ["nothing-like-it"]
    revoked, token = actions.invite(role="giver", by=ada, at=make.MONDAY)
    Invitation.objects.update(expires_at="2099-01-01T00:00Z")
    browser.post(f"/en/family/invitations/{revoked.pk}/revocation/")
    tokens.append(token)
    tokens.append(actions.invite(role="giver", by=ada, at=make.MONDAY.replace(year=2020))[1])

    pages = [client.get(f"/en/invitations/{token}/") for token in tokens]

    assert {page.status_code for page in pages} == {404}
    assert len({re.sub(r"/invitations/[\w-]+/", "", page.content.decode()) for page in pages}) == 1


def test_giver_gets_an_account(as_, ada):
    nana, who = make.giver(ada.family), make.person()

    link = link_in(as_(ada).post(f"/en/family/invitations/new/?for={nana.pk}").content.decode())
    answer = as_(who).post(link, {"name": "Nana"})

    nana.refresh_from_db()
    assert answer.status_code == 302 and nana.person == who and not nana.is_guardian


def test_invalid_email_keeps_what_was_typed(as_, ada):
    form = {"relation": "teacher", "name": "Ben", "email": "ben at home"}

    page = as_(ada).post("/en/family/invitations/new/", form).content.decode()

    assert (
        "look like an email address" in page
        and 'value="Ben"' in page
        and 'value="ben at home"' in page
    )
    assert not Invitation.objects.exists()


def test_existing_member_does_not_use_up_the_link(as_, ada):
    browser = as_(ada)
    link = link_in(
        browser.post("/en/family/invitations/new/", {"relation": "friend"}).content.decode()
    )

    answer = browser.post(link)

    assert answer.status_code == 409 and "already in this family" in answer.content.decode()


def test_joining_cannot_raise_role_or_permissions(as_, ada):
    link = link_in(
        as_(ada).post("/en/family/invitations/new/", {"relation": "friend"}).content.decode()
    )
    person = make.person()

    as_(person).post(link, {"name": "F", "role": "guardian", "may": ["see_week"]})

    place = Caregiver.objects.get(person=person)
    assert (place.role, place.may) == ("giver", ["log"])
