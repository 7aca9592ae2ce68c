"""Where somebody goes on to, and never anywhere else than here."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme


def show(request: HttpRequest, template: str, **told) -> HttpResponse:

    return render(request, f"accounts/{template}.html", {"nav": "account", **told})


def wished(request: HttpRequest) -> str:
    """Give the page somebody was on the way to, when it is one of ours."""
    return ours(request, request.POST.get("next") or request.GET.get("next") or "")


def ours(request: HttpRequest, address: str) -> str:
    safe = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return address if safe else ""


def go_on(then: str, *, new: bool = False) -> HttpResponse:
    return redirect(
        then or named(settings.SIGN_UP_REDIRECT_URL if new else settings.LOGIN_REDIRECT_URL)
    )


def named(name: str) -> str:
    """Give the address of a page; the first screen where a host runs without that room."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse("home")


def with_next(name: str, then: str) -> str:
    return reverse(name) + (f"?{urlencode({'next': then})}" if then else "")
