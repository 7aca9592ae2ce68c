"""The rest a family has, as the engine asks for it: the same answer to the minute, whatever clocks do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everyhour.domain.moments.rest import (
    AFTER_A_HARD_ONE,
    AFTER_A_MOMENT,
    DAY_OFF,
    QUIET,
    SLEEP,
    Rest,
)
from everyhour.domain.recommendations import availability
from everyhour.engine.availability import unavailable_reason
from everyhour.engine.values import History, Opportunity

NOW = datetime(2026, 11, 19, 23, 40, tzinfo=UTC)
CHICAGO = ZoneInfo("America/Chicago")


def reason(span: Rest | None, at: datetime = NOW) -> str | None:
    asked = Opportunity(
        "k",
        "f",
        at.timestamp() / 3600,
        0,
        "bedtime",
        "calm",
        (),
        standing=availability.of(span, now=at.astimezone(CHICAGO)),
    )
    return unavailable_reason(asked, History())


def around(kind: str, before: float, after: float, at: datetime = NOW) -> Rest:
    return Rest(kind, at - timedelta(hours=before), at + timedelta(hours=after))


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (None, None),
        (around(DAY_OFF, 0, 0.02), "paused"),
        (around(AFTER_A_HARD_ONE, 3.99, 0.01), "hard_day"),
        (around(AFTER_A_MOMENT, 1.49, 0.01), "own_moment"),
        (around(QUIET, 3, 7.5), "quiet"),
        (around(SLEEP, 0, 9), "quiet"),
    ],
)
def test_each_rest_has_its_reason(span, said):
    assert reason(span) == said


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    before=st.floats(0, 11.9),
    after=st.floats(0.01, 12),
)
def test_quiet_hours_that_hold_now_are_quiet_for_the_engine_at_any_hour_of_any_day(
    at, before, after
):
    assert reason(around(QUIET, before, after, at), at) == "quiet"


def test_at_midnight_nothing_stands_against_an_offer_unless_there_is_rest():
    assert reason(None, datetime(2026, 11, 20, 6, 0, tzinfo=UTC)) is None
