"""How far long work has come: a bar on a terminal, now and then a plain line elsewhere. To stderr, so that results can be piped."""

import os
import sys
import time
from typing import TextIO

WIDE = 24
EVERY = 10.0  # seconds between two plain lines
OFTEN = 0.1  # and between two bars


class Progress:
    """Counts steps of a whole; use as a context, and call it at each step.

    On a terminal that can (and without NO_COLOR or TERM=dumb, which people set who listen to their screen) one line is drawn anew.
    """

    def __init__(self, what: str, whole: int, *, out: TextIO | None = None) -> None:
        self.what, self.whole, self.done = what, max(whole, 1), 0
        self.out = out or sys.stderr
        self.drawn = (
            self.out.isatty() and os.environ.get("TERM") != "dumb" and "NO_COLOR" not in os.environ
        )
        self.began = self.told = time.monotonic()

    def __enter__(self) -> "Progress":
        return self

    def __call__(self, steps: int = 1, what: str | None = None) -> None:
        self.done += steps
        self.what = what or self.what
        now = time.monotonic()
        if now - self.told >= (OFTEN if self.drawn else EVERY):
            self.told = now
            self._tell()

    def __exit__(self, *_problem: object) -> None:
        if self.drawn:
            self.out.write("\r\x1b[K")
            self.out.flush()

    def _tell(self) -> None:
        share = min(self.done / self.whole, 1.0)
        left = (time.monotonic() - self.began) * (1 - share) / share if share else 0.0
        words = (
            f"{self.what}: {self.done:,} of {self.whole:,} ({share:.0%}), about {left:,.0f} s left"
        )
        if self.drawn:
            bar = "█" * round(WIDE * share)
            self.out.write(f"\r\x1b[K{bar:░<{WIDE}} {words}")
        else:
            self.out.write(words + "\n")
        self.out.flush()
