"""Dates and times in every page, mail and PDF of an invented family have the one format."""

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urljoin

import pytest
import time_machine
from django.test import Client
from fpdf import FPDF

from everyhour.domain.families.models import Caregiver
from everyhour.features.demo import actions as demo
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.notifications import actions as notifications
from everyhour.foundation.ui.tests import served

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
STARTS = ("today/", "week/", "weeks/", "helps/", "rhythm/", "nudges/", "moments/", "family/")
ALSO = (
    "messages/",
    "account/",
    "data/",
    "ideas/practices/low-hum/",
    "week/sunday/",
    "rhythm/feed/",
)
MOST = 60  # pages of each language
MONTHS = {
    "en": "January|February|March|April|June|July|August|September|October|November|December",
    "es": "enero|febrero|marzo|abril|mayo|junio|julio|agosto|sept?iembre|octubre|noviembre",
}
SHORT = {
    "en": "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec",
    "es": "ene|feb|mar|abr|may|jun|jul|ago|sep|oct|nov|dic",
}
# What is not in the format of its language.
ANYWHERE = (r"\b20\d\d-\d\d-\d\d\b", r"\b\d{1,2}/\d{1,2}/\d{2,4}\b", r"\bSept\b")
OUTSIDE = {
    "en": (
        *ANYWHERE,
        r"\b\d{1,2}:\d\d\b(?! [ap]m\b)",
        r"\b\d{1,2} ?(?:AM|PM|[ap]\. ?m\.)",
        r":00 [ap]m\b",
        rf"\b(?:{MONTHS['en']}) \d{{1,2}}\b",
        rf"\b(?:{SHORT['en']})\. ?\d",
        rf"\b\d{{1,2}} (?:{SHORT['en']}|{MONTHS['en']})\b",
    ),
    "es": (
        *ANYWHERE,
        r"\b\d{1,2}:\d\d\b(?! [ap]m\b)",
        r"\b\d{1,2} ?(?:AM|PM|[ap]\. ?m\.)",
        r"\ba las 1\b",
        r"\ba la (?!1\b)\d",
        rf"\b\d{{1,2}} de (?:{MONTHS['es']})\b",
        rf"\b(?:{SHORT['es']})\. ?\d",
    ),
}


@pytest.fixture
def ada(library, settings) -> Person:
    settings.STATIC_ROOT = served.assets()
    demo.make(at=NOW, dice=lambda name: random.Random(f"168 {name}"), password="not-a-secret-1")
    guardians = Caregiver.objects.guardians().filter(family__invented=True, person__isnull=False)
    return guardians.order_by("person__email").first().person


@pytest.fixture
def printed(monkeypatch) -> list[str]:
    """Return what PDFs print, in the order of printing."""
    texts: list[str] = []

    def noting(method):
        def note(self, *args, **named):
            texts.extend(value for value in (*args, *named.values()) if isinstance(value, str))
            return method(self, *args, **named)

        return note

    for name in ("text", "cell", "multi_cell", "write"):
        monkeypatch.setattr(FPDF, name, noting(getattr(FPDF, name)))
    return texts


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_mail_and_pdf_writes_dates_in_one_way(ada, printed, mailoutbox, language):
    ada.language = language
    ada.save()
    browser = Client(headers={"accept-language": {"en": "en-US", "es": "es-US"}[language]})
    browser.force_login(ada)

    with time_machine.travel(NOW, tick=False):
        pages = dict(walk(browser, language))
        browser.post(
            f"/{language}/family/invitations/new/",
            {"relation": "grandparent", "name": "Jo", "email": "jo@example.org"},
        )
        notifications.deliver_due(NOW, clock=lambda: NOW)
        for path in ("week/2026-11-22.pdf", "week/sunday/2026-11-22.pdf"):
            assert browser.get(f"/{language}/{path}").status_code == 200

    mails = {mail.subject: mail.body for mail in mailoutbox}
    written = {**pages, **mails, "the PDFs": "\n".join(printed)}
    assert len(pages) > 30 and mails and len(printed) > 20
    found = [
        f"{where}: {match[0]!r} in {text[max(0, match.start() - 40) : match.end() + 20]!r}"
        for where, text in written.items()
        for pattern in OUTSIDE[language]
        for match in re.finditer(pattern, text)
    ]
    assert not found, "\n".join(sorted(set(found)))
    assert re.search(r"\d pm\b", " ".join(written.values()))


@pytest.mark.parametrize(
    ("language", "wrong"),
    [
        *(
            ("en", text)
            for text in ("6:30 AM", "6:30 a.m.", "18:00", "6:00 pm", "30 November", "30 Nov")
        ),
        *(("en", text) for text in ("Dec. 7, 2026", "November 23", "2026-11-23", "11/23/2026")),
        *(("es", text) for text in ("18:00", "6:30 p. m.", "6:30 p.m.", "a las 1 pm")),
        *(("es", text) for text in ("a la 6 pm", "23 de noviembre", "23/11/2026")),
    ],
)
def test_each_other_format_is_noticed(language, wrong):
    assert any(re.search(pattern, f"on {wrong} then") for pattern in OUTSIDE[language])


def walk(browser: Client, language: str) -> Iterator[tuple[str, str]]:
    """Yield each page that links lead to, with its visible words; nothing is changed."""
    root = f"/{language}/"
    waiting, seen, kinds = [f"{root}{path}" for path in (*STARTS, *ALSO)], set(), set()
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = browser.get(path)
        if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
            continue
        yield path, words(answer.text)
        for link in re.findall(r'<a[^>]*href="([^"#]+)"', answer.text):
            found = urljoin(path, unescape(link)).partition("#")[0]
            kind = re.sub(r"[\w-]{16,}|\d+|\?.*", "*", found)
            if found.startswith(root) and ".pdf" not in found and kind not in kinds:
                kinds.add(kind)
                waiting.append(found)


def words(page: str) -> str:
    """Return the words people read or hear: text, and labels for screen readers."""
    labels = re.findall(r'(?:aria-label|alt|title|placeholder)="([^"]*)"', page)
    page = re.sub(r"<(script|style|template|textarea)\b.*?</\1>", " ", page, flags=re.S)
    return unescape(" ".join([re.sub(r"<[^>]+>", " ", page), *labels]))
