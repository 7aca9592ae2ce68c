"""Dates and times: one format per language, and no other in the code."""

import json
import re
import subprocess
from datetime import date, datetime
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.formats import date_format

from everyhour.foundation.ui import formats
from testing.test_javascript import node

PACKAGE = Path(__file__).resolve().parents[3]
# A format of one's own, in a template or in Python; letters alone name a weekday, a number or ISO.
OWN_FORMAT = re.compile(r'\|(?:date|time):"(?!(?:\w+_FORMAT|[lDjFUY]|Y-m-d[^"]*)")|TIME_FORMAT')
OWN_CALL = re.compile(r"\btime_format\(|date_format\(\w+, (?!\"(?:\w+_FORMAT|[lDj])\")|\"TIME_")


@pytest.mark.parametrize(
    ("hour", "minute", "english", "spanish", "spain"),
    [
        (0, 0, "midnight", "12 am", "0:00"),
        (0, 5, "12:05 am", "12:05 am", "0:05"),
        (6, 30, "6:30 am", "6:30 am", "6:30"),
        (12, 0, "noon", "12 pm", "12:00"),
        (12, 45, "12:45 pm", "12:45 pm", "12:45"),
        (18, 0, "6 pm", "6 pm", "18:00"),
        (18, 30, "6:30 pm", "6:30 pm", "18:30"),
    ],
)
def test_times_of_day(hour, minute, english, spanish, spain):
    with translation.override("en"):
        assert formats.clock(hour, minute) == english
    for zone in ("America/Chicago", "America/Mexico_City", ""):
        with formats.reading(lambda zone=zone: zone, "es"):
            assert formats.clock(hour, minute) == spanish
    with formats.reading(lambda: "Europe/Madrid", "es"):
        assert formats.clock(hour, minute) == spain
    with formats.reading(lambda: "Europe/Madrid", "en"):
        assert formats.clock(hour, minute) == english


@pytest.mark.parametrize(
    ("hour", "minute", "spanish", "spain"),
    [
        (1, 0, "a la 1 am", "a la 1:00"),
        (13, 30, "a la 1:30 pm", "a las 13:30"),
        (18, 0, "a las 6 pm", "a las 18:00"),
        (12, 0, "a las 12 pm", "a las 12:00"),
    ],
)
def test_at_a_time_of_day_agrees_in_spanish(hour, minute, spanish, spain):
    for zone, expected in (("America/Lima", spanish), ("Europe/Madrid", spain)):
        with formats.reading(lambda zone=zone: zone, "es"):
            words = translation.gettext("at {clock}").format(clock=formats.the_clock(hour, minute))
        assert words == expected
    assert f"at {formats.the_clock(13)}" == "at 1 pm"


def test_spanish_never_puts_an_article_before_a_clock():
    """`the_clock` brings it: a la 1:30, a las 6."""
    catalog = PACKAGE / "foundation/ui/locale/es/LC_MESSAGES/django.po"

    assert not re.findall(r"\blas? (?:\{clock\}|%\(time\)s)", catalog.read_text())


CLOCKS = [(hour, minute) for hour in range(24) for minute in (0, 5, 30, 59)]
DAYS = [date(2026, month, on) for month in range(1, 13) for on in (1, 9, 28)]
BROWSER = """
const root = { lang: LANGUAGE, dataset: { hours: HOURS } };
globalThis.document = { documentElement: root };
const source = "data:text/javascript," + encodeURIComponent(SOURCE);
const { clock, weekdayAndDay, day } = await import(source);
const at = (hour, minute) => new Date(Date.UTC(2026, 0, 1, hour, minute));
console.log(JSON.stringify([
  ...CLOCKS.map(([hour, minute]) => clock(at(hour, minute), "UTC")),
  ...DAYS.map(on => weekdayAndDay(new Date(`${on}T12:00:00`))),
  ...DAYS.map(day),
]));
"""


@pytest.mark.parametrize(("language", "zone"), [("en", ""), ("es", ""), ("es", "Europe/Madrid")])
def test_browser_writes_dates_and_times_as_the_server(language, zone):
    with formats.reading(lambda: zone, language):
        hours = formats.hours()
        server = [
            *(formats.clock(*clock) for clock in CLOCKS),
            *(formats.weekday_and_day(on) for on in DAYS),
            *(date_format(on, "DATE_FORMAT") for on in DAYS),
        ]
    script, values = (
        BROWSER,
        {
            "LANGUAGE": language,
            "HOURS": str(hours),
            "SOURCE": (PACKAGE / "foundation/ui/static/ui/js/formats.js").read_text(),
            "CLOCKS": CLOCKS,
            "DAYS": [str(on) for on in DAYS],
        },
    )
    for name, value in values.items():
        script = f"const {name} = {json.dumps(value)};\n{script}"

    answer = subprocess.run(
        [node(), "--input-type=module", "-e", script], capture_output=True, text=True, check=True
    )

    assert json.loads(answer.stdout) == server


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
