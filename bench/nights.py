"""A night of learning for up to a million families, each size in a process of its own, so that its memory is its own.

python -m bench.nights 10000        one size, as JSON
"""

import json
import os
import resource
import subprocess
import sys
import time

import numpy as np

from bench.table import NotTaken, Table, Value, ratio
from everyhour.engine.features import SHARED, G, Z
from everyhour.engine.learning_at_scale import ScaleSums, learn
from everyhour.engine.priors import SHIPPED
from testing.server import ROOT

SIZES, QUICK = (10_000, 100_000, 1_000_000), (1_000, 10_000)
TOLD, PRACTICES, CHUNK, CORES, SEED = 4, 50, 20_000, 2, 168


def measure() -> list[Table]:
    sizes = QUICK if os.environ.get("EVERYHOUR_BENCH_QUICK") else SIZES
    rows: list[dict[str, Value]] = [taken(size) for size in sizes]
    for row in rows:
        row["µs a family"] = ratio(
            float(row["processor seconds"] or 0) * 1e6, float(row["families"] or 0)
        )
    notes = [
        f"Each family tells {TOLD} outcomes, and then the night: its statistics, what all share, each family's belief with its factor, how "
        f"different families are. {len(SHARED) + PRACTICES + len(G)} shared columns, {len(Z)} of each family; at most {CORES} threads.",
        "Outcomes are made up in pieces while the clock stands; “µs a family” of processor seconds stays the same while work grows "
        "no faster than families. “MB” is the most the process held, interpreter, NumPy and made-up outcomes included.",
    ]
    return [Table("Engine: a night of learning", rows, notes)]


def taken(families: int) -> dict[str, Value]:
    # NumPy's own threads would wait for one another in a spin and count as work; ours are over families.
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "bench.nights", str(families)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise NotTaken(f"A night of {families:,} families failed: {done.stderr.strip()[-300:]}")
    found: dict[str, Value] = json.loads(done.stdout)
    return found


def night(families: int) -> dict[str, Value]:
    """Live one day and learn from it."""
    rng = np.random.default_rng(SEED)
    items = [f"practice-{n:03d}" for n in range(PRACTICES)]
    start, _ = SHIPPED.arrays(items)
    sums = ScaleSums(families, len(start), start)
    added, clock, worked = 0.0, 0.0, 0.0
    for begin in range(0, families, CHUNK):
        told = outcomes(rng, begin, min(begin + CHUNK, families))
        began, at_work = time.perf_counter(), time.process_time()
        sums.add(*told)
        added, worked = added + time.perf_counter() - began, worked + time.process_time() - at_work
    began, at_work = time.perf_counter(), time.process_time()
    learn(
        sums,
        SHIPPED,
        items,
        np.array(SHIPPED.spread),
        SHIPPED.noise,
        keep_factors=True,
        cores=CORES,
    )
    clock, worked = time.perf_counter() - began, worked + time.process_time() - at_work
    return {
        "families": families,
        "seconds": added + clock,
        "of it statistics": added,
        "processor seconds": worked,
        "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def outcomes(
    rng: np.random.Generator, begin: int, end: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rows = np.repeat(np.arange(begin, end), TOLD)
    n = len(rows)
    w = np.zeros((n, len(SHARED) + PRACTICES + len(G)))
    w[np.arange(n), rng.integers(0, 18, n)] = 1.0
    w[:, 18 : len(SHARED)] = rng.random((n, len(SHARED) - 18)) < 0.3
    w[np.arange(n), len(SHARED) + rng.integers(0, PRACTICES, n)] = 1.0
    w[:, -len(G)] = 1.0
    w[:, -len(G) + 1 :] = rng.random((n, len(G) - 1)) < 0.3
    z = np.zeros((n, len(Z)))
    z[np.arange(n), rng.integers(0, 6, n)] = 1.0
    z[:, [6, -1]] = 1.0
    return rows, w, z, (rng.random(n) < 0.35).astype(float)


if __name__ == "__main__":
    print(json.dumps(night(int(sys.argv[1]))))
