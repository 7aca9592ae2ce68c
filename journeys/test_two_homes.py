"""A child in two homes: each shares what it chooses, live, and can stop sharing."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.accessibility import expect_accessible
from journeys.cast import page_of
from journeys.conftest import SHOTS
from testing.browser import DESK, PHONE

HOURS, MOMENTS, NOTES, NOTHING = (
    "That there was a moment, and the hour",
    "The moments, without notes",
    "The moments and their notes",
    "Nothing",
)


@pytest.fixture
def family(server):
    return cast.family(server)


def open_second_home(ada: Page) -> None:
    ada.goto("/en/family/")
    ada.get_by_role("link", name=re.compile("second home")).click()
    ada.get_by_label("A name for this home").fill("The yellow house")
    ada.get_by_label("Someone I’ll invite").check()
    expect_accessible(ada)
    ada.screenshot(path=SHOTS / "two-homes-new-390.png", full_page=True)
    ada.get_by_role("button", name="Add the second home").click()
    expect(ada.get_by_text("Neither home sees the other until one of them shares.")).to_be_visible()


def create_invitation(ada: Page) -> str:
    ada.goto("/en/family/invitations/new/?relation=parent")
    ada.get_by_label("What you call them").fill("Ben")
    ada.get_by_label("See and change everything, like you").check()
    ada.get_by_label("The yellow house").check()
    ada.get_by_role("button", name="Create the link").click()
    return ada.get_by_label("The link").input_value()


def join_second_home(visit, server, family, ada: Page, **options) -> Page:
    """Return a page of Ben, who has joined the second home."""
    open_second_home(ada)
    ben = page_of(visit, server, family, "Ben", **options)
    ben.goto(create_invitation(ada))
    ben.get_by_role("button", name="Join").click()
    expect(ben.locator(".flash [role=status]")).to_contain_text("Welcome, Ben.")
    return ben


def share(ada: Page, level: str) -> None:
    ada.goto("/en/family/sharing/")
    ada.get_by_label(level, exact=True).check()
    ada.get_by_role("button", name="Save").click()
    expect(ada.get_by_text("This starts right away, for earlier moments too.")).to_be_visible()


def log_moment(page: Page, title: str, *, only_for_me: bool = False) -> str:
    """Log a moment; return the address of its page."""
    page.goto("/en/moments/log/")
    page.get_by_text("Your own words, when, and more").click()
    page.get_by_label("Or in your own words").fill(title)
    if only_for_me:
        page.get_by_label(re.compile("Only for me")).check()
    page.get_by_role("button", name="Save").last.click()
    page.get_by_role("link", name=title).click()
    page.wait_for_url(re.compile(r"/moments/[\w-]+/$"))
    return page.url


def add_note(page: Page, text: str) -> None:
    page.get_by_label("A note").fill(text)
    page.get_by_role("button", name="Save the note").click()


def open_live_today(page: Page) -> Page:
    page.goto("/en/today/")
    expect(page.locator("main[data-listening]")).to_be_attached()
    return page


@pytest.mark.database
def test_home_sees_exactly_what_the_other_shares(visit, server, family):
    ada = page_of(visit, server, family, "Ada", size=PHONE)
    ben = join_second_home(visit, server, family, ada, size=DESK)
    mine = log_moment(ada, "Slow rocking")
    add_note(ada, "She hummed along.")
    private = log_moment(ada, "A cry in the car", only_for_me=True)

    ben.goto("/en/family/")
    expect(ben.get_by_role("heading", name="Children")).to_be_visible()
    expect(ben.get_by_role("link", name="Wren")).to_be_visible()
    expect(ben.locator("main")).not_to_contain_text("Otto")
    assert (ben.goto("/en/moments/").status, ben.locator("[data-part=moments] .row").count()) == (
        200,
        0,
    )
    assert ben.goto(mine).status == 404

    share(ada, HOURS)
    ben.goto("/en/week/")
    expect(ben.locator(".key")).to_contain_text("In another home")
    expect(ben.locator("main")).not_to_contain_text("Slow rocking")
    expect(ben.locator("main")).not_to_contain_text("Ada")
    assert ben.goto(mine).status == 404

    share(ada, MOMENTS)
    ben.goto("/en/moments/")
    expect(ben.locator("[data-part=moments] .row")).to_have_count(1)
    assert ben.goto(mine).status == 200
    expect(ben.get_by_role("heading", level=1)).to_have_text("Slow rocking")
    expect(ben.locator("main")).not_to_contain_text("She hummed along.")
    expect(ben.get_by_role("button", name="Delete")).to_have_count(0)

    share(ada, NOTES)
    ben.goto(mine)
    expect(ben.locator("main")).to_contain_text("She hummed along.")
    assert ben.goto(private).status == 404

    share(ada, NOTHING)
    assert ben.goto(mine).status == 404
    ben.goto("/en/week/")
    expect(ben.locator(".key")).not_to_contain_text("In another home")


def test_sharing_is_one_way_until_the_other_home_shares_too(visit, server, family):
    ada = page_of(visit, server, family, "Ada", size=PHONE)
    ben = join_second_home(visit, server, family, ada, size=PHONE)
    his = log_moment(ben, "Pancakes together")
    share(ada, MOMENTS)

    assert ada.goto(his).status == 404
    ben.goto("/en/family/sharing/")
    expect(ben.locator("main form .hint")).to_have_text(
        "What they show us: The moments, without notes."
    )
    ben.get_by_label(MOMENTS, exact=True).check()
    ben.get_by_role("button", name="Save").click()

    assert ada.goto(his).status == 200


@pytest.mark.database
def test_shared_moment_shows_in_the_other_home_within_a_second(visit, server, family):
    ada = page_of(visit, server, family, "Ada", size=PHONE)
    ben = join_second_home(visit, server, family, ada, size=PHONE)
    glance = open_live_today(ben).locator(".glance p").last
    ben.evaluate("window.stayed = true")
    unseen = glance.inner_text()

    log_moment(ada, "Nobody else’s business")
    ben.wait_for_timeout(1000)
    expect(glance).to_have_text(unseen)
    share(ada, HOURS)
    expect(glance).to_contain_text("Something was logged in 1 hour at the other home.")
    share(ada, MOMENTS)
    expect(glance).to_contain_text("1 small moment for Wren.")
    expect(ben.locator("main[data-listening]")).to_be_attached()
    ada.goto("/en/moments/log/")
    ada.get_by_label("Hum low together").check()
    ada.get_by_role("button", name="Save").first.click()
    expect(ada.locator(".flash")).to_contain_text("Saved")
    begun = time.monotonic()

    expect(glance).to_contain_text("2 small moments for Wren.", timeout=1000)
    assert time.monotonic() - begun < 1
    share(ada, NOTHING)
    expect(glance).to_have_text(unseen)
    assert ben.evaluate("window.stayed"), "the page was loaded anew"


def test_pages_of_two_homes_are_accessible(visit, server, two_homes):
    for name, page in (
        ("Ada", "/en/family/sharing/"),
        ("Ada", "/en/family/"),
        ("Ben", "/en/week/"),
        ("Ben", "/en/today/"),
    ):
        opened = page_of(visit, server, two_homes, name, size=PHONE, service_workers="block")
        opened.goto(page)
        opened.screenshot(
            path=SHOTS / f"two-homes-{name}-{page.split('/')[-2]}.png", full_page=True
        )
        expect_accessible(opened)


TWO_HOMES = """
from everyhour.domain.families.models import Home, Household, Level
other = Household.objects.create(family=family, name="The yellow house", created_at=now)
Home.objects.create(child=child, household=other)
who = make.person(f"other{tag}@example.org", name="Ben", at=now - timedelta(days=60))
ben = make.guardian(family, name="Ben", household=other, who=who)
first = family.households.exclude(pk=other.pk).get()
make.household_share(first, other, child, Level.HOURS, at=now)
for hours in (3, 20, 29, 51, 77):
    at = now - timedelta(hours=hours)
    make.moment(people["Ada"], child=child, at=at, outcome="settled", practice="wall-push")
told["sessions"]["Ben"] = session(ben.person)
"""


@pytest.fixture(scope="module")
def two_homes(server):
    return cast.run(server, cast.FAMILY + TWO_HOMES)
