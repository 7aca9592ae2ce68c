"""Everyhour in Spanish, and the choice of a language."""

import re

import polib
import pytest
from playwright.sync_api import Page, expect

from journeys.steps import (
    FLOW,
    SHELL,
    breathe,
    expect_complete,
    fetch_bundle,
    go_to_idea,
    idea_title,
    open_crisis_sheet,
    open_right_now,
    step,
    tap_state,
    wait_for_bundle,
    wait_for_service_worker,
)
from testing.server import ROOT

CATALOGUE = ROOT / "everyhour" / "foundation" / "ui" / "locale" / "es" / "LC_MESSAGES" / "django.po"
# The gallery is for developers; its samples are in English.
PAGES = {name: address for name, address in {**SHELL, **FLOW}.items() if name != "gallery"}
# All text of a page: visible, hidden, in attributes, and in the JSON of its scripts.
READ = """() => {
  const read = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());)
    if (!node.parentElement.closest('script, style, [lang]:not(html)')) read.push(node.data);
  const themes = ['data-light', 'data-dim', 'data-night'];
  for (const name of ['aria-label', 'alt', 'title', 'placeholder', 'content', ...themes])
    for (const holder of document.querySelectorAll(`[${name}]`))
      read.push(holder.getAttribute(name));
  const all = value => typeof value === 'string'
    ? read.push(value) : Object.values(value ?? {}).forEach(all);
  const scripts = document.querySelectorAll('script[type="application/json"]');
  for (const script of scripts) all(JSON.parse(script.textContent));
  return read.map(text => text.replace(/\\s+/g, ' ').trim()).filter(Boolean);
}"""

PLACE = re.compile(r"%\(\w+\)s|\{\w+\}")


def english() -> re.Pattern:
    """Return a pattern of all msgids that Spanish translates, with any values in placeholders."""
    entries = [entry for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete]
    sentences = {
        text
        for entry in entries
        for text in (entry.msgid, entry.msgid_plural)
        if text
        and text not in (entry.msgstr, *entry.msgstr_plural.values())
        and re.search(r"[^\W\d_]", PLACE.sub("", text))
    }
    places = re.compile(r"%\\\((\w+)\\\)s|\\\{(\w+)\\\}")
    return re.compile(
        "|".join(f"(?:{places.sub('.+', re.escape(sentence))})" for sentence in sorted(sentences))
    )


def test_no_spanish_page_contains_english(visit):
    page = visit.page(locale="es-MX", service_workers="block")
    sentence = english()

    for kind, address in PAGES.items():
        page.goto(address.format("es"))
        left = {text.removesuffix(" · Everyhour") for text in page.evaluate(READ)}
        assert len(left) > 15, kind
        assert [text for text in left if sentence.fullmatch(text)] == [], kind
        assert page.locator("html").get_attribute("lang") == "es", kind


def test_spanish_bundle_contains_no_english(server):
    def texts(value) -> list[str]:
        inner = (
            value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
        )
        return [value] if isinstance(value, str) else [text for one in inner for text in texts(one)]

    own, other = (
        texts({**fetch_bundle(server, "es"), "crisis": {}}),
        set(texts(fetch_bundle(server, "en"))),
    )

    names = re.compile(r"[a-z0-9_-]+")  # slugs are the same in every language
    assert [
        text
        for text in own
        if text in other
        and not names.fullmatch(text)
        and len(set(re.findall(r"\w+", text.lower()))) > 2
    ] == []
    assert len(own) > 1000


def test_right_now_is_in_spanish(phone):
    page = phone
    open_right_now(page, language="es")
    titles = page.evaluate(
        "fetch('/es/now/pocket/').then(response => response.json())"
        ".then(bundle => bundle.practices.map(practice => practice.title))"
    )

    named = go_to_idea(page)
    page.locator("[data-step=idea] [data-go=after]").click()
    page.locator("[data-outcome=settled]").click()

    assert named in [title.replace("{child}", "tu niña o niño") for title in titles]
    expect(page.locator("[data-step=done] [data-saved]")).to_have_text(
        polib.pofile(str(CATALOGUE))
        .find("Saved on this phone. You don’t have to write anything.")
        .msgstr
    )


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("es-MX,es;q=0.9,en;q=0.5", "es"),
        ("en-GB", "en"),
        ("fr-FR,es;q=0.7,en;q=0.3", "es"),
        ("ja", "en"),
        (None, "en"),
    ],
)
def test_root_redirects_to_the_browsers_language(server, asked, given):
    for address in ("/", "/now/"):
        status, headers, _body = server.get(
            address, headers={"Accept-Language": asked} if asked else {}
        )

        assert status == 302 and headers["location"].startswith(f"/{given}/")
        assert "accept-language" in headers["vary"].lower()


@pytest.mark.parametrize("address", ["/{}/", "/{}/about/", "/{}/ideas/"])
def test_page_declares_its_language(server, address):
    for language in ("en", "es"):
        _status, headers, body = server.get(address.format(language))

        assert f'<html lang="{language}"' in body.decode()
        assert headers["content-language"] == language


def test_home_links_to_the_other_language(phone):
    page: Page = phone
    page.goto("/en/")

    other = page.locator("a[hreflang=es]")
    expect(other).to_have_attribute("lang", "es")
    other.click()

    expect(page).to_have_url(re.compile("/es/$"))
    expect(page.locator("a[hreflang=en][lang=en]")).to_be_visible()


def test_crisis_numbers_are_in_spanish(phone):
    page = phone
    page.goto("/es/now/")

    sheet = open_crisis_sheet(page)
    expect(sheet.locator("h2")).to_have_text("Primero, que todos estén a salvo.")
    sheet.locator("a[href^='/help/']").click()

    expect(page).to_have_url(re.compile("/help/in-es/$"))
    expect(page.locator("html")).to_have_attribute("lang", "es")


def test_offline_pages_stay_in_spanish(visit):
    page = visit.page(locale="es-MX")
    page.goto("/es/")
    wait_for_service_worker(page)
    page.context.set_offline(True)

    page.goto("/")
    expect(page).to_have_url(re.compile("/es/$"))
    page.goto("/es/ideas/")
    expect_complete(page)
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.goto("/es/now/")
    wait_for_bundle(page)
    breathe(page)
    tap_state(page, "fear")
    expect(step(page, "idea")).to_be_visible()

    assert idea_title(page)
