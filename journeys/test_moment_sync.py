"""Moments stored on a phone reach the family, each exactly once: guest, offline, signed out."""

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.accessibility import expect_accessible
from journeys.steps import (
    OPEN_DATABASE,
    find_clipped_text,
    go_to_idea,
    open_right_now,
    report_outcome,
    wait_for_service_worker,
    wait_until,
)
from journeys.test_this_phone import DAY_OFF
from testing.browser import DESK, PHONE


@pytest.fixture
def family(server):
    return cast.family(server)


def stored(page: Page, store: str) -> list[dict]:
    return page.evaluate(
        f"""async store => {{ {OPEN_DATABASE} return new Promise((done, fail) => {{
      const asked = db.transaction(store).objectStore(store).getAll();
      asked.onsuccess = () => {{ db.close(); done(asked.result); }};
      asked.onerror = () => fail(asked.error);
    }}) }}""",
        store,
    )


def belongs_to(page: Page, family: dict, name: str) -> None:
    """Open a signed-in page, and wait until the phone knows whose it is."""
    for _try in range(10):  # the network may need a moment to come back
        page.goto("/en/moments/")
        if not page.get_by_role("heading", name="You’re offline.").count():
            break
        page.wait_for_timeout(500)
    wait_until(
        page,
        f"""async person => {{
      if (!(await indexedDB.databases()).some(one => one.version === 3)) return false;
      {OPEN_DATABASE} return new Promise(done => {{
      const asked = db.transaction("me").objectStore("me").get("me");
      asked.onsuccess = () => {{ db.close(); done(asked.result?.person === person); }};
    }}) }}""",
        family["caregivers"][name],
    )


def wait_until_sent(page: Page) -> None:
    """Wait until the phone's outbox is empty."""
    wait_until(
        page,
        f"""async () => {{ {OPEN_DATABASE} return new Promise(done => {{
      const asked = db.transaction("outbox").objectStore("outbox").count();
      asked.onsuccess = () => {{ db.close(); done(asked.result === 0); }};
    }}) }}""",
    )


def rows(page: Page):
    return page.locator("[data-part=moments] .row")


def help_once(
    page: Page, *, state: str = "alarm", situation: str = "homework", outcome: str = "settled"
) -> str:
    open_right_now(page)
    title = go_to_idea(page, state, situation)
    report_outcome(page, outcome)
    # Before this, the moment may not be stored yet.
    expect(page.locator("[data-step=done] [data-saved]")).to_contain_text("Saved")
    return title


def test_guests_offline_moment_is_brought_in_after_sign_in(visit, server, family):
    context = visit.context(size=PHONE)
    page = context.new_page()
    open_right_now(page)
    wait_for_service_worker(page)
    context.set_offline(True)
    page.reload()
    title = help_once(page)
    expect(page.locator("[data-step=done] [data-saved]")).to_have_text(
        "Saved on this phone. You don’t have to write anything."
    )
    assert stored(page, "outbox") == []
    context.set_offline(False)
    cast.sign_in(context, server, family, "Ada")

    page.goto("/en/moments/bring/")
    expect(page.locator("[data-bring-count]")).to_have_text(
        "One moment on this phone. Bring it into your family?"
    )
    assert find_clipped_text(page) == []
    page.screenshot(path="journeys/shots/moments-bring.png")
    page.get_by_role("button", name="Bring them in").click()
    expect(page.locator("[data-bring-said]")).to_have_text("Your family has them now.")

    page.get_by_role("link", name="See your moments").click()
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text(title)
    page.goto("/en/moments/bring/")
    expect(page.locator("[data-bring-none]")).to_be_visible()
    assert stored(page, "outbox") == []


@pytest.mark.database
def test_offline_moment_is_sent_once_the_network_is_back(visit, server, family):
    context = cast.sign_in(visit.context(size=PHONE), server, family, "Ada")
    page = context.new_page()
    belongs_to(page, family, "Ada")
    open_right_now(page)
    wait_for_service_worker(page)
    context.set_offline(True)
    page.reload()
    help_once(page)
    expect(page.locator("[data-step=done] [data-saved]")).to_have_text(
        "Saved on this phone. You don’t have to write anything."
    )
    page.goto("/en/now/phone/")
    expect(page.locator("[data-waiting]")).to_have_text(
        "One moment is saved on this phone and will be sent when you’re online."
    )
    assert find_clipped_text(page) == []
    page.screenshot(path="journeys/shots/moments-waiting.png", full_page=True)

    context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_have_text("Everything has been sent to your family.")

    page.goto("/en/moments/")
    expect(rows(page)).to_have_count(1)
    help_once(page, state="alert", outcome="a_bit")
    expect(page.locator("[data-step=done] [data-saved]")).to_have_text(
        "Saved, and shared with your family. You don’t have to write anything."
    )
    page.goto("/en/moments/")
    expect(rows(page)).to_have_count(2)


def test_outbox_waits_for_its_own_person_to_sign_in(visit, server, family):
    context = cast.sign_in(visit.context(size=PHONE), server, family, "Ada")
    page = context.new_page()
    belongs_to(page, family, "Ada")
    context.clear_cookies()

    help_once(page)
    page.goto("/en/now/phone/")
    expect(page.locator("[data-waiting]")).to_contain_text("Sign in again and they will be sent.")

    wait_for_service_worker(page)
    context.set_offline(True)
    cast.sign_in(context, server, family, "Otto")
    # Offline, the phone still believes it is Ada’s; only the server knows better.
    help_once(page, state="alert")
    context.set_offline(False)
    belongs_to(page, family, "Otto")
    expect(rows(page)).to_have_count(0)
    assert {change["of"] for change in stored(page, "outbox")} == {family["caregivers"]["Ada"]}

    cast.sign_in(context, server, family, "Ada")
    belongs_to(page, family, "Ada")
    wait_until_sent(page)
    page.reload()
    expect(rows(page)).to_have_count(2)


def test_rejected_moment_stays_readable_with_the_reason(visit, server, family):
    context = cast.sign_in(visit.context(size=PHONE), server, family, "Ada")
    context.add_init_script(DAY_OFF)
    page = context.new_page()
    belongs_to(page, family, "Ada")

    help_once(page)
    page.goto("/en/now/phone/")

    refused = page.locator("[data-rejected] li")
    expect(refused).to_contain_text("Its time is in the future.")
    page.screenshot(path="journeys/shots/moments-rejected.png", full_page=True)
    expect_accessible(page)
    refused.get_by_role("button", name="Try again").click()
    expect(refused).to_contain_text("Its time is in the future.")
    refused.get_by_role("button", name="Delete").click()
    expect(refused).to_have_count(0)


@pytest.mark.database
def test_concurrent_note_edits_keep_both_texts(visit, server, family):
    one, two = (
        cast.sign_in(visit.context(size=size), server, family, name).new_page()
        for size, name in ((PHONE, "Ada"), (DESK, "Otto"))
    )
    one.goto("/en/moments/log/")
    one.screenshot(path="journeys/shots/moments-log-phone.png", full_page=True)
    expect_accessible(one)
    one.get_by_label("Hum low together").check()
    one.get_by_role("button", name="Save").first.click()
    expect(one.locator(".flash")).to_contain_text("Saved: Hum low together.")
    for page in (one, two):
        page.goto("/en/moments/")
        rows(page).first.click()

    one.locator("#n-text").fill("He hummed back.")
    two.locator("#n-text").fill("It took a while, then he leaned in.")
    for page in (one, two):
        page.get_by_role("button", name="Save the note").click()

    expect(two.locator(".versions figure")).to_have_count(2)
    expect(two.locator(".versions")).to_contain_text("He hummed back.")
    expect(two.locator(".versions")).to_contain_text("It took a while, then he leaned in.")
    two.screenshot(path="journeys/shots/moments-two-notes-desk.png", full_page=True)
    one.reload()
    one.screenshot(path="journeys/shots/moments-two-notes-phone.png", full_page=True)
    expect_accessible(one)
    expect_accessible(two)


def test_quick_entry_is_saved_and_deletion_can_be_undone(visit, server, family):
    page = cast.sign_in(visit.context(size=PHONE), server, family, "Nana").new_page()
    page.goto("/en/moments/log/")
    page.locator("#line").fill("rocked 10 min before bed yesterday, settled")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#f-minutes")).to_have_value("10")
    page.screenshot(path="journeys/shots/moments-line.png", full_page=True)
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(rows(page)).to_contain_text("Rocked")
    page.screenshot(path="journeys/shots/moments-list.png", full_page=True)
    expect_accessible(page)

    rows(page).first.click()
    page.get_by_role("button", name="Delete").click()
    expect(rows(page)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()

    expect(rows(page)).to_have_count(1)
