"""Two tabs of one phone at once."""

from playwright.sync_api import expect

from journeys.steps import (
    expect_saved,
    go_to_idea,
    open_right_now,
    report_outcome,
    stored_moments,
    stored_wishes,
)


def test_two_tabs_both_store_their_moment(visit):
    context = visit.context()
    one, two = context.new_page(), context.new_page()
    for page in (one, two):
        open_right_now(page)
        go_to_idea(page)

    report_outcome(one, "settled")
    report_outcome(two, "not_yet")

    expect_saved(one)
    expect_saved(two)
    assert sorted(kept["outcome"] for kept in stored_moments(one)) == ["not_yet", "settled"]


def test_wishes_of_two_tabs_do_not_overwrite_each_other(visit):
    context = visit.context()
    flow, phone = context.new_page(), context.new_page()
    open_right_now(flow)
    go_to_idea(flow)
    phone.goto("/en/now/phone/")
    phone.locator("#nickname").fill("Wren")
    phone.locator("#nickname").blur()
    expect(phone.locator("[data-wishes-said]")).to_have_text("Saved on this phone.")

    flow.locator("[data-step=idea] .fold summary").click()
    flow.locator("[data-never]").click()
    expect(flow.locator("[data-never]")).to_have_text("It won’t come up again. Undo")

    stored = stored_wishes(flow)
    assert stored.get("nickname") == "Wren" and len(stored["never"]) == 1
