"""Draw bodies, things and light as marks: a kind of line and its path on the 96 grid."""

import math
from collections.abc import Iterable
from typing import NamedTuple

FLOOR = 86

type Point = tuple[float, float]


class Mark(NamedTuple):
    kind: str
    path: str


class Drawing(NamedTuple):
    marks: tuple[Mark, ...]
    near: bool


class Body(NamedTuple):
    """Lengths on the grid; how thick the lines are is in sprite.STYLES."""

    spine: float
    neck: float
    arm: float
    leg: float
    foot: float
    head: float  # from the middle of a bust's head to its shoulders
    shoulders: float  # half the width of a bust


class Aim(NamedTuple):
    """Where a hand or a foot goes. A positive bend puts the elbow behind, a negative one ahead."""

    x: float
    y: float
    bend: float = 1
    foot: Point | None = None


class Turn(NamedTuple):
    """Angles of the two bones of a limb; 0 is down, 90 forward, 180 up."""

    upper: float
    lower: float


BODIES = {
    "big": Body(spine=21, neck=13.5, arm=12, leg=15.5, foot=4, head=12, shoulders=17),
    "small": Body(spine=12, neck=11, arm=8, leg=9, foot=3, head=10, shoulders=13),
}


# Bodies


def big(hip: Point, lean: float = 0, **pose) -> list[Mark]:
    return figure("big", hip, lean, **pose)


def small(hip: Point, lean: float = 0, **pose) -> list[Mark]:
    return figure("small", hip, lean, **pose)


def figure(
    who: str,
    hip: Point,
    lean: float = 0,
    *,
    face: int = 1,
    curve: float = 0,
    nod: float = 0,
    arms: Iterable[tuple] = (),
    legs: Iterable[tuple] = (),
    head: Point | None = None,
) -> list[Mark]:
    """Return the marks of one body from the side.

    `hip` is where it sits or stands from, `lean` degrees forward from upright, `face` 1 to the
    right and -1 to the left. `curve` rounds the back, `nod` drops the head forward in degrees;
    `head` is an exact place for it. Each arm and leg is a Turn, an Aim, or the values of an Aim.
    """
    body = BODIES[who]
    top = polar(hip, 180 - lean * face, body.spine)
    bow = polar(between(hip, top, 0.5), 180 - lean * face + 90 * face, curve)
    back = [("M", hip), ("Q", bow, top)] if curve else [("M", hip), ("L", top)]
    shoulder = between(top, hip, 0.06)
    limbs = [_limb(shoulder, body.arm, aim, face) for aim in arms]
    limbs += [_limb(hip, body.leg, aim, face, body.foot) for aim in legs]
    crown = head or polar(top, 180 - (lean + nod) * face, body.neck)
    return [
        Mark(f"{who}-back", path(*back)),
        *([Mark(f"{who}-limb", "".join(limbs))] if limbs else []),
        Mark(f"{who}-head", path(("M", crown)) + "h0"),
    ]


def bust(
    who: str, x: float, y: float, *, base: float = 88, lean: float = 0, half: float = 0
) -> list[Mark]:
    """Return the near view: a head at (x, y) over a pebble of a body, `half` wide on each side."""
    half = half or BODIES[who].shoulders
    top, middle = y + BODIES[who].head, x - lean
    height = base - top
    left = (0, -round(height * 0.72), round(half * 0.4), -height, half + lean * 0.5, -height)
    right = (half - lean * 0.5, round(height * 0.28), half - lean * 0.5, height)
    body = f"M{pack((middle - half, base))}c{pack(left)}s{pack(right)}z"
    return [Mark(f"{who}-body", body), Mark(f"{who}-face", f"M{pack((x, y))}h0")]


def forearm(who: str, shape: str) -> list[Mark]:
    """Return a fat line that comes in from the edge of the closest view."""
    return [Mark(f"{who}-back", shape)]


def arm(who: str, shape: str) -> list[Mark]:
    """Return a near arm, only where it leaves the body or crosses the other one."""
    return [Mark(f"{who}-arm", shape)]


def hand(who: str, x: float, y: float) -> list[Mark]:
    return [Mark(f"{who}-face", f"M{pack((x, y))}h0")]


# Things and light


def line(shape: str) -> list[Mark]:
    return [Mark("line", shape)]


def thing(shape: str) -> list[Mark]:
    return [Mark("thing", shape)]


def floor(left: float = 8, right: float = 88, y: float = FLOOR) -> list[Mark]:
    return [Mark("floor", f"M{pack((left, y))}h{number(right - left)}")]


def wash(shape: str) -> list[Mark]:
    """Return light that falls: a lit doorway, a screen. It never counts as the one light."""
    return [Mark("wash", shape)]


def lit(shape: str) -> list[Mark]:
    """Return the one light as a shape."""
    return [Mark("light", shape)]


def glow(shape: str) -> list[Mark]:
    """Return the one light as a line, with its rim below."""
    return [Mark("rim", shape), Mark("glow", shape)]


def dot(x: float, y: float, radius: float = 5) -> str:
    r, across = number(radius), number(2 * radius)
    return f"M{pack((x - radius, y))}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0-{across} 0"


def bar(x1: float, y1: float, x2: float, y2: float, width: float = 6) -> str:
    """Return a capsule as a closed outline: a hand's place, a cushion, a plaster."""
    length = math.hypot(x2 - x1, y2 - y1)
    side = (y2 - y1) / length * width / 2, -(x2 - x1) / length * width / 2
    across, radius = (-2 * side[0], -2 * side[1]), number(width / 2)
    return (
        f"M{pack((x1 + side[0], y1 + side[1]))}l{pack((x2 - x1, y2 - y1))}"
        f"a{radius} {radius} 0 0 1 {pack(across)}l{pack((x1 - x2, y1 - y2))}"
        f"a{radius} {radius} 0 0 1 {pack((-across[0], -across[1]))}z"
    )


# Distance


def far(*parts: list[Mark]) -> Drawing:
    return Drawing(tuple(mark for part in parts for mark in part), near=False)


def near(*parts: list[Mark]) -> Drawing:
    return Drawing(tuple(mark for part in parts for mark in part), near=True)


# Geometry


def path(*steps: tuple) -> str:
    """Return a short relative path from ("M", p), ("L", p) and ("Q", control, p)."""
    written = ""
    at: Point = (0, 0)
    for letter, *points in steps:
        rounded = [(round(x), round(y)) for x, y in points]
        end = rounded[-1]
        if letter == "M":
            written += "M" + pack(end)
        elif letter == "L" and end[1] == at[1]:
            written += "h" + number(end[0] - at[0])
        elif letter == "L" and end[0] == at[0]:
            written += "v" + number(end[1] - at[1])
        else:
            steps_from = [value for x, y in rounded for value in (x - at[0], y - at[1])]
            written += letter.lower() + pack(steps_from)
        at = end
    return written


def pack(values: Iterable[float]) -> str:
    written = ""
    for value in map(number, values):
        written += value if not written or value.startswith("-") else " " + value
    return written


def number(value: float) -> str:
    """Write one decimal at most and no leading zero: the sprite is mostly digits."""
    written = f"{value:.1f}".rstrip("0").rstrip(".")
    if written.lstrip("-").startswith("0."):
        written = written.replace("0.", ".", 1)
    return "0" if written in ("", "-", "-0") else written


def polar(start: Point, degrees: float, length: float) -> Point:
    """Return the point at this distance; 0 is straight down, 90 to the right, 180 up."""
    angle = math.radians(degrees)
    return start[0] + math.sin(angle) * length, start[1] + math.cos(angle) * length


def between(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _limb(root: Point, bone: float, aim: tuple, face: int, foot: float = 0) -> str:
    if isinstance(aim, Turn):
        end = polar(polar(root, aim.upper * face, bone), aim.lower * face, bone)
        aim = Aim(*end, bend=1 if aim.lower < aim.upper else -1)
    aim = Aim(*aim)
    end, toes = (aim.x, aim.y), aim.foot or (foot * face, 0)
    steps = [("M", root), *_bones(root, end, bone, aim.bend * face)]
    if any(toes):
        steps.append(("L", (end[0] + toes[0], end[1] + toes[1])))
    return path(*steps)


def _bones(start: Point, end: Point, bone: float, bend: float) -> list[tuple]:
    """Return the steps of two bones of equal length, rounded where they meet."""
    across, down = end[0] - start[0], end[1] - start[1]
    distance = math.hypot(across, down) or 0.01
    height = math.sqrt(max(0, bone**2 - (distance / 2) ** 2))
    if height * abs(bend) < 3.5:
        return [("L", end)]
    x, y = between(start, end, 0.5)
    joint = x + down / distance * height * bend, y - across / distance * height * bend
    return [("L", between(start, joint, 0.62)), ("Q", joint, between(end, joint, 0.62)), ("L", end)]
