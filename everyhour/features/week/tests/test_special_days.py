"""The week drawn with holidays and later bedtimes."""

from datetime import UTC, date, datetime

import pytest

from everyhour.domain.rhythm.models import Season
from everyhour.features.week import queries
from everyhour.features.week.cells import SCHOOL, SLEEP
from testing import make

pytestmark = pytest.mark.django_db
DAY = {"wakes": 420, "school_starts": 510, "home_again": 930, "dinner": 1095, "bed": 1200}
TUESDAY = date(2026, 11, 17)


@pytest.fixture
def shown():
    family = make.family()
    wren = make.child(family, day=DAY)
    viewer = queries.Viewer(
        make.guardian(family), [wren], wren, [(datetime(2020, 1, 1, tzinfo=UTC), "America/Chicago")]
    )

    def rows():
        picture = queries.load_picture(
            viewer, date(2026, 11, 22), at=datetime(2026, 11, 23, 18, tzinfo=UTC)
        )
        return {row.on: [cell.state for cell in row.cells] for row in picture.rows}

    return wren, rows


def test_holidays_have_no_school(shown):
    wren, rows = shown
    assert SCHOOL in rows()[TUESDAY]

    Season.objects.create(
        family=wren.family, child=wren, kind="holidays", first=TUESDAY, last=TUESDAY
    )

    assert SCHOOL not in rows()[TUESDAY] and SCHOOL in rows()[date(2026, 11, 18)]


def test_later_bedtime_shortens_the_night(shown):
    wren, rows = shown
    make.part(wren, kind="bed", begins=23 * 60, weekdays=[1])

    drawn = rows()

    assert drawn[TUESDAY].count(SLEEP) == 8 and drawn[date(2026, 11, 18)].count(SLEEP) == 11
