"""What does not fit is asked back kindly and nothing typed is lost: odd hours, odd names, closed links, other families' addresses."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.accessible import sound
from journeys.cast import newcomer, page_of
from journeys.conftest import SHOTS
from testing.browser import PHONE

# In Chicago 1:30 am came twice on 2 November 2025, and 2:30 am never came on 9 March 2025.
TWICE, NEVER = "2025-11-02", "2025-03-09"
LONG = "Wren of the long, long name " * 11
FAMILY_EMOJI = "رِن 👩‍👩‍👧 奶奶"


@pytest.fixture(scope="module")
def family(server):
    return cast.family(server)


def telling(visit, server, family, title: str = "Warm socks", **options) -> Page:
    page = page_of(visit, server, family, "Ada", **options)
    page.goto("/en/moments/log/")
    page.get_by_text("Your own words, who it was for, when, and more").click()
    page.get_by_label("Or in your own words").fill(title)
    return page


def at(page: Page, day: str, time: str) -> None:
    page.get_by_label("Day", exact=True).fill(day)
    page.get_by_label("Time", exact=True).fill(time)
    save(page)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).first.click()


def kept(page: Page, day: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Moments")
    page.goto(f"/en/moments/?until={day}")


def test_an_hour_that_came_twice_is_asked_which_one(visit, server, family):
    title = "Warm socks, the second time"
    page = telling(visit, server, family, title, size=PHONE)

    at(page, TWICE, "01:30")
    expect(page.get_by_role("alert")).to_contain_text(
        "That night this hour happened twice. Which one was it?"
    )
    page.screenshot(path=SHOTS / "asked-which-hour.png", full_page=True)
    sound(page)
    page.get_by_label("The second time, an hour later").check()
    expect(page.get_by_label("Or in your own words")).to_have_value(title)
    save(page)

    kept(page, TWICE)
    expect(page.get_by_role("link", name=title)).to_contain_text(re.compile(r"1:30\s?am"))
    page.goto(f"/en/week/{TWICE}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("169 hours")
    page.locator('.c[aria-label*="1 am, the second time"]').click()
    expect(page.locator("[data-peek]")).to_contain_text(title)


def test_an_hour_that_never_came_is_said_so(visit, server, family):
    page = telling(visit, server, family, size=PHONE)

    at(page, NEVER, "02:30")
    expect(page.get_by_role("alert")).to_contain_text(
        "That night the clock skipped this hour. Choose a time before or after it."
    )
    expect(page.get_by_label("Or in your own words")).to_have_value("Warm socks")
    sound(page)
    page.set_viewport_size(PHONE)
    page.get_by_label("Time", exact=True).fill("03:30")
    save(page)

    kept(page, NEVER)
    expect(page.get_by_role("link", name="Warm socks")).to_contain_text(re.compile(r"3:30\s?am"))


def test_a_time_still_ahead_waits_for_one_that_has_been(visit, server, family):
    page = telling(visit, server, family, size=PHONE)

    at(page, f"{date.today() + timedelta(days=3):%Y-%m-%d}", "12:00")

    expect(page.get_by_role("alert")).to_contain_text(
        "That time hasn’t happened yet. Choose an earlier one."
    )
    expect(page.get_by_label("Or in your own words")).to_have_value("Warm socks")
    sound(page)


def test_the_last_guardian_is_told_what_to_do_instead(visit, server):
    page = newcomer(visit, server, size=PHONE)
    page.goto("/en/family/start/child/")
    page.get_by_role("button", name="Skip").click()
    page.goto("/en/family/departure/")

    page.get_by_role("button", name="Leave this group").click()

    expect(page.get_by_role("alert")).to_contain_text(
        "You are the only guardian of this family. Invite another guardian first, "
        "or delete the family if that is what you want."
    )
    expect(page.get_by_role("main").get_by_role("link", name="Invite someone")).to_be_visible()
    page.screenshot(path=SHOTS / "asked-last-guardian-390.png")
    sound(page)
    page.goto("/en/family/")
    expect(page.get_by_role("heading", name="Safe grown-ups")).to_be_visible()


LINKS = """
from everyhour.domain.families import actions
from everyhour.domain.families.models import Invitation
ada = people["Ada"]
links = {name: actions.invite(role="guardian", name=name, by=ada, at=now - timedelta(days=days))[::-1]
         for name, days in (("open", 0), ("old", 8), ("closed", 0))}
actions.revoke(links["closed"][1], by=ada, at=now)
told["links"] = {name: f"/en/invitations/{token}/" for name, (token, _) in links.items()}
"""


def test_links_that_do_not_open_all_read_the_same(visit, server):
    family = cast.on(server, cast.FAMILY + LINKS)
    ben, other = (
        page_of(visit, server, family, "Ben", size=PHONE),
        newcomer(visit, server, size=PHONE),
    )
    ben.goto(family["links"]["open"])
    ben.get_by_role("button", name="Join").click()
    expect(ben.get_by_text("You are in.")).to_be_visible()

    said = {}
    for name, link in {**family["links"], "never-made": f"/en/invitations/{'A' * 43}/"}.items():
        status = other.goto(link).status
        said[name] = (status, other.locator("main").inner_text())

    assert len(set(said.values())) == 1, said
    assert said["open"][0] == 404
    assert said["open"][1].startswith("This link no longer works.")
    sound(other)


FOREIGN = """
moment = make.moment(people["Ada"], child=child, at=now - timedelta(hours=2))
told["moment"] = moment.pk
"""


def test_another_familys_addresses_are_nowhere(visit, server, family):
    theirs = cast.on(server, cast.FAMILY + FOREIGN)
    page = page_of(visit, server, family, "Ada", size=PHONE)
    foreign = {
        "children": f"/en/family/children/{theirs['child']}/",
        "people": f"/en/family/people/{theirs['caregivers']['Otto']}/",
        "moments": f"/en/moments/{theirs['moment']}/",
        "week": f"/en/week/?child={theirs['child']}",
        "helps": f"/en/helps/?child={theirs['child']}",
    }
    missing = {
        "children": "/en/family/children/nobody/",
        "people": "/en/family/people/nobody/",
        "moments": "/en/moments/nothing/",
        "week": "/en/week/?child=nobody",
        "helps": "/en/helps/?child=nobody",
    }

    for room, address in foreign.items():
        seen = [
            (page.goto(place).status, page.locator("main").inner_text())
            for place in (address, missing[room])
        ]
        assert seen[0] == seen[1], room
        assert "Wren" not in seen[0][1] or room == "helps", room
        assert seen[0][0] == 404, room
    page.goto(foreign["moments"])
    expect(page.get_by_role("heading", level=1)).to_have_text("We can’t find that page.")


def test_a_name_of_300_characters_is_cut_where_one_can_see_it(visit, server):
    page = newcomer(visit, server, size=PHONE)
    page.goto("/en/family/start/child/")
    page.get_by_label("What you call them").fill(LONG[:300])
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Skip").click()

    page.goto("/en/family/")

    expect(
        page.get_by_role("link", name=re.compile("^Wren of the long, long name Wren of the"))
    ).to_be_visible()
    for address in ("/en/family/", "/en/today/", "/en/week/", "/en/moments/log/", "/en/helps/"):
        page.set_viewport_size(PHONE)
        page.goto(address)
        sound(page)


def test_a_long_story_in_one_line_becomes_a_note_whole(visit, server, family):
    page = page_of(visit, server, family, "Ada", size=PHONE)
    story = "we sat on the stairs and he told me about the dog and the rain and then " * 4
    page.goto("/en/moments/log/")

    page.locator("#line").fill(story[:300])
    page.get_by_role("button", name="Next").click()

    expect(page.get_by_label("A note")).to_have_value(story[:300].strip())
    sound(page)
    page.set_viewport_size(PHONE)
    save(page)
    expect(page.locator(".flash")).to_contain_text("Saved")
    page.locator("[data-part=moments] .row").first.click()
    expect(page.get_by_label("A note")).to_have_value(story[:300].strip())


def test_names_in_any_script_stand_on_every_page(visit, server):
    page = newcomer(visit, server, size=PHONE)
    page.goto("/en/family/start/child/")
    page.get_by_label("What you call them").fill(FAMILY_EMOJI)
    page.get_by_role("button", name="Next").click()
    page.goto("/en/family/people/new/")
    page.get_by_label("Name", exact=True).fill("סבתא 🌻")
    page.get_by_role("button", name=re.compile("Add|Save")).first.click()
    expect(page.get_by_role("link", name=re.compile("סבתא 🌻"))).to_be_visible()
    page.goto("/en/moments/log/")
    page.get_by_text("Your own words, who it was for, when, and more").click()
    page.get_by_label("Or in your own words").fill("لعبة الوسادة 🛋️")
    save(page)
    expect(page.locator(".flash")).to_contain_text("لعبة الوسادة 🛋️")

    for name, address in {
        "family": "/en/family/",
        "today": "/en/today/",
        "week": "/en/week/",
        "moments": "/en/moments/",
    }.items():
        page.goto(address)
        page.screenshot(path=SHOTS / f"any-script-{name}.png", full_page=True)
        sound(page)
    page.goto("/en/family/")
    expect(page.get_by_role("link", name=re.compile(FAMILY_EMOJI))).to_be_visible()
