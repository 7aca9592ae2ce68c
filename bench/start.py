"""Start from a bare clone: seconds to the first page and megabytes installed; then the same a
second time.

Measures the last commit with the command of the README, in a clean environment without package
caches.
"""

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from bench.table import NotTaken, Table
from testing.server import ROOT, free_port

PATIENCE = 600  # seconds for a first start
KEPT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "USER",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
)
PROXIES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy", "pip_", "uv_")
UNCACHED = {"PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1"}


def measure() -> list[Table]:
    for tool in ("git", "make"):
        if not shutil.which(tool):
            raise NotTaken(f"A bare clone needs {tool}, which is not on this machine.")
    folder = Path(tempfile.mkdtemp(prefix="everyhour-clone-"))
    try:
        seconds = clone(folder / "everyhour")
        cloned = megabytes(folder / "everyhour")
        first = start(folder / "everyhour")
        rows = [
            row("first start, from a bare clone", first, folder / "everyhour"),
            row("second start", start(folder / "everyhour"), folder / "everyhour"),
        ]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return [
        Table(
            "From a bare clone",
            rows,
            [
                (
                    f"`git clone` of the last commit took {seconds:.1f} s "
                    f"({cloned:.1f} MB); then `make run`."
                ),
                "Packages were fetched without any cache.",
                "Seconds since `make run` was typed; they hold the network’s pace.",
                (
                    "“help answers” is the crisis page; “first page” is Right now, whole; “all "
                    "ended” is from Ctrl-C until no process is left."
                ),
                (
                    "MB of 1,000,000 bytes on disk: the environment alone, and the whole folder "
                    "with clone, database and assets."
                ),
                f"Said by `make run`: {first['said']}",
            ],
        )
    ]


def clone(folder: Path) -> float:
    began = time.monotonic()
    done = subprocess.run(
        ["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder)],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise NotTaken(f"The repository could not be cloned: {done.stderr.strip()[-300:]}")
    return time.monotonic() - began


def start(folder: Path) -> dict:
    """Run `make run`, wait for help and for the first page, and press Ctrl-C."""
    port, log = free_port(), folder.with_suffix(".log")
    began = time.monotonic()
    with log.open("w") as output:
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=folder,
            env=bare_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        helped = wait_for(process, port, "/help/", began, log)
        shown = wait_for(process, port, "/en/now/", began, log)
        time.sleep(1)
        said = [
            line.strip()
            for line in log.read_text(errors="replace").splitlines()
            if "http://" in line and str(port) in line
        ]
        return {
            "helped": helped,
            "shown": shown,
            "stopped": stop(process, folder),
            "said": said[-1] if said else "no address was printed",
        }
    finally:
        end(process, folder)


def bare_environment() -> dict[str, str]:
    """Return the environment of a fresh shell: paths and network settings only."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT or name.lower().startswith(PROXIES)
    }
    if active := os.environ.get("VIRTUAL_ENV"):
        kept["PATH"] = os.pathsep.join(
            part for part in kept["PATH"].split(os.pathsep) if not part.startswith(active)
        )
    return {**kept, **UNCACHED}


def wait_for(process: subprocess.Popen, port: int, path: str, began: float, log: Path) -> float:
    while time.monotonic() - began < PATIENCE:
        if answers(port, path):
            return time.monotonic() - began
        if process.poll() is not None:
            break
        time.sleep(0.05)
    said = log.read_text(errors="replace").strip()[-400:]
    raise NotTaken(
        f"`make run` did not give {path} within "
        f"{time.monotonic() - began:.0f} s. It last said: {said}"
    )


def answers(port: int, path: str) -> bool:
    with (
        contextlib.suppress(OSError, http.client.HTTPException),
        contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as line,
    ):
        line.request("GET", path, headers={"Host": f"localhost:{port}"})
        response = line.getresponse()
        response.read()
        return response.status == 200
    return False


def stop(process: subprocess.Popen, folder: Path) -> float | None:
    """Press Ctrl-C; return the seconds until everything ended, or None if a process stayed."""
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    while time.monotonic() - began < 20:
        if process.poll() is not None and not at_home_in(folder):
            return time.monotonic() - began
        time.sleep(0.02)
    return None


def end(process: subprocess.Popen, folder: Path) -> None:
    """End all processes: first the session of `make`, then what still runs in the clone."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
    for pid in at_home_in(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def at_home_in(folder: Path) -> list[int]:
    """Return the processes that work inside a folder; Linux only."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if link.readlink().is_relative_to(folder):
                found.append(int(link.parent.name))
    return found


def megabytes(folder: Path) -> float:
    """Return the disk usage of a folder; hard links count once."""
    blocks = {
        status.st_ino: status.st_blocks for path in folder.rglob("*") if (status := path.lstat())
    }
    return sum(blocks.values()) * 512 / 1e6


def row(name: str, times: dict, folder: Path) -> dict:
    return {
        "what": name,
        "help answers s": times["helped"],
        "first page s": times["shown"],
        "all ended s": times["stopped"],
        "environment MB": megabytes(folder / ".venv"),
        "whole folder MB": megabytes(folder),
    }
