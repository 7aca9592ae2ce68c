"""The first screen, and the page that says what we mean, what we never do and what we do not know."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request

from everyhour.foundation.lib.permissions import public


@public
def language_door(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Lead an address without a language to the one the browser asks for; nobody has to choose first."""
    response = redirect(f"/{get_language_from_request(request)}/{rest}")
    patch_vary_headers(response, ["Accept-Language"])
    return response


@public
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home/home.html", {"nav": "home"})


@public
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "home/about.html", {"nav": "about", "source": settings.SOURCE})
