"""Whatever is wrong with what was learned, the answer is safe and its probability known.

Broken beliefs meet random scenes in the engine; broken rows meet real decisions on a real database; a real server with a row that cannot
be read shows every page. Each time: uniform over what may be offered, sent with one half (what is asked for: for certain), flagged.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from proofs.ledger import Ledger
from proofs.stage import Stage, replace, stage
from testing.server import ROOT, Server

QUICK = 50  # scenes for each way to break a belief; the release count is 10,000
LEAST = 20
PATIENCE = 60  # seconds
SABOTAGES = {
    "let-it-fall": "what goes wrong while deciding is not caught",
    "believe-nan": "nobody looks whether a belief is made of numbers",
    "hide-it": "the safe answer does not say that it is one",
    "trust-rows": "a row that cannot be read is not expected",
}
PAGES = (
    "/en/today/",
    "/en/now/",
    "/en/now/alarm/homework/",
    "/en/now/children/{child}/",
    "/en/helps/",
)


def prove(ledger: Ledger, *, n: int | None) -> None:
    with stage(edit=EDITS.get(ledger.sabotage or "")) as playing:
        bare = playing.server(state=playing.folder / "bare")  # beliefs are values: no database
        _told(ledger, bare.environment, "beliefs", str(max(n or QUICK, LEAST)), str(ledger.seed))
        if ledger.sabotage in (None, "trust-rows"):
            _told(ledger, playing.server().environment, "rows")
        if ledger.sabotage is None:
            _pages(ledger, playing)


def _told(ledger: Ledger, environment: dict[str, str], *part: str) -> None:
    with ledger.attempt(f"{part[0]} could be tried"):
        for told in play(environment, *part):
            ledger.tried += told.get("passed", 0)
            ledger.case(told["case"], told["problems"])


def _pages(ledger: Ledger, playing: Stage) -> None:
    """Ask a real server, with a fit and a child's belief that cannot be read, for the pages that lean on them."""
    state = playing.prepared()
    (told,) = play({**playing.server(state=state).environment}, "spoil")
    with playing.playing(state=state) as web:
        for page in PAGES:
            path = page.format(**told)
            status, body = _page(web, path, told["session"])
            ledger.case(
                f"{page} with a fit that cannot be read",
                [] if status == 200 and body else [f"it gives {status}"],
            )
        told_so = "cannot be read" in web.log()
    ledger.case("the log says what cannot be read", [] if told_so else ["it does not"])


def _page(web: Server, path: str, session: str) -> tuple[int, bytes]:
    """Open a page; a server under load says to come back in a while, and people do."""
    until = time.monotonic() + PATIENCE
    while True:
        status, headers, body = web.get(
            path, headers={"Cookie": f"sessionid={session}"}, timeout=PATIENCE
        )
        if status != 503 or "retry-after" not in headers or time.monotonic() > until:
            return status, body
        time.sleep(1)


def play(environment: dict[str, str], *arguments: str) -> Iterator[dict]:
    """Run a part of `engine_player` in a process of its own, and read what it says; a part that ends badly is an error."""
    command = [sys.executable, "-m", "proofs.engine_player", *arguments]
    ran = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    yield from (json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{"))
    if ran.returncode:
        raise RuntimeError(
            f"{arguments[0]} ended with {ran.returncode}: {ran.stderr.strip().splitlines()[-1] if ran.stderr else ''}"
        )


def _let_it_fall(package: Path) -> None:
    replace(
        package / "engine/decisions.py",
        "        except Exception as error:  # any failure",
        "        except ZeroDivisionError as error:  # any failure",
    )


def _believe_nan(package: Path) -> None:
    replace(package / "engine/posterior.py", '        return "not finite"\n', "        pass\n")


def _hide_it(package: Path) -> None:
    replace(
        package / "engine/decisions.py",
        "            fallback=drawn.fallback[row],\n",
        "            fallback=None,\n",
    )


def _trust_rows(package: Path) -> None:
    learning = package / "domain/recommendations/training.py"
    replace(
        learning,
        "    except Exception:  # a row from anywhere",
        "    except ZeroDivisionError:  # a row from anywhere",
    )
    decisions = package / "domain/recommendations/decisions.py"
    text = decisions.read_text(encoding="utf-8")
    decisions.write_text(
        text.replace("    except Exception:", "    except ZeroDivisionError:"), encoding="utf-8"
    )


EDITS = {
    "let-it-fall": _let_it_fall,
    "believe-nan": _believe_nan,
    "hide-it": _hide_it,
    "trust-rows": _trust_rows,
}
