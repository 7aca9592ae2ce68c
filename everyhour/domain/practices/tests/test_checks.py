"""The check of the library finds invalid facts and unreadable files, with file and line."""

import re
from datetime import date, timedelta

import pytest

from everyhour.domain.practices.ages import check_ages
from everyhour.domain.practices.checks import check
from everyhour.domain.practices.tests.libraries import (
    TODAY,
    assert_one_finding,
    edit,
    line_of,
    real,
)

WALL = "activities/wall-push.md"
GUM = "activities/bubble-gum-break.md"
LIES = "reframes/lies.md"
TERROR = "words/terror-name-and-safe.md"
LEAVING = "packs/leaving.md"
WATER = "caregiver/cold-water-hands.md"


def test_small_library_has_no_findings(root):
    assert check(root) == []


def test_shipped_library_has_no_findings():
    library = real()

    assert [str(finding) for finding in check(library.root)] == []
    kinds = [kind for kind, _ in library.items]
    assert kinds.count("activity") >= 140 and kinds.count("reframe") >= 45
    assert min(kinds.count(kind) for kind in ("caregiver", "words", "pack", "crisis_lines")) > 0


def test_shipped_items_are_reviewed_sourced_and_translated():
    library = real()
    items = {key: file for key, file in library.items.items() if key[0] != "crisis_lines"}
    sources = set(library.vocabulary("sources"))

    assert all(
        isinstance(file.facts["reviewed_on"], date) and file.facts["reviewed_by"]
        for file in items.values()
    )
    assert all(
        file.facts["sources"] and set(file.facts["sources"]) <= sources for file in items.values()
    )
    assert set(library.translations["es"]) == set(items)


CASES = [
    pytest.param(
        WALL,
        "[alert, alarm]",
        "[alert, amber]",
        "states:",
        "“amber”, which is not one of",
        id="a state we do not know",
    ),
    pytest.param(WALL, "energy: steady\n", "", 1, "`energy` is missing", id="no energy"),
    pytest.param(
        WALL,
        "cautions: [fall]",
        "cautions: [falling]",
        "cautions:",
        "“falling”",
        id="a caution we do not know",
    ),
    pytest.param(
        WALL, "evidence: C", "evidence: E", "evidence:", "“E”", id="a grade we do not know"
    ),
    pytest.param(
        WATER,
        "[wound_up, flooded]",
        "[wound_up, alarm]",
        "states:",
        "“alarm”",
        id="a child's state for a caregiver",
    ),
    pytest.param(
        LEAVING,
        "situation: leaving",
        "situation: going",
        "situation:",
        "“going”",
        id="a situation we do not know",
    ),
    pytest.param(
        LEAVING,
        "[wall-push, chew",
        "[wall-pull, chew",
        "activities:",
        "There is no activity “wall-pull”",
        id="an activity that is not there",
    ),
    pytest.param(
        WALL, "sources: [SEED]", "sources: []", "sources:", "A source is missing", id="no source"
    ),
    pytest.param(WALL, "sources: [SEED]\n", "", 1, "A source is missing", id="no line for sources"),
    pytest.param(
        WALL,
        "sources: [SEED]",
        "sources: [SEED, XYZ]",
        "sources:",
        "“XYZ” is not in sources.yaml",
        id="an unknown source",
    ),
    pytest.param(
        WALL, "reviewed_on: 2026-11-23\n", "", 1, "`reviewed_on` is missing", id="never reviewed"
    ),
    pytest.param(
        WALL,
        "2026-11-23",
        "last spring",
        "reviewed_on:",
        "`reviewed_on` must be a day",
        id="reviewed in words",
    ),
    pytest.param(
        WALL, "reviewed_by: editors\n", "", 1, "`reviewed_by` is missing", id="reviewed by nobody"
    ),
]


@pytest.mark.parametrize(("name", "before", "after", "where", "message"), CASES)
def test_invalid_fact_has_a_finding(root, name, before, after, where, message):
    edit(root / name, before, after)

    assert_one_finding(root, name, where, message)


def test_old_review_is_due_but_passes_the_check(root):
    edit(root / WALL, "2026-11-23", str(TODAY - timedelta(days=730)))

    due = check_ages(root, today=TODAY + timedelta(days=1))

    assert check(root) == []
    assert [f for f in check_ages(root, today=TODAY) if "two years" in f.message] == []
    assert [f.line for f in due if "two years" in f.message] == [
        line_of(root / WALL, "reviewed_on:")
    ]


def test_unreadable_files_in_both_languages_are_found(root):
    edit(root / WALL, "[alert, alarm]", "[alert, alarm")
    edit(root / "es" / GUM, "Masticar", "Masti\x07car")

    found = check(root)

    assert {(f.path, f.line) for f in found} >= {
        (root / WALL, 4),
        (root / "es" / GUM, line_of(root / "es" / GUM, "Masti")),
    }


WRONG_TYPES = ["7", "calm", "[1, null]", "[[calm]]", "{from: a, to: b}", "2026-11-23 10:00:00"]


@pytest.mark.parametrize("name", [WALL, LIES, TERROR, LEAVING, WATER, "crisis-lines/us.md"])
def test_fact_of_the_wrong_type_raises_no_error(root, name):
    good = (root / name).read_text()
    for other in root.rglob("*.md"):
        other.unlink()
    errors = []

    for broken in with_wrong_types(good):
        (root / name).write_text(broken)
        try:
            check(root)
        except Exception as error:
            errors.append(f"{broken.splitlines()[1]}: {type(error).__name__}: {error}")

    assert errors == []


def with_wrong_types(text: str):
    """Yield the file with each of its facts, in turn, replaced by values of other types."""
    facts, body = text.removeprefix("---\n").split("\n---\n", 1)
    keys = [line.split(":")[0] for line in facts.splitlines() if line[0].isalpha()]
    for key in keys:
        others = re.sub(rf"^{key}:.*(?:\n[ -].*)*\n?", "", facts, flags=re.M)
        for wrong in WRONG_TYPES:
            yield f"---\n{key}: {wrong}\n{others}\n---\n{body}"
