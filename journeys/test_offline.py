"""Right now without a network: in flight mode, or with the server down."""

import re

import pytest
from playwright.sync_api import expect

from journeys.steps import (
    breathe,
    expect_complete,
    expect_saved,
    find_clipped_text,
    go_to_idea,
    open_right_now,
    report_outcome,
    step,
    stored_moments,
    wait_for_bundle,
    wait_for_service_worker,
)


@pytest.fixture
def carried(phone):
    """A phone after its first visit, now offline."""
    phone.goto("/en/")
    wait_for_service_worker(phone)
    phone.context.set_offline(True)
    return phone


def test_second_visit_works_offline(carried):
    page = carried

    page.goto("/en/")
    expect_complete(page)
    page.locator(".rn").click()
    page.wait_for_url("**/now/")
    expect_complete(page)
    wait_for_bundle(page)
    breathe(page)
    assert go_to_idea(page)
    report_outcome(page, "a_bit")

    expect_saved(page)
    page.context.set_offline(False)
    page.goto("/en/now/phone/")
    expect(page.locator("[data-count]")).to_have_text("One moment is saved on this phone.")


def test_right_now_works_while_the_server_is_down(visit, serve):
    own = serve(worker=False)
    page = visit.page(of=own)
    page.goto("/en/")
    wait_for_service_worker(page)
    own.stop()

    open_right_now(page)
    go_to_idea(page, "fear")
    report_outcome(page, "settled")

    expect_saved(page)
    expect_complete(page)
    page.goto("/help/")
    expect(page.locator("a[href='tel:999']").first).to_be_visible()


def test_right_now_works_while_the_server_answers_503(visit, serve):
    own = serve(worker=False)
    page = visit.page(of=own)
    page.goto("/en/")
    wait_for_service_worker(page)
    own.stop()
    serve(port=own.port, state=own.state, worker=False, EVERYHOUR_MAINTENANCE="on").wait_for(
        "/en/now/", status=503
    )

    page.goto("/en/now/alarm/homework/")

    wait_for_bundle(page)
    expect(page.locator("[data-steps] li").first).to_be_visible()


def test_bookmarked_idea_opens_offline(carried):
    page = carried

    page.goto("/en/now/alarm/homework/")

    expect(page.locator("[data-steps] li").first).to_be_visible()
    page.locator("[data-step=idea] [data-go=after]").click()
    page.locator("[data-outcome=settled]").click()
    expect_saved(page)
    assert (stored_moments(page)[0]["state"], stored_moments(page)[0]["situation"]) == (
        "alarm",
        "homework",
    )


def test_bookmarked_fear_opens_presence_offline(carried):
    page = carried

    page.goto("/en/now/fear/")

    expect(step(page, "idea")).to_be_visible()
    expect(page.locator("[data-steps] li").first).to_be_visible()


def test_uncached_page_shows_the_offline_page(carried):
    page = carried

    page.goto("/en/ideas/practices/wall-push/")

    expect(page.locator("h1")).to_have_text("You’re offline.")
    expect_complete(page)
    assert find_clipped_text(page) == []
    page.locator(".rn").click()
    page.wait_for_url("**/now/")
    wait_for_bundle(page)
    breathe(page)
    assert go_to_idea(page)


def test_offline_page_reloads_once_the_network_is_back(carried):
    page = carried
    page.goto("/en/ideas/practices/wall-push/")
    expect(page.locator("h1")).to_have_text("You’re offline.")

    page.context.set_offline(False)

    expect(page.locator("h1")).not_to_have_text("You’re offline.", timeout=15_000)
    assert page.url.endswith("/en/ideas/practices/wall-push/")


def test_cached_page_opens_offline(phone):
    page = phone
    page.goto("/en/")
    wait_for_service_worker(page)
    page.goto("/en/about/")
    page.context.set_offline(True)

    page.goto("/en/")
    page.goto("/en/about/")

    expect(page.locator("h1")).to_have_text("What this is")


def test_address_without_a_language_redirects_offline(carried):
    page = carried

    page.goto("/now/")

    expect(page).to_have_url(re.compile(r"/en/now/$"))
    expect_complete(page)


@pytest.mark.parametrize("address", ["/help/", "/help/us/", "/help/in-es/"])
def test_crisis_numbers_work_offline(carried, address):
    page = carried

    page.goto(address)

    expect(page.locator("a[href^='tel:']").first).to_be_visible()


def test_leave_hides_the_page_offline(carried):
    page = carried
    page.goto("/en/now/")

    page.locator("[data-leave]").click(no_wait_after=True)

    expect(page.locator("body.flow")).to_have_count(0)
    assert "Everyhour" not in page.title() and "Right now" not in page.title()
