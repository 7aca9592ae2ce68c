"""Middleware that nobody should ever write; each stands for a thing that other products did."""

import re

from django.middleware.csrf import get_token

LINK = re.compile(rb'<a [^>]*href="/help/[^"]*"[^>]*>.*?</a>', re.S)


def raising(get_response):
    def middleware(request):
        raise RuntimeError("This middleware fails on every request.")

    return middleware


def login(get_response):
    """Take the way to crisis help from everyone who has not signed in."""
    return _changing(
        get_response,
        lambda request, body: body if "session" in request.COOKIES else LINK.sub(b"", body),
    )


def pixel(get_response):
    """Let a picture of another company see every page that is opened."""
    return _changing(
        get_response,
        lambda request, body: body.replace(
            b"</body>", b'<img alt="" src="http://pixel.invalid/seen.gif"></body>'
        ),
    )


def font(get_response):
    """Ask another company for letters, as a copied line of HTML does. The policy stops it; the asking is what counts."""
    return _changing(
        get_response,
        lambda request, body: body.replace(
            b"</head>", b'<link rel="stylesheet" href="http://fonts.invalid/a.css"></head>'
        ),
    )


def cookie(get_response):
    """Give every visitor a number."""

    def middleware(request):
        response = get_response(request)
        response.set_cookie("visitor", "1")
        return response

    return middleware


def token(get_response):
    """Make a token for a form that is not there."""

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
