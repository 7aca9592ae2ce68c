"""Crisis lines are complete, have a source, and are due for a check after 30 days."""

from datetime import timedelta

import pytest

from everyhour.domain.practices.ages import check_ages
from everyhour.domain.practices.checks import check
from everyhour.domain.practices.tests.libraries import TODAY, edit, line_of, real

FIRST, SECOND = "- id: us-988", "- id: us-unverified"
ANY_HOUR = 'hours: {en: "any hour", es: "a cualquier hora"}'

WAYS_TO_BREAK = [
    pytest.param("country: US\n", "", 1, "`country` is missing", id="no country"),
    pytest.param(
        "name: {en: United States, es: Estados Unidos}\n", "", 1, "`name` is missing", id="no name"
    ),
    pytest.param(
        'numbers: ["911"]',
        "numbers: []",
        "emergency:",
        "emergency number is missing",
        id="no emergency number",
    ),
    pytest.param(
        ', source: "https://example.org/911"',
        "",
        "emergency:",
        "`source` is missing",
        id="emergency number without source",
    ),
    pytest.param(
        ", checked_on: 2026-11-23, status",
        ", status",
        "emergency:",
        "`checked_on` is missing",
        id="emergency number without check",
    ),
    pytest.param("    for: crisis\n", "", FIRST, "`for` must be one of", id="no purpose"),
    pytest.param(
        "    for: crisis\n",
        "    for: fun\n",
        FIRST,
        "`for` must be one of",
        id="an unknown purpose",
    ),
    pytest.param(
        f"    {ANY_HOUR}\n", "", FIRST, "`hours` needs English and Spanish", id="no hours"
    ),
    pytest.param(
        ANY_HOUR,
        'hours: {en: "any hour"}',
        FIRST,
        "`hours` needs English and Spanish",
        id="hours in English only",
    ),
    pytest.param(
        "    languages: [en, es]\n", "", FIRST, "`languages` is missing", id="no languages"
    ),
    pytest.param(
        '    source: "https://example.org/988"\n', "", FIRST, "`source` is missing", id="no source"
    ),
    pytest.param(
        '    checked_by: "editors"\n', "", FIRST, "`checked_by` is missing", id="no checker"
    ),
    pytest.param(
        '988"\n    checked_on: 2026-11-23\n',
        '988"\n',
        FIRST,
        "`checked_on` is missing",
        id="no day",
    ),
    pytest.param(
        "    status: read\n",
        "    status: fine\n",
        FIRST,
        "`status` must be `read`",
        id="an unknown status",
    ),
    pytest.param(
        'call: "988"',
        'call: "nine eight eight"',
        FIRST,
        "is not a phone number",
        id="a number in words",
    ),
    pytest.param(
        '{to: "988"', '{to: "TALK"', FIRST, "is not a phone number", id="a text to a word"
    ),
    pytest.param(
        '    call: "1-855-427-2736"\n',
        "",
        SECOND,
        "Add a number to `call` or to `text`",
        id="no number",
    ),
    pytest.param(
        "    status: to_verify\n",
        "    status: read\n",
        SECOND,
        "General knowledge (GK) is not a source",
        id="a number from memory called read",
    ),
]


@pytest.mark.parametrize(("before", "after", "where", "message"), WAYS_TO_BREAK)
def test_faulty_crisis_line_has_a_finding(root, before, after, where, message):
    file = root / "crisis-lines/us.md"
    edit(file, before, after)

    found = check(root)

    line = line_of(file, where) if isinstance(where, str) else where
    assert [(f.path, f.line) for f in found if message in f.message] == [(file, line)]


@pytest.mark.parametrize(
    ("days", "warns", "stops_release"),
    [
        (0, False, False),
        (29, False, False),
        (30, True, False),
        (45, True, False),
        (46, True, True),
        (-1, True, True),
    ],
)
def test_age_warns_from_day_30_and_stops_a_release_after_day_45(root, days, warns, stops_release):
    file = root / "crisis-lines/us.md"
    today = TODAY + timedelta(days=days)
    lines = [(file, line_of(file, where)) for where in ("emergency:", FIRST, SECOND)]

    warned = [(f.path, f.line) for f in check_ages(root, today=today) if f.path == file]
    stopped = [
        (f.path, f.line) for f in check_ages(root, today=today, release=True) if f.path == file
    ]

    assert warned == (lines if warns else [])
    assert stopped == (lines if stops_release else [])
    assert check(root) == []


@pytest.mark.parametrize(
    "hours",
    ['{en: "any hour", fr: "à toute heure"}', '{en: "", es: ""}'],
    ids=["French for Spanish", "empty"],
)
def test_texts_of_a_line_need_english_and_spanish(root, hours):
    edit(root / "crisis-lines/us.md", ANY_HOUR, f"hours: {hours}")

    assert any("`hours` needs English and Spanish" in f.message for f in check(root))


@pytest.mark.parametrize(
    ("before", "after"),
    [('["911"]', '["call us"]'), ("es: Estados Unidos", "fr: États-Unis")],
    ids=["number", "name"],
)
def test_emergency_number_and_country_name_are_checked_too(root, before, after):
    edit(root / "crisis-lines/us.md", before, after)

    assert check(root) != []


def test_shipped_countries_have_an_emergency_number():
    countries = {key[1]: file for key, file in real().items.items() if key[0] == "crisis_lines"}

    assert set(countries) >= {"us", "gb", "ie", "ca", "au", "nz"}
    assert all(file.facts["emergency"]["numbers"] for file in countries.values())
    assert all(
        line["status"] == "to_verify"
        for file in countries.values()
        for line in file.facts["lines"]
        if line["source"] == "GK"
    )
