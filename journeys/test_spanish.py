"""Somebody who reads Spanish."""

import re

import polib
import pytest
from playwright.sync_api import Page, expect

from journeys.steps import (
    FLOW,
    SHELL,
    open_right_now,
    pocket,
    step,
    tap_state,
    title,
    to_idea,
    until_kept,
    whole,
    with_pocket,
)
from testing.server import ROOT

CATALOGUE = ROOT / "everyhour" / "foundation" / "ui" / "locale" / "es" / "LC_MESSAGES" / "django.po"
# The gallery is for those who build; its samples are in English.
PAGES = {name: address for name, address in {**SHELL, **FLOW}.items() if name != "gallery"}
# Everything a person can read or hear on a page, hidden steps and the words of scripts too.
READ = """() => {
  const read = [document.title], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) if (!node.parentElement.closest('script, style, [lang]:not(html)')) read.push(node.data);
  for (const attribute of ['aria-label', 'alt', 'title', 'placeholder', 'content', 'data-light', 'data-dim', 'data-night'])
    for (const holder of document.querySelectorAll(`[${attribute}]`)) read.push(holder.getAttribute(attribute));
  const all = told => typeof told === 'string' ? read.push(told) : Object.values(told ?? {}).forEach(all);
  for (const words of document.querySelectorAll('script[type="application/json"]')) all(JSON.parse(words.textContent));
  return read.map(text => text.replace(/\\s+/g, ' ').trim()).filter(Boolean);
}"""


def english() -> re.Pattern:
    """Match each sentence of the catalogue whose Spanish is another one, whatever stands in its places."""
    entries = [entry for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete]
    sentences = {
        text
        for entry in entries
        for text in (entry.msgid, entry.msgid_plural)
        if text and text != entry.msgstr
    }
    places = re.compile(r"%\\\((\w+)\\\)s|\\\{(\w+)\\\}")
    return re.compile(
        "|".join(f"(?:{places.sub('.+', re.escape(sentence))})" for sentence in sorted(sentences))
    )


def test_no_english_is_left_on_any_page(visit):
    page = visit.page(locale="es-MX", service_workers="block")
    sentence = english()

    for kind, address in PAGES.items():
        page.goto(address.format("es"))
        left = {text.removesuffix(" · Everyhour") for text in page.evaluate(READ)}
        assert len(left) > 15, kind
        assert [text for text in left if sentence.fullmatch(text)] == [], kind
        assert page.locator("html").get_attribute("lang") == "es", kind


def test_no_english_is_left_in_what_the_phone_carries(server):
    def texts(told) -> list[str]:
        inner = told.values() if isinstance(told, dict) else told if isinstance(told, list) else []
        return [told] if isinstance(told, str) else [text for one in inner for text in texts(one)]

    own, other = texts({**pocket(server, "es"), "crisis": {}}), set(texts(pocket(server, "en")))

    names = re.compile(r"[a-z0-9_-]+")  # slugs are the same in every language
    assert [
        text
        for text in own
        if text in other
        and not names.fullmatch(text)
        and len(set(re.findall(r"\w+", text.lower()))) > 2
    ] == []
    assert len(own) > 1000


def test_the_whole_flow_is_in_spanish(phone):
    page = phone
    open_right_now(page, language="es")
    titles = page.evaluate(
        "fetch('/es/now/pocket/').then(r => r.json()).then(told => told.practices.map(p => p.title))"
    )

    named = to_idea(page)
    page.locator("[data-step=idea] [data-go=after]").click()
    page.locator("[data-outcome=settled]").click()

    assert named in [told.replace("{child}", "tu niña o niño") for told in titles]
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
def test_the_door_leads_to_the_language_the_browser_asks_for(server, asked, given):
    for address in ("/", "/now/"):
        status, headers, _body = server.get(
            address, headers={"Accept-Language": asked} if asked else {}
        )

        assert status == 302 and headers["location"].startswith(f"/{given}/")
        assert "accept-language" in headers["vary"].lower()


@pytest.mark.parametrize("address", ["/{}/", "/{}/about/", "/{}/ideas/"])
def test_each_page_says_which_language_it_is_in(server, address):
    for language in ("en", "es"):
        _status, headers, body = server.get(address.format(language))

        assert f'<html lang="{language}"' in body.decode()
        assert headers["content-language"] == language


def test_home_leads_to_the_other_language_and_says_which_it_is(phone):
    page: Page = phone
    page.goto("/en/")

    other = page.locator("a[hreflang=es]")
    expect(other).to_have_attribute("lang", "es")
    other.click()

    expect(page).to_have_url(re.compile("/es/$"))
    expect(page.locator("a[hreflang=en][lang=en]")).to_be_visible()


def test_numbers_to_call_come_in_spanish(phone):
    page = phone
    page.goto("/es/now/")

    page.locator(".unsafe").first.click()

    expect(page).to_have_url(re.compile("/help/in-es/$"))
    expect(page.locator("html")).to_have_attribute("lang", "es")


def test_in_flight_mode_it_stays_spanish(visit):
    page = visit.page(locale="es-MX")
    page.goto("/es/")
    until_kept(page)
    page.context.set_offline(True)

    page.goto("/")
    expect(page).to_have_url(re.compile("/es/$"))
    page.goto("/es/ideas/")
    whole(page)
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.goto("/es/now/")
    with_pocket(page)
    tap_state(page, "fear")
    expect(step(page, "idea")).to_be_visible()

    assert title(page)
