"""Crisis numbers expire: a release passes with the shipped ones, not with one 46 days old."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from testing.server import ROOT

TOO_OLD = 46
CONTENT = ROOT / "content"
AGED = "crisis-lines/us.md"
CHECKED_ON = re.compile(r"(checked_on: )(\d{4}-\d\d-\d\d)")


def cases(*, aged: bool) -> Iterator[tuple[str, list[str]]]:
    """Yield each case and its problems; with `aged` the library itself has the old number.

    All of them run as on the day of the last check: no proof depends on today's date.
    """
    text = (CONTENT / AGED).read_text(encoding="utf-8")
    today = max(date.fromisoformat(found[2]) for found in CHECKED_ON.finditer(text))
    with tempfile.TemporaryDirectory(prefix="everyhour-content-") as folder:
        old = _with_an_old_number(Path(folder) / "content", today)
        code, output = _check_release(old if aged else CONTENT, today)
        yield "none is older than 45 days", [] if code == 0 else [_last(output)]
        code, output = _check_release(old, today)
        named = code == 1 and re.search(rf"us\.md:\d+:.*{TOO_OLD} days", output)
        yield (
            "one of 46 days is found, with file and line",
            [] if named else [f"exit {code}: {_last(output)}"],
        )
        code, output = _everyhour("crisis", "check")
        yield "the crisis files match the library", [] if code == 0 else [_last(output)]


def _with_an_old_number(root: Path, today: date) -> Path:
    shutil.copytree(CONTENT, root)
    file, old = root / AGED, today - timedelta(days=TOO_OLD)
    text, count = CHECKED_ON.subn(rf"\g<1>{old}", file.read_text(encoding="utf-8"), count=1)
    if not count:
        raise LookupError("The crisis lines have no checked_on date: this case needs another text.")
    file.write_text(text, encoding="utf-8")
    return root


def _check_release(content: Path, today: date) -> tuple[int, str]:
    return _everyhour("crisis", "check", "--release", "--today", str(today), content=content)


def _everyhour(*arguments: str, content: Path = CONTENT) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "everyhour.config.command", *arguments],
        cwd=ROOT,
        env={**os.environ, "EVERYHOUR_CONTENT": str(content)},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def _last(output: str) -> str:
    return output.strip().splitlines()[-1] if output.strip() else "no output"
