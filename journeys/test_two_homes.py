"""A child lives in two homes. Each shows the other what it chooses, live, from that moment on; and can take it back."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.accessible import sound
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
    sound(ada)
    ada.screenshot(path=SHOTS / "two-homes-new-390.png", full_page=True)
    ada.get_by_role("button", name="Add the second home").click()
    expect(ada.get_by_text("Neither home sees the other until one of them shares.")).to_be_visible()


def link_to_it(ada: Page) -> str:
    ada.goto("/en/family/invitations/new/")
    ada.get_by_label("Name", exact=True).fill("Ben")
    ada.get_by_label("The yellow house").check()
    ada.get_by_role("button", name="Create the link").click()
    return ada.get_by_label("The link").input_value()


def moved_in(visit, server, family, ada: Page, **options) -> Page:
    """Give a page of Ben, who lives in the second home now."""
    open_second_home(ada)
    ben = page_of(visit, server, family, "Ben", **options)
    ben.goto(link_to_it(ada))
    ben.get_by_role("button", name="Join").click()
    expect(ben.get_by_text("You are in.")).to_be_visible()
    return ben


def show(ada: Page, level: str) -> None:
    ada.goto("/en/family/sharing/")
    ada.get_by_label(level, exact=True).check()
    ada.get_by_role("button", name="Save").click()
    expect(ada.get_by_text("This starts right away, for earlier moments too.")).to_be_visible()


def tell(page: Page, title: str, *, only_for_me: bool = False) -> str:
    """Tell of a moment; give the address of its page."""
    page.goto("/en/moments/log/")
    page.get_by_text("Your own words, who it was for, when, and more").click()
    page.get_by_label("Or in your own words").fill(title)
    if only_for_me:
        page.get_by_label(re.compile("Only for me")).check()
    page.get_by_role("button", name="Save").last.click()
    page.get_by_role("link", name=title).click()
    page.wait_for_url(re.compile(r"/moments/[\w-]+/$"))
    return page.url


def note(page: Page, text: str) -> None:
    page.get_by_label("A note").fill(text)
    page.get_by_role("button", name="Save the note").click()


def listening(page: Page) -> Page:
    page.goto("/en/today/")
    expect(page.locator("main[data-listening]")).to_be_attached()
    return page


@pytest.mark.database
def test_each_home_sees_what_the_other_chose_and_no_more(visit, server, family):
    ada = page_of(visit, server, family, "Ada", size=PHONE)
    ben = moved_in(visit, server, family, ada, size=DESK)
    mine = tell(ada, "Slow rocking")
    note(ada, "She hummed along.")
    private = tell(ada, "A cry in the car", only_for_me=True)

    ben.goto("/en/family/")
    expect(ben.get_by_role("heading", name="Children")).to_be_visible()
    expect(ben.get_by_role("link", name="Wren")).to_be_visible()
    expect(ben.locator("main")).not_to_contain_text("Otto")
    assert (ben.goto("/en/moments/").status, ben.locator("[data-part=moments] .row").count()) == (
        200,
        0,
    )
    assert ben.goto(mine).status == 404

    show(ada, HOURS)
    ben.goto("/en/week/")
    expect(ben.locator(".key")).to_contain_text("In another home")
    expect(ben.locator("main")).not_to_contain_text("Slow rocking")
    expect(ben.locator("main")).not_to_contain_text("Ada")
    assert ben.goto(mine).status == 404

    show(ada, MOMENTS)
    ben.goto("/en/moments/")
    expect(ben.locator("[data-part=moments] .row")).to_have_count(1)
    assert ben.goto(mine).status == 200
    expect(ben.get_by_role("heading", level=1)).to_have_text("Slow rocking")
    expect(ben.locator("main")).not_to_contain_text("She hummed along.")
    expect(ben.get_by_role("button", name="Delete")).to_have_count(0)

    show(ada, NOTES)
    ben.goto(mine)
    expect(ben.locator("main")).to_contain_text("She hummed along.")
    assert ben.goto(private).status == 404

    show(ada, NOTHING)
    assert ben.goto(mine).status == 404
    ben.goto("/en/week/")
    expect(ben.locator(".key")).not_to_contain_text("In another home")


def test_sight_is_one_way_until_the_other_home_chooses_too(visit, server, family):
    ada = page_of(visit, server, family, "Ada", size=PHONE)
    ben = moved_in(visit, server, family, ada, size=PHONE)
    his = tell(ben, "Pancakes together")
    show(ada, MOMENTS)

    assert ada.goto(his).status == 404
    ben.goto("/en/family/sharing/")
    expect(ben.locator("form .hint")).to_have_text("What they show us: The moments, without notes.")
    ben.get_by_label(MOMENTS, exact=True).check()
    ben.get_by_role("button", name="Save").click()

    assert ada.goto(his).status == 200


@pytest.mark.database
def test_the_other_home_hears_within_a_second_of_what_it_may_see(visit, server, family):
    ada = page_of(visit, server, family, "Ada", size=PHONE)
    ben = moved_in(visit, server, family, ada, size=PHONE)
    told = listening(ben).locator(".glance p").last
    ben.evaluate("window.stayed = true")
    unseen = told.inner_text()

    tell(ada, "Nobody else’s business")
    ben.wait_for_timeout(1000)
    expect(told).to_have_text(unseen)
    show(ada, HOURS)
    expect(told).to_contain_text("In the other home, 1 hour has something.")
    show(ada, MOMENTS)
    expect(told).to_contain_text("1 small moment for Wren.")
    expect(ben.locator("main[data-listening]")).to_be_attached()
    ada.goto("/en/moments/log/")
    ada.get_by_label("Hum low together").check()
    ada.get_by_role("button", name="Save").first.click()
    expect(ada.locator(".flash")).to_contain_text("Saved")
    begun = time.monotonic()

    expect(told).to_contain_text("2 small moments for Wren.", timeout=1000)
    assert time.monotonic() - begun < 1
    show(ada, NOTHING)
    expect(told).to_have_text(unseen)
    assert ben.evaluate("window.stayed"), "the page was loaded anew"


def test_the_pages_of_two_homes_are_whole(visit, server, two_homes):
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
        sound(opened)


TWO_HOMES = """
from everyhour.domain.families.models import Home, Household, Level
other = Household.objects.create(family=family, name="The yellow house", created_at=now)
Home.objects.create(child=child, household=other)
who = make.person(f"other{tag}@example.org", name="Ben", at=now - timedelta(days=60))
ben = make.guardian(family, name="Ben", household=other, who=who)
make.household_share(family.households.exclude(pk=other.pk).get(), other, child, Level.HOURS, at=now)
for hours in (3, 20, 29, 51, 77):
    make.moment(people["Ada"], child=child, at=now - timedelta(hours=hours), outcome="settled", practice="wall-push")
told["sessions"]["Ben"] = session(ben.person)
"""


@pytest.fixture(scope="module")
def two_homes(server):
    return cast.on(server, cast.FAMILY + TWO_HOMES)
