"""Build the phrases of danger for the phone, where ui/js/danger.js compares them without a network.

`everyhour crisis build` writes one file for each language of content/danger.yaml, folded like typed
text; `everyhour crisis check` finds files that differ.
"""

import json
from pathlib import Path

from everyhour.domain.practices import danger
from everyhour.domain.practices.files import read_vocabulary

FILES = Path(__file__).parents[2] / "foundation/ui/static/ui"
MAX_BYTES = 24 * 1024  # each, compressed; a phone fetches them once for each release


def build(content: Path) -> int:
    for name, body in compose(content).items():
        (FILES / name).write_bytes(body)
        print(f"{name}: {len(body)} bytes")
    return 0


def check(content: Path) -> int:
    """Print which files are missing or differ from the content; return 1 if any does."""
    stale = [
        name
        for name, body in compose(content).items()
        if not (FILES / name).exists() or (FILES / name).read_bytes() != body
    ]
    for name in stale:
        print(f"{FILES / name}: differs from content/danger.yaml. Run `everyhour crisis build`.")
    return 1 if stale else 0


def compose(content: Path) -> dict[str, bytes]:
    """Return the bytes of every file by its name."""
    listed = read_vocabulary(content / "danger.yaml")
    kinds = listed.pop("kinds")
    made = {}
    for language, lists in listed.items():
        body = {
            # The most urgent kind first, as in content/danger.yaml.
            "phrases": [
                [kind, [danger.fold(phrase) for phrase in lists["phrases"].get(kind, ())]]
                for kind in kinds
            ],
            "not": [danger.fold(phrase) for phrase in lists["not"]],
            "exact": sorted({danger.fold(word) for word in lists["exact"]}),
        }
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        made[f"danger.{language}.json"] = f"{text}\n".encode()
    return made
