"""A crisis line checked over 45 days ago stays on the page, with the date of its last check."""

from datetime import date, timedelta

from everyhour.foundation.ui import crisis

CHECKED = date(2026, 11, 23)
LINE = (
    b'<a href="tel:988">988</a>'
    b'<small data-checked="2026-11-23" hidden>Last checked on Nov 23</small>'
)


def test_date_is_hidden_until_day_45_and_shown_after():
    fresh = crisis.with_overdue_dates(LINE, today=CHECKED + timedelta(days=45))
    overdue = crisis.with_overdue_dates(LINE, today=CHECKED + timedelta(days=46))

    assert fresh == LINE
    assert b'<small data-checked="2026-11-23">Last checked' in overdue
    assert b'href="tel:988"' in overdue


def test_files_hold_the_date_of_each_line():
    for file in crisis.FILES.glob("*.html"):
        body = file.read_bytes()
        assert len(crisis.CHECKED.findall(body)) == body.count(b"data-checked")
        if file.name != "leave.html":
            shown = crisis.with_overdue_dates(body, today=date(2030, 1, 1))
            assert shown.count(b"data-checked") > 0
            assert b"hidden>" not in shown
