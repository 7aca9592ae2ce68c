"""Every acknowledged write survives the death of a process, exactly once (TRUST.md row 1).

A real `everyhour serve`, eight phones that write without a pause, and SIGKILL for the web process,
the worker, the supervisor or all of them, right after one request was answered and while others are
being handled.
"""

import contextlib
import os
import random
import signal
import time
from pathlib import Path

from proofs.disk.tap import need_linux_and_sqlite
from proofs.disk.writers import Crowd, often, plant
from proofs.report import Report
from proofs.sandbox import Sandbox, replace, stop_server, wait_until, wait_until_serving
from testing.server import Server

QUICK = 8
VICTIMS = ("web", "everything", "web", "worker", "supervisor", "web")
SABOTAGES = {"ack-before-commit": "a request is acknowledged before its changes are stored"}


def prove(report: Report, *, n: int | None) -> None:
    need_linux_and_sqlite()

    def edit(package: Path) -> None:
        often(package)
        if report.sabotage == "ack-before-commit":
            _ack_before_commit(package)

    with Sandbox(edit=edit) as sandbox, report.attempt("a server to kill"):
        Killer(report, sandbox).run(n or QUICK)


class Killer:
    """Kills processes, starts them again, and judges the database at the end."""

    def __init__(self, report: Report, sandbox: Sandbox):
        self.report, self.sandbox = report, sandbox
        self.rng = random.Random(report.seed)
        self.server = self._started(sandbox.copy_state())
        self.crowd = Crowd(self.server, plant(self.server), seed=report.seed)

    def _started(self, state: Path, *, port: int | None = None) -> Server:
        server = self.sandbox.create_server(state=state)
        server.port = port or server.port
        server.url = f"http://localhost:{server.port}"
        server.start(wait=None)
        wait_until_serving(server)
        return server

    def run(self, kills: int) -> None:
        killed: dict[str, int] = {}
        try:
            self.crowd.start()
            for number in range(1, kills + 1):
                victim = VICTIMS[(number - 1) % len(VICTIMS)]
                with self.report.attempt(f"kill {number}: {victim}"):
                    before = len(self.crowd.problems)
                    self._kill(victim)
                    killed[victim] = killed.get(victim, 0) + 1
                    self.report.case(f"kill {number}: {victim}", self.crowd.problems[before:])
            self._look()
        finally:
            self.crowd.stopping.set()
            stop_server(self.server)
        self.report.notes |= {
            "kills": ", ".join(f"{count} {name}" for name, count in killed.items()),
            "batches acknowledged": self.crowd.batches,
            "changes acknowledged": len(self.crowd.answered),
            "batches sent again without a response": self.crowd.retries,
            "changes that were known already": self.crowd.again,
        }

    def _kill(self, victim: str) -> None:
        """Kill shortly after a response, and return when requests are answered again."""
        self.crowd.wait_for_answer()
        time.sleep(self.rng.uniform(0.1, 0.7))
        found = {"web": "everyhour.config.web", "worker": "everyhour worker"}
        self.crowd.wait_for_answer()
        time.sleep(self.rng.uniform(0, 0.03))
        supervisor, children = self.server.process, self.server.children("everyhour")
        if victim in found:
            wait_until(lambda: bool(self.server.children(found[victim])))
            pids = self.server.children(found[victim])
        else:
            pids = [supervisor.pid] if victim == "supervisor" else [supervisor.pid, *children]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if supervisor.pid in pids:
            supervisor.wait(5)
            # They end with the supervisor; until then they hold its port.
            wait_until(lambda: not any(is_running(pid) for pid in children))
            self.crowd.server = self.server = self._started(
                self.server.state, port=self.server.port
            )
        self.crowd.wait_for_answer()

    def _look(self) -> None:
        """Judge the database file as the last kill left it, and after an orderly start and stop."""
        self.crowd.stop()
        self.report.case("the responses during the kills", self.crowd.problems)
        for state in ("after the last kill", "after an orderly start and stop"):
            if state == "after the last kill":
                for pid in [self.server.process.pid, *self.server.children("everyhour")]:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                self.server.process.wait(5)
            else:
                self.server = self._started(self.server.state)
                self.server.stop()
            master = self.server.state / "keys" / "master-key"
            found = self.crowd.truth.judge(
                self.server.database, answered=self.crowd.answered, master=master
            )
            count = len(self.crowd.answered)
            self.report.case(f"{count} acknowledged changes, {state}", found)


def is_running(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _ack_before_commit(package: Path) -> None:
    """Acknowledge first and store later, as a server with a write queue in memory does."""
    later = """from concurrent.futures import ThreadPoolExecutor

queue = ThreadPoolExecutor(1)


def receive(family, *, by, changes, at):
    kept = list(changes)
    queue.submit(really_receive, family, by=by, changes=kept, at=at)
    return [Result(change["key"], SAVED, moment=change["moment"]) for change in kept]


def really_receive("""
    replace(package / "domain/moments/sync.py", "def receive(", later)


EDITS = {"ack-before-commit": _ack_before_commit}
