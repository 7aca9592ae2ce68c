"""Spacing of moments in a week: worked examples, weeks of 167 and 169 hours, and properties of
every week.
"""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everyhour.engine.dosing import Dose, Spacing, Week

WEEKS = json.loads(
    (Path(__file__).resolve().parents[3] / "testing/data/spacing_vectors.json").read_text()
)
FIGURES = {
    "n": "n",
    "covered_hours": "covered_hours",
    "covered_share_168": "covered_share",
    "covered_share_awake": "covered_awake_share",
    "days_touched": "days_touched",
    "day_evenness": "day_evenness",
    "part_evenness": "part_evenness",
    "longest_gap_clock_h": "longest_gap",
    "longest_gap_awake_h": "longest_awake_gap",
    "longest_gap_ratio": "gap_ratio",
    "burstiness_B": "burstiness",
    "burstiness_An": "burstiness_n",
    "star_discrepancy": "star_discrepancy",
    "rest_satisfied": "rest_kept",
    "min_gap_h": "shortest_gap",
    "effective_dose": "effective",
    "effective_share": "effective_share",
    "interdaily_stability": "stability",
    "give": "gives",
    "get": "gets",
    "balance": "balance",
    "longest_give_run_without_get": "longest_give_run",
}
# The file rounds its times to six decimals; minutes can be restored from that, random times cannot.
WITHIN = {"uniform random over awake hours (14)": 2e-6}

times = st.floats(0, 167.99, allow_nan=False)
weeks = st.lists(st.builds(Dose, at=times, given=st.booleans()), max_size=60)


@pytest.mark.parametrize("name", WEEKS)
def test_reference_weeks_match(name):
    reported = WEEKS[name]
    exact = name not in WITHIN
    flags = reported.get("give_flags", [True] * reported["n"])
    at = [round(t * 60) / 60 if exact else t for t in reported["times"]]

    week = Spacing([Dose(t, given=flag) for t, flag in zip(at, flags, strict=True)])

    wanted = {key: value for key, value in reported.items() if key in FIGURES}
    assert {key: getattr(week, FIGURES[key]) for key in wanted} == pytest.approx(
        wanted, rel=0, abs=WITHIN.get(name, 1e-9)
    )
    assert set(reported) - set(FIGURES) <= {"times", "give_flags"}


def test_moments_within_ten_minutes_merge():
    week = Spacing([Dose(10.0), Dose(10.1), Dose(10.15), Dose(10.5)])

    assert week.n == 2


def test_simultaneous_give_and_get_count_for_both():
    week = Spacing([Dose(10.0), Dose(10.05, given=False)])

    assert (week.n, week.gives, week.gets) == (1, 1, 1)


def test_empty_week_figures():
    week = Spacing([])

    assert (week.n, week.effective, week.rest_kept, week.longest_gap) == (0, 0, 1.0, 168.0)
    assert (
        week.day_evenness,
        week.gap_ratio,
        week.star_discrepancy,
        week.stability,
        week.balance,
    ) == (0, 0, 0, 0, 1)


def test_one_moment_has_one_gap():
    week = Spacing([Dose(64.0)])

    assert (week.longest_gap, week.longest_awake_gap, week.burstiness_n, week.gap_ratio) == (
        168,
        98,
        0,
        1,
    )


@pytest.mark.parametrize("hours", [167, 168, 169])
def test_clock_change_week_has_its_length(hours):
    span = Week(hours=hours, days=(0, 24, 48, 72, 96, 120, 144), awake=((0, 14), (24, 38)))

    week = Spacing([Dose(10.0)], span)

    assert (week.longest_gap, week.covered_share) == (hours, 1 / hours)
    assert span.day(hours - 0.5) == 6


def test_local_clock_decides_part_of_day():
    by_start = Spacing([Dose(8.0), Dose(9.0)])
    by_clock = Spacing([Dose(8.0, clock=9.0), Dose(9.0, clock=19.0)])

    assert (by_start.part_evenness, by_clock.part_evenness) == (0, 1)


@settings(deadline=None)
@given(weeks)
def test_figures_stay_within_bounds(moments):
    week = Spacing(moments)

    assert week.n <= len(moments)
    assert 0 <= week.effective <= week.n + 1e-9
    assert 0 <= week.rest_kept <= 1
    assert all(
        -1e-9 <= share <= 1 + 1e-9
        for share in (week.day_evenness, week.part_evenness, week.star_discrepancy, week.stability)
    )
    assert -1 - 1e-9 <= week.burstiness_n <= 1 + 1e-9
    assert 0 <= week.balance <= 1
    assert week.gives + week.gets <= len(moments)


@settings(deadline=None)
@given(weeks.filter(bool))
def test_gaps_sum_to_the_week(moments):
    week = Spacing(moments)

    assert sum(week.clock_gaps) == pytest.approx(168)
    assert sum(week.awake_gaps) == pytest.approx(98)
