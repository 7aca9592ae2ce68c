"""Setting up a family, joining it by invitation, and hiding it from others who see the phone."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.accessibility import expect_accessible
from journeys.cast import newcomer, page_of
from journeys.conftest import SHOTS
from testing.browser import PHONE

TWO_MINUTES = 120


@pytest.fixture(scope="module")
def family(server):
    return cast.family(server)


def picture(page: Page, name: str) -> None:
    page.screenshot(path=SHOTS / f"family-{name}.png", full_page=True)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_family_setup_takes_under_two_minutes(visit, server, scripts):
    page = newcomer(visit, server, size=PHONE, java_script_enabled=scripts)
    began = time.monotonic()

    page.goto("/en/family/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who do you look after?")
    page.get_by_label("What you call them").fill("رِن 🐦")
    page.get_by_label("Month").select_option("3")
    page.get_by_label("Year").select_option("2018")
    page.get_by_role("button", name="Next").click()
    if scripts:
        page.get_by_role("button", name="Bed, 15 minutes later").click()
        expect(page.locator("output").last).to_have_text(re.compile("8:15"))
    else:
        page.get_by_label("Bed").fill("20:15")
    page.get_by_role("button", name="Next").click()
    page.get_by_text("Bedtime").click()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("group", name="Humming, music, a beat").get_by_label("A lot").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("That’s all we need.")
    took = time.monotonic() - began
    page.goto("/en/family/")
    page.get_by_role("link", name="رِن 🐦").click()

    assert took < TWO_MINUTES
    expect(page.get_by_label("Bed", exact=True)).to_have_value("20:15")
    expect(page.get_by_label("Bedtime", exact=True)).to_be_checked()
    expect(
        page.get_by_role("group", name="Humming, music, a beat").get_by_label("A lot")
    ).to_be_checked()
    assert page.title() == "Family · Everyhour"


def test_big_change_is_recorded_with_one_tap_and_undone_with_another(visit, server, family):
    page = page_of(visit, server, family, "Ada", size=PHONE, light="night")
    page.goto(f"/en/family/children/{family['child']}/")

    page.get_by_role("button", name="Something big changed").click()

    expect(page.locator(".flash [role=status]")).to_have_text(
        "Thanks for telling us. From tomorrow, what helped before counts for less."
    )
    expect(page.get_by_text(re.compile("^You told us on"))).to_be_visible()
    expect_accessible(page)
    picture(page, "big-change-390-night")
    section = page.get_by_role("region", name="Something big changed?")
    section.get_by_role("button", name="Undo").click()
    expect(page.locator(".flash [role=status]")).to_have_text(
        "Undone. What helped before counts in full again."
    )
    expect(page.get_by_text(re.compile("^You told us on"))).to_have_count(0)


def test_second_caregiver_joins_by_an_invitation_link(visit, server, family):
    ada = page_of(visit, server, family, "Ada", size=PHONE)

    ada.goto("/en/family/")
    ada.get_by_role("link", name="Invite someone").click()
    expect(ada.get_by_role("heading", level=1)).to_have_text("Who do you want to invite?")
    expect_accessible(ada)
    picture(ada, "invitation-relation-390")
    ada.get_by_role("link", name="Stepparent").click()
    ada.get_by_label("What you call them").fill("Ben")
    expect(ada.get_by_label("Add small moments They also have")).to_be_checked()
    ada.get_by_label("See and change everything, like you").check()
    expect_accessible(ada)
    picture(ada, "invitation-new-390")
    ada.get_by_role("button", name="Create the link").click()
    link = ada.get_by_label("The link").input_value()
    picture(ada, "invitation-made-390")
    guest = visit.page(size=PHONE)
    guest.goto(link)
    expect(guest.get_by_role("heading", level=1)).to_have_text("Ada invites you")
    expect_accessible(guest)
    picture(guest, "invitation-390")
    ben = page_of(visit, server, family, "Ben", size=PHONE)
    ben.goto(link)
    expect_accessible(ben)
    picture(ben, "invitation-signed-in-390")
    ben.get_by_role("button", name="Join").click()

    ben.wait_for_url("**/en/today/")
    expect(ben.get_by_text("Welcome, Ben. Here’s Today, with Wren.")).to_be_visible()
    picture(ben, "welcome-390")
    guest.goto(link)
    expect(guest.get_by_role("heading", level=1)).to_have_text("This link no longer works.")
    picture(guest, "invitation-closed-390")


def test_giver_sees_their_own_page_instead_of_the_family(visit, server, family):
    nana = page_of(visit, server, family, "Nana", size=PHONE)

    nana.goto("/en/family/")

    expect(nana.get_by_role("heading", level=1)).to_have_text("Glad you’re here.")
    expect_accessible(nana)
    picture(nana, "mine-390")


def test_pin_lock_hides_the_family_but_never_right_now(visit, server, family):
    page = page_of(visit, server, family, "Otto", size=PHONE)
    page.goto("/en/family/safety/")
    page.get_by_label("New digits").fill("2468")
    page.get_by_role("button", name="Turn the lock on").click()
    expect(page.get_by_text("The lock is on.")).to_be_visible()

    page.goto("/en/family/")
    expect(page.get_by_role("heading", name="Safe grown-ups")).to_be_visible()
    page.evaluate("sessionStorage.setItem('open', String(Date.now() - 61000))")
    page.evaluate("dispatchEvent(new Event('pagehide')); sessionStorage.setItem('open', '0')")
    other = page.context.new_page()
    other.goto("/en/family/")

    expect(other.get_by_role("heading", name="Your PIN")).to_be_visible()
    expect(other.get_by_text("Safe grown-ups")).to_be_hidden()
    expect_accessible(other)
    picture(other, "lock-390")
    other.locator("[data-locked] [data-crisis]").click()
    expect(other.locator("[data-crisis-emergency]")).to_be_visible()
    other.get_by_role("button", name="Back to where I was").click()
    other.get_by_label("Your PIN").fill("1111")
    other.get_by_role("button", name="Open").click()
    expect(other.get_by_text("That didn’t match. Try again.")).to_be_visible()
    other.get_by_role("link", name="Right now").click()
    expect(other.get_by_text("Breathe out first.")).to_be_visible()
    other.goto("/en/family/")
    other.get_by_label("Your PIN").fill("2468")
    other.get_by_role("button", name="Open").click()
    expect(other.get_by_role("heading", name="Safe grown-ups")).to_be_visible()
    other.reload()
    expect(other.get_by_role("heading", name="Safe grown-ups")).to_be_visible()


def test_neutral_app_name_applies_to_cached_pages_too(visit, server, family):
    page = page_of(visit, server, family, "Otto", size=PHONE)
    page.goto("/en/family/safety/")
    page.get_by_label("Call it Notes on my screens").check()
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_title("Family · Notes")

    page.goto("/en/about/")
    assert "Everyhour" not in page.title()
    page.goto("/en/now/")

    assert "Everyhour" not in page.title()
    page.goto("/en/family/safety/")
    page.get_by_label("Call it Notes on my screens").uncheck()
    page.get_by_role("button", name="Save").click()


@pytest.mark.database
def test_safety_reset_ends_access_on_other_phones_within_a_second(visit, server):
    family = cast.family(server)
    ada, otto = (page_of(visit, server, family, name, size=PHONE) for name in ("Ada", "Otto"))
    otto.goto("/en/family/")
    expect(otto.get_by_role("heading", name="Safe grown-ups")).to_be_visible()

    ada.goto("/en/family/safety/reset/")
    ada.get_by_label("Otto").check()
    ada.get_by_role("button", name="End all of this now").click()
    expect(ada.get_by_role("heading", level=1)).to_have_text("Done.")
    picture(ada, "reset-done-390")
    ended = time.monotonic()
    answer = otto.context.request.get("/en/family/", max_redirects=0)
    took = time.monotonic() - ended
    otto.goto("/en/family/")

    assert answer.headers["location"] == "/en/family/start/"
    assert took < 1
    expect(otto.get_by_role("heading", level=1)).to_have_text("Who do you look after?")
