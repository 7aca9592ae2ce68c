"""Push notifications: neutral wording, answers, and the step they open, offline too."""

import json
import time

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from journeys import cast
from journeys.accessibility import expect_accessible
from journeys.cast import page_of
from journeys.steps import stored_moments, wait_for_service_worker
from testing.fakes.pushing import push_service

SHOWN = """async () => {
  const notes = await (await navigator.serviceWorker.ready).getNotifications();
  return notes.map(({ title, body, tag, data, actions }) => (
    { title, body, tag, data, actions: actions.map(one => one.action) }));
}"""
CLICK = """async action => {
  const [notification] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification, action }));
}"""
NUDGE = """
from datetime import timedelta
from everyhour.domain.nudges.models import Nudge
ada = people["Ada"]
nudge = Nudge.objects.create(
    family=family,
    caregiver=ada,
    child=child,
    household=ada.household,
    rule="bed",
    on=now.date(),
    zone="America/Chicago",
    situation="bedtime",
    practice="wall-push",
    state="handed",
    handed_at=now,
    planned_at=now,
    ends_at=now + timedelta(minutes=20),
    leads_to=now + timedelta(minutes=25),
)
told["nudge"] = nudge.pk
"""
ANSWERED = """
from everyhour.domain.nudges.models import Nudge
told = Nudge.objects.get(pk={nudge!r}).answer
"""

SEEN = """
from everyhour.foundation.notifications.models import Notification
told = Notification.objects.get(key={key!r}).seen_at is not None
"""


@pytest.fixture(scope="module")
def service():
    with push_service() as service:
        yield service


@pytest.fixture(scope="module")
def server(serve):
    return serve(EVERYHOUR_PRIVATE_ADDRESSES="on")


def soon(true, *, patience: float = 30):
    """Wait until `true()` is true; return its value."""
    end = time.monotonic() + patience
    while not (found := true()):
        assert time.monotonic() < end, f"still not so after {patience} s"
        time.sleep(0.1)
    return found


def write(server, family: dict, service, *, purpose: str = "try", path: str) -> dict:
    """Subscribe Ada's phone and write a due notification; return the payload once delivered."""
    name = f"phone-{time.time_ns()}"
    browser = service.browser(name)
    cast.run(
        server,
        f"""
from datetime import UTC, datetime, timedelta
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.notifications import actions, addresses
ada, now = Person.objects.get(pk={family["people"]["Ada"]!r}), datetime.now(UTC)
addresses.allow(ada, endpoint={browser.endpoint!r}, keys={browser.keys!r}, label="", at=now)
actions.write(person=ada, purpose={purpose!r}, key={name!r}, title="Push the wall with Wren",
              path={path!r}, at=now, expires_at=now + timedelta(minutes=15))
told = None
""",
    )
    return {**soon(lambda: service.payloads(name))[0], "key": name}


def deliver(context: BrowserContext, page: Page, server, payload: dict) -> None:
    """Deliver a decrypted payload to the browser, as its vendor's push service would."""
    debugger = context.new_cdp_session(page)
    registered: list[dict] = []
    debugger.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registered.extend(event["registrations"]),
    )
    debugger.send("ServiceWorker.enable")
    soon(lambda: page.wait_for_timeout(50) or registered)
    address = {
        "origin": server.url,
        "registrationId": registered[-1]["registrationId"],
        "data": json.dumps(payload),
    }
    debugger.send("ServiceWorker.deliverPushMessage", address)
    soon(lambda: page.evaluate(SHOWN))


def test_notification_is_neutral_and_opens_its_step_offline(server, visit, service):
    family = cast.family(server)
    page = page_of(visit, server, family, "Ada", permissions=["notifications"])
    page.goto(f"{server.url}/en/today/")
    wait_for_service_worker(page)
    note = write(server, family, service, path="/en/now/?practice=wall-push&nudge=some-nudge")
    note["answers"] = [["not_now", "Not now"], ["later", "In ten minutes"]]

    deliver(page.context, page, server, note)
    shown = page.evaluate(SHOWN)[0]

    assert (shown["title"], shown["actions"]) == ("Push the wall with Wren", ["not_now", "later"])
    assert shown["data"]["nudge"] == "some-nudge"
    page.context.service_workers[0].evaluate(CLICK, "")
    soon(lambda: cast.run(server, SEEN.format(key=note["key"])))
    page.context.set_offline(True)
    page.goto(f"{server.url}{shown['data']['path']}")
    expect(page.locator("[data-title]")).to_have_text("Push the wall together")
    page.locator("[data-step=idea] [data-go=after]").click()
    page.locator("[data-step=after] [data-outcome=settled]").click()
    [kept] = soon(lambda: [moment for moment in stored_moments(page) if moment["outcome"]])
    assert (kept["origin"], kept["offers"][0]["nudge"], kept["offers"][0]["rule"]) == (
        "nudge",
        "some-nudge",
        "nudge",
    )


@pytest.mark.database
@pytest.mark.parametrize("answer", ["not_now", ""])
def test_answer_in_the_notification_reaches_the_server(server, visit, service, answer):
    family = cast.run(server, cast.FAMILY + NUDGE)
    page = page_of(visit, server, family, "Ada", permissions=["notifications"])
    page.goto(f"{server.url}/en/today/")
    wait_for_service_worker(page)
    note = write(
        server, family, service, path=f"/en/now/?practice=wall-push&nudge={family['nudge']}"
    )
    deliver(page.context, page, server, note)

    page.context.service_workers[0].evaluate(CLICK, answer)

    assert soon(lambda: cast.run(server, ANSWERED.format(nudge=family["nudge"]))) == (
        answer or "opened"
    )


def test_unknown_practice_in_a_link_opens_the_start(server, visit):
    family = cast.family(server)
    page = page_of(visit, server, family, "Ada")

    page.goto(f"{server.url}/en/now/?practice=nobody-has-this&nudge=x")

    expect(page.locator("#h-start")).to_be_visible()


def test_missing_push_service_shows_an_error_and_email_still_works(server, visit):
    family = cast.family(server)
    page = page_of(visit, server, family, "Ada", permissions=["notifications"])
    page.goto(f"{server.url}/en/messages/reach/")
    wait_for_service_worker(page)

    page.get_by_role("button", name="Turn on notifications").click()

    expect(page.get_by_text("That didn’t work.")).to_be_visible()
    expect_accessible(page)
    page.get_by_label("By email only").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("By email only")).to_be_checked()
