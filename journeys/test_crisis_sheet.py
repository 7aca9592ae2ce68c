"""The crisis sheet over any page: at once, offline, with the family's own plan; and back again."""

import re

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.accessibility import expect_accessible
from journeys.steps import (
    OPEN_DATABASE,
    go_to_idea,
    idea_title,
    open_crisis_sheet,
    open_right_now,
    report_outcome,
    step,
    store,
    stored_wishes,
    tap_state,
    wait_for_bundle,
    wait_for_service_worker,
    wait_until,
)
from testing.browser import PHONE

PLAN = [{"text": "Call Sam", "number": "+1 555 0100"}, {"text": "Little ones to the kitchen."}]
PLACE = "() => [location.href, scrollY, history.state?.step, history.state?.depth]"
STORED_COUNTRY = f"""async country => {{ {OPEN_DATABASE} return new Promise(done => {{
  const asked = db.transaction('wishes').objectStore('wishes').get('wishes');
  asked.onsuccess = () => {{ db.close(); done(asked.result?.country === country); }};
}}) }}"""
LINK_HAS_FOCUS = "() => document.activeElement.matches('a.unsafe[data-crisis]')"


def open_at(visit, zone: str, *, language: str = "en-US") -> Page:
    return visit.context(size=PHONE, timezone_id=zone, locale=language).new_page()


def emergency(page: Page):
    return page.locator("[data-crisis-emergency]")


def fill_line(page: Page, row: int, text: str, number: str = "") -> None:
    fields = page.locator("[data-plan] li").nth(row)
    fields.locator("[name=text]").fill(text)
    fields.locator("[name=number]").fill(number)
    fields.locator("[name=number]").blur()


def go_back_by(page: Page, way: str) -> None:
    if way == "button":
        page.get_by_role("button", name="Back to where I was").click()
    elif way == "escape":
        page.keyboard.press("Escape")
    else:
        page.go_back()


@pytest.mark.parametrize("way", ["button", "escape", "the phone’s back"])
def test_sheet_opens_over_a_step_and_leads_back_to_it(guest, way):
    page = guest
    open_right_now(page)
    named = go_to_idea(page)
    before = page.evaluate(PLACE)

    sheet = open_crisis_sheet(page)
    expect(sheet.locator("#h-crisis")).to_be_focused()
    expect(emergency(page)).to_be_in_viewport()
    go_back_by(page, way)

    expect(sheet).to_be_hidden()
    wait_until(page, LINK_HAS_FOCUS)
    assert page.evaluate(PLACE) == before
    assert idea_title(page) == named
    page.go_back()
    expect(step(page, "around")).to_be_visible()


def test_sheet_works_offline_in_the_middle_of_the_flow(phone):
    page = phone
    page.goto("/en/")
    wait_for_service_worker(page)
    open_right_now(page)
    store(page, wishes={"plan": PLAN, "country": "gb"})
    open_right_now(page)
    page.context.set_offline(True)
    tap_state(page, "alarm")

    sheet = open_crisis_sheet(page)

    expect(sheet.locator("[data-crisis-plan] li")).to_have_text(
        ["Call Sam", "Little ones to the kitchen."]
    )
    expect(sheet.locator("[data-crisis-plan] a")).to_have_attribute("href", "tel:+15550100")
    expect(sheet.locator("[data-crisis-do]")).to_be_hidden()
    expect(emergency(page)).to_have_attribute("href", "tel:999")
    expect(sheet.locator("[data-lines] a").first).to_be_visible()
    go_back_by(page, "button")
    expect(step(page, "around")).to_be_visible()


def test_sheet_without_a_plan_says_what_to_do(anywhere):
    page = anywhere
    open_right_now(page)

    sheet = open_crisis_sheet(page)

    expect(sheet.locator("[data-crisis-do] li")).to_have_count(4)
    expect(sheet.locator("[data-crisis-plan]")).to_be_hidden()
    expect(sheet.locator("[data-lines] a").first).to_be_attached()
    sheet.locator("[data-crisis-countries] summary").click()
    expect_accessible(page)


@pytest.mark.parametrize(
    ("zone", "language", "number"),
    [
        ("Europe/London", "en-US", "999"),
        ("America/Mexico_City", "es-MX", "911"),
        ("Australia/Perth", "en-US", "000"),
        ("Europe/Madrid", "es-ES", "112"),
        ("UTC", "en-NZ", "111"),
    ],
)
def test_emergency_number_is_that_of_where_the_phone_is(visit, zone, language, number):
    page = open_at(visit, zone, language=language)
    open_right_now(page)
    go_to_idea(page, "fear")

    expect(page.locator("[data-step=idea] [data-calls] a")).to_have_attribute(
        "href", f"tel:{number}"
    )
    open_crisis_sheet(page)

    expect(emergency(page)).to_have_attribute("href", f"tel:{number}")


def test_unknown_country_shows_every_emergency_number(visit):
    page = open_at(visit, "Asia/Kolkata")
    page.goto("/en/about/")

    sheet = open_crisis_sheet(page)

    expect(emergency(page)).to_be_hidden()
    numbers = sheet.locator("[data-crisis-everywhere] a")
    assert {"tel:911", "tel:999", "tel:112", "tel:000", "tel:111"} <= {
        link.get_attribute("href") for link in numbers.all()
    }


def test_changed_country_is_kept_after_a_reload(visit):
    page = open_at(visit, "America/New_York")
    open_right_now(page)
    go_to_idea(page, "fear")
    sheet = open_crisis_sheet(page)
    expect(emergency(page)).to_have_text(re.compile("Call 911"))

    sheet.locator("[data-crisis-countries] summary").click()
    sheet.locator("[data-choose=ie]").click()
    expect(emergency(page)).to_have_attribute("href", "tel:112")
    go_back_by(page, "button")
    expect(page.locator("[data-step=idea] [data-calls] a")).to_have_attribute("href", "tel:112")
    wait_until(page, "async () => localStorage.getItem('country') === 'ie'")
    wait_until(page, STORED_COUNTRY, "ie")  # a reload could end the write
    page.reload()
    wait_for_bundle(page)
    open_crisis_sheet(page)

    expect(emergency(page)).to_have_attribute("href", "tel:112")
    wait_until(page, STORED_COUNTRY, "ie")


def test_sheet_is_open_again_after_a_reload_and_closes(guest):
    page = guest
    open_right_now(page)
    open_crisis_sheet(page)

    page.reload()

    sheet = page.locator("[data-crisis-sheet]")
    expect(sheet).to_be_visible()
    go_back_by(page, "button")
    expect(sheet).to_be_hidden()
    expect(step(page, "start")).to_be_visible()


def test_leave_in_the_sheet_leaves(guest):
    page = guest
    page.goto("/en/about/")
    sheet = open_crisis_sheet(page)

    sheet.get_by_role("link", name="Leave").click()

    expect(page.locator("h1")).to_have_text("Sunny, some clouds")


def test_plan_is_written_on_this_phone_and_shown_in_the_sheet(anywhere):
    page = anywhere
    page.goto("/en/now/phone/")
    wait_for_bundle(page)
    said = page.locator("[data-plan-said]")

    fill_line(page, 0, "Call Sam", "(555) 0100")
    page.locator("[data-plan-more]").click()
    fill_line(page, 1, "x" * 200)
    expect(said).to_have_text(
        "Saved on this phone. That was too long. We kept the first 60 characters."
    )
    page.locator("[data-plan-more]").click()
    fill_line(page, 2, "Call Nana", "Nana")
    expect(said).to_have_text(
        "Saved on this phone. We can’t call that number yet. Digits, spaces and a plus are fine."
    )
    expect_accessible(page)
    page.reload()
    expect(page.locator("[data-plan] [name=text]")).to_have_count(3)
    sheet = open_crisis_sheet(page)

    lines = sheet.locator("[data-crisis-plan] li")
    expect(lines).to_have_text(["Call Sam", "x" * 60, "Call Nana"])
    expect(lines.nth(0).locator("a")).to_have_attribute("href", "tel:5550100")
    expect(lines.nth(2).locator("a")).to_have_count(0)


def test_deleted_line_of_the_plan_can_be_restored(guest):
    page = guest
    page.goto("/en/now/phone/")
    store(page, wishes={"plan": PLAN, "nickname": "Wren"})
    page.reload()

    page.get_by_role("button", name="Delete line 1").click()
    expect(page.locator("[data-plan] li")).to_have_count(1)
    assert stored_wishes(page)["plan"] == PLAN[1:]
    page.locator("[data-plan-said] button").click()

    expect(page.locator("[data-plan] li")).to_have_count(2)
    assert stored_wishes(page) == {"plan": PLAN, "nickname": "Wren"}


def test_plan_has_at_most_five_lines(guest):
    page = guest
    page.goto("/en/now/phone/")
    store(page, wishes={"plan": [{"text": f"Line {n}"} for n in range(9)]})

    page.reload()

    expect(page.locator("[data-plan] li")).to_have_count(5)
    expect(page.locator("[data-plan-more]")).to_be_hidden()


def test_plan_travels_with_the_copy_of_a_phone(visit, tmp_path):
    one, other = visit.page(), visit.page()
    for page in (one, other):
        page.goto("/en/now/phone/")
        wait_for_bundle(page)
    store(one, wishes={"plan": PLAN})
    one.reload()
    wait_for_bundle(one)

    with one.expect_download() as going:
        one.locator("[data-export]").click()
    going.value.save_as(tmp_path / "kept.json")
    other.locator("[data-import]").set_input_files(tmp_path / "kept.json")

    expect(other.locator("[data-copy-said]")).to_have_text(
        "0 added. 0 already here. Your own plan came along."
    )
    assert stored_wishes(other)["plan"] == PLAN
    store(other, wishes={"plan": PLAN[:1]})
    other.locator("[data-import]").set_input_files(tmp_path / "kept.json")
    expect(other.locator("[data-copy-said]")).to_have_text(
        "0 added. 0 already here. Your own plan here stays as it is."
    )
    assert stored_wishes(other)["plan"] == PLAN[:1]


def test_deleting_everything_deletes_the_plan_until_it_is_undone(guest):
    page = guest
    page.goto("/en/now/phone/")
    store(page, wishes={"plan": PLAN})
    page.reload()
    expect(page.locator("[data-plan] li")).to_have_count(2)

    page.locator("[data-forget]").click()
    expect(page.locator("[data-plan] li")).to_have_count(1)
    expect(page.locator("[data-plan] [name=text]")).to_have_value("")
    assert stored_wishes(page) == {}
    page.locator("[data-copy-said] button").click()

    expect(page.locator("[data-plan] li")).to_have_count(2)
    assert stored_wishes(page)["plan"] == PLAN


def test_sheet_opens_over_a_signed_in_page(visit, server):
    context = visit.context()
    cast.sign_in(context, server, cast.run(server, cast.FAMILY), "Ada")
    page = context.new_page()
    page.goto("/en/week/")

    sheet = open_crisis_sheet(page)
    expect(sheet.locator("[data-lines] a").first).to_be_attached()
    go_back_by(page, "escape")

    expect(sheet).to_be_hidden()
    expect(page).to_have_url(re.compile("/en/week/$"))


def test_unsafe_step_opens_the_sheet(phone):
    page = phone
    open_right_now(page)
    go_to_idea(page)
    report_outcome(page, "unsafe")

    page.locator("[data-step=safe] [data-crisis]").click()
    expect(page.locator("[data-crisis-sheet]")).to_be_visible()
    go_back_by(page, "button")

    expect(page.locator("[data-step=safe]")).to_be_visible()
    wait_until(page, "() => document.activeElement.matches('[data-step=safe] [data-crisis]')")
