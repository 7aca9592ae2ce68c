"""Walks the cells of `prove access` on a prepared state and prints a line of JSON for each.

python -m proofs.access_walk build --seed 168            create the world in this state's database
python -m proofs.access_walk walk --n 2000 --shard 0/2   request and judge; writes are rolled back
python -m proofs.access_walk walk --wire http://localhost:8000    reading only, on a real server
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

    from proofs.access_builder import Builder
    from proofs.access_world import AT

    with time_machine.travel(AT, tick=False):
        world = Builder(seed).build()
    world_file().write_text(world.dump())


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
        chosen, client = wire_sample([*must, *more], rng, options.n), Wire(options.wire, world)
        return print_cells(Judge(world, found, client), chosen)
    shard, of = map(int, options.shard.split("/"))
    drawn = rng.sample(more, min(options.n, len(more)))
    with time_machine.travel(AT, tick=False):
        judge = Judge(world, found, InProcess(world))
        if shard == 0:
            for name, problems in judge.declared():
                print_case(name, problems)
        print_cells(judge, [*must, *drawn][shard::of])


def wire_sample(all_cells: list, rng: random.Random, n: int) -> list:
    """Draw cells that only read, for a server whose writes stay; not the event stream."""
    reading = [
        cell
        for cell in all_cells
        if cell.method in ("GET", "HEAD", "OPTIONS") and cell.route.key != "live"
    ]
    return rng.sample(reading, min(n, len(reading)))


def print_cells(judge, chosen: list) -> None:
    for cell in chosen:
        print_case(cell.name, list(problems_of(judge, cell)))
    print(json.dumps({"asked": judge.client.count, "opened": sorted(judge.opened)}), flush=True)


def problems_of(judge, cell) -> Iterator[str]:
    try:
        yield from judge.problems(cell)
    except Exception as error:
        yield f"could not run: {type(error).__name__}: {str(error)[:200]}"


def print_case(name: str, problems: list[str]) -> None:
    print(json.dumps({"case": name, "problems": problems}, ensure_ascii=False), flush=True)


def world_file() -> Path:
    from django.conf import settings

    return settings.DATA / "world.json"


if __name__ == "__main__":
    main()
