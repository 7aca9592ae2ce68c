"""Dice: the same on every machine, and as fair as dice should be."""

import numpy as np

from everyhour.engine.seeded_random import (
    FINE,
    QUANTILES,
    derive_seed,
    normals,
    round_to_grid,
    uniform_pair,
    uniforms,
    words,
)


def test_words_are_those_of_splitmix64():
    # The first outputs of the reference implementation for seed 0 (Vigna, splitmix64.c).
    assert [hex(int(word)) for word in words(np.uint64(0), 3)] == [
        "0xe220a8397b1dcdaf",
        "0x6e789e6aa1b965f4",
        "0x6c45d188009454f",
    ]


def test_the_table_of_normals_is_the_one_that_was_written():
    grid = (QUANTILES / FINE).astype(int)

    assert (grid * np.arange(len(grid))).sum() == 310144589847
    assert (grid == -grid[::-1]).all()


def test_seeds_come_from_names_and_names_do_not_run_together():
    assert derive_seed("policy", "family-7") == 5263075655529612633
    assert derive_seed("ab", "c") != derive_seed("a", "bc")


def test_one_seed_falls_the_same_alone_and_among_others():
    seeds = np.arange(5, dtype=np.uint64)

    assert (normals(seeds, 6, 32)[3] == normals(seeds[3:4], 6, 32)[0]).all()
    assert (uniforms(seeds, 4)[:, :2] == uniforms(seeds, 2)).all()


def test_the_first_two_are_the_same_with_and_without_an_array():
    seeds = [0, 1, 2**63, 2**64 - 1, derive_seed("k")]

    assert [uniform_pair(seed) for seed in seeds] == [
        tuple(row) for row in uniforms(np.array(seeds, dtype=np.uint64), 2).tolist()
    ]


def test_normals_are_normal_and_uniforms_even():
    many = normals(np.arange(100, dtype=np.uint64), 10, 1000)
    even = uniforms(np.arange(1000, dtype=np.uint64), 100)

    assert abs(many.mean()) < 0.005 and abs(many.std() - 1) < 0.005
    assert abs(np.mean(np.abs(many) > 1.96) - 0.05) < 0.002
    assert abs(even.mean() - 0.5) < 0.005 and even.min() >= 0 and even.max() < 1


def test_sums_over_the_grid_do_not_depend_on_their_order():
    """The reason for the grid: another machine adds in another order."""
    x = round_to_grid(normals(np.uint64(1), 50, 30), 2.0**-12)
    b = round_to_grid(normals(np.uint64(2), 30, 256), 2.0**-24)
    order = np.argsort(uniforms(np.uint64(3), 30))

    assert (x @ b == x[:, order] @ b[order]).all()
    assert (x @ b == sum(np.outer(x[:, n], b[n]) for n in range(30))).all()
