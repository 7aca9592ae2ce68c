"""Right now for a signed-in parent: about their child, from Today and back to Today."""

import re

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.steps import (
    breathe,
    go_to_idea,
    open_right_now,
    report_outcome,
    step,
    wait_for_service_worker,
    wait_until,
)
from journeys.test_kept_pages import KEPT


@pytest.fixture
def ada(visit, server) -> Page:
    page = cast.page_of(visit, server, cast.family(server), "Ada")
    page.goto("/en/today/")
    wait_for_service_worker(page)
    page.goto("/en/today/")
    wait_until(page, f"async () => (await ({KEPT})()).includes('/en/now/')")
    return page


@pytest.mark.parametrize("network", [True, False])
def test_it_begins_and_ends_on_today_with_a_new_light(network, ada):
    ada.context.set_offline(not network)
    ada.locator(".dock .rn").click()
    ada.wait_for_url("**/en/now/")
    breathe(ada)
    expect(ada.locator("[data-how-is]")).to_have_text("How is Wren?")
    go_to_idea(ada)

    report_outcome(ada, "settled")

    light = ada.locator("[data-new-light]")
    expect(light).to_be_visible()
    expect(light.locator(".g--new")).to_have_count(1)
    expect(light.locator("figcaption")).to_have_text("The first light of this week.")
    expect(light.get_by_role("img")).to_have_accessible_name(re.compile("^A new light in the last"))
    ada.locator("[data-home]").click()
    expect(ada).to_have_url(re.compile(r"/en/today/$"))


def test_back_arrow_leads_to_today(ada):
    open_right_now(ada)

    ada.locator("[data-back]").click()

    expect(ada).to_have_url(re.compile(r"/en/today/$"))


def test_guest_ends_at_home_without_a_light(guest):
    open_right_now(guest)
    go_to_idea(guest)

    report_outcome(guest, "settled")

    expect(guest.locator("[data-new-light]")).to_be_hidden()
    expect(guest.locator("[data-home]")).to_have_attribute("href", "/en/")


@pytest.mark.parametrize(("state", "situation"), [("alert", "screens"), ("fear", None)])
def test_there_is_always_a_next_step(state, situation, guest):
    open_right_now(guest)
    go_to_idea(guest, state, *([situation] if situation else []))
    idea = step(guest, "idea")
    buttons = idea.locator(".act .btn:visible")

    for _ in range(200):
        assert buttons.count() >= 1
        if not idea.locator("[data-else]").is_visible():
            break
        idea.locator("[data-else]").click()
    else:
        pytest.fail("There was something else 200 times.")
    report_outcome(guest, "settled")
    step(guest, "done").locator("[data-again]").click()

    expect(idea.locator("[data-title]")).not_to_be_empty()
    assert buttons.count() == 2


def test_from_the_start_is_offered_where_nothing_is_left(guest):
    open_right_now(guest)
    go_to_idea(guest, "alert", "screens")
    idea = step(guest, "idea")
    for _ in range(200):
        if not idea.locator("[data-else]").is_visible():
            break
        idea.locator("[data-else]").click()

    idea.locator("[data-from-the-start]").click()

    expect(step(guest, "start")).to_be_visible()
