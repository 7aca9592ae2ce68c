"""The library: search, one item, and its earlier editions."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everyhour.domain.practices import danger_files, search_index
from everyhour.domain.practices.models import Edition, Item
from everyhour.domain.practices.vocabulary import CAREGIVER_STATES, CAUTIONS, STATES
from everyhour.domain.recommendations.bundle import CHILD, reader_language
from everyhour.features.library import favourites
from everyhour.features.library.filters import Filter, loosen
from everyhour.features.library.shelves import SHELF_OF, SHELVES
from everyhour.features.library.wording import count_ideas, lower_first, name_filters, name_shelves
from everyhour.foundation.lib.permissions import public
from everyhour.foundation.lib.text import clean
from everyhour.foundation.ui.kept import kept_offline

LONGEST_SEARCH = 200
MOST_FOUND = 24


@public
@kept_offline
def library(request: HttpRequest) -> HttpResponse:
    """Show every shelf, or what a search found, best first; of both what fits a filter.

    Words of danger put the numbers to call before all of it. A search is not stored anywhere.
    """
    search = clean(request.GET.get("q", ""), most=LONGEST_SEARCH)
    person = request.person  # type: ignore[attr-defined]
    chosen = favourites.allowed(Filter.from_query(request.GET), person)
    names = name_filters(load_vocabularies()["states"])
    entries = favourites.mark(load_entries(), person)
    found, is_close = search_entries(entries, search) if search else (list(entries.values()), False)
    fitting = [entry for entry in found if chosen.fits(entry)]
    shown = fitting[:MOST_FOUND] if search else fitting
    context = {
        "nav": "library",
        "q": search,
        "filter": chosen,
        "danger": danger_files.has_danger(search),
        "asked": bool(search or chosen.parts),
        "count": len(shown),
        "counted": count_ideas(len(shown)),
        "is_close": is_close,
        "found": shown if search else [],
        "shelves": [] if search else fill_shelves(shown),
        "shelf_names": name_shelves(),
        "names": names,
        "own": person and link_favourites(chosen, search),
        "no_favourites": chosen.favourite and not favourites.any_of(entries),
        "removed": find_removed(request.GET.get("removed", ""), entries),
        "states": link_states(chosen, search, names["state"]),
        "removals": link_removals(chosen, search, names),
        "loosenings": [] if shown else link_loosenings(chosen, search, names, entries, found),
        "child": CHILD[reader_language()],
    }
    response = render(request, "library/library.html", context)
    if search:
        response.headers["Cache-Control"] = "no-store"
    return response


@public
@kept_offline
def item(request: HttpRequest, kind: str, slug: str, number: int | None = None) -> HttpResponse:
    """Show an item's current edition, or one edition by its number."""
    if kind not in SHELVES:
        raise Http404
    editions = Edition.objects.for_item(SHELVES[kind], slug).select_related("item")
    newest = editions.order_by("-number").first()
    edition = get_object_or_404(editions, number=number) if number is not None else newest
    if edition is None or (number is None and edition.item.withdrawn_at):
        raise Http404
    vocabulary, entry, facts = load_vocabularies(), build_entry(edition), edition.facts
    sources = [vocabulary["sources"].get(key, {"title": key}) for key in facts.get("sources", [])]
    names = {**vocabulary["states"], **vocabulary["caregiver_states"]}
    by_editors = facts["reviewed_by"] == "editors"
    person = request.person  # type: ignore[attr-defined]
    context = {
        "nav": "library",
        "entry": entry,
        "edition": edition,
        "older": edition != newest or edition.item.withdrawn_at is not None,
        "favourite": favourites.state_of(person, edition.item),
        "may_plan": kind == "practices" and edition == newest and may_plan(request),
        "sources": [localize_source(source) for source in sources],
        "reviewed_on": date.fromisoformat(facts["reviewed_on"]),
        "reviewed_by": _("our editors") if by_editors else facts["reviewed_by"],
        "activities": load_pack_activities(edition),
        "said": list_sayings(entry["text"].get("say"), vocabulary["states"]),
        "sections": list_sections(entry["text"]),
        "child": CHILD[reader_language()],
        "names": {key: words["name"] for key, words in names.items()},
        "cautions": vocabulary["cautions"],
    }
    return render(request, "library/item.html", context)


def load_entries() -> dict[tuple[str, str], dict]:
    """Return the entries of all shelves by kind and slug."""
    editions = current_editions(item__kind__in=SHELF_OF).order_by("item__slug")
    return {(edition.item.kind, edition.item.slug): build_entry(edition) for edition in editions}


def search_entries(entries: dict[tuple[str, str], dict], search: str) -> tuple[list[dict], bool]:
    """Return what a search finds, best first, and whether it is only spelled alike."""
    index = search_index.current(reader_language())
    found = [entries[key] for key in index.search(search) if key in entries]
    close = [] if found else [entries[key] for key in index.nearest(search) if key in entries]
    return found or close, not found


def link_states(chosen: Filter, search: str, names: dict[str, str]) -> list[tuple[str, str, bool]]:
    """Return name and address of each state, and whether it is chosen; first any state."""
    every = {"": _("Any state"), **names}
    return [
        (name, address_of(replace(chosen, state=state), search), state == chosen.state)
        for state, name in every.items()
    ]


def link_favourites(chosen: Filter, search: str) -> tuple[str, bool]:
    """Return the address of one's favourites, or without them, and whether they are shown."""
    wanted = "" if chosen.favourite else "yes"
    return address_of(replace(chosen, favourite=wanted), search), bool(chosen.favourite)


def find_removed(key: str, entries: dict[tuple[str, str], dict]) -> dict | None:
    """Return the entry just removed from the favourites, so that it can be undone."""
    shelf, _slash, slug = key.partition("/")
    entry = entries.get((SHELVES.get(shelf, ""), slug))
    return entry if entry and not entry["is_favourite"] else None


def link_removals(chosen: Filter, search: str, names: dict) -> list[tuple[str, str]]:
    """Return the name of each chosen part, and the address without it."""
    return [
        (names[part].get(value, value), address_of(chosen.without(part), search))
        for part, value in chosen.parts.items()
    ]


def link_loosenings(
    chosen: Filter, search: str, names: dict, entries: dict, found: list[dict]
) -> list[tuple[str, str, int]]:
    """Return what to leave out so that something fits: its name, the address, and how many."""
    links = [
        (
            lower_first(names[part].get(chosen.parts[part], "")),
            address_of(chosen.without(part), search),
            min(count, MOST_FOUND) if search else count,
        )
        for part, count in loosen(chosen, found)
    ]
    count = sum(map(chosen.fits, entries.values())) if search and chosen.parts else 0
    return [*links, (search, address_of(chosen), count)] if count else links


def address_of(chosen: Filter, search: str = "") -> str:
    query = chosen.to_query(search)
    return f"{reverse('library')}?{query}" if query else reverse("library")


def fill_shelves(entries: Iterable[dict]) -> list[tuple[str, list[dict]]]:
    by_shelf: dict[str, list[dict]] = {shelf: [] for shelf in SHELVES}
    for entry in entries:
        by_shelf[entry["shelf"]].append(entry)
    return [(shelf, found) for shelf, found in by_shelf.items() if found]


def current_editions(**conditions) -> QuerySet[Edition]:
    return Edition.objects.current().filter(**conditions).select_related("item")


def may_plan(request: HttpRequest) -> bool:
    """Return whether the reader may plan an idea into the family's days."""
    caregiver = request.place.caregiver  # type: ignore[attr-defined]
    return caregiver is not None and caregiver.is_guardian


def localize_source(source: dict) -> dict:
    """Return a source with its title in the page's language; a plain title is marked as English."""
    title = source["title"]
    if isinstance(title, dict):
        return {**source, "title": title.get(get_language() or "en", title["en"])}
    return {**source, "lang": "en"}


def build_entry(edition: Edition) -> dict:
    """Return an edition as the templates need it."""
    text = localized_text(edition)
    return {
        "shelf": SHELF_OF.get(edition.item.kind, ""),
        "slug": edition.item.slug,
        "text": text,
        "facts": edition.facts,
        "line": text.get("new_eyes") or first_line(text.get("say")) or text.get("why", ""),
    }


def localized_text(edition: Edition) -> dict:
    """Return an edition's text in the page's language, else in English."""
    return edition.texts.get(get_language() or "en") or edition.texts["en"]


def list_sayings(say, states: dict) -> list[tuple[str, str]]:
    """Return what to say as (name of the state or "", line)."""
    if not isinstance(say, dict):
        return [("", first_line(say))] if say else []
    return [
        (states.get(state, {}).get("name", "").lower(), line) for state, line in say.items() if line
    ]


def list_sections(text: dict) -> list[tuple[str, dict]]:
    """Return the remaining sections in reading order, each with its heading."""
    headings = {
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
        (heading, {"lines": text[key]} if isinstance(text[key], list) else {"prose": text[key]})
        for key, heading in headings.items()
        if text.get(key)
    ]


def first_line(say) -> str:
    """Return the line to show of `say`, which is text, lines to join, or lines by state."""
    if isinstance(say, dict):
        return say.get("") or next((line for line in say.values() if line), "")
    return " ".join(say) if isinstance(say, list) else say or ""


def load_pack_activities(edition: Edition) -> list[dict]:
    """Return the entries of a pack's activities, in its order, without withdrawn ones."""
    slugs = edition.facts.get("activities", [])
    editions = current_editions(item__kind="activity", item__slug__in=slugs)
    current = {edition.item.slug: edition for edition in editions}
    return [build_entry(current[slug]) for slug in slugs if slug in current]


def load_vocabularies() -> dict[str, dict]:
    """Return the names of states and cautions in the page's language, and the sources."""
    language = get_language() or "en"
    editions = current_editions(item__kind=Item.Kind.VOCABULARY)
    facts = {edition.item.slug: edition.facts for edition in editions}

    def names(group: dict, order: Sequence[str]) -> dict:
        return {key: group[key].get(language, group[key]["en"]) for key in order if key in group}

    states = facts.get("states", {})
    return {
        "states": names(states.get("child", {}), STATES),
        "caregiver_states": names(states.get("caregiver", {}), CAREGIVER_STATES),
        "cautions": names(facts.get("cautions", {}), CAUTIONS),
        "sources": facts.get("sources", {}),
    }
