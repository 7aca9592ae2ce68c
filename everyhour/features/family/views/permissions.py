"""The permissions page, generated from the URL configuration, so that it is always true."""

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from everyhour.features.family.pages import show
from everyhour.foundation.lib.permissions import Permission, public


@public
def table(request: HttpRequest) -> HttpResponse:
    """Show every permission with the URLs that need it."""
    return show(request, "permissions", permissions=urls_by_permission(), nav="")


def urls_by_permission() -> list[tuple[Permission, list[str]]]:
    """Return each permission with its URLs, the most open permission first."""
    held: dict[Permission, list[str]] = {}
    for address, permission in walk_urls():
        if permission is not None:
            held.setdefault(permission, []).append(address)
    by_openness = sorted(
        held, key=lambda permission: (permission.signed_in, -len(held[permission]))
    )
    return [(permission, sorted(set(held[permission]))) for permission in by_openness]


def walk_urls(patterns: Any = None, before: str = "/") -> Iterator[tuple[str, Permission | None]]:
    """Yield every URL with its permission; `…` stands for parameters."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        here = before + re.sub(r"<[^>]+>|\(\?P.*?\)", "…", str(entry.pattern)).strip("^$")
        if isinstance(entry, URLResolver):
            yield from walk_urls(entry.url_patterns, here)
        elif isinstance(entry, URLPattern):
            yield here, getattr(entry.callback, "permission", None)
