"""Declared permissions: a view without one is closed.

A package defines its permissions as values in `permissions.py`; one generated page lists them. A
signed-in person without the permission gets a 404, which does not reveal that the page exists.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Permission:
    """A permission: its name, a sentence describing it, and its predicate."""

    name: str
    sentence: str | Promise
    holds: Callable[[HttpRequest], bool]
    signed_in: bool = True  # without a session, the sign-in page comes first


PUBLIC = Permission(
    "public", _("Everyone, without an account."), lambda request: True, signed_in=False
)


def requires[V: Callable[..., HttpResponseBase]](permission: Permission) -> Callable[[V], V]:
    """Decorate a view: redirect to the sign-in page if needed; 404 unless the permission holds."""

    def declare(view: V) -> V:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
            if permission.signed_in and getattr(request, "person", None) is None:
                return to_sign_in(request)
            if not permission.holds(request):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declare


def public[V: Callable](view: V) -> V:
    """Mark a view as public."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect to the sign-in page; JSON requests get 401, so that a phone keeps its changes."""
    if (
        request.headers.get("Accept", "").startswith("application/json")
        or request.content_type == "application/json"
    ):
        return JsonResponse({"trouble": "signed-out"}, status=401)
    back = request.get_full_path() if request.method == "GET" else ""
    return HttpResponseRedirect(
        f"{reverse('sign-in')}{'?' + urlencode({'next': back}) if back else ''}"
    )
