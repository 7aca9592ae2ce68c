"""Write the drawings as one sprite. Its colours are tokens of the page that uses it."""

from itertools import groupby

from everyhour.features.now.pictograms import moving, playing, sensing, staying, working
from everyhour.features.now.pictograms.drawing import Drawing

DRAWINGS: dict[str, Drawing] = {
    **working.DRAWINGS,
    **moving.DRAWINGS,
    **playing.DRAWINGS,
    **sensing.DRAWINGS,
    **staying.DRAWINGS,
}
BIG, EDGE, RIM, LIGHT = (
    "var(--pictogram-big,var(--ink-3))",
    "var(--edge)",
    "var(--pictogram-rim,var(--given-edge))",
    "var(--given)",
)
# Presentation attributes: a page's classes do not reach into the sprite, its tokens do.
STYLES = {
    "big-back": f'stroke="{BIG}" stroke-width="12"',
    "big-limb": f'stroke="{BIG}" stroke-width="6"',
    "big-head": f'stroke="{BIG}" stroke-width="17"',
    "big-body": f'stroke="{BIG}" stroke-width="3" fill="{BIG}"',
    "big-face": f'stroke="{BIG}" stroke-width="24"',
    "big-arm": f'stroke="{BIG}" stroke-width="8"',
    "small-back": 'stroke-width="10"',
    "small-limb": 'stroke-width="5"',
    "small-head": 'stroke-width="15"',
    "small-body": 'stroke-width="3" fill="currentColor"',
    "small-face": 'stroke-width="21"',
    "small-arm": 'stroke-width="7"',
    "line": f'stroke="{EDGE}" stroke-width="4"',
    "thing": f'stroke="{EDGE}" stroke-width="3" fill="{EDGE}"',
    "floor": f'stroke="{EDGE}" stroke-width="3"',
    "wash": 'stroke="none" fill="var(--lit)"',
    "light": f'stroke="{RIM}" stroke-width="1.5" fill="{LIGHT}"',
    "rim": f'stroke="{RIM}" stroke-width="6"',
    "glow": f'stroke="{LIGHT}" stroke-width="3.5"',
}
SHAPE = (
    'viewBox="0 0 96 96" fill="none" stroke="currentColor" '
    'stroke-linecap="round" stroke-linejoin="round"'
)
NEAR = 'transform="scale(1.263)translate(-10-18)"'  # the part from (10, 18) to (86, 94) fills it


def sprite() -> str:
    symbols = (symbol(slug, drawing) for slug, drawing in sorted(DRAWINGS.items()))
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def symbol(slug: str, drawing: Drawing) -> str:
    """Return one picture; neighbours of one kind become one path."""
    paths = "".join(
        f'<path {STYLES[kind]} d="{"".join(mark.path for mark in marks)}"/>'
        for kind, marks in groupby(drawing.marks, key=lambda mark: mark.kind)
    )
    drawn = f"<g {NEAR}>{paths}</g>" if drawing.near else paths
    return f'<symbol id="{slug}" {SHAPE}>{drawn}</symbol>'
