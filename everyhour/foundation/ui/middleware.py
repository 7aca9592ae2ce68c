"""What every answer carries, and the sign on the door during maintenance."""

from django.conf import settings
from django.http import HttpResponse

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


def maintenance(get_response):
    """During maintenance every page is the trouble page, which holds the whole crisis card."""

    def middleware(request):
        if settings.MAINTENANCE:
            body = crisis.trouble_page()
            return HttpResponse(body, status=503, headers={**dict(crisis.headers(body)), "Retry-After": "300"})
        return get_response(request)

    return middleware
