"""Content files are parsed, or refused with line and remedy."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everyhour.domain.practices.files import Library, Unreadable, read, read_vocabulary

GOOD = """---
states: [calm]
age: {from: 4, to: 99}
---
# Push the wall

## steps
1. Stand side by side.
2. Push,
   slowly.

## say
Help me keep
this wall up.

### alarm
Push.
"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "wall-push.md"


def test_file_has_facts_title_sections_and_lines(file):
    file.write_text(GOOD)

    parsed = read(file)

    assert parsed.slug == "wall-push"
    assert parsed.facts == {"states": ["calm"], "age": {"from": 4, "to": 99}}
    assert parsed.texts() == {
        "title": "Push the wall",
        "steps": ["Stand side by side.", "Push, slowly."],
        "say": {"": "Help me keep this wall up.", "alarm": "Push."},
    }
    assert (parsed.line_of("age"), parsed.sections["steps"].line, parsed.sections["say"].line) == (
        3,
        7,
        12,
    )


def test_translation_needs_no_facts(file):
    file.write_text("# Empujar la pared\n\n## why\nAyuda.\n")

    parsed = read(file, with_facts=False)

    assert (parsed.title, parsed.facts, parsed.sections["why"].text) == (
        "Empujar la pared",
        {},
        "Ayuda.",
    )


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_other_line_endings_are_read(file, ends):
    file.write_bytes(GOOD.replace("\n", ends).encode())

    assert read(file).texts()["steps"] == ["Stand side by side.", "Push, slowly."]


def test_byte_order_mark_is_ignored(file):
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())

    assert read(file).facts["states"] == ["calm"]


UNREADABLE = [
    pytest.param(
        GOOD.replace("[calm]", "[calm"), 3, "not valid YAML", id="brackets that do not close"
    ),
    pytest.param(GOOD.replace("age: {", "age: note: {"), 3, "not valid YAML", id="two colons"),
    pytest.param(GOOD.replace("age:", "\tage:"), 3, "not valid YAML", id="a tab before a fact"),
    pytest.param(GOOD.replace("\n---\n#", "\n#"), 1, "has no end", id="no end of the front matter"),
    pytest.param("---\n- calm\n---\n# Push\n", 2, "needs lines like", id="a list instead of facts"),
    pytest.param("# Push\n", 1, "facts are missing", id="no front matter"),
    pytest.param("", 1, "facts are missing", id="an empty file"),
    pytest.param(
        GOOD.replace("slowly.", "slow\x00ly."), 10, "control character", id="a null character"
    ),
    pytest.param(
        GOOD.replace("Push the", "Push \u202ethe"), 5, "control character", id="text turned around"
    ),
    pytest.param(
        GOOD.replace("[calm]", "[ca\x7flm]"),
        2,
        "control character",
        id="a control character among the facts",
    ),
    pytest.param(
        GOOD + "x" * 100_000, 1, "characters; 64,000 is the most", id="100,000 characters"
    ),
    pytest.param(
        GOOD + "\n## steps\n1. Again.\n", 19, "two sections called “steps”", id="a section twice"
    ),
    pytest.param(
        GOOD + "\n## STEPS \n1. Again.\n",
        19,
        "two sections called “steps”",
        id="a section twice, once in capitals",
    ),
]


@pytest.mark.parametrize(("text", "line", "message"), UNREADABLE)
def test_unreadable_file_is_refused_with_its_line(file, text, line, message):
    file.write_text(text, encoding="utf-8")

    with pytest.raises(Unreadable) as refused:
        read(file)

    assert (refused.value.path, refused.value.line) == (file, line)
    assert message in refused.value.message
    assert str(refused.value) == f"{file}:{line}: {refused.value.message}"


@pytest.mark.parametrize(
    "body",
    [GOOD.encode("utf-16"), GOOD.replace("side", "señal").encode("latin-1"), b"---\n\xff\n---\n"],
)
def test_file_that_is_not_utf8_is_refused(file, body):
    file.write_bytes(body)

    with pytest.raises(Unreadable, match=r"wall-push\.md:1: This file is not UTF-8"):
        read(file)


IMPOSSIBLE = [
    pytest.param("reviewed_on: 2026-02-30", id="a day that does not exist"),
    pytest.param("deep: " + "[" * 2000 + "]" * 2000, id="brackets without end"),
]


@pytest.mark.parametrize("fact", IMPOSSIBLE)
def test_invalid_yaml_value_is_refused(file, fact):
    file.write_text(GOOD.replace("states: [calm]", fact))

    with pytest.raises(Unreadable):
        read(file)


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_any_text_is_read_or_refused_with_an_existing_line(tmp_path_factory, text):
    file = tmp_path_factory.getbasetemp() / "any.md"
    file.write_text(text, encoding="utf-8")

    try:
        read(file, with_facts=False)
    except Unreadable as refused:
        assert 1 <= refused.line <= text.count("\n") + text.count("\r") + 1


def test_broken_vocabulary_is_refused_with_its_line(tmp_path):
    file = tmp_path / "sources.yaml"
    file.write_text("SEED: {title: one}\nGSL: {title: two\nCIM: {title: three}\n")

    with pytest.raises(Unreadable, match=r"sources\.yaml:3: This is not valid YAML"):
        read_vocabulary(file)


@pytest.mark.parametrize("body", [None, b"SEED: {title: \xff}\n"], ids=["missing", "not UTF-8"])
def test_missing_or_non_utf8_vocabulary_is_refused(tmp_path, body):
    file = tmp_path / "sources.yaml"
    if body is not None:
        file.write_bytes(body)

    with pytest.raises(Unreadable):
        read_vocabulary(file)


def test_library_has_items_and_translations(root):
    library = Library(root)

    assert ("activity", "wall-push") in library.items
    assert (
        library.translations["es"]["activity", "wall-push"].title == "Empujar la pared lado a lado"
    )
    assert {kind for kind, _ in library.items} == {
        "activity",
        "caregiver",
        "reframe",
        "words",
        "pack",
        "crisis_lines",
    }
