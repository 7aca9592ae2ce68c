"""Crisis numbers expire: the check passes today, but not if a number is 46 days old."""

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
AGED = ROOT / "content" / "crisis-lines" / "us.md"


def cases(*, aged: bool) -> Iterator[tuple[str, list[str]]]:
    """Yield each case and its problems; with `aged` the library itself has the old number."""
    today = date.today()
    with tempfile.TemporaryDirectory(prefix="everyhour-content-") as folder:
        old = _with_an_old_number(Path(folder) / "content", today)
        library = str(old if aged else ROOT / "content")
        code, output = _everyhour("content", "check", "--path", library, "--today", str(today))
        yield "none is older than 45 days", [] if code == 0 else [_last(output)]
        code, output = _everyhour("content", "check", "--path", str(old), "--today", str(today))
        named = code == 1 and re.search(rf"us\.md:\d+:.*{TOO_OLD} days", output)
        yield (
            "one of 46 days is found, with file and line",
            [] if named else [f"exit {code}: {_last(output)}"],
        )
        code, output = _everyhour("crisis", "check")
        yield "the crisis files match the library", [] if code == 0 else [_last(output)]


def _with_an_old_number(root: Path, today: date) -> Path:
    shutil.copytree(ROOT / "content", root)
    file = root / "crisis-lines" / AGED.name
    text, count = re.subn(
        r"(checked_on: )\d{4}-\d\d-\d\d",
        rf"\g<1>{today - timedelta(days=TOO_OLD)}",
        file.read_text(encoding="utf-8"),
        count=1,
    )
    if not count:
        raise LookupError("The crisis lines have no checked_on date: this case needs another text.")
    file.write_text(text, encoding="utf-8")
    return root


def _everyhour(*arguments: str) -> tuple[int, str]:
    ran = subprocess.run(
        [sys.executable, "-m", "everyhour.config.command", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return ran.returncode, ran.stdout + ran.stderr


def _last(output: str) -> str:
    return output.strip().splitlines()[-1] if output.strip() else "no output"
