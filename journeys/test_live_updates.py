"""Moments show on the co-parent's open page within a second; a signed-out page gets nothing."""

import time
import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.steps import wait_for_service_worker
from testing.browser import PHONE

ZONE = "America/Chicago"
SEND = """async change => {
  const answer = await fetch("/en/now/moments/", { method: "POST", body: JSON.stringify(change),
    headers: { "Content-Type": "application/json", Accept: "application/json" } });
  return [answer.status, await answer.text()];
}"""

SIGN_OUT = """async () => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "X-CSRFToken": token };
  return (await fetch("/en/sign-out/", { method: "POST", headers })).status;
}"""
SHARED = """async () => {
  const kept = [];
  for (const name of await caches.keys()) {
    if (name.startsWith("mine-")) continue;
    const requests = await (await caches.open(name)).keys();
    kept.push(...requests.map(request => new URL(request.url).pathname));
  }
  return kept;
}"""


@pytest.fixture(scope="module")
def family(server):
    return cast.family(server)


def page_of(visit, server, family, name: str, **options) -> Page:
    context = cast.sign_in(visit.context(size=PHONE, **options), server, family, name)
    page = context.new_page()
    page.goto("/en/today/")
    expect(page.locator("main[data-listening]")).to_be_attached()
    return page


def send_moment(page: Page, family, by: str, **who) -> None:
    """Send a moment of an hour ago, as a phone's outbox does."""
    at = datetime.now(UTC) - timedelta(hours=1)
    wall = at.astimezone(ZoneInfo(ZONE))  # their time zone: days are listed by it
    local_time = {
        "at": f"{at:%Y-%m-%dT%H:%M:%S}.000Z",
        "wall": f"{wall:%Y-%m-%dT%H:%M}",
        "zone": ZONE,
    }
    values = {
        "whom": {"kind": "given", "child": family["child"]},
        "when": local_time,
        "who": who,
        "origin": "spontaneous",
        "outcome": "settled",
    }
    keys = {name: str(uuid.uuid4()) for name in ("key", "moment", "device")}
    batch = {
        "person": family["caregivers"][by],
        "changes": [{"shape": 2, "counter": 1, "set": values, **keys}],
    }
    status, answer = page.evaluate(SEND, batch)
    assert status == 200 and '"saved"' in answer, answer


def record_requests(page: Page) -> list[str]:
    """Return a list that collects the page's requests from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def test_moment_shows_on_the_coparents_today_within_a_second(visit, server, family):
    ada, otto = (page_of(visit, server, family, name) for name in ("Ada", "Otto"))
    ada.evaluate("window.stayed = true")
    before = ada.locator(".glance .g").count()
    lede = ada.locator(".glance p").last.inner_text()

    send_moment(otto, family, "Otto")
    begun = time.monotonic()

    expect(ada.locator(".glance p").last).not_to_have_text(lede, timeout=1000)
    assert time.monotonic() - begun < 1
    assert ada.evaluate("window.stayed"), "the page was loaded anew"
    assert ada.locator(".glance .g").count() in (before, before + 1)
    expect(ada.locator("[data-live-said]")).to_have_text("Up to date.")


@pytest.mark.database
def test_givers_moment_shows_for_both_parents_within_a_second(visit, server, family):
    ada, otto, nana = (page_of(visit, server, family, name) for name in ("Ada", "Otto", "Nana"))
    before = [parent.locator(".glance p").last.inner_text() for parent in (ada, otto)]
    nana.goto("/en/moments/log/")
    nana.get_by_label("Hum low together").check()

    nana.get_by_role("button", name="Save").first.click()
    expect(nana.locator(".flash")).to_contain_text("Saved: Hum low together.")
    begun = time.monotonic()

    for parent, words in zip((ada, otto), before, strict=True):
        expect(parent.locator(".glance p").last).not_to_have_text(words, timeout=1000)
    assert time.monotonic() - begun < 1
    otto.goto("/en/moments/")
    expect(otto.locator("[data-part=moments] .row").first).to_contain_text("Nana")
    nana.goto("/en/moments/")
    expect(nana.locator("[data-part=moments] .row")).to_have_count(1)


def test_private_moment_triggers_no_request_elsewhere(visit, server, family):
    ada, otto = (page_of(visit, server, family, name) for name in ("Ada", "Otto"))
    asked = record_requests(ada)

    send_moment(otto, family, "Otto", private=True)

    ada.wait_for_timeout(1000)
    assert asked == []


def test_giver_without_access_hears_of_no_other_moments(visit, server, family):
    nana, otto = (page_of(visit, server, family, name) for name in ("Nana", "Otto"))
    asked = record_requests(nana)

    send_moment(otto, family, "Otto")

    nana.wait_for_timeout(1000)
    assert asked == []


@pytest.mark.database
def test_reconnected_page_shows_what_it_missed(visit, server, family):
    ada, otto = (page_of(visit, server, family, name) for name in ("Ada", "Otto"))
    ada.context.set_offline(True)
    lede = ada.locator(".glance p").last.inner_text()
    send_moment(otto, family, "Otto")
    ada.wait_for_timeout(300)
    expect(ada.locator(".glance p").last).to_have_text(lede)

    ada.context.set_offline(False)

    expect(ada.locator(".glance p").last).not_to_have_text(lede, timeout=5000)


def test_live_update_keeps_focus_and_scroll_position(visit, server, family):
    ada, otto = (page_of(visit, server, family, name) for name in ("Ada", "Otto"))
    link = ada.locator(".glance__picture, .dose a").first
    link.focus()
    ada.evaluate("scrollTo(0, 200)")
    top, words = ada.evaluate("scrollY"), ada.locator(".glance p").last.inner_text()

    send_moment(otto, family, "Otto")

    expect(ada.locator(".glance p").last).not_to_have_text(words)
    expect(ada.locator(".glance__picture, .dose a").first).to_be_focused()
    assert ada.evaluate("scrollY") == top


def test_sign_out_closes_every_page_of_the_session_within_a_second(visit, server):
    family = cast.family(server)
    ada = page_of(visit, server, family, "Ada")
    other = ada.context.new_page()
    other.goto("/en/today/")
    ada.bring_to_front()

    status = other.evaluate(SIGN_OUT)
    begun = time.monotonic()

    assert status == 200
    ada.wait_for_url("**/sign-in/**", timeout=2000)
    assert time.monotonic() - begun < 1.5
    assert ada.evaluate("localStorage.getItem('home')") is None


def test_home_redirects_to_today_when_signed_in(visit, server, family):
    page = page_of(visit, server, family, "Ada")
    wait_for_service_worker(page)

    page.goto("/en/")

    page.wait_for_url("**/en/today/")
    expect(page.locator("h1")).to_be_visible()


def test_signed_in_pages_are_in_no_cache_but_their_persons(visit, server, family):
    page = page_of(visit, server, family, "Ada")
    wait_for_service_worker(page)
    for path in ("/en/today/", "/en/helps/", "/en/ideas/", "/en/today/"):
        page.goto(path)

    kept = page.evaluate(SHARED)

    assert kept
    assert [path for path in kept if path.endswith(("/today/", "/helps/", "/ideas/"))] == []
