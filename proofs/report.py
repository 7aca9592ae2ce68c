"""The result of one run of a proof: cases, failures, notes and the evidence file."""

import contextlib
import json
import subprocess
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from testing.server import ROOT


class Caught(BaseException):
    """A case failed with the words that the run was to end at; no proof handles it."""


class Report:
    """Counts the cases of one run; a case without problems passes.

    The run ends at the first failed case that says `until`.
    """

    def __init__(
        self, name: str, *, seed: int, sabotage: str | None = None, until: str | None = None
    ):
        self.name, self.seed, self.sabotage, self.until = name, seed, sabotage, until
        self.tried = 0
        self.failures: list[dict[str, Any]] = []
        self.notes: dict[str, Any] = {}
        self.began, self.began_at = time.monotonic(), datetime.now(UTC)
        expected = f", sabotage {sabotage} (must fail)" if sabotage else ""
        print(f"prove {name}: seed {seed}{expected}", flush=True)

    def case(self, name: str, problems: Iterable[str]) -> bool:
        """Record one case, print it if it failed, and return whether it passed."""
        self.tried += 1
        found = list(dict.fromkeys(problems))
        if found:
            self.failures.append({"case": name, "problems": found})
            print(f"  FAILED  {name}: {'; '.join(found)}", flush=True)
            if self.until and any(self.until in text for text in (name, *found)):
                raise Caught
        return not found

    def say(self, line: str) -> None:
        print(f"  {line}", flush=True)

    @contextlib.contextmanager
    def attempt(self, name: str):
        """Record an exception in this block as a failed case, and continue after the block."""
        try:
            yield
        except Exception as error:
            message = str(error).partition("\n")[0]
            self.case(name, [f"could not run: {type(error).__name__}: {message}"])

    def close(self, out: Path) -> int:
        """Print the summary, write the evidence and return the exit code.

        The code is 1 if a case failed or nothing was tried.
        """
        seconds = round(time.monotonic() - self.began, 1)
        for key, value in self.notes.items():
            self.say(f"{key}: {value}")
        counts = f"{self.tried} cases, {len(self.failures)} failed"
        print(f"prove {self.name}: {counts}, seed {self.seed}, {seconds} s -> {out}", flush=True)
        out.parent.mkdir(parents=True, exist_ok=True)
        evidence = json.dumps(self._evidence(seconds), indent=1, ensure_ascii=False)
        out.write_text(f"{evidence}\n", encoding="utf-8")
        return 0 if self.tried and not self.failures else 1

    def _evidence(self, seconds: float) -> dict[str, Any]:
        return {
            "proof": self.name,
            "commit": _git("rev-parse", "HEAD"),
            "uncommitted_changes": bool(_git("status", "--porcelain")),
            "date": self.began_at.isoformat(timespec="seconds"),
            "seconds": seconds,
            "seed": self.seed,
            "sabotage": self.sabotage,
            "tried": self.tried,
            "failed": len(self.failures),
            "notes": self.notes,
            "failures": self.failures,
        }


def _git(*arguments: str) -> str:
    """Return the output of a git command that takes no lock, so that commits are never blocked."""
    command = ["git", "--no-optional-locks", *arguments]
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""
