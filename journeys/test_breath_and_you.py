"""The breath before Right now, and what a caregiver hears who says how they are."""

import pytest
from playwright.sync_api import expect

from journeys.steps import (
    expect_saved,
    fetch_bundle,
    go_to_idea,
    open_right_now,
    report_outcome,
    step,
    stored_moments,
    stored_wishes,
    tap_situation,
    tap_state,
    wait_for_bundle,
)
from testing.browser import PHONE


@pytest.mark.parametrize("place", [(20, 300), (370, 820), (195, 450)])
def test_breath_goes_with_a_tap_anywhere(phone, place):
    page = phone
    page.goto("/en/now/")
    expect(page.locator("#h-breath")).to_be_visible()
    wait_for_bundle(page)

    page.mouse.click(*place)

    expect(page.locator("#h-start")).to_be_focused()
    expect(step(page, "breath")).to_be_hidden()


@pytest.mark.parametrize("key", ["Enter", "Space", "k", "ArrowDown"])
def test_breath_goes_with_any_key(guest, key):
    page = guest
    page.goto("/en/now/")
    wait_for_bundle(page)

    page.keyboard.press(key)

    expect(page.locator("#h-start")).to_be_focused()


def test_keys_that_move_or_leave_keep_the_breath(guest):
    page = guest
    page.goto("/en/now/")
    wait_for_bundle(page)

    for key in ("Tab", "Shift", "Escape", "Control+a"):
        page.keyboard.press(key)

    expect(step(page, "breath")).to_be_visible()


def test_breath_leaves_crisis_and_leave_within_reach(phone):
    page = phone
    page.goto("/en/now/")
    wait_for_bundle(page)

    for link in (".unsafe", "[data-leave]", "[data-back]"):
        covered = page.locator(link).first.evaluate(
            """link => { const box = link.getBoundingClientRect();
            const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return !link.contains(top) }"""
        )
        assert not covered, link


@pytest.mark.parametrize("reached", ["start", "around", "idea"])
def test_reload_in_the_middle_shows_no_breath(guest, reached):
    page = guest
    open_right_now(page)
    if reached != "start":
        tap_state(page, "alarm")
    if reached == "idea":
        tap_situation(page, "car")

    page.reload()

    expect(step(page, "around" if reached == "around" else "start")).to_be_visible()
    expect(step(page, "breath")).to_be_hidden()
    wait_for_bundle(page)
    if reached != "around":
        tap_state(page, "alarm")
    tap_situation(page, "homework")
    expect(page.locator("[data-where]")).to_have_text("Homework. Wound up.")


def test_breath_can_be_felt_once_asked_for(visit):
    context = visit.context(size=PHONE, has_touch=True, is_mobile=True)
    context.add_init_script(
        "window.felt = []; navigator.vibrate = pattern => { felt.push(pattern); return true; }"
    )
    page = context.new_page()
    page.goto("/en/now/")
    feel = page.locator("[data-feel]")
    expect(feel).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("felt") == []

    feel.tap()

    expect(feel).to_have_attribute("aria-pressed", "true")
    expect(step(page, "breath")).to_be_visible()
    assert page.evaluate("felt.length") == 1
    page.locator("[data-breathed]").click()
    assert page.evaluate("felt.at(-1)") == 0
    page.reload()
    page.goto("/en/")
    assert stored_wishes(page)["feel"] is True


CAREGIVER_STATES = ("steady", "stretched", "wound_up", "flooded", "numb")


@pytest.mark.parametrize("caregiver", CAREGIVER_STATES)
def test_each_caregiver_state_is_answered_at_once(guest, server, caregiver):
    page = guest
    open_right_now(page)
    answer = fetch_bundle(server)["caregiver_states"][caregiver]["answer"]
    pill = page.locator(f"[data-you={caregiver}]")

    pill.click()

    expect(
        page.get_by_role("status").filter(has_text=answer.replace("{Child}", "Your child"))
    ).to_be_visible()
    expect(pill).to_have_attribute("aria-pressed", "true")
    expect(step(page, "start")).to_be_visible()
    pill.click()
    expect(pill).to_have_attribute("aria-pressed", "false")
    expect(page.locator("[data-answer]")).to_have_text("")
    expect(page.locator("[data-for-you]")).to_be_hidden()


def test_one_thing_for_the_caregiver_is_a_tap_away(phone, server):
    page = phone
    open_right_now(page)
    own = {c["title"] for c in fetch_bundle(server)["caregiver"] if "flooded" in c["states"]}
    page.locator("[data-you=flooded]").click()

    page.locator("[data-for-you]").click()

    first = page.locator("#h-you").inner_text()
    assert first in own
    page.locator("[data-you-else]").click()
    second = page.locator("#h-you").inner_text()
    assert second in own - {first}
    page.locator("[data-step=you] [data-go=start]").click()
    go_to_idea(page)
    report_outcome(page, "settled")
    expect_saved(page)
    assert stored_moments(page)[0]["caregiver"] == "flooded"
