"""What every answer carries, and the sign on the door during maintenance."""

from django.conf import settings
from django.http import Http404, HttpResponse

from everyhour.foundation.ui import crisis


def quiet_headers(get_response):
    """Say to browsers and to anything between that our pages are nobody else's business."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Robots-Tag", "noarchive")
        # A page with a form, which gives its token along: without any referrer browsers send forms from "null", and Django refuses them.
        if settings.CSRF_COOKIE_NAME in response.cookies:
            response.headers.setdefault("Referrer-Policy", "same-origin")
        if response.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return middleware


class Legible:
    """An address or a form with a NUL in it is no page of ours: no person types one, and PostgreSQL keeps none."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, _view, _arguments, _named):
        told = [request.GET, request.POST] if request.method == "POST" else [request.GET]
        if "\0" in request.path_info or any("\0" in value for query in told for _name, values in query.lists() for value in values):
            raise Http404


def maintenance(get_response):
    """During maintenance every page is the trouble page, which holds the whole crisis card."""

    def middleware(request):
        if settings.MAINTENANCE:
            body = crisis.trouble_page()
            return HttpResponse(body, status=503, headers={**dict(crisis.headers(body)), "Retry-After": "300"})
        return get_response(request)

    return middleware
