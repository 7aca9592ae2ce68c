"""Creating an invitation link and joining with it."""

import re

import pytest

from everyhour.domain.families import actions
from everyhour.domain.families.models import Caregiver, Invitation
from testing import make

pytestmark = pytest.mark.django_db


def link_in(page: str) -> str:
    return re.search(r"http://testserver(/en/invitations/[\w-]+/)", page)[1]


def test_second_guardian_joins_by_link(as_, ada, client):
    made = (
        as_(ada)
        .post(
            "/en/family/invitations/new/", {"role": "guardian", "relation": "parent", "name": "Ben"}
        )
        .content.decode()
    )
    link = link_in(made)

    guest = client.get(link).content.decode()
    ben = make.person(name="Benjamin")
    browser = as_(ben)
    joined = browser.post(link, {"name": "Ben"})

    assert "Ada invited you." in guest and "Lovelace" not in guest
    assert f"/en/sign-in/?next={link.replace('/', '%2F')}" in guest
    assert (
        joined.headers["Location"] == "/en/family/"
        and Caregiver.objects.get(person=ben).is_guardian
    )
    assert "You are in." in browser.get("/en/family/").content.decode()


def test_invitation_email_names_no_one(as_, ada, mailoutbox):
    form = {"role": "guardian", "relation": "parent", "name": "Ben", "email": "ben@example.org"}

    page = as_(ada).post("/en/family/invitations/new/", form).content.decode()

    letter = mailoutbox[0]
    assert letter.to == ["ben@example.org"] and link_in(page) in letter.body
    text = letter.subject + letter.body
    assert not [
        word
        for word in ("Ada", "Ben", "Everyhour", "family", "child", "parent")
        if word in text.replace("ben@", "")
    ]


def test_failed_email_still_shows_the_link(as_, ada, monkeypatch):
    def refuse(letter):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)

    page = (
        as_(ada)
        .post(
            "/en/family/invitations/new/",
            {"role": "guardian", "relation": "parent", "email": "b@example.org"},
        )
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
    form = {"role": "guardian", "relation": "teacher", "name": "Ben", "email": "ben at home"}

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
        browser.post(
            "/en/family/invitations/new/", {"role": "giver", "relation": "friend"}
        ).content.decode()
    )

    answer = browser.post(link)

    assert answer.status_code == 409 and "already in this family" in answer.content.decode()


def test_joining_cannot_raise_role_or_permissions(as_, ada):
    link = link_in(
        as_(ada)
        .post(
            "/en/family/invitations/new/", {"role": "giver", "relation": "friend", "may": ["log"]}
        )
        .content.decode()
    )
    person = make.person()

    as_(person).post(link, {"name": "F", "role": "guardian", "may": ["see_week"]})

    place = Caregiver.objects.get(person=person)
    assert (place.role, place.may) == ("giver", ["log"])
