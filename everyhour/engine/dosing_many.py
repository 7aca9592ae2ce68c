"""The figures of dosing.py for very many family-weeks at once: the same numbers, worked out side by side.

`dosing.py` is the one to read; each figure there has its formula. This twin exists because it is sixty times quicker and more: a
million weeks in seconds. Tests hold the two together, week by week, to 1e-9, also where clocks change.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from everyhour.engine.dosing import (
    EASE,
    GIVES_PER_GET,
    MERGED_WITHIN,
    PARTS,
    RESTED_AFTER,
    TINY,
    Span,
)

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

AT_ONCE = 60_000  # moments and weeks; they fit a processor’s cache, and a week’s number fits 16 bits, which sort quickest


@dataclass(frozen=True)
class Weeks:
    """Moments of many weeks: week i holds at[starts[i]:starts[i + 1]], hours since it began, in any order.

    given    whether each was given to the child; without it, all were.
    clock    what the clock on the wall said; NaN, or none at all, where it is worked out from the span.
    spans    the kinds of week there are (length, waking hours, days), and `span_of` which of them each week is.
    """

    starts: Whole  # (weeks + 1,)
    at: Floats
    given: Flags | None = None
    clock: Floats | None = None
    spans: Sequence[Span] = (Span(),)
    span_of: Whole | None = None

    @property
    def weeks(self) -> int:
        return len(self.starts) - 1


@dataclass(frozen=True)
class Figures:
    """One value a week under each of the names of `Spacing`."""

    n: Whole
    covered_hours: Whole
    covered_share: Floats
    covered_awake_share: Floats
    days_touched: Whole
    day_evenness: Floats
    part_evenness: Floats
    star_discrepancy: Floats
    stability: Floats
    longest_gap: Floats
    longest_awake_gap: Floats
    gap_ratio: Floats
    shortest_gap: Floats
    burstiness: Floats
    burstiness_n: Floats
    effective: Floats
    effective_share: Floats
    rests: Whole
    rest_kept: Floats
    gives: Whole
    gets: Whole
    balance: Floats
    longest_give_run: Whole


COUNTED = {"n", "covered_hours", "days_touched", "rests", "gives", "gets", "longest_give_run"}


def figures(
    weeks: Weeks, *, rested_after: float = RESTED_AFTER, gives_per_get: float = GIVES_PER_GET
) -> Figures:
    """Work out every figure of every week, in portions, so that memory stays small."""
    found: dict[str, Any] = {
        each.name: np.empty(weeks.weeks, np.int64 if each.name in COUNTED else np.float64)
        for each in fields(Figures)
    }
    for span, which in _portions(weeks):
        for name, values in _figures(
            _gathered(weeks, which), span, rested_after, gives_per_get
        ).items():
            found[name][which] = values
    return Figures(**found)


def _portions(weeks: Weeks) -> Iterator[tuple[Span, Whole]]:
    """Give weeks of one kind, as many as are quick together."""
    for kind, span in enumerate(weeks.spans):
        which = (
            np.arange(weeks.weeks)
            if weeks.span_of is None
            else np.flatnonzero(weeks.span_of == kind)
        )
        size = np.cumsum(weeks.starts[which + 1] - weeks.starts[which] + 1)
        cuts = np.searchsorted(size, np.arange(AT_ONCE, size.max(initial=0), AT_ONCE)) + 1
        yield from ((span, part) for part in np.split(which, cuts) if len(part))


@dataclass(frozen=True)
class Moments:
    """The moments of a portion, week by week and each week in order of time."""

    weeks: int
    week: Whole
    at: Floats
    given: Flags
    clock: Floats | None

    def where(self, kept: Flags | Whole) -> "Moments":
        return Moments(
            self.weeks,
            self.week[kept],
            self.at[kept],
            self.given[kept],
            None if self.clock is None else self.clock[kept],
        )

    @property
    def first(self) -> Flags:
        """Tell which moments are the first of their week."""
        first = np.ones(len(self.week), bool)
        np.not_equal(self.week[1:], self.week[:-1], out=first[1:])
        return first

    @property
    def counts(self) -> Whole:
        return np.bincount(self.week, minlength=self.weeks)


def _gathered(weeks: Weeks, which: Whole) -> Moments:
    counts = weeks.starts[which + 1] - weeks.starts[which]
    ends = np.cumsum(counts)
    week = np.repeat(np.arange(len(which)), counts)
    index = np.arange(ends[-1]) + np.repeat(weeks.starts[which] - (ends - counts), counts)
    given = np.ones(len(index), bool) if weeks.given is None else weeks.given[index].astype(bool)
    moments = Moments(
        len(which),
        week,
        weeks.at[index],
        given,
        None if weeks.clock is None else weeks.clock[index],
    )
    if np.all((moments.at[1:] >= moments.at[:-1]) | moments.first[1:]):
        return moments
    return moments.where(np.lexsort((moments.at, week.astype(np.uint16))))


def _figures(
    told: Moments, span: Span, rested_after: float, gives_per_get: float
) -> dict[str, NDArray]:
    ordered = _gives_first(told)
    doses = ordered.where(kept(ordered))
    n = doses.counts
    gives, gets = (
        part.where(kept(part)).counts for part in (told.where(told.given), told.where(~told.given))
    )
    balance = np.abs(gives - gives_per_get * gets) / np.maximum(gives + gives_per_get * gets, TINY)
    return {
        "n": n,
        **_where_they_lie(doses, n, span),
        **_how_far_apart(doses, n, span, rested_after),
        "gives": gives,
        "gets": gets,
        "balance": np.where(gives + gets > 0, 1 - balance, 1.0),
        "longest_give_run": _longest_give_run(told),
    }


def kept(moments: Moments) -> Flags:
    """Tell which moments stand after those closer than ten minutes to the last that stands have joined it.

    Far from the one before, a moment stands. Only chains of near ones have to be walked, all chains at the same time.
    """
    at, stands = moments.at, moments.first
    stands[1:] |= at[1:] - at[:-1] >= MERGED_WITHIN - TINY
    near = np.flatnonzero(~stands)
    if not len(near):
        return stands
    begins = np.r_[True, np.diff(near) > 1]
    here, last = near[begins], at[near[begins] - 1]
    ends = near[np.r_[begins[1:], True]] + 1
    while len(here):
        far = at[here] - last >= MERGED_WITHIN - TINY
        stands[here[far]] = True
        last = np.where(far, at[here], last)
        more = here + 1 < ends
        here, last, ends = here[more] + 1, last[more], ends[more]
    return stands


def _gives_first(told: Moments) -> Moments:
    """Where a give and a get fall on the same instant, let the give stand first, as `merged` does."""
    same = (told.at[1:] == told.at[:-1]) & ~told.first[1:] & ~told.given[:-1] & told.given[1:]
    if not same.any():
        return told
    return told.where(np.lexsort((~told.given, told.at, told.week)))


def _where_they_lie(doses: Moments, n: Whole, span: Span) -> dict[str, NDArray]:
    hour = np.floor(doses.at + TINY).astype(np.int64)
    new_hour = doses.first
    new_hour[1:] |= hour[1:] != hour[:-1]
    covered = np.bincount(doses.week[new_hour], minlength=len(n))
    day = np.maximum(np.searchsorted(np.asarray(span.days), doses.at + TINY, side="right") - 1, 0)
    clock = (doses.at - np.asarray(span.days)[day]) % 24
    if doses.clock is not None:
        clock = np.where(np.isnan(doses.clock), clock, doses.clock)
    part = sum((clock + TINY >= edge).astype(np.int64) for edge in PARTS)
    days = _cells(doses.week, day, len(n), len(span.days))
    parts = _cells(
        doses.week, day * (len(PARTS) + 1) + part, len(n), len(span.days) * (len(PARTS) + 1)
    )
    return {
        "covered_hours": covered,
        "covered_share": covered / span.hours,
        "covered_awake_share": covered / span.awake_hours,
        "days_touched": (days > 0).sum(axis=1),
        "day_evenness": _evenness(days, n, of=7),
        "part_evenness": _evenness(parts, n, of=28),
        "stability": _stability(
            doses.week[new_hour],
            hour[new_hour],
            np.diff(np.r_[np.flatnonzero(new_hour), len(hour)]),
            n,
            span,
        ),
    }


def _cells(week: Whole, cell: Whole, weeks: int, cells: int) -> Whole:
    return np.bincount(week * cells + cell, minlength=weeks * cells).reshape(weeks, cells)


def _evenness(counts: Whole, n: Whole, *, of: int) -> Floats:
    """Pielou's J of each line: (ln n - sum c ln c / n) / ln min(n, of)."""
    some = np.arange(1, counts.max(initial=0) + 1)
    c_log_c = np.r_[0.0, some * np.log(some)]
    most = np.log(np.clip(n, 2, of))
    entropy = np.log(np.maximum(n, 1)) - c_log_c[counts].sum(axis=1) / np.maximum(n, 1)
    return np.where(n > 1, np.abs(entropy / most), 0.0)


def _stability(week: Whole, hour: Whole, count: Whole, n: Whole, span: Span) -> Floats:
    """IS; one entry for each hour that holds something. Whole numbers until the last division, so that zero stays zero."""
    hours = round(span.hours)
    within = (hour >= 0) & (hour < hours)
    week, hour, count = week[within], hour[within], count[within]
    held, squares = (
        np.bincount(week, weights=weight, minlength=len(n)) for weight in (count, count**2)
    )
    spread = (hours * squares - 2 * n * held + n * n) / hours
    of_clock = np.array([math.floor(span.clock(i) + TINY) for i in range(hours)])
    often = np.bincount(of_clock)
    by_clock = np.bincount(
        week * len(often) + of_clock[hour], weights=count, minlength=len(n) * len(often)
    ).reshape(len(n), -1)
    there = often > 0
    between = ((by_clock[:, there] / often[there] - (n / hours)[:, None]) ** 2).sum(axis=1)
    return np.where(
        spread > 0, hours * between / (there.sum() * np.where(spread > 0, spread, 1)), 0.0
    )


def _how_far_apart(doses: Moments, n: Whole, span: Span, rested_after: float) -> dict[str, NDArray]:
    full = n > 0
    starts = (np.cumsum(n) - n)[full]
    awake = _awake_until(span, doses.at)
    gaps, rest = (
        _gaps(times, starts, n[full], around)
        for times, around in ((doses.at, span.hours), (awake, span.awake_hours))
    )

    def each(function: np.ufunc, values: Floats, none: float) -> Floats:
        out = np.full(len(n), none, np.float64)
        out[full] = function.reduceat(values, starts) if len(starts) else out[full]
        return out

    some = np.maximum(n, 1)
    longest_awake = each(np.maximum, rest, span.awake_hours)
    mean = each(np.add, rest, 1.0) / some
    r = np.sqrt(each(np.add, (rest - mean[doses.week]) ** 2, 1.0) / some) / mean
    more, less = np.sqrt(n + 1), np.sqrt(np.maximum(n - 1, 0))
    place = np.arange(len(awake)) - (np.cumsum(n) - n)[doses.week]
    share, of = awake / span.awake_hours, n[doses.week]
    effective = each(np.add, 1 - np.exp(-rest / EASE), 0.0)
    rests = each(np.add, (rest >= rested_after - TINY).astype(float), 0.0)
    chance = (
        span.awake_hours / some * np.r_[1.0, np.cumsum(1 / np.arange(1, n.max(initial=0) + 1))][n]
    )
    return {
        "star_discrepancy": each(
            np.maximum, np.maximum((place + 1) / of - share, share - place / of), 0.0
        ),
        "longest_gap": each(np.maximum, gaps, span.hours),
        "longest_awake_gap": longest_awake,
        "gap_ratio": np.where(full, longest_awake / chance, 0.0),
        "shortest_gap": each(np.minimum, gaps, span.hours),
        "burstiness": np.where(full, (r - 1) / (r + 1), 0.0),
        "burstiness_n": np.where(
            n > 1, (more * r - less) / np.where(n > 1, (more - 2) * r + less, 1), 0.0
        ),
        "effective": effective,
        "effective_share": effective / some,
        "rests": rests,
        "rest_kept": np.where(full, rests / some, 1.0),
    }


def _awake_until(span: Span, at: Floats) -> Floats:
    hours = np.zeros(len(at))
    for start, end in span.awake:
        hours += np.where(start < at, np.minimum(end, at) - start, 0.0)
    return hours


def _gaps(times: Floats, starts: Whole, n: Whole, around: float) -> Floats:
    """Give the time from each moment to the next, the last one's round to its week's first."""
    gaps = np.empty(len(times))
    gaps[:-1] = times[1:] - times[:-1]
    last = starts + n - 1
    gaps[last] = around - times[last] + times[starts]
    return gaps


def _longest_give_run(told: Moments) -> Whole:
    place = np.arange(len(told.week))
    before = np.maximum.accumulate(np.where(told.given, np.where(told.first, place - 1, -1), place))
    longest = np.zeros(told.weeks, np.int64)
    starts = np.flatnonzero(told.first)
    if len(starts):
        longest[told.week[starts]] = np.maximum.reduceat(place - before, starts)
    return longest
