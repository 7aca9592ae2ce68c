"""Translations are complete, consistent and compiled."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

from testing import translations
from testing.server import ROOT

LANGUAGES = sorted(
    path.parent.parent.name for path in translations.LOCALES.glob("*/LC_MESSAGES/django.po")
)
MARKERS = {
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "npgettext",
    "npgettext_lazy",
}
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
MARKED_IN_TEMPLATE = re.compile(rf"(?<!\w)(_|n?p?gettext)\(\s*({LITERAL})(?:\s*,\s*({LITERAL}))?")
PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)s")


def test_every_english_text_has_a_spanish_translation():
    missing = [entry.msgid for entry in catalogue("es") if not entry.translated()]

    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_fuzzy_or_obsolete(language):
    found = [entry.msgid for entry in catalogue(language) if entry.fuzzy or entry.obsolete]

    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_every_placeholder(language):
    changed = [
        (source, translation)
        for source, translation in pairs(language)
        if placeholders(source) != placeholders(translation)
    ]

    assert changed == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_no_exclamation_marks(language):
    loud = [text for _, text in pairs(language) if re.search("[!¡]", text)]

    assert loud == []


def test_every_marked_text_is_in_the_spanish_catalogue():
    spanish = known("es")
    missing = {text: where for text, where in marked().items() if text not in spanish}

    assert missing == {}, (
        "Run `everyhour manage makemessages`, translate, then `python -m testing.translations`."
    )


def test_spanish_catalogue_has_no_unused_texts():
    unused = known("es") - set(marked())

    assert unused == set()


def test_compiled_translations_match_their_sources():
    assert translations.stale() == [], "Run `python -m testing.translations`."


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(translations.LOCALES / language / "LC_MESSAGES" / "django.po")


def known(language: str) -> set[tuple[str, str]]:
    return {
        (entry.msgctxt or "", entry.msgid) for entry in catalogue(language) if not entry.obsolete
    }


def pairs(language: str) -> Iterator[tuple[str, str]]:
    """Yield each text with its translation; each plural form with the plural text."""
    for entry in catalogue(language).translated_entries():
        if entry.msgid_plural:
            yield from ((entry.msgid_plural, form) for form in entry.msgstr_plural.values())
        else:
            yield entry.msgid, entry.msgstr


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def marked() -> dict[tuple[str, str], Path]:
    """Return every (context, text) marked for translation, with a file that holds it."""
    package = ROOT / "everyhour"
    found = {
        text: path
        for path in sorted(package.glob("**/templates/**/*.*"))
        for text in in_template(path.read_text())
    }
    return found | {
        text: path for path in sorted(package.glob("**/*.py")) for text in in_code(path)
    }


def in_template(source: str) -> Iterator[tuple[str, str]]:
    for marker, first, second in MARKED_IN_TEMPLATE.findall(templatize(source)):
        yield message(marker, [ast.literal_eval(text) for text in (first, second) if text])


def in_code(path: Path) -> Iterator[tuple[str, str]]:
    tree = ast.parse(path.read_text())
    names = markers_of(tree)
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and (marker := names.get(called(call))):
            texts = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
            assert texts, (
                f"{path}:{call.lineno}: mark a literal string; a computed one is never translated."
            )
            yield message(marker, texts)


def message(marker: str, texts: list[str]) -> tuple[str, str]:
    """Return (context, text) of a marker's arguments; markers with a p take a context first."""
    return (texts[0], texts[1]) if marker.startswith(("p", "np")) else ("", texts[0])


def markers_of(tree: ast.Module) -> dict[str, str]:
    """Return a module's names for Django's markers, such as {"_": "gettext"}."""
    imports = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
    ]
    own = {
        alias.asname or alias.name: alias.name
        for node in imports
        for alias in node.names
        if alias.name in MARKERS
    }
    return {f"translation.{name}": name for name in MARKERS} | own


def called(call: ast.Call) -> str:
    return ast.unparse(call.func)
