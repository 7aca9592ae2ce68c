"""Random numbers that are identical on every machine: SplitMix64 words and tabulated normal
quantiles.

Floating-point sums differ in their last digits between processors and BLAS libraries. Draws are
therefore rounded to a grid (`round_to_grid`): multiples of 2**-20 are integers in disguise, and
sums and products of integers below 2**53 are exact in doubles, in any order. Counts of such draws
are the same bit for bit everywhere.
"""

from functools import lru_cache
from hashlib import blake2b
from statistics import NormalDist

import numpy as np

GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_27, _30, _31 = np.uint64(27), np.uint64(30), np.uint64(31)
_ALL = 2**64 - 1
BITS = 12  # of a normal: 4,096 quantiles, four from each word
FINE = 2.0**-16  # grid of the table
UNIT = 2.0**-53

# Mid-quantiles, rounded to the grid so that the last digit of a library's log cannot matter.
QUANTILES = np.array(
    [round(NormalDist().inv_cdf((n + 0.5) / 2**BITS) / FINE) * FINE for n in range(2**BITS)]
)


def derive_seed(*parts: object) -> int:
    """Return a 64-bit seed derived from names, the same in every process.

    >>> derive_seed("policy", "family-7")
    5263075655529612633
    """
    return int.from_bytes(
        blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).digest(), "big"
    )


def words(seeds: np.ndarray | np.uint64, count: int, skip: int = 0) -> np.ndarray:
    """Return `count` words per seed, axes (seed, word); word j does not depend on `count`."""
    mixed = np.asarray(seeds, dtype=np.uint64)[..., None] + _steps(count, skip)
    mixed ^= mixed >> _30
    mixed *= _FIRST
    mixed ^= mixed >> _27
    mixed *= _SECOND
    mixed ^= mixed >> _31
    return mixed


@lru_cache(maxsize=64)
def _steps(count: int, skip: int) -> np.ndarray:
    return np.arange(skip + 1, skip + count + 1, dtype=np.uint64) * GAMMA


def uniforms(seeds: np.ndarray | np.uint64, count: int, skip: int = 0) -> np.ndarray:
    """Return uniforms in [0, 1), axes (seed, number)."""
    return (words(seeds, count, skip) >> np.uint64(11)) * UNIT


def uniform_pair(seed: int) -> tuple[float, float]:
    """Return the first two `uniforms` of one seed, without building an array."""
    return _word(seed + int(GAMMA)) * UNIT, _word(seed + 2 * int(GAMMA)) * UNIT


def _word(mixed: int) -> int:
    mixed &= _ALL
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _ALL
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _ALL
    return (mixed ^ (mixed >> 31)) >> 11


def normals(seeds: np.ndarray | np.uint64, rows: int, columns: int, skip: int = 8) -> np.ndarray:
    """Return standard normals on the grid, axes (seed, row, column); the first `skip` words are
    reserved for single draws.
    """
    total = rows * columns
    word = words(seeds, -(-total // 4), skip)
    quarters = word.astype("<u8").view("<u2")[..., :total] >> np.uint16(16 - BITS)
    return QUANTILES.take(quarters).reshape(*word.shape[:-1], rows, columns)


def round_to_grid(values: np.ndarray, step: float) -> np.ndarray:
    """Round to multiples of a power of two."""
    return np.rint(values / step) * step
