"""Availability: the product's reason is what the engine records, at any hour of any day."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everyhour.domain.moments import rest
from everyhour.domain.recommendations import availability
from everyhour.domain.recommendations.advisor import learned
from everyhour.engine.availability import unavailable_reason
from everyhour.engine.values import History, Opportunity

NOW = datetime(2026, 11, 19, 23, 40, tzinfo=UTC)
REASONS = sorted({*availability.REASON_OF_REST.values(), "consent", "not_today", "week_full"})


def engine_reason(available: learned.Availability, history: History = History()) -> str | None:
    return unavailable_reason(
        Opportunity("k", "f", 500_000.0, 0, "bedtime", "calm", (), standing=available), history
    )


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (rest.DAY_OFF, "day_off"),
        (rest.AFTER_A_HARD_ONE, "hard_day"),
        (rest.AFTER_A_MOMENT, "own_moment"),
        (rest.QUIET, "quiet"),
        (rest.SLEEP, "quiet"),
    ],
)
def test_each_kind_of_rest_has_its_reason(kind, reason):
    assert availability.reason_for_rest(rest.Rest(kind, NOW, NOW + timedelta(hours=1))) == reason


def test_no_rest_has_no_reason():
    assert availability.reason_for_rest(None) == ""


@pytest.mark.parametrize(
    ("since_hard", "since_own", "reason"),
    [
        (None, None, ""),
        (timedelta(hours=3, minutes=59), timedelta(minutes=5), "hard_day"),
        (timedelta(hours=4), timedelta(hours=4), ""),
        (None, timedelta(minutes=89), "own_moment"),
        (None, timedelta(minutes=90), ""),
    ],
)
def test_recent_moments_are_a_reason_while_rest_lasts(since_hard, since_own, reason):
    assert availability.reason_after_moments(since_hard, since_own) == reason


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    reason=st.sampled_from(REASONS),
)
def test_engine_records_the_reason_at_any_hour(at, reason):
    assert engine_reason(availability.build_availability(reason, now=at)) == reason


@given(at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))
def test_engine_adds_no_rule_to_the_reason(at):
    many = History(sent_at=tuple(500_000.0 - n / 10 for n in range(30)))

    assert engine_reason(availability.build_availability("", now=at), many) is None


def test_engine_rules_apply_without_an_outside_reason():
    assert engine_reason(learned.Availability(paused=True)) == "paused"
    assert engine_reason(learned.Availability(clock=22.0)) == "quiet"
