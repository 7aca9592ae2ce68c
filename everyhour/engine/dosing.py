"""Spacing of a week's moments: dose, spacing, rest, give and get. Separate figures, never one
score.

A week has `hours` hours (168; 167 or 169 when clocks change), some of them awake. Times are hours
since its start. Moments closer than ten minutes count as one. Gaps wrap around the week, so n
moments have n gaps; they are in awake hours unless noted. docs/science/dosing.md has the sources.
"""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

MERGED_WITHIN = 10 / 60  # hours
RESTED_AFTER = (
    1.5  # awake hours between two moments that count as rest; our choice, a family may set another
)
EASE = 2.0  # tau of the effective dose, awake hours; ours
GIVES_PER_GET = 4.0  # k; no ratio has been shown to be right, so families and clinicians may set it
TINY = 1e-6  # hours; a clock does not see it
PARTS = (10.5, 14.5, 18.5)  # where morning, midday, afternoon and evening part, on the wall clock
DAYS, PER_DAY = 7, 24


def _every_day(start: float, end: float) -> tuple[tuple[float, float], ...]:
    return tuple((day * PER_DAY + start, day * PER_DAY + end) for day in range(DAYS))


@dataclass(frozen=True, slots=True)
class Week:
    """The week: its length, its waking hours, and where each day begins."""

    hours: float = 168.0
    awake: tuple[tuple[float, float], ...] = _every_day(7, 21)
    days: tuple[float, ...] = tuple(float(day * PER_DAY) for day in range(DAYS))

    @property
    def awake_hours(self) -> float:
        return sum(end - start for start, end in self.awake)

    def awake_until(self, at: float) -> float:
        """Return the awake hours before a time."""
        return sum(min(end, at) - start for start, end in self.awake if start < at)

    def day(self, at: float) -> int:
        return max(0, bisect_right(self.days, at + TINY) - 1)

    def clock(self, at: float) -> float:
        return (at - self.days[self.day(at)]) % PER_DAY


@dataclass(frozen=True, slots=True)
class Dose:
    """One moment: hours since the week began, local clock time, and whether the child or the
    caregiver received it.
    """

    at: float
    clock: float | None = None
    given: bool = True


@dataclass(frozen=True)
class Spacing:
    """The figures of one week, each computed when first used."""

    moments: Sequence[Dose]
    span: Week = field(default_factory=Week)
    rested_after: float = RESTED_AFTER
    gives_per_get: float = GIVES_PER_GET

    @cached_property
    def doses(self) -> list[Dose]:
        return merged(self.moments)

    @property
    def n(self) -> int:
        """The number of moments after merging (the dose; Perry)."""
        return len(self.doses)

    # Where they lie.

    @cached_property
    def covered_hours(self) -> int:
        """C: distinct hours that contain a moment; a weekly hour of therapy is 1 of 168."""
        return len({math.floor(dose.at + TINY) for dose in self.doses})

    @property
    def covered_share(self) -> float:
        return self.covered_hours / self.span.hours

    @property
    def covered_awake_share(self) -> float:
        return self.covered_hours / self.span.awake_hours

    @cached_property
    def days_touched(self) -> int:
        return len({self.span.day(dose.at) for dose in self.doses})

    @cached_property
    def day_evenness(self) -> float:
        """Pielou's J over days: H / ln(min(n, 7)), H = -sum p ln p, p a day's share."""
        return evenness(Counter(self.span.day(dose.at) for dose in self.doses), of=DAYS)

    @cached_property
    def part_evenness(self) -> float:
        """Pielou's J over 7 days x 4 parts of the day, divided at PARTS of the local clock."""
        parts = (
            (self.span.day(dose.at), bisect_right(PARTS, self._clock(dose) + TINY))
            for dose in self.doses
        )
        return evenness(Counter(parts), of=DAYS * (len(PARTS) + 1))

    @cached_property
    def star_discrepancy(self) -> float:
        """D*: largest distance between the distribution over awake time and the uniform one
        (Kolmogorov).
        """
        shares = sorted(
            self.span.awake_until(dose.at) / self.span.awake_hours for dose in self.doses
        )
        return max(
            (max((i + 1) / self.n - u, u - i / self.n) for i, u in enumerate(shares)), default=0.0
        )

    @cached_property
    def stability(self) -> float:
        """Interdaily stability: 1 is the same every day (Witting et al. 1990).

        IS = N sum_h (m_h - m)^2 / (24 sum_i (x_i - m)^2) on hourly counts: N is the number of
        hours, x_i their counts, m their mean, m_h the mean of one clock hour over the days.
        """
        hours = round(self.span.hours)
        counts = Counter(math.floor(dose.at + TINY) for dose in self.doses)
        mean = self.n / hours
        spread = sum((counts[i] - mean) ** 2 for i in range(hours))
        by_clock: dict[int, list[int]] = {}
        for i in range(hours):
            by_clock.setdefault(math.floor(self.span.clock(i) + TINY), []).append(counts[i])
        between = sum((sum(held) / len(held) - mean) ** 2 for held in by_clock.values())
        return hours * between / (len(by_clock) * spread) if spread else 0.0

    # How far apart.

    @cached_property
    def clock_gaps(self) -> list[float]:
        return gaps([dose.at for dose in self.doses], around=self.span.hours)

    @cached_property
    def awake_gaps(self) -> list[float]:
        return gaps(
            [self.span.awake_until(dose.at) for dose in self.doses], around=self.span.awake_hours
        )

    @property
    def longest_gap(self) -> float:
        """The longest clock gap; without moments, the whole week."""
        return max(self.clock_gaps, default=self.span.hours)

    @property
    def longest_awake_gap(self) -> float:
        return max(self.awake_gaps, default=self.span.awake_hours)

    @property
    def gap_ratio(self) -> float:
        """Longest awake gap over its expectation for n random points: (T / n) H_n (Holst 1980)."""
        if not self.n:
            return 0.0
        return self.longest_awake_gap / (
            self.span.awake_hours / self.n * sum(1 / i for i in range(1, self.n + 1))
        )

    @property
    def shortest_gap(self) -> float:
        return min(self.clock_gaps, default=self.span.hours)

    @cached_property
    def burstiness(self) -> float:
        """B = (r - 1) / (r + 1), r = sd / mean of the awake gaps: -1 regular, 0 random, +1
        bursty (Goh & Barabasi 2008).
        """
        r = self._variation
        return (r - 1) / (r + 1)

    @cached_property
    def burstiness_n(self) -> float:
        """A_n = (sqrt(n+1) r - sqrt(n-1)) / ((sqrt(n+1) - 2) r + sqrt(n-1)): B for few gaps (Kim
        & Jo 2016).
        """
        if self.n < 2:
            return 0.0  # one gap tells nothing of rhythm
        more, less, r = math.sqrt(self.n + 1), math.sqrt(self.n - 1), self._variation
        return (more * r - less) / ((more - 2) * r + less)

    @cached_property
    def _variation(self) -> float:
        if not self.awake_gaps:
            return 1.0
        mean = sum(self.awake_gaps) / self.n
        return math.sqrt(sum((gap - mean) ** 2 for gap in self.awake_gaps) / self.n) / mean

    @cached_property
    def effective(self) -> float:
        """n_eff = sum over gaps of 1 - exp(-g / tau): well-spaced moments count in full (Cepeda
        et al. 2006).
        """
        return sum(1 - math.exp(-gap / EASE) for gap in self.awake_gaps)

    @property
    def effective_share(self) -> float:
        return self.effective / self.n if self.n else 0.0

    @property
    def rests(self) -> int:
        """The number of gaps long enough for rest."""
        return sum(gap >= self.rested_after - TINY for gap in self.awake_gaps)

    @property
    def rest_kept(self) -> float:
        """Share of gaps long enough for rest; 1 without moments."""
        return self.rests / self.n if self.n else 1.0

    # Giving and getting.

    @cached_property
    def gives(self) -> int:
        return len(merged(dose for dose in self.moments if dose.given))

    @cached_property
    def gets(self) -> int:
        return len(merged(dose for dose in self.moments if not dose.given))

    @property
    def balance(self) -> float:
        """1 - |v - k w| / (v + k w), v gives, w gets: 1 when k gives meet one get."""
        gives, gets = self.gives, self.gives_per_get * self.gets
        return 1 - abs(gives - gets) / (gives + gets) if gives + gets else 1.0

    @cached_property
    def longest_give_run(self) -> int:
        """The most gives in a row without a get in between, before merging."""
        longest = run = 0
        for dose in sorted(self.moments, key=lambda dose: dose.at):
            run = run + 1 if dose.given else 0
            longest = max(longest, run)
        return longest

    def _clock(self, dose: Dose) -> float:
        return self.span.clock(dose.at) if dose.clock is None else dose.clock


def merged(moments: Iterable[Dose]) -> list[Dose]:
    """Keep the first of moments closer than ten minutes; of a give and a get at the same time,
    the give.
    """
    kept: list[Dose] = []
    for dose in sorted(moments, key=lambda dose: (dose.at, not dose.given)):
        if not kept or dose.at - kept[-1].at >= MERGED_WITHIN - TINY:
            kept.append(dose)
    return kept


def gaps(times: Sequence[float], *, around: float) -> list[float]:
    """Return the time from each to the next, the last one's wrapping to the first.

    >>> gaps([8, 20], around=168)
    [12, 156]
    """
    ordered = sorted(times)
    return (
        [later - earlier for earlier, later in pairwise(ordered)]
        + [around - ordered[-1] + ordered[0]]
        if ordered
        else []
    )


def evenness(counts: Counter, *, of: int) -> float:
    """Pielou's J: Shannon entropy over its maximum; 0 all in one cell, 1 evenly spread."""
    n = counts.total()
    most = math.log(min(n, of)) if n > 1 else 0.0
    entropy = -sum(c / n * math.log(c / n) for c in counts.values())
    return abs(entropy / most) if most else 0.0
