"""Run the check in stages, each with a budget of seconds (`.ci/budgets.toml`), on all cores.

    python -m testing.check check     format, lint, types, contracts, units that are not slow
    python -m testing.check test      units, looks, journeys, proofs
    python -m testing.check ci        both, then tests that use a database on PostgreSQL
    python -m testing.check verify    everything: all looks, all sabotages, three years ahead
    python -m testing.check STAGE...  one or some of the stages

All stages run, also after one has failed. In `ci`, a stage that takes twice its budget is ended
and fails.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from testing.postgresql import binaries, postgresql

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
PYTEST = (PYTHON, "-m", "pytest", "-n", "auto")
# A worker that dies is not replaced: xdist then never ends (`loadfile`, 3.8.0).
JOURNEY = (
    *(*PYTEST, "--timeout-method", "thread", "--max-worker-restart", "0", "--reruns", "2"),
    *("-o", "faulthandler_timeout=140", "-m", "journey"),
)
LOOKS = "journeys/test_looks.py"
SLOWEST = 10
STATIC = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("djade", "--check", "*/templates/*.html"),
    ("lint-imports", "--no-logo"),
    ("mypy",),
    ("everyhour", "content", "check"),
    ("everyhour", "crisis", "check"),
    ("testing.translations", "--check"),
)
UNITS = (*PYTEST, "everyhour", "testing")
QUICK = ("-m", "not slow")
THREE_YEARS = "+1096d"


@dataclass
class Stage:
    """One command of pytest, or the static checks, and how it went."""

    name: str
    command: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    postgresql: bool = False
    seconds: float = 0
    failed: bool = False
    tests: list[tuple[float, str]] = field(default_factory=list)


STAGES = (
    Stage("static"),
    Stage("units", UNITS),
    Stage("looks", (*JOURNEY, "--dist", "load", LOOKS)),
    Stage("journeys", (*JOURNEY, "--dist", "loadfile", "journeys", f"--ignore={LOOKS}")),
    Stage("proofs", (*PYTEST, "--dist", "load", "--timeout", "900", "-m", "proof", "proofs")),
    Stage("units-postgresql", UNITS, postgresql=True),
    Stage(
        "journeys-postgresql",
        (*JOURNEY, "--dist", "loadfile", "journeys", f"--ignore={LOOKS}"),
        postgresql=True,
    ),
    Stage("units-in-three-years", UNITS),
)
GROUPS = {
    "check": ("static", "units"),
    "test": ("units", "looks", "journeys", "proofs"),
    "ci": tuple(s.name for s in STAGES if s.name != "units-in-three-years"),
    "verify": tuple(s.name for s in STAGES),
}
EVERYTHING = {"EVERYHOUR_ALL_SABOTAGES": "1", "EVERYHOUR_EVERY_LOOK": "1"}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m testing.check",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [*GROUPS, *(stage.name for stage in STAGES)]
    parser.add_argument("what", nargs="+", choices=names, metavar="STAGE")
    what = parser.parse_args().what
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leave no database behind
    chosen = {name for one in what for name in GROUPS.get(one, (one,))}
    stages = [stage for stage in STAGES if stage.name in chosen]
    began = time.monotonic()
    if what == ["check"]:
        next(stage for stage in stages if stage.name == "units").command += QUICK
    if "verify" in what:
        os.environ |= EVERYTHING
        if binaries() is None:
            print("No PostgreSQL here: its stages are left out.")
            stages = [stage for stage in stages if not stage.postgresql]
    _run_all(stages, end_late="ci" in what)
    problems = [f"{stage.name} failed" for stage in stages if stage.failed]
    problems += _over_budget(stages, fail="ci" in what)
    _table(stages)
    print(*problems, sep="\n", end="\n" if problems else "")
    if problems:
        return 1
    print(f"== all done ({time.monotonic() - began + installed():.0f} s)", flush=True)
    return 0


def _run_all(stages: list[Stage], *, end_late: bool) -> None:
    with contextlib.ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        database = ""
        static = next((stage for stage in stages if stage.name == "static"), None)
        beside = stack.enter_context(Static(static, end_late=end_late)) if static else None
        for stage in stages:
            if stage is static:
                continue
            if stage.postgresql and not database:
                database = stack.enter_context(postgresql())
            limit = _allowed(stage) if end_late else 0
            _run(stage, Path(folder), database, limit=limit or None)
            if beside and stage.name == "units":
                beside.wait()


def _run(stage: Stage, folder: Path, database: str, *, limit: float | None) -> None:
    print(f"\n== {stage.name}", flush=True)
    report = folder / f"{stage.name}.xml"
    environment = {**os.environ, **stage.environment, "PYTHONPATH": str(ROOT)}
    if stage.postgresql:
        environment["EVERYHOUR_DATABASE"] = database
    elif stage.name == "proofs":
        environment.pop("EVERYHOUR_DATABASE", None)  # they break an SQLite file on purpose
    if stage.name == "units-in-three-years":
        environment |= _clock(THREE_YEARS)
    began = time.monotonic()
    returned = _wait([*stage.command, f"--junitxml={report}"], environment, limit)
    stage.seconds, stage.failed = time.monotonic() - began, returned != 0
    stage.tests = list(_times(report))
    print(f"== {stage.name}: {stage.seconds:.0f} s", flush=True)


def _wait(command: list[str], environment: dict[str, str], limit: float | None) -> int:
    """Run a command and return its exit code; interrupt it after `limit` seconds, then kill it."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        return process.wait(limit)
    except (subprocess.TimeoutExpired, KeyboardInterrupt) as reason:
        process.send_signal(signal.SIGINT)  # pytest then reports what it has
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        if isinstance(reason, KeyboardInterrupt):
            raise
        print(f"\n== ended after {limit:.0f} s", flush=True)
        return 1
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _clock(ahead: str) -> dict[str, str]:
    """Return the environment in which a process and its children read another time."""
    import libfaketime

    library = Path(libfaketime.__file__).parent / "vendor" / "libfaketime" / "src"
    found = next(iter(library.glob("*.so.1")))
    return {
        "LD_PRELOAD": str(found),
        "FAKETIME": ahead,
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


class Static:
    """Format, lint, types and contracts, one after another in a process beside the units."""

    def __init__(self, stage: Stage, *, end_late: bool):
        self.stage = stage
        self.limit = (_allowed(stage) or None) if end_late else None

    def __enter__(self) -> "Static":
        self.began = time.monotonic()
        self.output = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [PYTHON, "-c", "import sys; from testing import check; sys.exit(check.static())"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=self.output,
            stderr=subprocess.STDOUT,
        )
        return self

    def wait(self) -> None:
        try:
            self.process.wait(self.limit)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if not self.stage.seconds:
            self.output.seek(0)
            lines = self.output.read().rstrip().splitlines()
            self.stage.seconds = float(lines.pop()) if lines and _number(lines[-1]) else 0
            print(
                "\n== static",
                *lines,
                f"== static: {self.stage.seconds:.0f} s",
                sep="\n",
                flush=True,
            )
            self.stage.failed = self.process.returncode != 0

    def __exit__(self, *_) -> None:
        self.wait()


def _number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def static() -> int:
    """Run the static checks; print each and, last, the seconds; return how many failed."""
    began, failed = time.monotonic(), 0
    for command in STATIC:
        print("$", *command, flush=True)
        done = subprocess.run(_program(command), cwd=ROOT, stderr=subprocess.STDOUT)
        failed += done.returncode != 0
    print(f"{time.monotonic() - began:.1f}", flush=True)
    return failed


def _program(command: tuple[str, ...]) -> list[str]:
    name, *arguments = command
    if name in ("everyhour", "testing.translations"):
        return [PYTHON, "-m", name, *arguments]
    if name == "djade":
        files = subprocess.check_output(["git", "ls-files", arguments.pop()], cwd=ROOT, text=True)
        arguments += files.split()
    beside = Path(PYTHON).parent / name
    return [str(beside) if beside.exists() else name, *arguments]


def _times(report: Path) -> Iterable[tuple[float, str]]:
    if not report.exists():
        return
    for case in ET.parse(report).iter("testcase"):  # noqa: S314  our own report
        yield float(case.get("time", 0)), f"{case.get('classname')}::{case.get('name')}"


def budgets() -> dict:
    return tomllib.loads((ROOT / ".ci" / "budgets.toml").read_text())


def installed() -> float:
    """Return the seconds `.ci/run` took before us."""
    return float(os.environ.get("EVERYHOUR_INSTALLED_AFTER", 0))


def _over_budget(stages: list[Stage], *, fail: bool) -> list[str]:
    """Name stages, and files of journeys, that took too long, with their slowest tests."""
    problems, budget = [], budgets()
    for stage in stages:
        allowed = _allowed(stage)
        if allowed and stage.seconds > allowed:
            problems.append(
                f"{stage.name} took {stage.seconds:.0f} s, twice its budget is {allowed} s."
            )
            slowest = sorted(stage.tests, reverse=True)[:SLOWEST]
            problems += [f"  {seconds:6.1f} s  {test}" for seconds, test in slowest]
        if stage.name == "journeys":
            for name, seconds in _by_file(stage.tests).items():
                limit = 2 * budget["journeys_of_one_file"]
                if seconds > limit:
                    problems.append(f"{name} took {seconds:.0f} s; split it below {limit} s.")
    if problems and not fail:
        print(*problems, sep="\n")
        return []
    return problems


def _allowed(stage: Stage) -> float:
    """Return the most seconds a stage may take; 0 where it has no budget."""
    return 2 * budgets()["seconds"].get(stage.name, 0)


def _by_file(tests: list[tuple[float, str]]) -> dict[str, float]:
    files: dict[str, float] = {}
    for seconds, test in tests:
        name = test.split("::")[0]
        files[name] = files.get(name, 0) + seconds
    return files


def _table(stages: list[Stage]) -> None:
    budget = budgets()["seconds"]
    print("\nstage                  seconds  budget  tests")
    if installed():
        print(f"{'install':<22} {installed():7.0f} {budget['install']:7}")
    for stage in stages:
        allowed = budget.get(stage.name, "")
        print(f"{stage.name:<22} {stage.seconds:7.0f} {allowed:>7} {len(stage.tests) or '':>6}")


if __name__ == "__main__":
    sys.exit(main())
