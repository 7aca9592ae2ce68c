"""Worker processes of proofs; each reports in JSON lines on its standard output."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from testing.server import ROOT


def run_worker(module: str, *arguments: object, environment: dict[str, str]) -> Iterator[dict]:
    """Run `python -m MODULE ARGUMENTS` and yield its records; raise RuntimeError if it fails."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as worker,
    ):
        yield from (json.loads(line) for line in worker.stdout or () if line.startswith("{"))
        if code := worker.wait():
            errors.seek(0)
            last = errors.read().strip().rpartition("\n")[2]
            name = " ".join(command[2:4])
            raise RuntimeError(f"{name} ended with exit code {code}: {last or 'no message'}")


def run_parallel(workers: list[Iterator[dict]]) -> Iterator[dict]:
    """Run several `run_worker` at the same time; yield the records of the first, the second, ..."""
    with ThreadPoolExecutor(len(workers)) as pool:
        for records in pool.map(list, workers):
            yield from records
