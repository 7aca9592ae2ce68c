"""Time and memory of one night of learning, each size in a process of its own.

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
from everyhour.engine.learning import fit
from everyhour.engine.priors import SHIPPED
from everyhour.engine.sufficient_stats import SufficientStats, TrainingRows
from testing.server import ROOT

SIZES, QUICK = (1_000, 10_000, 50_000), (1_000, 5_000)
OUTCOMES, PRACTICES, CHUNK, SEED = 4, 50, 20_000, 168


def measure() -> list[Table]:
    sizes = QUICK if os.environ.get("EVERYHOUR_BENCH_QUICK") else SIZES
    rows = [measure_in_process(size) for size in sizes]
    for row in rows:
        row["µs a family"] = ratio(
            float(row["processor seconds"] or 0) * 1e6, float(row["families"] or 0)
        )
    columns = len(SHARED) + PRACTICES + len(G)
    notes = [
        f"Each family reports {OUTCOMES} outcomes; then the sufficient statistics and the nightly "
        f"fit of learning.py. {columns} shared columns, {len(Z)} of each family; one thread.",
        "Generating the outcomes is not timed. “µs a family” is constant while the work grows "
        "linearly. “MB” is the peak of the process, with interpreter, NumPy and outcomes.",
    ]
    return [Table("Engine: a night of learning", rows, notes)]


def measure_in_process(families: int) -> dict[str, Value]:
    # One BLAS thread: idle threads spin and would count as processor time.
    done = subprocess.run(
        [sys.executable, "-m", "bench.nights", str(families)],
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise NotTaken(f"A night of {families:,} families failed: {done.stderr.strip()[-300:]}")
    row: dict[str, Value] = json.loads(done.stdout)
    return row


def run_night(families: int) -> dict[str, Value]:
    """Add one day of outcomes, then fit; return the time of both and the peak memory."""
    rng = np.random.default_rng(SEED)
    sums = SufficientStats()
    sums.add_items([f"practice-{n:03d}" for n in range(PRACTICES)])
    sums.add_families({str(n): np.zeros(len(Z)) for n in range(families)})
    adding = worked = 0.0
    for begin in range(0, families, CHUNK):
        rows = generate_rows(rng, begin, min(begin + CHUNK, families))
        clock, processor = time.perf_counter(), time.process_time()
        sums.add(rows)
        adding += time.perf_counter() - clock
        worked += time.process_time() - processor
    clock, processor = time.perf_counter(), time.process_time()
    fit(sums, SHIPPED)
    return {
        "families": families,
        "seconds": adding + time.perf_counter() - clock,
        "of it statistics": adding,
        "processor seconds": worked + time.process_time() - processor,
        "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def generate_rows(rng: np.random.Generator, begin: int, end: int) -> TrainingRows:
    families = np.repeat(np.arange(begin, end), OUTCOMES)
    n = len(families)
    w = np.zeros((n, len(SHARED) + PRACTICES + len(G)))
    w[np.arange(n), rng.integers(0, 18, n)] = 1.0
    w[:, 18 : len(SHARED)] = rng.random((n, len(SHARED) - 18)) < 0.3
    w[np.arange(n), len(SHARED) + rng.integers(0, PRACTICES, n)] = 1.0
    w[:, -len(G)] = 1.0
    w[:, -len(G) + 1 :] = rng.random((n, len(G) - 1)) < 0.3
    z = np.zeros((n, len(Z)))
    z[np.arange(n), rng.integers(0, 6, n)] = 1.0
    z[:, [6, -1]] = 1.0
    return TrainingRows(
        [str(n) for n in families.tolist()], w, z, (rng.random(n) < 0.35).astype(float)
    )


if __name__ == "__main__":
    print(json.dumps(run_night(int(sys.argv[1]))))
