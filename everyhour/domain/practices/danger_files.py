"""The phrases of danger as the phone and the pages read them: files in the package.

`everyhour crisis build` writes one file for each language of content/danger.yaml, folded like typed
text, and `everyhour crisis check` finds files that differ. With these files words of danger are
noticed whatever state the database and the library are in.
"""

import json
from functools import cache
from pathlib import Path

from everyhour.domain.practices import danger
from everyhour.domain.practices.files import read_vocabulary
from everyhour.foundation.ui.danger_panel import FILES, paths

MAX_BYTES = 28 * 1024  # each, compressed; a phone fetches them once for each release


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


def has_danger(*texts: str) -> bool:
    """Return whether a person typed words of danger in any of these texts, in any language."""
    return any(text and danger.find(text, current()) for text in texts)


@cache
def current() -> danger.Patterns:
    """Return the phrases of the built files."""
    bodies = {path.name: json.loads(path.read_bytes()) for path in paths()}
    kinds = next(iter(bodies.values()))["phrases"]
    languages = {name: {**body, "phrases": dict(body["phrases"])} for name, body in bodies.items()}
    return danger.prepare({"kinds": [kind for kind, _phrases in kinds], **languages})
