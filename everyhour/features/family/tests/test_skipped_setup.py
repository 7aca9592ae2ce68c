"""A skipped or interrupted setup leads on: every page says what is missing, and links there."""

import re
import uuid
from html import unescape

import pytest

from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.families.setup import STEPS
from everyhour.domain.moments.models import Moment
from testing import make

pytestmark = pytest.mark.django_db
# Pages that are about a child, with the page that adds one and comes back.
ABOUT_A_CHILD = ("today", "week", "helps", "helps/around", "nudges", "rhythm")
EVERY_PAGE = (
    *ABOUT_A_CHILD,
    "moments/log",
    "moments",
    "moments/bring",
    "now",
    "weeks",
    "family",
    "family/mine",
    "family/sharing",
    "family/households/new",
    "family/invitations/new",
    "family/people/new",
    "nudges/settings",
    "rhythm/calendars",
    "messages",
    "data",
    "ideas",
)


@pytest.fixture(scope="module", autouse=True)
def load_library(library):
    """Pages show what the library offers."""


@pytest.fixture
def skipped(as_):
    """A person who skipped every step, in a browser."""
    browser = as_(make.person(name="Ada"))
    for step in STEPS[:-1]:
        browser.post(f"/en/family/start/{step}/", {"skip": "1"})
    return browser


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_every_page_opens_without_a_child(skipped, page):
    answer = skipped.get(f"/en/{page}/")

    assert answer.status_code == 200 and 'id="main"' in answer.text


@pytest.mark.parametrize("page", ABOUT_A_CHILD)
def test_pages_about_a_child_lead_to_adding_one_and_back(skipped, page):
    shown = skipped.get(f"/en/{page}/").text
    link = re.search(r'href="(/en/family/children/new/\?next=[^"]+)"', shown)

    assert "Who do you look after?" in shown and link
    form = skipped.get(unescape(link[1]))
    added = skipped.post(unescape(link[1]), {"nickname": "Wren"})

    assert form.status_code == 200 and added.headers["Location"] == f"/en/{page}/"
    back = skipped.get(f"/en/{page}/").text
    assert "Who do you look after?" not in back


@pytest.mark.parametrize("page", ABOUT_A_CHILD)
def test_giver_is_told_who_can_add_a_child(as_, ada, page):
    nana = make.giver(ada.family, who=make.person(), may=[*Caregiver.MAY])

    shown = as_(nana).get(f"/en/{page}/").text

    assert "A guardian of this family can add one." in shown
    assert "/en/family/children/new/" not in shown


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_adding_a_child_leads_to_no_other_site(skipped, elsewhere):
    added = skipped.post(f"/en/family/children/new/?next={elsewhere}", {"nickname": "Wren"})

    assert added.headers["Location"] == f"/en/family/children/{Child.objects.get().pk}/"


def logged(browser, **typed):
    page = browser.get("/en/moments/log/").text
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    fields |= {
        "kind": re.search(r'name="kind" value="(\w+)"[^>]*checked', page)[1],
        "child": re.search(r'name="child" value="([\w-]+)"[^>]*checked', page)[1],
        "day": re.search(r'name="day" value="([^"]+)"', page)[1],
        "time": re.search(r'name="time" value="([^"]+)"', page)[1],
        "key": str(uuid.uuid4()),
        "what": "",
    }
    return browser.post("/en/moments/log/", {**fields, **typed})


def test_moment_for_oneself_is_logged_in_two_taps_without_a_child(skipped):
    page = skipped.get("/en/moments/log/").text

    answer = logged(skipped)

    assert answer.status_code == 302
    assert Moment.objects.get().kind == Moment.Kind.GOT and not Child.objects.exists()
    assert "Near enough to hear" not in page  # an idea for a child


def test_moment_for_a_child_adds_the_child_and_loses_nothing(skipped):
    unnamed = logged(skipped, child="new", title="made a den", nickname=" ")
    answer = logged(skipped, child="new", title="made a den", nickname="Wren")

    assert unnamed.status_code == 422 and 'value="made a den"' in unnamed.text
    assert "Add what you call your child" in unescape(unnamed.text)
    child, moment = Child.objects.get(), Moment.objects.get()
    assert answer.status_code == 302
    assert child.nickname == "Wren" and moment.child == child and moment.kind == Moment.Kind.GIVEN


def test_form_opened_before_the_child_was_added_still_saves(skipped):
    skipped.post("/en/family/children/new/", {"nickname": "Wren"})

    answer = logged(skipped, kind="given", child="")

    assert answer.status_code == 302 and Moment.objects.get().child == Child.objects.get()


def test_setup_goes_on_where_it_was_left(as_):
    browser = as_(make.person(name="Ada"))
    browser.post("/en/family/start/child/", {"nickname": "Wren"})
    browser.post("/en/family/start/day/", {"skip": "1"})

    again = browser.get("/en/family/start/")
    today, family = browser.get("/en/today/").text, browser.get("/en/family/").text

    assert again.headers["Location"] == "/en/family/start/hard/"
    assert "Step 3 of 5" in browser.get("/en/family/start/hard/").text
    for page in (today, family):
        assert "Finish setting up" in page and "Step 3 of 5" in page
    browser.get("/en/family/start/ready/")
    assert "Finish setting up" not in browser.get("/en/today/").text
    assert browser.get("/en/family/start/").headers["Location"] == "/en/family/start/child/"


def test_going_back_keeps_what_was_typed(as_):
    browser = as_(make.person(name="Ada"))
    browser.post("/en/family/start/child/", {"nickname": "Wren"})

    back = browser.post("/en/family/start/day/", {"wakes": "05:45", "back": ""})

    assert back.headers["Location"] == "/en/family/start/child/"
    assert 'value="05:45"' in browser.get("/en/family/start/day/").text


def test_going_back_from_an_untouched_step_saves_nothing(as_):
    browser = as_(make.person(name="Ada"))
    browser.post("/en/family/start/child/", {"skip": "1"})

    browser.post("/en/family/start/hard/", {"back": ""})

    assert not Child.objects.exists()


def test_person_without_a_family_is_led_to_setup_from_every_page(as_):
    browser = as_(make.person(name="Ada"))

    for page in ("week", "helps", "moments/log", "rhythm", "nudges"):
        missing = browser.get(f"/en/{page}/")
        assert missing.status_code == 404 and 'href="/en/family/start/"' in missing.text
        assert 'href="/en/week/"' not in missing.text


@pytest.mark.parametrize("length", [40, 41, 400])
def test_nickname_that_is_too_long_is_refused_and_kept(as_, length):
    browser, name = as_(make.person(name="Ada")), "Wren" * (length // 4) + "x" * (length % 4)

    answer = browser.post("/en/family/start/child/", {"nickname": name})

    assert f'value="{name}"' in answer.text or answer.status_code == 302
    assert [child.nickname for child in Child.objects.all()] == ([name] if length == 40 else [])
    if length > 40:
        assert "the limit is 40 characters" in answer.text
        # A browser that limits the field would cut what is pasted.
        assert "maxlength" not in re.search(r'<input[^>]*name="nickname"[^>]*>', answer.text)[0]


def test_reminders_say_what_they_need(as_, ada):
    child = make.child(ada.family)
    browser = as_(ada)

    without_hard = browser.get("/en/nudges/").text
    child.hard = ["bedtime"]
    child.save()
    without_day = browser.get("/en/nudges/").text
    child.day = {"bed": 1200}
    child.save()

    assert f"/en/family/children/{child.pk}/#h-hard" in without_hard
    assert f"/en/family/children/{child.pk}/#h-day" in without_day
    assert f"/en/family/children/{child.pk}/" not in browser.get("/en/nudges/").text
