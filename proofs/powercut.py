"""Every acknowledged write survives a power cut (TRUST.md row 2; docs/adr/0018).

The whole server works while eight phones write, and what it does to its files is recorded
(disk/tap.c). Then power is cut at random points of that record: what was synced is there, of the
rest a random part (disk/platter.py). SQLite opens what is left, and every change acknowledged by
then must be in it exactly once.
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
from proofs.sandbox import Sandbox, memory_folder, replace, stop_server, wait_until_serving

QUICK, LEAST = 200, 20
RECORD = 1000  # cuts in one record; then a new server, new families, a new record
SECONDS, ANSWERS = 8, 60  # the shortest record, and the fewest responses in it
SQLITE = Path("foundation/lib/sqlite.py")
SABOTAGES = {
    "sync=NORMAL": "SQLite syncs its log at checkpoints only, as many tutorials advise",
    "sync=OFF": "SQLite never syncs",
}


@dataclass(frozen=True)
class Found:
    """The files on the disk after one cut, and the changes acknowledged before it."""

    name: str
    files: dict[str, bytes]
    answered: frozenset[str]


def prove(report: Report, *, n: int | None) -> None:
    need_linux_and_sqlite()
    compiler()
    cuts = max(n or QUICK, LEAST)  # fewer would not catch every sabotage
    with Sandbox(edit=lambda package: _edit(package, report.sabotage)) as sandbox:
        for before in range(0, cuts, RECORD):
            with report.attempt(f"the record after cut {before}"), _memory() as folder:
                Recording(report, sandbox, folder, seed=report.seed + before).go(
                    range(before + 1, min(before + RECORD, cuts) + 1)
                )


class Recording:
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
        self.report.case("the responses during the recording", crowd.problems)
        points, last = self._points(len(numbers))
        for number, found in zip(numbers, self._cuts(points), strict=True):
            problems = list(
                crowd.truth.judge(
                    self._write_files(found),
                    answered=found.answered,
                    master=self.folder / "cut/keys/master-key",
                )
            )
            self.report.case(
                f"cut {number} {found.name}, {len(found.answered)} changes acknowledged", problems
            )
        self.report.case(
            "every recorded operation is understood",
            [f"not understood: {what}" for what in sorted(self.platter.unfollowed)],
        )
        self._restart(found, crowd)
        self._count(
            {
                "batches acknowledged": crowd.batches,
                "changes acknowledged": len(crowd.answered),
                "lines of the record": last,
            }
        )

    def _record(self) -> Crowd:
        """Run the server under the tap, from before its first family to its orderly end."""
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
        """Draw where power is cut: anywhere, right after a response, or during a checkpoint."""
        database, answers, copies, last = 0, [], [], 0
        for last, line in enumerate(self.tap.lines(), 1):
            if line.what == "o" and line.name.endswith(".sqlite3"):
                database = line.inode
            if line.what == "A":
                answers.append(last)
            elif line.what in "wtsS" and line.inode == database:
                copies.append(last)
        self._count({"lines during checkpoints": len(copies)})
        kinds: list[list[int] | range] = [
            range(1, last + 1),
            range(1, last + 1),
            answers,
            copies or answers,
        ]
        return sorted(self.rng.choice(kinds[number % 4]) for number in range(count)), last

    def _cuts(self, points: list[int]) -> Iterator[Found]:
        """Replay the record and yield what is left at each point."""
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

    def _write_files(self, found: Found) -> Path:
        """Write what is left into an empty folder and return its database."""
        folder = self.folder / "cut"
        shutil.rmtree(folder, ignore_errors=True)
        for name, content in found.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        (folder / "data").mkdir(parents=True, exist_ok=True)
        return folder / "data/everyhour.sqlite3"

    def _restart(self, found: Found, crowd: Crowd) -> None:
        """Start the real server on what the last cut left; it must know what it acknowledged."""
        state = self.folder / "restarted"
        shutil.copytree(self.base, state, ignore=shutil.ignore_patterns(*WATCHED))
        self._write_files(found)
        shutil.copytree(self.folder / "cut", state, dirs_exist_ok=True)
        server = self.sandbox.create_server(state=state)
        before, again = len(crowd.problems), crowd.again
        with self.report.attempt("the server starts after the last cut"):
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
                problems = crowd.problems[before:] + ([] if sent else ["it did not respond"])
                self.report.case(
                    "the server knows after the last cut what it acknowledged", problems
                )
                self._count(
                    {"changes sent again after the last cut, and known": crowd.again - again}
                )
            finally:
                stop_server(server)

    def _count(self, counts: dict[str, int]) -> None:
        for name, count in counts.items():
            self.report.notes[name] = self.report.notes.get(name, 0) + count


@contextlib.contextmanager
def _memory() -> Iterator[Path]:
    """Create a temporary folder, in memory where the system allows: nothing must reach a disk."""
    with tempfile.TemporaryDirectory(prefix="everyhour-powercut-", dir=memory_folder()) as name:
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
