"""No network: in flight mode, or because the server is gone."""

import re

import pytest
from playwright.sync_api import expect

from journeys.steps import (
    lost_words,
    moments,
    open_right_now,
    saved,
    step,
    to_idea,
    tried,
    until_kept,
    whole,
    with_pocket,
)


@pytest.fixture
def carried(phone):
    """A phone after its first visit, now in flight mode."""
    phone.goto("/en/")
    until_kept(phone)
    phone.context.set_offline(True)
    return phone


def test_the_second_visit_in_flight_mode_helps_all_the_same(carried):
    page = carried

    page.goto("/en/")
    whole(page)
    page.locator(".rn").click()
    page.wait_for_url("**/now/")
    whole(page)
    with_pocket(page)
    assert to_idea(page)
    tried(page, "a_bit")

    saved(page)
    page.context.set_offline(False)
    page.goto("/en/now/phone/")
    expect(page.locator("[data-count]")).to_have_text("One moment is saved on this phone.")


def test_it_helps_while_the_server_is_gone(visit, serve):
    own = serve()
    page = visit.page(of=own)
    page.goto("/en/")
    until_kept(page)
    own.stop()

    open_right_now(page)
    to_idea(page, "fear")
    tried(page, "settled")

    saved(page)
    whole(page)
    page.goto("/help/")
    expect(page.locator("a[href='tel:999']").first).to_be_visible()


def test_it_helps_while_the_server_only_says_sorry(visit, serve):
    own = serve()
    page = visit.page(of=own)
    page.goto("/en/")
    until_kept(page)
    own.stop()
    serve(port=own.port, state=own.state, EVERYHOUR_MAINTENANCE="on").wait_for(
        "/en/now/", status=503
    )

    page.goto("/en/now/alarm/homework/")

    with_pocket(page)
    expect(page.locator("[data-steps] li").first).to_be_visible()


def test_an_address_from_a_bookmark_leads_to_the_idea(carried):
    page = carried

    page.goto("/en/now/alarm/homework/")

    expect(page.locator("[data-steps] li").first).to_be_visible()
    page.locator("[data-step=idea] [data-go=after]").click()
    page.locator("[data-outcome=settled]").click()
    saved(page)
    assert (moments(page)[0]["state"], moments(page)[0]["situation"]) == ("alarm", "homework")


def test_an_address_with_fear_leads_to_presence_at_once(carried):
    page = carried

    page.goto("/en/now/fear/")

    expect(step(page, "idea")).to_be_visible()
    expect(page.locator("[data-steps] li").first).to_be_visible()


def test_a_page_never_read_before_says_kindly_that_there_is_no_network(carried):
    page = carried

    page.goto("/en/ideas/practices/wall-push/")

    expect(page.locator("h1")).to_have_text("You’re offline.")
    whole(page)
    assert lost_words(page) == []
    page.locator(".rn").click()
    page.wait_for_url("**/now/")
    with_pocket(page)
    assert to_idea(page)


def test_it_makes_way_by_itself_when_the_network_is_back(carried):
    page = carried
    page.goto("/en/ideas/practices/wall-push/")
    expect(page.locator("h1")).to_have_text("You’re offline.")

    page.context.set_offline(False)

    expect(page.locator("h1")).not_to_have_text("You’re offline.", timeout=15_000)
    assert page.url.endswith("/en/ideas/practices/wall-push/")


def test_a_page_read_before_is_still_there(phone):
    page = phone
    page.goto("/en/")
    until_kept(page)
    page.goto("/en/about/")
    page.context.set_offline(True)

    page.goto("/en/")
    page.goto("/en/about/")

    expect(page.locator("h1")).to_have_text("What this is")


def test_an_address_without_a_language_finds_its_page(carried):
    page = carried

    page.goto("/now/")

    expect(page).to_have_url(re.compile(r"/en/now/$"))
    whole(page)


@pytest.mark.parametrize("address", ["/help/", "/help/us/", "/help/in-es/"])
def test_numbers_to_call_are_there(carried, address):
    page = carried

    page.goto(address)

    expect(page.locator("a[href^='tel:']").first).to_be_visible()


def test_leave_shows_nothing_of_ours(carried):
    page = carried
    page.goto("/en/now/")

    page.locator("[data-leave]").click(no_wait_after=True)

    expect(page.locator("body.flow")).to_have_count(0)
    assert "Everyhour" not in page.title() and "Right now" not in page.title()
