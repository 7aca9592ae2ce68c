"""A week of nudges in compressed time, from the plan to the phone.

A real worker runs with a fake clock; the push service and the mail server are on loopback. Only
planned nudges arrive, each once and inside its window; a tap opens the right step, also offline.
"""

import contextlib
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import libfaketime
import psycopg
import pytest
from playwright.sync_api import expect

from journeys import cast
from journeys.accessibility import expect_accessible
from journeys.steps import find_clipped_text, idea_title, step, wait_for_service_worker, wait_until
from journeys.test_moment_sync import wait_until_sent
from journeys.test_push_notifications import deliver
from testing.browser import PHONE
from testing.fakes.mailing import mail_server
from testing.fakes.pushing import PushService, push_service
from testing.server import ROOT, Server

pytestmark = pytest.mark.timeout(420)

FAKE = Path(libfaketime.__file__).parent / "vendor/libfaketime/src/libfaketime.so.1"
DAYS = 7
PATIENCE = 90  # seconds; a worker takes two, and half a minute on a busy machine
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Ada gets push notifications, Otto email. Bedtime is hard and is in about half an hour, at 23:35 in
# their time zone: one run of the worker decides about this day and plans the next.
HOME = """
from everyhour.domain.nudges import actions as nudges
from everyhour.domain.nudges.models import NudgeSettings
from everyhour.domain.rhythm.models import Planned
from everyhour.foundation.notifications import addresses
begun = now - timedelta(days=60)
ahead = (8 - now.hour) % 24 - 9  # from nine hours behind to fourteen ahead
zone = f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
bed = 23 * 60 + 35
family = make.family(at=begun, quiet_from=23 * 60 + 45)
child = make.child(family, day={"wakes": 420, "bed": bed}, hard=["bedtime"])
people = {}
for name in ("Ada", "Otto"):
    who = make.person(f"{name}{tag}@example.org", name=name, at=begun, zone=zone)
    people[name] = make.guardian(family, name=name, who=who, at=begun)
for caregiver in people.values():
    nudges.agree(by=caregiver, at=begun)
    NudgeSettings.objects.filter(caregiver=caregiver).update(a_week=7)
addresses.allow(people["Ada"].person, endpoint=ENDPOINT, keys=KEYS, label="phone", at=begun)
Planned.objects.create(
    family=family,
    child=child,
    household=child.households.get(),
    by=people["Ada"],
    transition="bed",
    practice="low-hum",
    since=begun,
)
told = {
    "family": family.pk,
    "child": child.pk,
    "zone": zone,
    "now": now.isoformat(),
    "caregivers": {n: c.pk for n, c in people.items()},
    "people": {n: c.person_id for n, c in people.items()},
    "sessions": {n: session(c.person) for n, c in people.items()},
}
"""
PLAN = """
from everyhour.domain.nudges.models import Nudge, PlannedDay
from everyhour.foundation.notifications.models import Notification
def describe(nudge):
    decision = nudge.decision
    return {
        "by": nudge.caregiver_id,
        "on": str(nudge.on),
        "planned_at": nudge.planned_at.isoformat(),
        "leads_to": nudge.leads_to.isoformat(),
        "state": nudge.state,
        "reason": nudge.reason,
        "decided": decision is not None,
        "sent": decision.body["decision"]["send_probability"] if decision else None,
    }
planned = Nudge.objects.select_related("decision").order_by("planned_at")
told = {
    "nudges": [describe(nudge) for nudge in planned],
    "days": [[day.caregiver_id, str(day.on), day.reason] for day in PlannedDay.objects.all()],
    "notifications": [
        [one.key, one.state, one.channel, one.reason, [str(a.result) for a in one.attempts.all()]]
        for one in Notification.objects.all()
    ],
}
"""


@contextmanager
def workerless_server(serve, **environment: str) -> Iterator[Server]:
    """Start a server without a worker; the test runs one with another clock."""
    yield serve(worker=False, EVERYHOUR_PRIVATE_ADDRESSES="on", **environment)


def run_worker(server: Server, at: datetime) -> None:
    """Run a worker as if it were `at`, until it has planned the days and finished due work."""
    query(server, WORKED, [at - timedelta(minutes=1)])
    away = (at - datetime.now(UTC)).total_seconds()
    fake = {
        "LD_PRELOAD": str(FAKE),
        "FAKETIME": f"{away:+.0f}s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    command, log = (
        [sys.executable, "-m", "everyhour", "worker"],
        (server.state.parent / f"{server.state.name}.log").open("ab"),
    )
    worker = subprocess.Popen(
        command, cwd=ROOT, env={**server.environment, **fake}, stdout=log, stderr=log
    )
    end = time.monotonic() + PATIENCE
    while not query(server, DONE, [at - timedelta(seconds=2), at, *["waiting", "sending"]]):
        assert worker.poll() is None and time.monotonic() < end, (
            f"{cast.run(server, PLAN)}\n{server.log()[-3000:]}"
        )
        time.sleep(0.2)
    worker.kill()  # a worker may end at any time
    worker.wait(20)


# The test skips the time between planned nudges. Without this the worker's clock guard would take
# the gap for a wrong clock.
WORKED = "UPDATE jobs_job SET last_finished_at = ? WHERE last_finished_at IS NOT NULL RETURNING 1"
DONE = """SELECT 1
WHERE EXISTS (SELECT 1 FROM jobs_job WHERE name = 'plan nudges' AND last_finished_at >= ?)
AND NOT EXISTS (SELECT 1 FROM nudges_nudge WHERE state = 'planned' AND planned_at <= ?)
AND NOT EXISTS (SELECT 1 FROM notifications_notification WHERE state IN (?, ?))"""


def query(server: Server, question: str, values: list) -> list[tuple]:
    """Query the server's database directly: a script per query would be slow."""
    address = server.environment.get("EVERYHOUR_DATABASE", "")
    if address.startswith("postgres"):
        with psycopg.connect(address) as database:
            postgres = question.replace("?", "%s")
            return database.execute(postgres, values).fetchall()  # type: ignore[arg-type]
    plain = [
        f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value
        for value in values
    ]
    with contextlib.closing(sqlite3.connect(server.database, timeout=20)) as database, database:
        return database.execute(question, plain).fetchall()


def live_through(server: Server, begun: datetime, *, days: int, enough) -> dict:
    """Go from nudge to nudge for so many days, and on until `enough`: sending is random."""
    at = begun
    while at < begun + days * DAY or (not enough() and at < begun + 3 * days * DAY):
        run_worker(server, at)
        waiting = [
            as_datetime(planned)
            for (planned,) in query(
                server, "SELECT planned_at FROM nudges_nudge WHERE state = 'planned'", []
            )
        ]
        at = max(
            min([one + timedelta(seconds=5) for one in waiting] + [at + timedelta(hours=20)]),
            at + timedelta(minutes=1),
        )
    return cast.run(server, PLAN)


def as_datetime(value: datetime | str) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def test_week_of_nudges_arrives_as_planned_and_opens_its_step(serve, visit):
    with push_service() as phones, mail_server() as (mailbox, mailers):
        address = f"smtp://127.0.0.1:{mailers['default']['OPTIONS']['port']}"
        phone = phones.browser("ada")
        with workerless_server(serve, EVERYHOUR_MAIL=address) as server:
            script = HOME.replace("ENDPOINT", repr(phone.endpoint)).replace(
                "KEYS", repr(phone.keys)
            )
            family = cast.run(server, cast.SESSIONS + script)
            now = datetime.fromisoformat(family["now"])

            plan = live_through(
                server, now - (3 * DAYS + 1) * DAY, days=DAYS, enough=lambda: bool(phones.taken)
            )

            check_plan(plan, family, phones, mailbox)
            open_notification(visit, server, family, phones)


def check_plan(plan: dict, family: dict, phones: PushService, mailbox) -> None:
    """Assert that each delivery was planned, decided with a known probability, and came once."""
    handed = [n for n in plan["nudges"] if n["state"] == "handed"]
    mine = [n for n in handed if n["by"] == family["caregivers"]["Ada"]]
    assert len(plan["days"]) >= 2 * DAYS, plan["days"]
    assert len(plan["nudges"]) >= DAYS - 1, plan["nudges"]
    assert len({(n["by"], n["on"]) for n in plan["nudges"]}) == len(plan["nudges"]), (
        "more than one a day"
    )
    assert len({n["on"] for n in plan["nudges"]}) == len(plan["nudges"]), (
        "the child was approached twice in one day"
    )
    for nudge in plan["nudges"]:
        before = datetime.fromisoformat(nudge["leads_to"]) - datetime.fromisoformat(
            nudge["planned_at"]
        )
        assert timedelta(minutes=15) <= before <= timedelta(minutes=30)
        if nudge["state"] != "planned":  # one after the last day
            assert nudge["state"] in ("handed", "not_sent") and nudge["decided"], nudge
            assert 0.1 <= nudge["sent"] <= 0.8, nudge
    assert phones.wrong == []
    assert len(phones.payloads("ada")) == len(mine), (
        handed,
        phones.payloads("ada"),
        plan["notifications"],
    )
    digests = [
        key
        for key, state, *_rest in plan["notifications"]
        if key.startswith("digest") and state == "sent"
    ]
    assert len(mailbox.mails) == len(handed) - len(mine) + len(digests)
    for payload in phones.payloads("ada"):
        assert (
            "low-hum" in payload["path"]
            and "hum" not in (payload["title"] + payload.get("body", "")).lower()
        ), payload
    for mail in mailbox.mails:
        assert (
            mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            and mail["List-Unsubscribe"]
        )
        assert "hum" not in mail["Subject"].lower()


def open_notification(visit, server: Server, family: dict, phones: PushService) -> None:
    """Show the delivered nudge on a phone and follow it, offline too."""
    payload = phones.payloads("ada")[-1]
    context = cast.sign_in(
        visit.context(size=PHONE, of=server, permissions=["notifications"]), server, family, "Ada"
    )
    page = context.new_page()
    page.goto("/en/today/")
    wait_for_service_worker(page)

    deliver(context, page, server, payload)
    wait_until(
        page,
        "async () => (await (await navigator.serviceWorker.ready).getNotifications()).length === 1",
    )
    shown = page.evaluate("""async () => {
      const [one] = await (await navigator.serviceWorker.ready).getNotifications();
      const answers = one.actions.map(each => each.action);
      return { title: one.title, path: one.data.path, answers };
    }""")
    assert shown == {
        "title": payload["title"],
        "path": payload["path"],
        "answers": ["not_now", "later"],
    }

    context.set_offline(True)
    page.goto(shown["path"])
    expect(step(page, "idea")).to_be_visible()
    assert idea_title(page) == "Hum low together"
    assert find_clipped_text(page) == []
    page.screenshot(path="journeys/shots/nudge-opened.png")
    page.locator("[data-step=idea] [data-go=after]").click()
    page.locator("[data-outcome=settled]").click()
    expect(page.locator("[data-step=done] [data-saved]")).to_have_text(
        "Saved on this phone. You don’t have to write anything."
    )
    context.set_offline(False)
    page.goto("/en/moments/")
    wait_until_sent(page)
    page.reload()
    expect(page.locator("[data-part=moments] .row").first).to_contain_text("Hum low together")
    origins = cast.run(
        server,
        "from everyhour.domain.moments.models import Moment\n"
        "told = [moment.origin for moment in Moment.objects.all()]",
    )
    assert origins == ["nudge"]

    page.goto("/en/messages/")
    expect(page.locator("main")).to_contain_text("Hum low together")
    expect_accessible(page)
    page.screenshot(path="journeys/shots/messages.png", full_page=True)
