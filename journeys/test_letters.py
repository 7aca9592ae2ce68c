"""A note comes to a phone through a push service, is shown in neutral words, and leads to its one small thing, offline too."""

import json
import time

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from journeys import cast
from journeys.accessible import sound
from journeys.cast import page_of
from journeys.steps import moments, until_kept
from testing.fakes.pushing import push_service

SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(note => (
  { title: note.title, body: note.body, tag: note.tag, data: note.data, actions: note.actions.map(one => one.action) }))"""
CLICK = """async action => {
  const [notification] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification, action }));
}"""
NUDGE = """
from datetime import timedelta
from everyhour.domain.nudges.models import Nudge
ada = people["Ada"]
nudge = Nudge.objects.create(
    family=family, caregiver=ada, child=child, household=ada.household, rule="bed", on=now.date(), zone="America/Chicago",
    situation="bedtime", practice="wall-push", state="handed", handed_at=now, planned_at=now, ends_at=now + timedelta(minutes=20),
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
    """Wait for something to become true, and give it."""
    end = time.monotonic() + patience
    while not (found := true()):
        assert time.monotonic() < end, f"still not so after {patience} s"
        time.sleep(0.1)
    return found


def write(server, told: dict, service, *, purpose: str = "try", path: str) -> dict:
    """Let Ada's phone be allowed, and a letter be due; the worker brings it. Gives what the push service opened."""
    name = f"phone-{time.time_ns()}"
    browser = service.browser(name)
    cast.on(
        server,
        f"""
from datetime import UTC, datetime, timedelta
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.notifications import actions, addresses
ada, now = Person.objects.get(pk={told["people"]["Ada"]!r}), datetime.now(UTC)
addresses.allow(ada, endpoint={browser.endpoint!r}, keys={browser.keys!r}, label="", at=now)
actions.write(person=ada, purpose={purpose!r}, key={name!r}, title="Push the wall with Wren", path={path!r}, at=now,
              expires_at=now + timedelta(minutes=15))
told = None
""",
    )
    return {**soon(lambda: service.payloads(name))[0], "key": name}


def deliver(context: BrowserContext, page: Page, server, told: dict) -> None:
    """Hand the opened note to the browser, as its maker's push service would."""
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
        "data": json.dumps(told),
    }
    debugger.send("ServiceWorker.deliverPushMessage", address)
    soon(lambda: page.evaluate(SHOWN))


def test_a_note_is_shown_in_neutral_words_and_leads_to_its_step_without_a_network(
    server, visit, service
):
    told = cast.family(server)
    page = page_of(visit, server, told, "Ada", permissions=["notifications"])
    page.goto(f"{server.url}/en/today/")
    until_kept(page)
    note = write(server, told, service, path="/en/now/?practice=wall-push&nudge=some-nudge")
    note["answers"] = [["not_now", "Not now"], ["later", "In ten minutes"]]

    deliver(page.context, page, server, note)
    shown = page.evaluate(SHOWN)[0]

    assert (shown["title"], shown["actions"]) == ("Push the wall with Wren", ["not_now", "later"])
    assert shown["data"]["nudge"] == "some-nudge"
    page.context.service_workers[0].evaluate(CLICK, "")
    soon(lambda: cast.on(server, SEEN.format(key=note["key"])))
    page.context.set_offline(True)
    page.goto(f"{server.url}{shown['data']['path']}")
    expect(page.locator("[data-title]")).to_have_text("Push the wall together")
    page.locator("[data-step=idea] [data-go=after]").click()
    page.locator("[data-step=after] [data-outcome=settled]").click()
    [kept] = soon(lambda: [moment for moment in moments(page) if moment["outcome"]])
    assert (kept["origin"], kept["offers"][0]["nudge"], kept["offers"][0]["rule"]) == (
        "nudge",
        "some-nudge",
        "nudge",
    )


@pytest.mark.database
@pytest.mark.parametrize("answer", ["not_now", ""])
def test_an_answer_from_the_notification_itself_reaches_the_house(server, visit, service, answer):
    told = cast.on(server, cast.FAMILY + NUDGE)
    page = page_of(visit, server, told, "Ada", permissions=["notifications"])
    page.goto(f"{server.url}/en/today/")
    until_kept(page)
    note = write(server, told, service, path=f"/en/now/?practice=wall-push&nudge={told['nudge']}")
    deliver(page.context, page, server, note)

    page.context.service_workers[0].evaluate(CLICK, answer)

    assert soon(lambda: cast.on(server, ANSWERED.format(nudge=told["nudge"]))) == (
        answer or "opened"
    )


def test_a_note_about_a_practice_nobody_has_opens_the_usual_start(server, visit):
    told = cast.family(server)
    page = page_of(visit, server, told, "Ada")

    page.goto(f"{server.url}/en/now/?practice=nobody-has-this&nudge=x")

    expect(page.locator("#h-start")).to_be_visible()


def test_where_no_push_service_answers_the_page_says_so_kindly_and_the_rest_works(server, visit):
    told = cast.family(server)
    page = page_of(visit, server, told, "Ada", permissions=["notifications"])
    page.goto(f"{server.url}/en/messages/reach/")
    until_kept(page)

    page.get_by_role("button", name="Turn on notifications").click()

    expect(page.get_by_text("That didn’t work.")).to_be_visible()
    sound(page)
    page.get_by_label("By email only").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("By email only")).to_be_checked()
