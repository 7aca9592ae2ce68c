"""One person at a time, over days: from guest to family, co-parent, two homes, grandmother."""

import re

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.steps import (
    OPEN_DATABASE,
    breathe,
    expect_landed,
    expect_saved,
    go_to_idea,
    log_in_own_words,
    moment_rows,
    open_right_now,
    report_outcome,
    step,
    stored_moments,
    wait_until,
)
from journeys.test_guest_sign_up import skip_everything
from journeys.test_sign_in import make_account, sign_in_with_code, sign_out, type_code
from journeys.test_two_homes import HOURS, MOMENTS, join_second_home, log_moment, share
from testing.browser import PHONE


@pytest.fixture
def home(server):
    return cast.family(server)


def invite(page: Page, relation: str, name: str, *, access: str | None = None) -> str:
    """Invite someone, with the rights the page proposes unless told others; return the link."""
    page.goto("/en/family/")
    page.get_by_role("link", name="Invite someone").click()
    page.get_by_role("link", name=relation, exact=True).click()
    page.get_by_label("What you call them").fill(name)
    if access:
        page.get_by_label(access).check()
    page.get_by_role("button", name="Create the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The link is ready.")
    return page.get_by_label("The link").input_value()


def test_guest_tries_signs_up_and_finds_the_tried_moment_days_later(visit, server):
    address = "walk-guest@example.org"
    page = visit.page(size=PHONE, timezone_id="America/Denver")

    # The first evening: as a guest.
    page.goto("/en/")
    page.locator(".rn").first.click()
    breathe(page)
    title = go_to_idea(page)
    report_outcome(page, "settled")
    expect_saved(page)
    page.locator("[data-home]").click()
    expect_landed(page, "/en/")
    assert len(stored_moments(page)) == 1

    # The next day: an account, the child, and the moment comes along.
    make_account(page, server, address)
    page.goto("/en/family/start/child/")
    page.get_by_label("What you call them").fill("Wren")
    page.get_by_role("button", name="Next").click()
    for question in ("day", "hard", "helps", "quiet"):
        page.wait_for_url(f"**/start/{question}/")
        page.get_by_role("button", name="Skip").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("That’s all we need.")
    page.get_by_role("link", name=re.compile("^Add .* this phone")).click()
    page.get_by_role("button", name="Bring them in").click()
    expect(page.locator("[data-bring-said]")).to_have_text("Your family has them now.")

    # Days later: signed out and in again; nothing is asked twice, nothing is there twice.
    cast.live_through(server, by={"person__email": address}, days=[1, 2])
    sign_out(page)
    sign_in_with_code(page, server, address)
    expect_landed(page, "/en/today/")
    expect(page.locator(".glance")).to_contain_text("3 small moments for Wren.")
    expect(page.locator("[data-kept]")).to_be_hidden()
    rows = moment_rows(page)
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text(title)
    page.goto("/en/moments/bring/")
    expect(page.locator("[data-bring-none]")).to_be_visible()


def test_skipped_setup_then_a_moment_for_oneself_then_the_child(visit, server):
    address = "walk-skip@example.org"
    page = visit.page(size=PHONE)

    # The first day: everything is skipped, and a moment for oneself is enough.
    make_account(page, server, address)
    page.goto("/en/today/")
    expect(page.get_by_text("Step 1 of 5")).to_be_visible()
    skip_everything(page)
    page.get_by_role("link", name="Go to Today").click()
    expect_landed(page, "/en/today/")
    log_in_own_words(page, "Tea by the window")
    expect(moment_rows(page)).to_have_count(1)

    # Three days later: the child is added from Today, and what was for oneself stays so.
    cast.live_through(server, by={"person__email": address}, days=[1, 2], given=False)
    page.goto("/en/today/")
    page.get_by_role("link", name="Add your child").click()
    page.get_by_label("What you call them").fill("Wren")
    page.get_by_role("button", name="Add").click()
    expect_landed(page, "/en/today/")
    expect(page.get_by_role("link", name="Add your child")).to_have_count(0)
    expect(page.locator(".glance")).not_to_contain_text("3 small moments for Wren")
    expect(moment_rows(page)).to_have_count(3)

    # The same evening: the first moment for the child.
    open_right_now(page)
    expect(page.locator("[data-how-is]")).to_have_text("How is Wren?")
    go_to_idea(page)
    report_outcome(page, "settled")
    expect(step(page, "done").locator("[data-saved]")).to_contain_text("shared with your family")
    page.locator("[data-home]").click()
    expect_landed(page, "/en/today/")
    expect(page.locator(".glance")).to_contain_text("1 small moment for Wren.")
    expect(moment_rows(page)).to_have_count(4)


def test_co_parent_joins_by_link_and_both_see_the_same_week(visit, server, home):
    ada = cast.page_of(visit, server, home, "Ada", size=PHONE)
    cast.live_through(server, by={"pk": home["caregivers"]["Ada"]}, days=[1, 2])
    link = invite(ada, "Stepparent", "Ben", access="See and change everything, like you")

    # Ben has no account yet: the link leads through one and back.
    ben = visit.page(size=PHONE)
    ben.goto(link)
    expect(ben.get_by_role("heading", level=1)).to_have_text("Ada invites you")
    expect(ben.get_by_text("You need your own account first.")).to_be_visible()
    ben.get_by_role("link", name="Make an account").click()
    ben.get_by_label("Your name", exact=True).fill("Ben")
    ben.get_by_role("textbox", name="Email address").fill("walk-ben@example.org")
    ben.get_by_role("button", name="Send me a code").click()
    type_code(ben, server, "walk-ben@example.org")
    ben.get_by_role("button", name="Join").click()
    expect_landed(ben, "/en/today/")
    expect(ben.locator(".flash [role=status]")).to_have_text(
        "Welcome, Ben. Here’s Today, with Wren."
    )

    log_in_own_words(ben, "Pancakes together")

    # The same evening: the same three lights, the same list, on both phones.
    weeks = []
    for page in (ada, ben):
        page.goto("/en/week/")
        expect_landed(page, "/en/week/", "168 hours")
        weeks.append(page.locator("main svg").first.get_attribute("aria-label"))
        expect(moment_rows(page)).to_have_count(3)
    assert weeks[0] == weeks[1]
    ben.goto(link)
    expect_landed(ben, "/", "This link no longer works.")
    ben.get_by_role("main").get_by_role("link", name="Go to Today").click()
    expect_landed(ben, "/en/today/")


def test_moment_of_one_home_shows_in_the_other_as_far_as_it_is_shared(visit, server, home):
    ada = cast.page_of(visit, server, home, "Ada", size=PHONE)
    ben = join_second_home(visit, server, home, ada, size=PHONE)
    expect_landed(ben, "/en/today/")

    # The first day: nothing is shared.
    mine = log_moment(ada, "Paper boats")
    expect(moment_rows(ben)).to_have_count(0)

    # The second: the hour, and no words.
    share(ada, HOURS)
    ben.goto("/en/today/")
    expect(ben.locator(".glance")).to_contain_text("Something was logged in 1 hour")
    expect(ben.locator("main")).not_to_contain_text("Paper boats")

    # The third: the moment itself, to read and not to change; his own stays his.
    share(ada, MOMENTS)
    his = log_moment(ben, "Pancakes together")
    expect(moment_rows(ben)).to_have_count(2)
    ben.goto(mine)
    expect_landed(ben, "/", "Paper boats")
    expect(ben.get_by_role("button", name="Delete")).to_have_count(0)
    expect(moment_rows(ada)).to_have_count(1)
    assert ada.goto(his).status == 404


def test_grandmother_with_least_rights_lands_on_today_and_can_log(visit, server, home):
    ada = cast.page_of(visit, server, home, "Ada", size=PHONE)
    link = invite(ada, "Grandparent", "Gran")

    gran = cast.page_of(visit, server, home, "Ben", size=PHONE)
    gran.goto(link)
    expect(gran.get_by_role("heading", name="You will not be able to")).to_be_visible()
    gran.get_by_role("button", name="Join").click()
    expect_landed(gran, "/en/today/")
    expect(gran.locator(".flash [role=status]")).to_contain_text("Welcome, Gran. Here’s Today")

    # The same afternoon, and days before: only what she gave herself.
    log_in_own_words(gran, "Songs in the kitchen")
    cast.live_through(server, by={"pk": home["caregivers"]["Ada"]}, days=[1, 2])
    expect(moment_rows(gran)).to_have_count(1)
    expect(moment_rows(ada)).to_have_count(3)

    # No settings: neither to see nor to open.
    gran.goto("/en/family/")
    expect_landed(gran, "/en/family/mine/", "Glad you’re here.")
    expect(gran.get_by_role("link", name="Invite someone")).to_have_count(0)
    for closed in ("invitations/new/", "people/new/", "sharing/", f"children/{home['child']}/"):
        assert gran.goto(f"/en/family/{closed}").status in (403, 404), closed
    gran.goto("/en/today/")
    expect(gran.get_by_role("link", name="Add a small moment")).to_be_visible()
    expect(gran.get_by_role("link", name="Usual days")).to_have_count(0)


def test_with_five_children_it_is_asked_whose_and_kept_for_that_one(visit, server, home):
    names = ["Wren", "Robin", "Jay", "Lark", "Finch"]
    page = cast.page_of(visit, server, home, "Ada", size=PHONE)
    for name in names[1:]:
        page.goto("/en/family/children/new/")
        page.get_by_label("What you call them").fill(name)
        page.get_by_role("button", name="Add").click()
        page.wait_for_url(re.compile(r"(?<!new)/$"))

    # Today tells the phone about all five.
    page.goto("/en/today/")
    wait_until(
        page,
        f"""async () => {{ {OPEN_DATABASE} return new Promise(done => {{
          const asked = db.transaction("me").objectStore("me").get("me");
          asked.onsuccess = () => {{ db.close(); done(asked.result?.children.length === 5); }};
        }}) }}""",
    )

    # The first hard minute is about Lark, by one more tap.
    open_right_now(page)
    asked = page.get_by_role("group", name="Who is it about?")
    expect(asked).to_be_visible()
    for name in names:
        expect(asked.get_by_text(name, exact=True)).to_have_count(1)
    asked.get_by_text("Lark", exact=True).click()
    expect(page.locator("[data-how-is]")).to_have_text("How is Lark?")
    title = go_to_idea(page)
    report_outcome(page, "settled")
    expect(step(page, "done").locator("[data-saved]")).to_contain_text("shared with your family")

    # Afterwards: a moment is logged for Finch.
    page.goto("/en/moments/log/")
    page.locator("form[data-fresh] summary").click()
    page.get_by_label("Or in your own words").fill("Feather counting")
    page.get_by_role("radio", name="Finch").check()
    page.locator("form[data-fresh] .btn--ink").last.click()
    rows = moment_rows(page)
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="Feather counting")).to_contain_text("Finch")
    expect(rows.filter(has_text=title)).to_contain_text("Lark")
