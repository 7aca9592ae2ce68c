"""Compile translations without gettext tools.

`python -m testing.translations` compiles; `--check` only reports files that are out of date.
"""

import sys
from pathlib import Path

import polib

from testing.server import ROOT

LOCALES = ROOT / "everyhour" / "foundation" / "ui" / "locale"


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        outdated = stale()
        for path in outdated:
            print(f"{path}: does not match its .po file. Run `python -m testing.translations`.")
        return 1 if outdated else 0
    for path in compile_all():
        print(path)
    return 0


def compile_all() -> list[Path]:
    """Write each .mo file that does not match its .po file; return the files written."""
    outdated = stale()
    for path in outdated:
        path.write_bytes(compile_file(path.with_suffix(".po")))
    return outdated


def stale() -> list[Path]:
    """Return the .mo files that are missing or do not match their .po files."""
    return [
        path
        for path in _compiled_files()
        if not path.exists() or path.read_bytes() != compile_file(path.with_suffix(".po"))
    ]


def compile_file(source: Path) -> bytes:
    """Return the bytes of a .mo file; they are the same on every machine."""
    return polib.pofile(source).to_binary()


def _compiled_files() -> list[Path]:
    return [source.with_suffix(".mo") for source in sorted(LOCALES.glob("*/LC_MESSAGES/*.po"))]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
