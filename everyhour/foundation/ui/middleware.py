"""Middleware: privacy headers, empty 405s, NUL characters, and the maintenance page."""

from django.conf import settings
from django.http import Http404, HttpResponse, QueryDict

from everyhour.foundation.ui import crisis
from everyhour.foundation.ui.views import not_found


def quiet_headers(get_response):
    """Set privacy and cache headers where the view has not set them."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Robots-Tag", "noarchive")
        # Without a referrer browsers send forms from the origin "null", which Django refuses.
        # A CSRF cookie means the page has a form.
        if settings.CSRF_COOKIE_NAME in response.cookies:
            response.headers.setdefault("Referrer-Policy", "same-origin")
        if response.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return middleware


def no_empty_page(get_response):
    """Fill an empty 405 with the not-found page; status and Allow header stay."""

    def middleware(request):
        response = get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = not_found(request, Http404())
        page.status_code = response.status_code
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page

    return middleware


class RemoveNul:
    """Remove NUL from submitted data, because PostgreSQL cannot store it.

    A path with NUL is a 404, except on pages that are open to guests.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, _arguments, _named):
        # Pages behind a sign-in may look their path up in the database; public pages do not.
        if "\0" in request.path_info and getattr(
            getattr(view, "permission", None), "signed_in", True
        ):
            raise Http404
        request.GET = without_nul(request.GET)
        if request.method == "POST":
            request.POST = without_nul(request.POST)


def without_nul(data: QueryDict) -> QueryDict:
    """Return the data without NUL; the same object if there is none."""
    if not any("\0" in value for _name, values in data.lists() for value in values):
        return data
    cleaned = QueryDict(mutable=True)
    for name, values in data.lists():
        cleaned.setlist(name, [value.replace("\0", "") for value in values])
    cleaned._mutable = False
    return cleaned


def maintenance(get_response):
    """Answer every request with the trouble page during maintenance; it holds all crisis lines."""

    def middleware(request):
        if settings.MAINTENANCE:
            body = crisis.trouble_page()
            return HttpResponse(
                body, status=503, headers={**dict(crisis.headers(body)), "Retry-After": "300"}
            )
        return get_response(request)

    return middleware
