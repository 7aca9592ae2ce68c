"""Lighthouse scores of a page, out of 100, in the installed Chromium. Needs Node.js; without it
the table says so.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from bench.table import NotTaken, Table, percentile
from testing.browser import QUIET, chromium
from testing.server import running

PAGES = {"home": "/en/", "Right now": "/en/now/"}
TIMES = 3
MARKS = {
    "performance": "performance",
    "accessibility": "accessibility",
    "best-practices": "best practices",
}
LIGHTHOUSE, NODE, NODE_SINCE = "lighthouse@13", "node@22", (22, 19)
PATIENCE = 240  # seconds for one page


def measure() -> list[Table]:
    command = lighthouse()
    rows, weak = [], []
    with running() as server:
        for name, path in PAGES.items():
            reports = [look(command, f"{server.url}{path}") for _ in range(TIMES)]
            rows.append(row(name, reports))
            weak += [f"{name}, not full marks: {finding}" for finding in findings(reports[-1])]
    note = (
        f"Version {reports[-1]['lighthouseVersion']} with its default phone: "
        "simulated slow 4G, processor 4 x slower."
    )
    return [
        Table(
            "Lighthouse",
            rows,
            [
                f"{note} Median of {TIMES} first visits.",
                *(weak or ["Every audit that counts is fully met."]),
            ],
        )
    ]


def lighthouse() -> list[str]:
    """Return the command, installed on first use outside the repository, with a Node.js beside
    it if ours is too old.
    """
    node, npx = shutil.which("node"), shutil.which("npx")
    if not node or not npx:
        raise NotTaken(
            "Lighthouse needs Node.js (node and npx), which is not on this machine. Everything "
            "else was measured without it."
        )
    major, minor = map(
        int,
        re.findall(
            r"\d+", subprocess.run([node, "--version"], capture_output=True, text=True).stdout
        )[:2],
    )
    packages = [LIGHTHOUSE] if (major, minor) >= NODE_SINCE else [LIGHTHOUSE, NODE]
    command = [
        npx,
        "--yes",
        *(word for package in packages for word in ("-p", package)),
        "lighthouse",
    ]
    try:
        tried = subprocess.run(
            [*command, "--version"], capture_output=True, text=True, timeout=600, env=environment()
        )
    except subprocess.TimeoutExpired:
        raise NotTaken(
            "Lighthouse could not be installed within ten minutes; "
            "the network may be slow or closed."
        ) from None
    if tried.returncode:
        raise NotTaken(f"Lighthouse could not be installed or started: {last_line(tried.stderr)}")
    return command


def last_line(error: str) -> str:
    return (error.strip().splitlines() or ["no reason given"])[-1][:200]


def environment() -> dict[str, str]:
    kept = (
        Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "everyhour-bench" / "npm"
    )
    return {**os.environ, "CHROME_PATH": chromium(), "npm_config_cache": str(kept)}


def look(command: list[str], url: str) -> dict:
    with tempfile.TemporaryDirectory(prefix="everyhour-lighthouse-") as folder:
        out = Path(folder) / "report.json"
        flags = [
            f"--chrome-flags=--headless=new {' '.join(QUIET)}",
            f"--only-categories={','.join(MARKS)}",
            "--no-enable-error-reporting",
            "--quiet",
        ]
        try:
            done = subprocess.run(
                [*command, url, "--output=json", f"--output-path={out}", *flags],
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                env=environment(),
            )
        except subprocess.TimeoutExpired:
            raise NotTaken(f"Lighthouse did not finish {url} within {PATIENCE} seconds.") from None
        if done.returncode or not out.exists():
            raise NotTaken(f"Lighthouse could not read {url}: {last_line(done.stderr)}")
        return json.loads(out.read_text())


def row(name: str, reports: list[dict]) -> dict:
    marks = {
        said: [round(100 * (t["categories"][key]["score"] or 0)) for t in reports]
        for key, said in MARKS.items()
    }
    return {
        "page": name,
        **{said: percentile(values, 0.5) for said, values in marks.items()},
        "performance, worst": min(marks["performance"]),
        "largest paint ms": percentile(
            [t["audits"]["largest-contentful-paint"]["numericValue"] for t in reports], 0.5
        ),
        "blocked ms": percentile(
            [float(t["audits"]["total-blocking-time"]["numericValue"]) for t in reports], 0.5
        ),
        "speed index ms": percentile(
            [t["audits"]["speed-index"]["numericValue"] for t in reports], 0.5
        ),
        "shift": percentile(
            [float(t["audits"]["cumulative-layout-shift"]["numericValue"]) for t in reports], 0.5
        ),
    }


def findings(reports: dict) -> list[str]:
    """List the audits that count towards a score and are not fully met."""
    found = []
    for key, said in MARKS.items():
        for reference in reports["categories"][key]["auditRefs"]:
            audit = reports["audits"][reference["id"]]
            if reference["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                found.append(f"{said}, {audit['title']} {audit.get('displayValue') or ''}".strip())
    return found
