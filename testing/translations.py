"""Compile translations without gettext tools: `python -m testing.translations`, or with `--check` to see whether it is needed."""

import sys
from pathlib import Path

import polib

from testing.server import ROOT

LOCALES = ROOT / "everyhour" / "foundation" / "ui" / "locale"


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        late = stale()
        for path in late:
            print(f"{path}: not as its .po file is. Run `python -m testing.translations`.")
        return 1 if late else 0
    for path in compile_all():
        print(path)
    return 0


def compile_all() -> list[Path]:
    """Write each .mo file that is not as its .po file is, and give the files that were written."""
    late = stale()
    for path in late:
        path.write_bytes(compiled(path.with_suffix(".po")))
    return late


def stale() -> list[Path]:
    """Give the .mo files that are missing or not as their .po files are."""
    return [
        path
        for path in _compiled_files()
        if not path.exists() or path.read_bytes() != compiled(path.with_suffix(".po"))
    ]


def compiled(source: Path) -> bytes:
    """Give the bytes of a .mo file; the same source gives the same bytes on every machine."""
    return polib.pofile(source).to_binary()


def _compiled_files() -> list[Path]:
    return [source.with_suffix(".mo") for source in sorted(LOCALES.glob("*/LC_MESSAGES/*.po"))]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
