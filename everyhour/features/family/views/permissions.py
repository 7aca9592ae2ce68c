"""Who may open what: generated from the addresses themselves, so that it cannot say anything else than what holds."""

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from everyhour.features.family.pages import show
from everyhour.foundation.lib.permissions import Permission, public


@public
def table(request: HttpRequest) -> HttpResponse:
    """Show every permission with the addresses that ask for it."""
    return show(request, "permissions", rooms=rooms(), nav="")


def rooms() -> list[tuple[Permission, list[str]]]:
    """Give each permission, the most open first, with its addresses."""
    held: dict[Permission, list[str]] = {}
    for address, permission in doors():
        if permission is not None:
            held.setdefault(permission, []).append(address)
    by_openness = sorted(
        held, key=lambda permission: (permission.signed_in, -len(held[permission]))
    )
    return [(permission, sorted(set(held[permission]))) for permission in by_openness]


def doors(patterns: Any = None, before: str = "/") -> Iterator[tuple[str, Permission | None]]:
    """Walk every address; `…` stands for what differs from family to family."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        here = before + re.sub(r"<[^>]+>|\(\?P.*?\)", "…", str(entry.pattern)).strip("^$")
        if isinstance(entry, URLResolver):
            yield from doors(entry.url_patterns, here)
        elif isinstance(entry, URLPattern):
            yield here, getattr(entry.callback, "permission", None)
