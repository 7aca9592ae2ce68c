"""Tuning of the libraries over a few settings in a small separate world. `python -m
bench.rivals.tuning`
"""

import sys
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from bench.rivals import LIBRARIES, missing
from bench.rivals.vowpal import Vowpal
from everyhour.engine.policy import Policy
from everyhour.engine.simulation.runner import live
from everyhour.engine.simulation.world import World

SEEDS, FAMILIES, DAYS = (101,), 80, 21
PLAIN = "--cb_explore_adf --cb_type mtr -q sa --quiet --random_seed 168"
EXPLORING = {
    "epsilon .05": "--epsilon 0.05",
    "squarecb": "--squarecb --gamma_scale 100",
    "softmax": "--softmax --lambda 10",
}
WIDTHS = (0.1, 0.5)


def settings() -> Iterator[tuple[str, Callable[[World], Policy]]]:
    for name, (module, _) in LIBRARIES.items():
        if missing(name) is None:
            yield from _vowpal() if module == "vowpal" else _arms(module)


def _vowpal_with(world: World, *, options: str) -> Policy:
    return Vowpal(world.answers, options)


def _vowpal() -> Iterator[tuple[str, Callable[[World], Policy]]]:
    for label, options in EXPLORING.items():
        yield f"vowpal {label}", partial(_vowpal_with, options=f"{PLAIN} {options}")
    yield "vowpal epsilon .05, no cost", lambda world: Vowpal(world.answers, cost=0.0)


def _arms(module: str) -> Iterator[tuple[str, Callable[[World], Policy]]]:
    made = sys.modules[f"bench.rivals.{module}"].policy
    for width in WIDTHS:

        def maker(world: World, width: float = width) -> Policy:
            found = made(world)
            setattr(found, "width" if module == "river" else "alpha", width)
            return found

        yield f"{module} width {width}", maker


def main() -> None:
    for label, maker in settings():
        lived = [live(world := World(FAMILIES, seed), maker(world), DAYS) for seed in SEEDS]
        helpful, muted = (
            np.mean([one.per_week().mean() for one in lived]),
            np.mean([one.muted.mean() for one in lived]),
        )
        print(f"{label:40} {helpful:.2f} helpful moments a week, {muted:.1%} muted", flush=True)


if __name__ == "__main__":
    main()
