"""Pages that a phone keeps for the hours without a network (docs/adr/0027).

The service worker keeps a page whose response says so, for the person the response names, and shows
it when the server does not answer. Every page names its person; a page of somebody else, or of
nobody, deletes what was kept.
"""

import functools
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils.crypto import salted_hmac

KEEP, PERSON = "Everyhour-Keep", "Everyhour-Person"
NOBODY = "none"
# Fetched once after signing in, so that they open without a network before they were ever visited.
WARMED = (
    *("offline", "now", "today", "week", "log", "helps", "moments", "library", "around"),
    *("rhythm", "nudges", "family", "phone"),
)


def kept_offline[V: Callable[..., HttpResponseBase]](view: V) -> V:
    """Let phones keep the page. Never for pages with a secret: passwords, codes, tokens."""

    @functools.wraps(view)
    def keeping(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method == "GET" and response.status_code == 200:
            response.headers[KEEP] = "yes"
        return response

    return keeping  # type: ignore[return-value]


def name_person(get_response):
    """Name, on every page, whose page it is: a digest of person and session."""

    def middleware(request):
        response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            response.headers[PERSON] = digest_of(request)
        return response

    return middleware


def digest_of(request: HttpRequest) -> str:
    """Return two digests, of the person and of their session; NOBODY for guests."""
    person = getattr(request, "person", None)
    if person is None:
        return NOBODY
    return f"{_digest(person.pk)}.{_digest(request.session.session_key)}"


def _digest(value: object) -> str:
    return salted_hmac("everyhour.kept", str(value), algorithm="sha256").hexdigest()[:20]


def warmed(request: HttpRequest) -> list[str]:
    """Return the paths of the pages to keep from the start; of none for a guest."""
    paths = []
    for name in WARMED if getattr(request, "person", None) else ():
        try:
            paths.append(reverse(name))
        except NoReverseMatch:
            continue
    return paths
