"""Every acknowledged write survives a power cut (TRUST.md row 2, finding 1; docs/adr/0018).

The whole server works while eight phones write; what it does to its files is written down (disk/tap.c). Then power is cut at
random points of that record: what was synced is there, of the rest a random part (disk/platter.py). SQLite opens what is
left, and every change that had been answered by then must be in it exactly once.
"""

import contextlib
import json
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from proofs.disk.platter import Platter
from proofs.disk.tap import WATCHED, Tap, compiler, need_linux_and_sqlite
from proofs.disk.writers import Crowd, often, plant
from proofs.report import Report
from proofs.sandbox import Sandbox, replace, stop_server, wait_until_serving

QUICK, LEAST = 200, 20
NIGHT = 1000  # cuts in one record; then a new server, new families, a new record
SECONDS, ANSWERS = 8, 60  # a record is at least this long and holds at least so many answers
SQLITE = Path("foundation/lib/sqlite.py")
SABOTAGES = {
    "sync=NORMAL": "SQLite syncs its log only when it copies it, as most tutorials advise",
    "sync=OFF": "SQLite never syncs",
}


@dataclass(frozen=True)
class Found:
    """What lay on the disk after one cut, and what had been answered before it."""

    name: str
    files: dict[str, bytes]
    answered: frozenset[str]


def prove(report: Report, *, n: int | None) -> None:
    need_linux_and_sqlite()
    compiler()
    cuts = max(n or QUICK, LEAST)  # fewer would say little, and a sabotage could slip through
    with Sandbox(edit=lambda package: _edit(package, report.sabotage)) as sandbox:
        for before in range(0, cuts, NIGHT):
            with report.attempt(f"the record after cut {before}"), _memory() as folder:
                Night(report, sandbox, folder, seed=report.seed + before).go(
                    range(before + 1, min(before + NIGHT, cuts) + 1)
                )


class Night:
    """One record of a working server, and the cuts in it."""

    def __init__(self, report: Report, sandbox: Sandbox, folder: Path, *, seed: int):
        self.report, self.sandbox, self.folder, self.seed = report, sandbox, folder, seed
        self.rng = random.Random(seed)
        self.base, self.state = sandbox.copy_state(), folder / "state"
        shutil.copytree(self.base, self.state)
        self.tap = Tap(folder, self.state)
        self.platter = Platter(self.base, WATCHED, watched_at=self.state.resolve())

    def go(self, numbers: range) -> None:
        crowd = self._record()
        self.report.case("the answers while it was recorded", crowd.problems)
        points, last = self._points(len(numbers))
        for number, found in zip(numbers, self._cuts(points), strict=True):
            problems = list(
                crowd.truth.judge(
                    self._laid_out(found),
                    answered=found.answered,
                    master=self.folder / "cut/keys/master-key",
                )
            )
            self.report.case(
                f"cut {number} {found.name}, {len(found.answered)} changes answered", problems
            )
        self.report.case(
            "all that was done could be followed",
            [f"not followed: {what}" for what in sorted(self.platter.unfollowed)],
        )
        self._wake(found, crowd)
        self._count(
            {
                "batches answered": crowd.batches,
                "changes answered": len(crowd.answered),
                "lines of the record": last,
            }
        )

    def _record(self) -> Crowd:
        """Let the server work under the tap, from before its first family to its orderly end."""
        server = self.sandbox.create_server(state=self.state, environment=self.tap.environment)
        try:
            server.start(wait=None)
            wait_until_serving(server)
            crowd = Crowd(server, plant(server), seed=self.seed, heard=self.tap.answered)
            crowd.start()
            began = time.monotonic()
            while time.monotonic() - began < SECONDS or crowd.batches < ANSWERS:
                crowd.wait_for_answer()
            crowd.stop()
        finally:
            server.stop()
            stop_server(server)
        return crowd

    def _points(self, count: int) -> tuple[list[int], int]:
        """Draw where power goes: anywhere, right after an answer, and while the log is copied into the file."""
        database, answers, copies, last = 0, [], [], 0
        for last, line in enumerate(self.tap.lines(), 1):
            if line.what == "o" and line.name.endswith(".sqlite3"):
                database = line.inode
            if line.what == "A":
                answers.append(last)
            elif line.what in "wtsS" and line.inode == database:
                copies.append(last)
        self._count({"lines while the log was copied into the file": len(copies)})
        kinds: list[list[int] | range] = [
            range(1, last + 1),
            range(1, last + 1),
            answers,
            copies or answers,
        ]
        return sorted(self.rng.choice(kinds[number % 4]) for number in range(count)), last

    def _cuts(self, points: list[int]) -> Iterator[Found]:
        """Play the record, and give what is left at each point."""
        answered: set[str] = set()
        waiting = list(points)
        for number, line in enumerate(self.tap.lines(), 1):
            if line.what == "A":
                answered.update(json.loads(line.bytes))
            else:
                self.platter.play(line)
            while waiting and waiting[0] == number:
                waiting.pop(0)
                yield Found(
                    f"after line {number}", self.platter.after_cut(self.rng), frozenset(answered)
                )

    def _laid_out(self, found: Found) -> Path:
        """Write what is left into an empty folder, and give the database in it."""
        folder = self.folder / "cut"
        shutil.rmtree(folder, ignore_errors=True)
        for name, content in found.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        (folder / "data").mkdir(parents=True, exist_ok=True)
        return folder / "data/everyhour.sqlite3"

    def _wake(self, found: Found, crowd: Crowd) -> None:
        """Start the real server on what the last cut left, and let the phones send again what was answered: it must be known."""
        state = self.folder / "morning"
        shutil.copytree(self.base, state, ignore=shutil.ignore_patterns(*WATCHED))
        self._laid_out(found)
        shutil.copytree(self.folder / "cut", state, dirs_exist_ok=True)
        server = self.sandbox.create_server(state=state)
        before, again = len(crowd.problems), crowd.again
        with self.report.attempt("the server wakes after the last cut"):
            try:
                server.start(wait=None)
                wait_until_serving(server)
                crowd.server, crowd.heard, crowd.answered = (
                    server,
                    lambda words: None,
                    set(found.answered),
                )
                batches = [
                    (w, batch)
                    for w in crowd.writers
                    for batch in w.past[:3]
                    if found.answered.issuperset(c.key for c in batch)
                ]
                sent = all(writer.send(batch) for writer, batch in batches)
                problems = crowd.problems[before:] + ([] if sent else ["it did not answer"])
                self.report.case(
                    "the server wakes after the last cut and knows what it answered", problems
                )
                self._count({"changes sent again in the morning, and known": crowd.again - again})
            finally:
                stop_server(server)

    def _count(self, told: dict[str, int]) -> None:
        for name, count in told.items():
            self.report.notes[name] = self.report.notes.get(name, 0) + count


@contextlib.contextmanager
def _memory() -> Iterator[Path]:
    """A folder in memory where there is one: the cuts are played, nothing has to reach a real disk."""
    memory = Path("/dev/shm")  # noqa: S108  the folder made in it is ours alone
    with tempfile.TemporaryDirectory(
        prefix="everyhour-powercut-", dir=memory if memory.is_dir() else None
    ) as name:
        yield Path(name)


def _edit(package: Path, sabotage: str | None) -> None:
    often(package)
    if sabotage:
        wanted = sabotage.removeprefix("sync=")
        replace(package / SQLITE, '"PRAGMA synchronous=FULL",', f'"PRAGMA synchronous={wanted}",')
        replace(
            package / SQLITE,
            'copier.execute("PRAGMA synchronous=FULL")',
            f'copier.execute("PRAGMA synchronous={wanted}")',
        )


EDITS = {name: partial(_edit, sabotage=name) for name in SABOTAGES}
