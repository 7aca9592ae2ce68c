"""Input that does not fit, closed links and other families' addresses: clear errors, input kept."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.accessibility import expect_accessible
from journeys.cast import newcomer, page_of
from journeys.conftest import SHOTS
from testing.browser import PHONE

# In Chicago 1:30 am came twice on 2 November 2025; 2:30 am was skipped on 9 March 2025.
TWICE, NEVER = "2025-11-02", "2025-03-09"
LONG = "Wren of the long, long name " * 11
FAMILY_EMOJI = "رِن 👩‍👩‍👧 奶奶"


@pytest.fixture(scope="module")
def family(server):
    return cast.family(server)


def open_log(visit, server, family, title: str = "Warm socks", **options) -> Page:
    page = page_of(visit, server, family, "Ada", **options)
    page.goto("/en/moments/log/")
    page.get_by_text("Your own words, when, and more").click()
    page.get_by_label("Or in your own words").fill(title)
    return page


def save_at(page: Page, day: str, time: str) -> None:
    page.get_by_label("Day", exact=True).fill(day)
    page.get_by_label("Time", exact=True).fill(time)
    save(page)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).first.click()


def open_list(page: Page, day: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Moments")
    page.goto(f"/en/moments/?until={day}")


def test_ambiguous_local_time_asks_which_hour(visit, server, family):
    title = "Warm socks, the second time"
    page = open_log(visit, server, family, title, size=PHONE)

    save_at(page, TWICE, "01:30")
    expect(page.get_by_role("alert")).to_contain_text(
        "That night this hour happened twice. Which one was it?"
    )
    page.screenshot(path=SHOTS / "asked-which-hour.png", full_page=True)
    expect_accessible(page)
    page.get_by_label("The second time, an hour later").check()
    expect(page.get_by_label("Or in your own words")).to_have_value(title)
    save(page)

    open_list(page, TWICE)
    expect(page.get_by_role("link", name=title)).to_contain_text(re.compile(r"1:30\s?am"))
    page.goto(f"/en/week/{TWICE}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("169 hours")
    page.locator('.c[aria-label*="1 am, the second time"]').click()
    expect(page.locator("[data-peek]")).to_contain_text(title)


def test_skipped_local_time_is_refused_with_the_reason(visit, server, family):
    page = open_log(visit, server, family, size=PHONE)

    save_at(page, NEVER, "02:30")
    expect(page.get_by_role("alert")).to_contain_text(
        "That night the clock skipped this hour. Choose a time before or after it."
    )
    expect(page.get_by_label("Or in your own words")).to_have_value("Warm socks")
    expect_accessible(page)
    page.set_viewport_size(PHONE)
    page.get_by_label("Time", exact=True).fill("03:30")
    save(page)

    open_list(page, NEVER)
    expect(page.get_by_role("link", name="Warm socks")).to_contain_text(re.compile(r"3:30\s?am"))


def test_future_time_is_refused_and_the_input_kept(visit, server, family):
    page = open_log(visit, server, family, size=PHONE)

    save_at(page, f"{date.today() + timedelta(days=3):%Y-%m-%d}", "12:00")

    expect(page.get_by_role("alert")).to_contain_text(
        "That time hasn’t happened yet. Choose an earlier one."
    )
    expect(page.get_by_label("Or in your own words")).to_have_value("Warm socks")
    expect_accessible(page)


def test_last_guardian_cannot_leave_and_reads_what_to_do(visit, server):
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
    expect_accessible(page)
    page.goto("/en/family/")
    expect(page.get_by_role("heading", name="Safe grown-ups")).to_be_visible()


LINKS = """
from everyhour.domain.families import actions
from everyhour.domain.families.models import Invitation
ada = people["Ada"]
links = {}
for name, days in (("open", 0), ("old", 8), ("closed", 0)):
    at = now - timedelta(days=days)
    links[name] = actions.invite(role="guardian", name=name, by=ada, at=at)[::-1]
actions.revoke(links["closed"][1], by=ada, at=now)
told["links"] = {name: f"/en/invitations/{token}/" for name, (token, _) in links.items()}
"""


def test_invalid_invitation_links_all_return_the_same_404(visit, server):
    family = cast.run(server, cast.FAMILY + LINKS)
    ben, other = (
        page_of(visit, server, family, "Ben", size=PHONE),
        newcomer(visit, server, size=PHONE),
    )
    ben.goto(family["links"]["open"])
    ben.get_by_role("button", name="Join").click()
    expect(ben.get_by_text("Welcome, ")).to_be_visible()

    said = {}
    for name, link in {**family["links"], "never-made": f"/en/invitations/{'A' * 43}/"}.items():
        status = other.goto(link).status
        said[name] = (status, other.locator("main").inner_text())

    assert len(set(said.values())) == 1, said
    assert said["open"][0] == 404
    assert said["open"][1].startswith("This link no longer works.")
    expect_accessible(other)


FOREIGN = """
moment = make.moment(people["Ada"], child=child, at=now - timedelta(hours=2))
told["moment"] = moment.pk
"""


def test_other_familys_addresses_match_missing_ones(visit, server, family):
    theirs = cast.run(server, cast.FAMILY + FOREIGN)
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

    for kind, address in foreign.items():
        seen = [
            (page.goto(place).status, page.locator("main").inner_text())
            for place in (address, missing[kind])
        ]
        assert seen[0] == seen[1], kind
        assert "Wren" not in seen[0][1] or kind == "helps", kind
        assert seen[0][0] == 404, kind
    page.goto(foreign["moments"])
    expect(page.get_by_role("heading", level=1)).to_have_text("We can’t find that page.")


def test_long_name_is_refused_whole_and_the_longest_fits_every_page(visit, server):
    page = newcomer(visit, server, size=PHONE)
    page.goto("/en/family/start/child/")
    name = page.get_by_label("What you call them")
    name.fill(LONG[:300])
    page.get_by_role("button", name="Next").click()
    expect(name).to_have_value(LONG[:300].strip())
    name.fill(LONG[:40])
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Skip").click()

    page.goto("/en/family/")

    expect(
        page.get_by_role("link", name=re.compile("^Wren of the long, long name Wren of the"))
    ).to_be_visible()
    for address in ("/en/family/", "/en/today/", "/en/week/", "/en/moments/log/", "/en/helps/"):
        page.set_viewport_size(PHONE)
        page.goto(address)
        expect_accessible(page)


def test_long_quick_entry_becomes_a_complete_note(visit, server, family):
    page = page_of(visit, server, family, "Ada", size=PHONE)
    story = "we sat on the stairs and he told me about the dog and the rain and then " * 4
    page.goto("/en/moments/log/")

    page.locator("#line").fill(story[:300])
    page.get_by_role("button", name="Next").click()

    expect(page.get_by_label("A note")).to_have_value(story[:300].strip())
    expect_accessible(page)
    page.set_viewport_size(PHONE)
    save(page)
    expect(page.locator(".flash")).to_contain_text("Saved")
    page.locator("[data-part=moments] .row").first.click()
    expect(page.get_by_label("A note")).to_have_value(story[:300].strip())


def test_names_in_any_script_show_on_every_page(visit, server):
    page = newcomer(visit, server, size=PHONE)
    page.goto("/en/family/start/child/")
    page.get_by_label("What you call them").fill(FAMILY_EMOJI)
    page.get_by_role("button", name="Next").click()
    page.goto("/en/family/people/new/")
    page.get_by_label("Name", exact=True).fill("סבתא 🌻")
    page.get_by_role("button", name=re.compile("Add|Save")).first.click()
    expect(page.get_by_role("link", name=re.compile("סבתא 🌻"))).to_be_visible()
    page.goto("/en/moments/log/")
    page.get_by_text("Your own words, when, and more").click()
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
        expect_accessible(page)
    page.goto("/en/family/")
    expect(page.get_by_role("link", name=re.compile(FAMILY_EMOJI))).to_be_visible()
