"""Every acknowledged write survives the death of a process (TRUST.md row 1), and none is there twice.

A real `everyhour serve`, eight phones that write without a pause, and SIGKILL for the web process, the worker, the guard, or
all of them at once, in the moment after somebody was answered and while the others are in the middle of theirs.
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
VICTIMS = ("web", "everything", "web", "worker", "guard", "web")
SABOTAGES = {"ack-before-commit": "the answer is given before the changes are kept"}


def prove(report: Report, *, n: int | None) -> None:
    need_linux_and_sqlite()

    def edit(package: Path) -> None:
        often(package)
        if report.sabotage == "ack-before-commit":
            _ack_before_commit(package)

    with Sandbox(edit=edit) as sandbox, report.attempt("a server to kill"):
        Killer(report, sandbox).work(n or QUICK)


class Killer:
    """Kills and starts again, and asks at the end whether everything is there."""

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

    def work(self, kills: int) -> None:
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
        crowd = self.crowd
        self.report.notes |= {
            "kills": ", ".join(f"{count} {name}" for name, count in killed.items())
        }
        self.report.notes |= {
            "batches answered": crowd.batches,
            "changes answered": len(crowd.answered),
        }
        self.report.notes |= {
            "batches sent again after no answer": crowd.retries,
            "changes known already": crowd.again,
        }

    def _kill(self, victim: str) -> None:
        """Kill right after somebody was answered, a blink later, and go on when somebody is answered again."""
        self.crowd.wait_for_answer()
        time.sleep(self.rng.uniform(0.1, 0.7))
        found = {"web": "everyhour.config.web", "worker": "everyhour worker"}
        self.crowd.wait_for_answer()
        time.sleep(self.rng.uniform(0, 0.03))
        guard, children = self.server.process, self.server.children("everyhour")
        if victim in found:
            wait_until(lambda: bool(self.server.children(found[victim])))
            pids = self.server.children(found[victim])
        else:
            pids = [guard.pid] if victim == "guard" else [guard.pid, *children]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if guard.pid in pids:
            guard.wait(5)
            wait_until(
                lambda: not any(running(pid) for pid in children)
            )  # they end with the guard; else they would keep its port
            self.crowd.server = self.server = self._started(
                self.server.state, port=self.server.port
            )
        self.crowd.wait_for_answer()

    def _look(self) -> None:
        """Stop, and judge the file that is left, first as it lies there and then after a good night."""
        self.crowd.stop()
        self.report.case("the answers while it lasted", self.crowd.problems)
        for when in ("after the last kill", "after an orderly end"):
            if when == "after the last kill":
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
            self.report.case(f"{len(self.crowd.answered)} answered changes, {when}", found)


def running(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _ack_before_commit(package: Path) -> None:
    """As a server that puts writes into a queue in memory does: say saved, keep a little later."""
    later = """from concurrent.futures import ThreadPoolExecutor

queue = ThreadPoolExecutor(1)


def receive(family, *, by, changes, at):
    told = list(changes)
    queue.submit(truly_receive, family, by=by, changes=told, at=at)
    return [Result(change["key"], SAVED, moment=change["moment"]) for change in told]


def truly_receive("""
    replace(package / "domain/moments/sync.py", "def receive(", later)


EDITS = {"ack-before-commit": _ack_before_commit}
