"""The library: search, one item, and its earlier editions."""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everyhour.domain.practices.models import Edition, Item
from everyhour.domain.practices.vocabulary import CAREGIVER_STATES, CAUTIONS, SITUATIONS, STATES
from everyhour.domain.recommendations.bundle import CHILD, reader_language
from everyhour.foundation.lib.permissions import public
from everyhour.foundation.lib.text import clean

SHELVES = {
    "practices": "activity",
    "for-you": "caregiver",
    "new-eyes": "reframe",
    "words": "words",
    "routines": "pack",
}
SHELF_OF = {kind: shelf for shelf, kind in SHELVES.items()}
LONGEST_SEARCH = 100


@public
def library(request: HttpRequest) -> HttpResponse:
    """Show every shelf, or what matches the search and the chosen state."""
    asked = clean(request.GET.get("q", ""), most=LONGEST_SEARCH)
    state = clean(request.GET.get("state", ""), most=20)
    vocabulary = vocabularies()
    editions = (
        Edition.objects.current()
        .filter(item__kind__in=SHELF_OF)
        .select_related("item")
        .order_by("item__slug")
    )
    found = [
        entry_of(edition)
        for edition in editions
        if fits(edition, asked, state if state in vocabulary["states"] else "")
    ]
    shelves = [(shelf, [entry for entry in found if entry["shelf"] == shelf]) for shelf in SHELVES]
    context = {
        "nav": "library",
        "q": asked,
        "state": state,
        "shelves": [s for s in shelves if s[1]],
        "states": vocabulary["states"],
        "child": CHILD[reader_language()],
    }
    return render(request, "library/library.html", context)


@public
def item(request: HttpRequest, kind: str, slug: str, number: int | None = None) -> HttpResponse:
    """Show an item's current edition, or an earlier one by its number."""
    if kind not in SHELVES:
        raise Http404
    editions = Edition.objects.of(SHELVES[kind], slug).select_related("item")
    newest = editions.order_by("-number").first()
    edition = get_object_or_404(editions, number=number) if number is not None else newest
    if edition is None or (number is None and edition.item.withdrawn_at):
        raise Http404
    vocabulary, entry = vocabularies(), entry_of(edition)
    context = {
        "nav": "library",
        "entry": entry,
        "edition": edition,
        "older": edition != newest or edition.item.withdrawn_at is not None,
        "plans": kind == "practices" and edition == newest and plans(request),
        "sources": [
            source(vocabulary["sources"].get(key, {"title": key}))
            for key in edition.facts.get("sources", [])
        ],
        "reviewed_on": date.fromisoformat(edition.facts["reviewed_on"]),
        "reviewed_by": _("our editors")
        if edition.facts["reviewed_by"] == "editors"
        else edition.facts["reviewed_by"],
        "activities": pack_activities(edition),
        "said": lines(entry["text"].get("say"), vocabulary["states"]),
        "parts": parts(entry["text"]),
        "child": CHILD[reader_language()],
        "names": {
            key: named["name"]
            for key, named in {**vocabulary["states"], **vocabulary["caregiver_states"]}.items()
        },
        "cautions": vocabulary["cautions"],
    }
    return render(request, "library/item.html", context)


def plans(request: HttpRequest) -> bool:
    """Return whether the reader may plan an idea into the family's days."""
    caregiver = request.place.caregiver  # type: ignore[attr-defined]
    return caregiver is not None and caregiver.is_guardian


def source(named: dict) -> dict:
    """Return a source with its title in the page's language, else marked as English."""
    title = named["title"]
    if isinstance(title, dict):
        return {**named, "title": title.get(get_language() or "en", title["en"])}
    return {**named, "lang": "en"}


def entry_of(edition: Edition) -> dict:
    """Return an edition as the templates need it, in the page's language, else in English."""
    text = edition.texts.get(get_language() or "en") or edition.texts["en"]
    return {
        "shelf": SHELF_OF.get(edition.item.kind, ""),
        "slug": edition.item.slug,
        "text": text,
        "facts": edition.facts,
        "line": text.get("new_eyes") or first(text.get("say")) or text.get("why", ""),
    }


def lines(say, states: dict) -> list[tuple[str, str]]:
    """Return what to say as (name of the state or "", line)."""
    if not isinstance(say, dict):
        return [("", first(say))] if say else []
    return [
        (states.get(state, {}).get("name", "").lower(), line) for state, line in say.items() if line
    ]


def parts(text: dict) -> list[tuple[str, dict]]:
    """Return the remaining sections in reading order, each with its heading."""
    names = {
        "do": _("What to do now"),
        "how": _("How to use it"),
        "why": _("Why it helps"),
        "consent": _("Ask first"),
        "mind": _("Watch out for"),
        "no_touch": _("Without touch"),
        "teen": _("With a teenager"),
        "seated": _("Sitting down"),
        "disability": _("With a disability"),
        "later": _("Later, when it’s calm"),
        "instead_of": _("What we tend to say instead"),
        "get_help_if": _("Get help if"),
    }
    return [
        (name, {"items_": text[key]} if isinstance(text[key], list) else {"prose": text[key]})
        for key, name in names.items()
        if text.get(key)
    ]


def first(say) -> str:
    """Return the first line of `say`, which may be text, lines, or lines by state."""
    if isinstance(say, dict):
        return say.get("") or next((line for line in say.values() if line), "")
    return " ".join(say) if isinstance(say, list) else say or ""


def fits(edition: Edition, asked: str, state: str) -> bool:
    """Return whether an item has the state and every searched word, ignoring accents and case."""
    if state and state not in edition.facts.get("states", []):
        return False
    text = edition.texts.get(get_language() or "en") or edition.texts["en"]
    said = plain(" ".join(strings(text)))
    return all(word in said for word in plain(asked).split())


def strings(value) -> Iterator[str]:
    """Yield every piece of text in an edition, without the names of its sections."""
    if isinstance(value, str):
        yield value
    else:
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def plain(text: str) -> str:
    return "".join(
        c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c)
    ).replace("’", "'")


def pack_activities(edition: Edition) -> list[dict]:
    slugs = edition.facts.get("activities", [])
    current = {
        e.item.slug: e
        for e in Edition.objects.current()
        .filter(item__kind="activity", item__slug__in=slugs)
        .select_related("item")
    }
    return [entry_of(current[slug]) for slug in slugs if slug in current]


def vocabularies() -> dict[str, dict]:
    """Return the names of states, situations and cautions in the page's language, and sources."""
    language = get_language() or "en"
    held = {
        e.item.slug: e.facts
        for e in Edition.objects.current()
        .filter(item__kind=Item.Kind.VOCABULARY)
        .select_related("item")
    }

    def names(group: dict, order: Sequence[str]) -> dict:
        return {key: group[key].get(language, group[key]["en"]) for key in order if key in group}

    states = held.get("states", {})
    return {
        "states": names(states.get("child", {}), STATES),
        "caregiver_states": names(states.get("caregiver", {}), CAREGIVER_STATES),
        "situations": names(held.get("situations", {}), SITUATIONS),
        "cautions": names(held.get("cautions", {}), CAUTIONS),
        "sources": held.get("sources", {}),
    }
