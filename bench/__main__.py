"""Take the measurements, print the table, and keep it in bench/results/.

python -m bench                    everything; half an hour on two idle cores, mostly policies
python -m bench --only taps        one of them (more: --only taps --only paint); printed, not kept
python -m bench --no-bare-clone    all but the start from a bare clone, which downloads packages
"""

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
import time
import traceback
from pathlib import Path

from bench.table import NotTaken, Table
from everyhour.engine import VERSION
from testing.browser import chromium
from testing.server import ROOT

# In this order: what a person feels first, then what a host pays.
MEASUREMENTS = {
    "taps": "Tap to step on the device",
    "weight": "Bytes and requests of a visit",
    "paint": "Largest contentful paint, layout shift",
    "kept": "Today and the week from the phone's own store",
    "lighthouse": "Lighthouse",
    "server": "Server",
    "pages": "Pages of a family, among few and many",
    "notifications": "Notifications delivered by 1, 2 and 4 workers",
    "memory": "Memory",
    "plans": "Nudges: planning a local day",
    "engine": "Engine: one decision, a night of learning, did it help, how weeks lie",
    "policies": "Policies in an invented world",
    "start": "From a bare clone",
}
CITED = {
    "engine",
    "policies",
}  # the science pages cite these, so each keeps its last figures in a file of its own
RESULTS = Path(__file__).with_name("results")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=MEASUREMENTS,
        metavar="NAME",
        help=f"one of {', '.join(MEASUREMENTS)}; may be repeated",
    )
    parser.add_argument(
        "--bare-clone",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="also start from a bare clone (default: yes)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        help=(
            "keep the table in this folder "
            f"(default: {RESULTS.relative_to(ROOT)}, when everything is measured)"
        ),
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="at most 2,000 families for pages, 10,000 for nights; 400 notifications",
    )
    parser.add_argument(
        "--size",
        choices=["full", "middle", "quick"],
        default="full",
        help="policies: how many families and days",
    )
    options = parser.parse_args()
    os.environ["EVERYHOUR_BENCH_SIZE"] = options.size
    if options.quick:
        os.environ["EVERYHOUR_BENCH_QUICK"] = "1"
    names = [
        name
        for name in MEASUREMENTS
        if name in (options.only or MEASUREMENTS) and (options.bare_clone or name != "start")
    ]
    about, failed = surroundings(), False
    tables: list[Table] = []
    for name in names:
        print(
            f"{time.strftime('%H:%M:%S')}  {name}: {MEASUREMENTS[name]} ...",
            file=sys.stderr,
            flush=True,
        )
        found, broke = take(name)
        for table in found:
            table.of = name
        tables, failed = [*tables, *found], failed or broke
    about["load at the end"] = load()
    text = markdown(about, tables)
    print(text)
    if folder := options.out or (None if options.only else RESULTS):
        keep(folder, text, about, tables)
    for name in () if options.quick or options.size == "quick" else CITED.intersection(names):
        (RESULTS / f"{name}.md").write_text(
            markdown(about, [table for table in tables if table.of == name])
        )
    return 1 if failed else 0


def take(name: str) -> tuple[list[Table], bool]:
    """Run one measurement; return its tables and whether it failed unexpectedly."""
    try:
        return importlib.import_module(f"bench.{name}").measure(), False
    except NotTaken as reason:
        return [Table(MEASUREMENTS[name], notes=[f"Not taken. {reason}"])], False
    except (Exception, SystemExit) as error:
        traceback.print_exc()
        return [
            Table(
                MEASUREMENTS[name],
                notes=[f"Not taken. It broke: {type(error).__name__}: {str(error)[:300]}"],
            )
        ], True


def surroundings() -> dict[str, str]:
    """Return what a reader needs to compare runs: date, code, machine, load."""
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    return {
        "date": time.strftime("%Y-%m-%d %H:%M %z"),
        "command": f"python -m bench {' '.join(sys.argv[1:])}".strip(),
        "commit": commit(),
        "engine": VERSION,
        "machine": f"{os.cpu_count()} cores, {memory()}, {processor()}",
        "system": f"{system}, Python {platform.python_version()}, {browser_version()}",
        "load at the start": load(),
    }


def commit() -> str:
    name = said("git", "rev-parse", "--short=12", "HEAD") or "unknown"
    return (
        f"{name}, with changes that are not committed"
        if said(
            "git",
            "status",
            "--porcelain",
            "--",
            "everyhour",
            "content",
            "testing",
            "bench/*.py",
            "bench/rivals",
        )
        else name
    )


def memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB"
    except (ValueError, OSError):
        return "memory unknown"


def processor() -> str:
    try:
        return next(
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        )
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def browser_version() -> str:
    try:
        return said(chromium(), "--version") or "browser unknown"
    except SystemExit:
        return "no browser"


def load() -> str:
    return " ".join(f"{value:.1f}" for value in os.getloadavg()) + " (1, 5, 15 minutes)"


def said(*command: str) -> str:
    try:
        return subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=30
        ).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def markdown(about: dict[str, str], tables: list[Table]) -> str:
    head = [
        "# Everyhour, measured",
        "",
        "How to read each figure: bench/README.md.",
        "",
        *(f"- {key}: {value}" for key, value in about.items()),
        "",
    ]
    return "\n".join([*head, *(table.markdown() for table in tables)])


def keep(folder: Path, text: str, about: dict[str, str], tables: list[Table]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "latest.md").write_text(text)
    (folder / "latest.json").write_text(
        json.dumps(
            {"about": about, "tables": [vars(table) for table in tables]},
            indent=1,
            ensure_ascii=False,
        )
        + "\n"
    )


if __name__ == "__main__":
    sys.exit(main())
