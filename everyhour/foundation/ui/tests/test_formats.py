"""Dates and times: one format per language, and no other in the code."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation

from everyhour.foundation.ui import formats

PACKAGE = Path(__file__).resolve().parents[3]
# A format of one's own, in a template or in Python; letters alone name a weekday, a number or ISO.
OWN_FORMAT = re.compile(r'\|(?:date|time):"(?!(?:\w+_FORMAT|[lDjFU]|Y-m-d[^"]*)")|TIME_FORMAT')
OWN_CALL = re.compile(r"\btime_format\(|date_format\(\w+, (?!\"(?:\w+_FORMAT|[lDj])\")|\"TIME_")


@pytest.mark.parametrize(
    ("hour", "minute", "english", "spanish"),
    [
        (0, 0, "midnight", "0:00"),
        (0, 5, "12:05 am", "0:05"),
        (6, 30, "6:30 am", "6:30"),
        (12, 0, "noon", "12:00"),
        (12, 45, "12:45 pm", "12:45"),
        (18, 0, "6 pm", "18:00"),
        (18, 30, "6:30 pm", "18:30"),
    ],
)
def test_times_of_day(hour, minute, english, spanish):
    with translation.override("en"):
        assert formats.clock(hour, minute) == english
    with translation.override("es"):
        assert formats.clock(hour, minute) == spanish


def test_minutes_beyond_a_day_are_of_the_next_day():
    assert formats.clock_at(18 * 60 + 15) == "6:15 pm"
    assert formats.clock_at(24 * 60 + 40) == "12:40 am"


@pytest.mark.parametrize(
    ("language", "format_name", "expected"),
    [
        ("en", "DATE_FORMAT", "Nov 24, 2026"),
        ("en", "MONTH_DAY_FORMAT", "Nov 24"),
        ("en", "WEEKDAY_DAY_FORMAT", "Tuesday, Nov 24"),
        ("en", "YEAR_MONTH_FORMAT", "November 2026"),
        ("es", "DATE_FORMAT", "24 nov 2026"),
        ("es", "MONTH_DAY_FORMAT", "24 nov"),
        ("es", "WEEKDAY_DAY_FORMAT", "martes 24 nov"),
        ("es", "YEAR_MONTH_FORMAT", "noviembre de 2026"),
    ],
)
def test_dates_in_templates(language, format_name, expected):
    template = Template('{{ on|date:"' + format_name + '" }}')

    with translation.override(language):
        assert template.render(Context({"on": date(2026, 11, 24)})) == expected


def test_day_and_time():
    assert formats.day_and_time(datetime(2026, 11, 24, 6, 30)) == "Nov 24, 6:30 am"
    assert formats.weekday_and_day(date(2026, 11, 24)) == "Tuesday, Nov 24"


def test_no_package_defines_its_own_format():
    sources = [
        (path, OWN_FORMAT if path.suffix == ".html" else OWN_CALL)
        for suffix in ("html", "py")
        for path in PACKAGE.rglob(f"*.{suffix}")
        if "tests" not in path.parts
    ]

    found = [
        f"{path.relative_to(PACKAGE)}: {match[0]}"
        for path, pattern in sources
        for match in pattern.finditer(path.read_text())
    ]

    assert not found, "Use everyhour/foundation/ui/formats instead."
    assert OWN_FORMAT.search('{{ on|date:"j F" }}')
    assert OWN_CALL.search('date_format(on, "M j")')
