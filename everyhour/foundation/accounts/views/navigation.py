"""Redirects that stay on this site."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme


def show(request: HttpRequest, template: str, **context) -> HttpResponse:
    return render(request, f"accounts/{template}.html", {"nav": "account", **context})


def next_page(request: HttpRequest) -> str:
    """Return the path in `next` when it is on this site."""
    return own_path(request, request.POST.get("next") or request.GET.get("next") or "")


def own_path(request: HttpRequest, address: str) -> str:
    safe = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return address if safe else ""


def redirect_onward(then: str, *, new: bool = False) -> HttpResponse:
    return redirect(
        then or page_url(settings.SIGN_UP_REDIRECT_URL if new else settings.LOGIN_REDIRECT_URL)
    )


def page_url(name: str) -> str:
    """Return the URL of a page; the home page where this site runs without that package."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse("home")


def url_with_next(name: str, then: str) -> str:
    return reverse(name) + (f"?{urlencode({'next': then})}" if then else "")
