"""What a proof writes down: each case, what was wrong with it, and the evidence file."""

import contextlib
import json
import subprocess
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from testing.server import ROOT


class Ledger:
    """Counts the cases of one run; a case without a problem has passed."""

    def __init__(self, name: str, *, seed: int, sabotage: str | None = None):
        self.name, self.seed, self.sabotage = name, seed, sabotage
        self.tried = 0
        self.failures: list[dict[str, Any]] = []
        self.notes: dict[str, Any] = {}
        self.began, self.began_at = time.monotonic(), datetime.now(UTC)
        print(
            f"prove {name}: seed {seed}"
            + (f", sabotage {sabotage} (it must fail)" if sabotage else ""),
            flush=True,
        )

    def case(self, name: str, problems: Iterable[str]) -> bool:
        """Note one case; tell whether it passed."""
        self.tried += 1
        found = list(dict.fromkeys(problems))
        if found:
            self.failures.append({"case": name, "problems": found})
            print(f"  FAILED  {name}: {'; '.join(found)}", flush=True)
        return not found

    def say(self, line: str) -> None:
        print(f"  {line}", flush=True)

    @contextlib.contextmanager
    def attempt(self, name: str):
        """A case that could not even be tried is a failed case, and the next one is tried all the same."""
        try:
            yield
        except Exception as error:
            self.case(
                name,
                [
                    f"could not be tried: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
                ],
            )

    def close(self, out: Path) -> int:
        """Print the count, write the evidence, and give the exit code; a run that tried nothing has shown nothing."""
        seconds = round(time.monotonic() - self.began, 1)
        for key, value in self.notes.items():
            self.say(f"{key}: {value}")
        print(
            f"prove {self.name}: {self.tried} cases, {len(self.failures)} failed, seed {self.seed}, {seconds} s -> {out}",
            flush=True,
        )
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(
            json.dumps(self._evidence(seconds), indent=1, ensure_ascii=False) + "\n",
            encoding="utf-8",
        )
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
    """Ask git and take no lock, so that a proof never stands in the way of somebody's commit."""
    try:
        return subprocess.run(
            ["git", "--no-optional-locks", *arguments], cwd=ROOT, capture_output=True, text=True
        ).stdout.strip()
    except OSError:
        return ""
