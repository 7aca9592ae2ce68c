"""What every answer carries, and the sign on the door during maintenance."""

from django.conf import settings
from django.http import Http404, HttpResponse, QueryDict

from everyhour.foundation.ui import crisis
from everyhour.foundation.ui.views import not_found


def quiet_headers(get_response):
    """Say to browsers and to anything between that our pages are nobody else's business."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Robots-Tag", "noarchive")
        # A page with a form, which gives its token along: without any referrer browsers send forms from "null", and Django refuses them.
        if settings.CSRF_COOKIE_NAME in response.cookies:
            response.headers.setdefault("Referrer-Policy", "same-origin")
        if response.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return middleware


def no_empty_page(get_response):
    """An address that only takes forms, opened by hand, is a page that is not here, not a blank one; scripts still read the status."""

    def middleware(request):
        response = get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = not_found(request, Http404())
        page.status_code = response.status_code
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page

    return middleware


class Legible:
    """No person types a NUL, and PostgreSQL keeps none: what was typed goes on without it; an address with one leads nowhere."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, _arguments, _named):
        # Help in the hard minute copes with any address; everything behind a sign-in asks the database, which does not.
        if "\0" in request.path_info and getattr(
            getattr(view, "permission", None), "signed_in", True
        ):
            raise Http404
        request.GET = without_nul(request.GET)
        if request.method == "POST":
            request.POST = without_nul(request.POST)


def without_nul(told: QueryDict) -> QueryDict:
    """Give what was asked or typed without this character; the same object where there is none."""
    if not any("\0" in value for _name, values in told.lists() for value in values):
        return told
    legible = QueryDict(mutable=True)
    for name, values in told.lists():
        legible.setlist(name, [value.replace("\0", "") for value in values])
    legible._mutable = False
    return legible


def maintenance(get_response):
    """During maintenance every page is the trouble page, which holds the whole crisis card."""

    def middleware(request):
        if settings.MAINTENANCE:
            body = crisis.trouble_page()
            return HttpResponse(
                body, status=503, headers={**dict(crisis.headers(body)), "Retry-After": "300"}
            )
        return get_response(request)

    return middleware
