"""A clock that is set causes no flood, no duplicates and nothing late, and revives nothing.

A real server and two real workers under libfaketime, whose clock jumps while they run, and a local
push service that decrypts what it gets. After each jump nothing is sent until the clock is trusted;
then what is due by that clock; and again on the way back.
"""

import contextlib
import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import libfaketime

from proofs.clock_cast import PASSWORD, utc
from proofs.disk.tap import need_linux_and_sqlite
from proofs.disk.writers import often
from proofs.enumeration import Browser
from proofs.report import Report
from proofs.sandbox import Sandbox, override, replace, stop_server, wait_until, wait_until_serving
from testing.fakes.pushing import PushService, push_service
from testing.server import ROOT, Server

QUICK = 2
HOUR, DAY = 3600, 86_400
QUIET = 4.0  # seconds instead of 15 minutes
PEOPLE = 10
SLACK = 2.0  # seconds between two readings of the clock
SABOTAGES = {
    "no-brake": "a clock that was set is trusted at once",
    "no-expiry": "what is late is delivered all the same",
}
FAKE = Path(libfaketime.__file__).parent / "vendor/libfaketime/src/libfaketime.so.1"


def jumps() -> dict[str, float]:
    """Return how many seconds the clock jumps, the most telling jump first."""
    now = time.time()
    # Ten seconds before summer time begins in New York.
    change = datetime(2027, 3, 14, 6, 59, 50, tzinfo=UTC).timestamp()
    return {
        "an hour forward": HOUR,
        "to 1970": 3 * DAY - now,
        "a day back": -DAY,
        "a day forward": DAY,
        "an hour back": -HOUR,
        "a year forward": 365 * DAY,
        "a year back": -365 * DAY,
        "over a night of change": change - now,
    }


def prove(report: Report, *, n: int | None) -> None:
    need_linux_and_sqlite()
    chosen = dict(list(jumps().items())[: n or QUICK])

    def edit(package: Path) -> None:
        often(package)
        replace(
            package / "foundation/jobs/clock_guard.py",
            "QUIET = timedelta(minutes=15)",
            f"QUIET = timedelta(seconds={QUIET})",
        )
        replace(
            package / "foundation/accounts/throttle.py",
            '"password", 10, 15 * MINUTE',
            '"password", 3, 12',
        )
        EDITS.get(report.sabotage or "", lambda package: None)(package)

    with (
        Sandbox(edit=edit) as sandbox,
        push_service() as phones,
        report.attempt("a server whose clock can be set"),
    ):
        clock = sandbox.folder / "clock"
        clock.write_text("+0")
        fake = {
            "LD_PRELOAD": str(FAKE),
            "FAKETIME_TIMESTAMP_FILE": str(clock),
            "FAKETIME_CACHE_DURATION": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }
        server = sandbox.create_server(
            state=sandbox.folder / "state", environment={"EVERYHOUR_PRIVATE_ADDRESSES": "on"}
        )
        subprocess.run(
            [sys.executable, "-m", "everyhour", "prepare"],
            cwd=ROOT,
            env=server.environment,
            check=True,
            capture_output=True,
        )
        cast = _plant(server, phones, chosen)
        server.environment |= {**fake, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        Clocked(report, server, phones, cast, clock).live(chosen)


def _plant(server: Server, phones: PushService, chosen: dict[str, float]) -> dict[str, Any]:
    allowed = [phones.browser(f"phone{number}") for number in range(PEOPLE)]
    asked = {
        "phones": [{"endpoint": phone.endpoint, "keys": phone.keys} for phone in allowed],
        "jumps": chosen,
    }
    environment = {"DJANGO_SETTINGS_MODULE": "everyhour.config.settings", **server.environment}
    made = subprocess.run(
        [sys.executable, "-m", "proofs.clock_cast"],
        cwd=ROOT,
        env=environment,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise RuntimeError(
            f"The members could not be created: {made.stderr.strip().splitlines()[-1:]}"
        )
    return json.loads(made.stdout)


class Clocked:
    """A server, a second worker, and the file that sets their clock."""

    def __init__(
        self, report: Report, server: Server, phones: PushService, cast: dict[str, Any], clock: Path
    ):
        self.report, self.server, self.phones = report, server, phones
        self.cast, self.clock = cast, clock
        # Each jump: the real time at which it happened, and the offset from then on.
        self.set: list[tuple[float, float]] = [(0.0, 0.0)]
        self.notifications: dict[str, tuple[float, float]] = {
            name: tuple(times) for name, times in cast["notifications"].items()
        }

    def live(self, chosen: dict[str, float]) -> None:
        self.server.start(wait=None)
        second = subprocess.Popen(
            [sys.executable, "-m", "everyhour", "worker"],
            cwd=ROOT,
            env=self.server.environment,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until_serving(self.server)
            wait_until(lambda: len(self._arrived("first")) == PEOPLE, patience=20)
            self.report.case(
                "before: each gets a notification, and what expired is expired", self._expired()
            )
            for name, away in chosen.items():
                with self.report.attempt(name):
                    self._jump(name, away)
            self.report.case("afterwards, who tried too often can sign in", self._can_sign_in())
        finally:
            second.kill()
            second.wait(5)
            stop_server(self.server)
        self._judge()

    def _jump(self, name: str, away: float) -> None:
        self.report.case(f"{name}: quiet", self._quiet(away, kill=name == "a day forward"))
        self._settle()  # what is due by this clock arrives now
        self.report.case(f"{name}: what had expired", [*self._expired(), *self._tries_too_often()])
        self.report.case(f"{name}, and back: quiet", self._quiet(0.0))
        self.report.case(f"{name}, and back: work goes on", self._goes_on(name))
        self.report.case(f"{name}, and back: what had expired", self._expired())

    def _quiet(self, away: float, *, kill: bool = False) -> Iterator[str]:
        """Set the clock, and check that nothing is sent until it can be trusted."""
        before, at = len(self.phones.taken), time.time()
        self.clock.write_text(f"{away:+.0f}")
        self.set.append((at, away))
        if kill:  # a new worker knows only what is in the database
            for pid in self.server.children("everyhour worker"):
                os.kill(pid, signal.SIGKILL)
        time.sleep(QUIET)
        if come := self.phones.taken[before:]:
            title = come[0].payload["title"]
            yield f"{len(come)} arrived while the clock was not trusted: {title}"

    def _settle(self) -> None:
        """Wait until all that is due has arrived, so that nothing is in flight at the next jump.

        Raise TimeoutError after half a minute in which something is due and does not arrive.
        """
        wait_until(lambda: not self._due(), patience=30)
        seen, since, began = -1, 0.0, time.monotonic()
        while time.monotonic() < max(since + 1.5, began + 2.5):
            if self._due() or len(self.phones.taken) != seen:
                seen, since = len(self.phones.taken), time.monotonic()
            time.sleep(0.05)

    def _due(self) -> int:
        """Return how many notifications are due, or being sent, by the clock as it is set."""
        now = utc(time.time() + self.set[-1][1])
        with contextlib.closing(sqlite3.connect(self.server.database, timeout=20)) as database:
            (due,) = database.execute(
                "SELECT count(*) FROM notifications_notification WHERE state IN"
                " ('waiting', 'sending') AND send_at <= ? AND expires_at > ?",
                [now, now],
            ).fetchone()
        return due

    def _goes_on(self, name: str) -> Iterator[str]:
        """Check that a new notification arrives, and that a job postponed by a year runs again."""
        now, title = time.time(), f"after {name}"
        with (
            contextlib.closing(sqlite3.connect(self.server.database, timeout=20)) as database,
            database,
        ):
            (person,) = database.execute(
                "SELECT id FROM accounts_person WHERE email = ?", [self.cast["email"]]
            ).fetchone()
            database.execute(
                "INSERT INTO notifications_notification (id, purpose, key, title, body, path,"
                " made_at, send_at, expires_at, state, reason, channel, person_id)"
                " VALUES (?, 'try', ?, ?, '', '', ?, ?, ?, 'waiting', '', '', ?)",
                [
                    f"after{len(self.set):09}",
                    title,
                    title,
                    utc(now),
                    utc(now),
                    utc(now + HOUR),
                    person,
                ],
            )
        self.notifications[title] = (now, now + HOUR)
        try:
            wait_until(lambda: bool(self._arrived(title)), patience=8)
            wait_until(lambda: self._checkpointed() > now - 5, patience=8)
        except TimeoutError:
            yield (
                "the workers did not continue"
                if not self._arrived(title)
                else "a regular job did not run again"
            )

    def _checkpointed(self) -> float:
        with contextlib.closing(sqlite3.connect(self.server.database, timeout=20)) as database:
            (finished,) = database.execute(
                "SELECT last_finished_at FROM jobs_job WHERE name = 'checkpoint SQLite'"
            ).fetchone()
        return datetime.fromisoformat(finished).replace(tzinfo=UTC).timestamp()

    def _expired(self) -> Iterator[str]:
        """Check that a session, a code and an invitation that had expired stay expired."""
        if self._get("/en/today/", self.cast["session"]) != 302:
            yield "an expired session is accepted"
        if self._get("/en/sign-in/code/", self.cast["asking"]) != 302:
            yield "an expired code is accepted again"
        if self._get(f"/en/invitations/{self.cast['token']}/") != 404:
            yield "an expired invitation opens again"

    def _get(self, path: str, session: str = "") -> int:
        """Return the status of a page; wait while the supervisor answers during a slow start."""
        answers: list[int] = []

        def answered() -> bool:
            answers.append(
                self.server.get(
                    path, headers={"Cookie": f"sessionid={session}"} if session else {}
                )[0]
            )
            return answers[-1] != 503

        wait_until(answered, patience=30)
        return answers[-1]

    def _tries_too_often(self) -> Iterator[str]:
        # The window of an earlier jump may end during the first round, not during both.
        if not any(self._is_blocked() for _ in range(2)):
            yield "too many attempts are not blocked"

    def _is_blocked(self) -> bool:
        for _ in range(4):
            self._password("wrong river teacup")
        return self._password(PASSWORD) != 302

    def _can_sign_in(self) -> Iterator[str]:
        try:
            wait_until(lambda: self._password(PASSWORD) == 302, patience=20)
        except TimeoutError:
            yield "a person is locked out by a clock that was set"

    def _password(self, typed: str) -> int:
        with contextlib.suppress(http.client.HTTPException):
            return Browser(self.server, "2001:db8::1").post(
                "sign-in/password/", {"email": self.cast["email"], "password": typed}
            )[0][0]
        return 0

    def _arrived(self, begins: str) -> list[str]:
        return [
            taken.payload["title"]
            for taken in self.phones.taken
            if taken.payload["title"].startswith(begins)
        ]

    def _judge(self) -> None:
        """Check that everything arrived once and in time, by the clock of that minute."""
        nudges = self._nudges()
        times, names = self.notifications | nudges, Counter(map(name_of, self.phones.taken))
        strange = [
            f"an unknown notification arrived: {name}" for name in names if name not in times
        ]
        twice = [
            f"double: {name} arrived {count} times" for name, count in names.items() if count > 1
        ]
        self.report.case(
            f"{len(names)} notifications arrived once", [*strange, *twice, *self.phones.wrong]
        )
        late = [
            found
            for taken in self.phones.taken
            if (found := self._out_of_time(taken, times.get(name_of(taken))))
        ]
        self.report.case("each arrived in time", late)
        self.report.notes |= {
            "notifications that arrived": sum(name in self.notifications for name in names),
            "nudges that arrived": sum(name in nudges for name in names),
            "notifications and nudges written": len(times),
        }

    def _out_of_time(self, taken, times: tuple[float, float] | None) -> str | None:
        away = next(away for since, away in reversed(self.set) if taken.at >= since)
        at = taken.at + away
        if times and not times[0] - SLACK <= at < times[1] + SLACK:
            problem = "early" if at < times[0] else "late"
            return f"{problem}: {name_of(taken)}, by {abs(at - times[0]):.0f} s"
        return None

    def _nudges(self) -> dict[str, tuple[float, float]]:
        with contextlib.closing(sqlite3.connect(self.server.database, timeout=20)) as database:
            rows = database.execute("SELECT id, planned_at, ends_at FROM nudges_nudge").fetchall()
        return {pk: (_seconds(planned), _seconds(ends)) for pk, planned, ends in rows}


def name_of(taken) -> str:
    """Return the nudge's id, or the title of another notification."""
    return parse_qs(urlsplit(taken.payload["path"]).query).get("nudge", [taken.payload["title"]])[0]


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def _no_brake(package: Path) -> None:
    override(
        package,
        "foundation/jobs/clock_guard.py:ClockGuard.check",
        "def check(self, at):\n    original(self, at)\n    return False",
    )


def _no_expiry(package: Path) -> None:
    override(package, "foundation/notifications/delivery.py:expire", "def expire(at):\n    pass")
    override(
        package,
        "foundation/notifications/delivery.py:_seconds_left",
        "def _seconds_left(*arguments):\n    return None",
    )
    override(
        package,
        "foundation/notifications/channels/push/client.py:seconds",
        "def seconds(until, at):\n    return original(None, at)",
    )


EDITS = {"no-brake": _no_brake, "no-expiry": _no_expiry}
