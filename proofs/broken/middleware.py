"""Middleware that breaks a promise; each does what other products have done."""

import re

from django.middleware.csrf import get_token

LINK = re.compile(rb'<a [^>]*href="/help/[^"]*"[^>]*>.*?</a>', re.S)


def raising(get_response):
    def middleware(request):
        raise RuntimeError("This middleware fails on every request.")

    return middleware


def login(get_response):
    """Hide the crisis link from visitors who are not signed in."""
    return _changing(
        get_response,
        lambda request, body: body if "session" in request.COOKIES else LINK.sub(b"", body),
    )


def pixel(get_response):
    """Add a tracking pixel of another company to every page."""
    return _changing(
        get_response,
        lambda request, body: body.replace(
            b"</body>", b'<img alt="" src="http://pixel.invalid/seen.gif"></body>'
        ),
    )


def font(get_response):
    """Load a font from another company; the policy blocks it, but the request counts."""
    return _changing(
        get_response,
        lambda request, body: body.replace(
            b"</head>", b'<link rel="stylesheet" href="http://fonts.invalid/a.css"></head>'
        ),
    )


def cookie(get_response):
    """Set a cookie for every visitor."""

    def middleware(request):
        response = get_response(request)
        response.set_cookie("visitor", "1")
        return response

    return middleware


def token(get_response):
    """Set the CSRF cookie on pages without a form."""

    def middleware(request):
        get_token(request)
        return get_response(request)

    return middleware


def _changing(get_response, change):
    def middleware(request):
        response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            response.content = change(request, response.content)
        return response

    return middleware
