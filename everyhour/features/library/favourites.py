"""A person's favourites: the mark on each entry, and the form that sets or unsets one.

The form says which state is wanted, never "the other one": a form that arrives twice, or late
from a phone that kept it, changes nothing more.
"""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from everyhour.domain.practices.models import Favourite, Item
from everyhour.features.library.filters import Filter
from everyhour.features.library.shelves import SHELF_OF, SHELVES
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.accounts.permissions import SignedIn, signed_in
from everyhour.foundation.submissions.middleware import sent_at

LONGEST_SEARCH = 200


@signed_in
@require_POST
def favourite(request: SignedIn) -> HttpResponse:
    """Set or unset one favourite, named as `practices/wall-push`, and go back to where it was."""
    wanted = "favourite" in request.POST
    named = request.POST.get("favourite") or request.POST.get("not_favourite", "")
    item = find_item(named)
    if wanted:
        Favourite.objects.get_or_create(
            person=request.person, item=item, defaults={"at": sent_at(request)}
        )
    else:
        Favourite.objects.filter(person=request.person, item=item).delete()
    if "list" not in request.POST:
        return redirect("library-item", SHELF_OF[item.kind], item.slug)
    return _back_to_list(request, item, wanted)


def find_item(named: str) -> Item:
    """Return the item of `practices/wall-push`, withdrawn or not; anything else is a 404."""
    shelf, _slash, slug = named.partition("/")
    return get_object_or_404(Item, kind=SHELVES.get(shelf, ""), slug=slug[:80])


def allowed(chosen: Filter, person: Person | None) -> Filter:
    """Return the filter as this reader may use it: a guest has no favourites."""
    return chosen if person else chosen.without("favourite")


def mark(entries: dict[tuple[str, str], dict], person: Person | None) -> dict:
    """Say of each entry whether it is a favourite of this person."""
    kept = set(person.favourites.values_list("item__kind", "item__slug")) if person else set()
    for key, entry in entries.items():
        entry["is_favourite"] = key in kept
    return entries


def any_of(entries: dict[tuple[str, str], dict]) -> bool:
    return any(entry["is_favourite"] for entry in entries.values())


def state_of(person: Person | None, item: Item) -> bool | None:
    """Return whether an item is a favourite; None for a guest."""
    return person.favourites.filter(item=item).exists() if person else None


def _back_to_list(request: HttpRequest, item: Item, wanted: bool) -> HttpResponse:
    """Go back to the entry in its list; where it is no longer listed, to the top, with undo."""
    chosen = Filter.from_query(QueryDict(request.POST["list"]))
    shelf = SHELF_OF[item.kind]
    gone = not wanted and bool(chosen.favourite)
    parts = {**chosen.parts, **({"removed": f"{shelf}/{item.slug}"} if gone else {})}
    end = "" if gone else f"#{shelf}-{item.slug}"
    search = request.POST.get("q", "")[:LONGEST_SEARCH]
    response = redirect(_address({"q": search, **parts} if search else parts) + end)
    # A search is not stored anywhere, and where the answer leads is, for repeats.
    response.repeated_location = _address(parts) + end  # type: ignore[attr-defined]
    return response


def _address(parts: dict[str, str]) -> str:
    return f"{reverse('library')}?{urlencode(parts)}" if parts else reverse("library")
