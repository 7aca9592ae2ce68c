"""A week in compressed time: a real worker by a clock of its own, a push service and a mail server on loopback, and the phone at the end.

Nothing comes but what the plan said could come, each once, inside its window; what comes opens the right step, also without a network.
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
from journeys.accessible import sound
from journeys.steps import lost_words, step, title, until, until_kept
from journeys.test_letters import deliver
from journeys.test_moments_from_the_phone import sent
from testing.browser import PHONE
from testing.fakes.mailing import mail_server
from testing.fakes.pushing import PushService, push_service
from testing.server import ROOT, Server

pytestmark = pytest.mark.timeout(420)

FAKE = Path(libfaketime.__file__).parent / "vendor/libfaketime/src/libfaketime.so.1"
DAYS = 7
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Ada has a phone that may be told; Otto has mail. A late bed is hard, where it is about eleven in the night: so a worker who comes then
# decides about this day and plans the next, and a week takes seven of them.
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
people = {name: make.guardian(family, name=name, who=make.person(f"{name}{tag}@example.org", name=name, at=begun, zone=zone), at=begun)
          for name in ("Ada", "Otto")}
for caregiver in people.values():
    nudges.agree(by=caregiver, at=begun)
    NudgeSettings.objects.filter(caregiver=caregiver).update(a_week=7)
addresses.allow(people["Ada"].person, endpoint=ENDPOINT, keys=KEYS, label="phone", at=begun)
Planned.objects.create(family=family, child=child, household=child.households.get(), by=people["Ada"], transition="bed",
                       practice="low-hum", since=begun)
told = {"family": family.pk, "child": child.pk, "zone": zone, "now": now.isoformat(),
        "caregivers": {n: c.pk for n, c in people.items()}, "people": {n: c.person_id for n, c in people.items()},
        "sessions": {n: session(c.person) for n, c in people.items()}}
"""
PLAN = """
from everyhour.domain.nudges.models import Nudge, PlannedDay
from everyhour.foundation.notifications.models import Notification
told = {
    "nudges": [
        {"id": n.pk, "by": n.caregiver_id, "on": str(n.on), "planned_at": n.planned_at.isoformat(), "ends_at": n.ends_at.isoformat(),
         "leads_to": n.leads_to.isoformat(), "state": n.state, "reason": n.reason, "practice": n.practice,
         "decided": n.decision_id is not None, "sent": n.decision.body["decision"]["send_probability"] if n.decision else None}
        for n in Nudge.objects.select_related("decision").order_by("planned_at")],
    "days": [[p.caregiver_id, str(p.on), p.reason] for p in PlannedDay.objects.all()],
    "letters": [[one.key, one.state, one.channel, one.reason, [str(a.result) for a in one.attempts.all()]] for one in Notification.objects.all()],
}
"""


@contextmanager
def house(serve, **environment: str) -> Iterator[Server]:
    """A server without a worker of its own: the one that works here goes by another clock."""
    yield serve(worker=False, EVERYHOUR_PRIVATE_ADDRESSES="on", **environment)


def works(server: Server, at: datetime) -> None:
    """Let a worker work as if it were then, until the days are planned and what is due is done."""
    asked(server, WORKED, [at - timedelta(minutes=1)])
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
    end = time.monotonic() + 30
    while not asked(server, DONE, [at - timedelta(seconds=2), at, *["waiting", "sending"]]):
        assert worker.poll() is None and time.monotonic() < end, (
            f"{cast.on(server, PLAN)}\n{server.log()[-3000:]}"
        )
        time.sleep(0.2)
    worker.kill()  # as any worker may end, at any time
    worker.wait(20)


# Time is left out between two things that are planned: as if a worker had been there. Else its brake takes it for a clock that is ahead.
WORKED = "UPDATE jobs_job SET last_finished_at = ? WHERE last_finished_at IS NOT NULL RETURNING 1"
DONE = """SELECT 1 WHERE EXISTS (SELECT 1 FROM jobs_job WHERE name = 'plan nudges' AND last_finished_at >= ?)
AND NOT EXISTS (SELECT 1 FROM nudges_nudge WHERE state = 'planned' AND planned_at <= ?)
AND NOT EXISTS (SELECT 1 FROM notifications_notification WHERE state IN (?, ?))"""


def asked(server: Server, question: str, values: list) -> list[tuple]:
    """Ask the server's database directly, as this is asked often."""
    address = server.environment.get("EVERYHOUR_DATABASE", "")
    if address.startswith("postgres"):
        with psycopg.connect(address) as database:
            return database.execute(question.replace("?", "%s"), values).fetchall()  # type: ignore[arg-type]
    plain = [
        f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value
        for value in values
    ]
    with contextlib.closing(sqlite3.connect(server.database, timeout=20)) as database, database:
        return database.execute(question, plain).fetchall()


def lived(server: Server, begun: datetime, *, days: int, enough) -> dict:
    """Live so many days, and on until it is enough, as dice have a part in it; from one thing that is planned to the next."""
    at = begun
    while at < begun + days * DAY or (not enough() and at < begun + 3 * days * DAY):
        works(server, at)
        waiting = [
            _time(planned)
            for (planned,) in asked(
                server, "SELECT planned_at FROM nudges_nudge WHERE state = 'planned'", []
            )
        ]
        at = max(
            min([one + timedelta(seconds=5) for one in waiting] + [at + timedelta(hours=20)]),
            at + timedelta(minutes=1),
        )
    return cast.on(server, PLAN)


def _time(told: datetime | str) -> datetime:
    return told if isinstance(told, datetime) else datetime.fromisoformat(told).replace(tzinfo=UTC)


def test_a_week_of_nudges_comes_in_its_time_and_opens_the_right_step(serve, visit):
    with push_service() as phones, mail_server() as (mailbox, mailers):
        address = f"smtp://127.0.0.1:{mailers['default']['OPTIONS']['port']}"
        phone = phones.browser("ada")
        with house(serve, EVERYHOUR_MAIL=address) as server:
            script = HOME.replace("ENDPOINT", repr(phone.endpoint)).replace(
                "KEYS", repr(phone.keys)
            )
            family = cast.on(server, cast.SESSIONS + script)
            now = datetime.fromisoformat(family["now"])

            plan = lived(
                server, now - (3 * DAYS + 1) * DAY, days=DAYS, enough=lambda: bool(phones.taken)
            )

            judge(plan, family, phones, mailbox)
            tapped(visit, server, family, phones)


def judge(plan: dict, family: dict, phones: PushService, mailbox) -> None:
    """Everything that came was planned, decided with a known chance, inside its window, and came once."""
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
        if nudge["state"] != "planned":  # one that lies beyond the last day
            assert nudge["state"] in ("handed", "not_sent") and nudge["decided"], nudge
            assert 0.1 <= nudge["sent"] <= 0.8, nudge
    assert phones.wrong == []
    assert len(phones.payloads("ada")) == len(mine), (
        handed,
        phones.payloads("ada"),
        plan["letters"],
    )
    digests = [
        key
        for key, state, *_rest in plan["letters"]
        if key.startswith("digest") and state == "sent"
    ]
    assert len(mailbox.mails) == len(handed) - len(mine) + len(digests)
    for told in phones.payloads("ada"):
        assert (
            "low-hum" in told["path"]
            and "hum" not in (told["title"] + told.get("body", "")).lower()
        ), told
    for mail in mailbox.mails:
        assert (
            mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            and mail["List-Unsubscribe"]
        )
        assert "hum" not in mail["Subject"].lower()


def tapped(visit, server: Server, family: dict, phones: PushService) -> None:
    """The phone shows what came, and a tap opens the step; in flight mode too."""
    told = phones.payloads("ada")[-1]
    context = cast.sign_in(
        visit.context(size=PHONE, of=server, permissions=["notifications"]), server, family, "Ada"
    )
    page = context.new_page()
    page.goto("/en/today/")
    until_kept(page)

    deliver(context, page, server, told)
    until(
        page,
        "async () => (await (await navigator.serviceWorker.ready).getNotifications()).length === 1",
    )
    shown = page.evaluate("""async () => { const [one] = await (await navigator.serviceWorker.ready).getNotifications();
      return { title: one.title, path: one.data.path, answers: one.actions.map(each => each.action) }; }""")
    assert shown == {"title": told["title"], "path": told["path"], "answers": ["not_now", "later"]}

    context.set_offline(True)
    page.goto(shown["path"])
    expect(step(page, "idea")).to_be_visible()
    assert title(page) == "Hum low together"
    assert lost_words(page) == []
    page.screenshot(path="journeys/shots/nudge-opened.png")
    page.locator("[data-step=idea] [data-go=after]").click()
    page.locator("[data-outcome=settled]").click()
    expect(page.locator("[data-step=done] [data-saved]")).to_have_text(
        "Saved on this phone. You don’t have to write anything."
    )
    context.set_offline(False)
    page.goto("/en/moments/")
    sent(page)
    page.reload()
    expect(page.locator("[data-part=moments] .row").first).to_contain_text("Hum low together")
    origins = cast.on(
        server,
        "from everyhour.domain.moments.models import Moment\ntold = [m.origin for m in Moment.objects.all()]",
    )
    assert origins == ["nudge"]

    page.goto("/en/messages/")
    expect(page.locator("main")).to_contain_text("Hum low together")
    sound(page)
    page.screenshot(path="journeys/shots/letters.png", full_page=True)
