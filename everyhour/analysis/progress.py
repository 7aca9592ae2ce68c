"""Progress of long work on stderr: a bar on a terminal, elsewhere a line every ten seconds."""

import os
import sys
import time
from typing import TextIO

BAR_WIDTH = 24
LINE_EVERY, BAR_EVERY = 10.0, 0.1  # seconds


class Progress:
    """Counts the steps of some work: use it as a context manager, and call it at each step.

    NO_COLOR and TERM=dumb turn the bar off: people who use a screen reader set them.
    """

    def __init__(self, label: str, steps: int, *, out: TextIO | None = None) -> None:
        self.label, self.steps, self.done = label, max(steps, 1), 0
        self.out = out or sys.stderr
        plain = os.environ.get("TERM") == "dumb" or "NO_COLOR" in os.environ
        self.bar = self.out.isatty() and not plain
        self.started = self.reported = time.monotonic()

    def __enter__(self) -> "Progress":
        return self

    def __call__(self, steps: int = 1, label: str | None = None) -> None:
        self.done += steps
        self.label = label or self.label
        now = time.monotonic()
        if now - self.reported >= (BAR_EVERY if self.bar else LINE_EVERY):
            self.reported = now
            self._report(now)

    def __exit__(self, *_error: object) -> None:
        if self.bar:
            self.out.write("\r\x1b[K")
            self.out.flush()

    def _report(self, now: float) -> None:
        share = min(self.done / self.steps, 1.0)
        left = (now - self.started) * (1 - share) / share if share else 0.0
        count = f"{self.done:,} of {self.steps:,} ({share:.0%})"
        text = f"{self.label}: {count}, about {left:,.0f} s left"
        if self.bar:
            bar = "█" * round(BAR_WIDTH * share)
            self.out.write(f"\r\x1b[K{bar:░<{BAR_WIDTH}} {text}")
        else:
            self.out.write(text + "\n")
        self.out.flush()
