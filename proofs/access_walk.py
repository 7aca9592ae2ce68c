"""Walks the cells of `prove access` on a prepared state, in a process of its own, and prints one line of JSON for each.

python -m proofs.access_walk build --seed 168            write the world into the database of this state
python -m proofs.access_walk walk --n 2000 --shard 0/2   ask and judge; every write is taken back
python -m proofs.access_walk walk --wire http://localhost:8000    the same questions, reading only, to a real server
"""

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

import django


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m proofs.access_walk", description=__doc__, formatter_class=raw
    )
    parser.add_argument("what", choices=("build", "walk"))
    parser.add_argument("--seed", type=int, default=168)
    parser.add_argument("--n", type=int, default=0)
    parser.add_argument("--shard", default="0/1")
    parser.add_argument("--wire", default="")
    options = parser.parse_args()
    django.setup()
    _build(options.seed) if options.what == "build" else _walk(options)


def _build(seed: int) -> None:
    import time_machine

    from proofs.access_world import AT, Builder

    with time_machine.travel(AT, tick=False):
        world = Builder(seed).build()
    world_file().write_text(world.written())


def _walk(options: argparse.Namespace) -> None:
    import time_machine

    from proofs.access_asking import InProcess, Wire
    from proofs.access_judge import Judge
    from proofs.access_routes import cells, routes
    from proofs.access_world import AT, World

    world, rng = World.read(world_file().read_text()), random.Random(options.seed)
    found = routes()
    must, more = cells(world, found)
    if options.wire:
        chosen, asker = wire_sample([*must, *more], rng, options.n), Wire(options.wire, world)
        return tell(Judge(world, found, asker), chosen)
    shard, of = map(int, options.shard.split("/"))
    drawn = rng.sample(more, min(options.n, len(more)))
    with time_machine.travel(AT, tick=False):
        judge = Judge(world, found, InProcess(world))
        if shard == 0:
            for name, problems in judge.declared():
                say(name, problems)
        tell(judge, [*must, *drawn][shard::of])


def wire_sample(all_cells: list, rng: random.Random, n: int) -> list:
    """Draw from what only reads, for a server whose writes stay; a stream is the door's, and tried there."""
    reading = [
        cell
        for cell in all_cells
        if cell.method in ("GET", "HEAD", "OPTIONS") and cell.route.key != "live"
    ]
    return rng.sample(reading, min(n, len(reading)))


def tell(judge, chosen: list) -> None:
    for cell in chosen:
        say(cell.name, list(problems_of(judge, cell)))
    print(json.dumps({"asked": judge.asker.asked, "opened": sorted(judge.opened)}), flush=True)


def problems_of(judge, cell) -> Iterator[str]:
    try:
        yield from judge.problems(cell)
    except Exception as error:
        yield f"could not be tried: {type(error).__name__}: {str(error)[:200]}"


def say(name: str, problems: list[str]) -> None:
    print(json.dumps({"case": name, "problems": problems}, ensure_ascii=False), flush=True)


def world_file() -> Path:
    from django.conf import settings

    return settings.DATA / "world.json"


if __name__ == "__main__":
    main()
