"""The shell's own pages: manifest, service worker, gallery and error pages."""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from everyhour.foundation.lib.permissions import public
from everyhour.foundation.ui import crisis
from everyhour.foundation.ui.context import help_url
from everyhour.foundation.ui.kept import kept_offline
from everyhour.foundation.ui.release import release
from everyhour.foundation.ui.templatetags.ui import ICONS, WAVES

SHELL_ASSETS = [
    "ui/tokens.css",
    "ui/base.css",
    "ui/components.css",
    "ui/sheets.css",
    "ui/icon.svg",
    "ui/icon-192.png",
    "ui/fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "ui/js/boot.js",
    "ui/js/app.js",
    "ui/js/registering.js",
    "ui/js/kept_pages.js",
    "ui/js/kept_forms.js",
    "ui/js/formats.js",
    "ui/js/typing.js",
    "ui/js/danger.js",
    "ui/danger.en.json",
    "ui/danger.es.json",
    "now/crisis_sheet.js",
    "now/crisis_lines.js",
    "now/countries.js",
    "now/plan.js",
    "now/choosing.js",
    "now/showing.js",
    "now/store.js",
    "now/flow.js",
    "now/flow_page.js",
    "now/answer.js",
    "now/breath.js",
    "now/offline_bundle.js",
    "now/own_words.js",
    "now/phone_child.js",
    "now/new_light.js",
    "now/read_aloud.js",
    "now/tiles.js",
    "now/voice.js",
    "now/who.js",
    "now/wishes.js",
    "now/flow.css",
    "now/pictograms.css",
    "now/pictograms.svg",
    "now/phone.js",
    "now/phone_child.js",
    "now/phone_plan.js",
    "now/moment.js",
    "family/lock.js",
    "now/child_bundle.js",
    "now/outbox.js",
]
WORKER_PARTS = (
    "service-worker",
    *(f"service-worker-{part}" for part in ("pages", "mine", "forms", "notifications")),
)
SHELL_PAGES = ("home", "now", "phone", "offline")


@public
def manifest(request: HttpRequest) -> JsonResponse:
    """Return the web app manifest in the page's language.

    `?plain` hides the name Everyhour; the pages of people who chose that link to it.
    """
    plain = "plain" in request.GET
    drawing, name = ("plain", _("Notes")) if plain else ("icon", "Everyhour")
    icons = [
        {
            "src": static(f"ui/{drawing}.svg"),
            "sizes": "any",
            "type": "image/svg+xml",
            "purpose": "any",
        },
        *(
            {
                "src": static(f"ui/{drawing}-{n}.png"),
                "sizes": f"{n}x{n}",
                "type": "image/png",
                "purpose": p,
            }
            for n in (192, 512)
            for p in ("any", "maskable")
        ),
    ]
    now = {
        "name": _("Right now"),
        "url": reverse("now"),
        "icons": [{"src": static("ui/icon-192.png"), "sizes": "192x192"}],
    }
    return JsonResponse(
        {
            "name": name,
            "short_name": name,
            **(
                {}
                if plain
                else {"description": _("Help when it’s hard, on any phone, even offline.")}
            ),
            "id": "/",
            "lang": translation.get_language(),
            "start_url": reverse("home"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#edf1ec",
            "theme_color": "#edf1ec",
            "icons": icons,
            "shortcuts": [] if plain else [now],
        },
        content_type="application/manifest+json",
    )


@public
def service_worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker, with the files of this release it must cache and their digests."""
    source = "".join(
        Path(str(finders.find(f"ui/js/{name}.js"))).read_text() for name in WORKER_PARTS
    )
    known = {
        "release": release(),
        "assets": _assets(),
        "pages": _pages(),
        "crisis": _crisis(),
        "languages": [code for code, _name in settings.LANGUAGES],
        "icons": {"own": static("ui/icon-192.png"), "plain": static("ui/plain-192.png")},
    }
    body = source.replace("/* RELEASE */ null", json.dumps(known))
    return HttpResponse(
        body,
        content_type="text/javascript",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"},
    )


@public
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component with all its states."""
    icons = sorted(path.stem for path in ICONS.glob("*.svg"))
    return render(request, "ui/gallery.html", {"icons": icons, "waves": WAVES})


@public
@kept_offline
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/offline.html")


@public
def missing_asset(request: HttpRequest, name: str) -> HttpResponse:
    """Return a plain-text 404: browsers would parse an HTML page as a style or a script."""
    return HttpResponse("Not here.", status=404, content_type="text/plain")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show the page for what is missing; whoever has no family yet is led to setup from it."""
    return trouble(
        request,
        404,
        _("We can’t find that page."),
        _("Its address may have changed. Right now always works."),
        set_up_url=_set_up_url(request),
    )


def _set_up_url(request: HttpRequest) -> str:
    place = getattr(request, "place", None)
    if place is None or getattr(request, "person", None) is None or place.caregiver:
        return ""
    try:
        return reverse("start")
    except NoReverseMatch:
        return ""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return trouble(
        request, 400, _("Something got lost on the way."), _("Go back and try once more.")
    )


def forbidden(
    request: HttpRequest, exception: Exception | None = None, reason: str = ""
) -> HttpResponse:
    return trouble(
        request, 403, _("That page was open for too long."), _("Go back and try once more.")
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the trouble page, which needs no template, database or translation."""
    return HttpResponse(
        crisis.trouble_page(), status=500, headers=dict(crisis.headers(crisis.trouble_page()))
    )


def trouble(
    request: HttpRequest, status: int, heading: str, sentence: str, **more: str
) -> HttpResponse:
    # No sheets: they name the page to come back to, and a refused page must not differ from a
    # missing one.
    context = {"heading": heading, "sentence": sentence, "sheets": (), **more}
    return render(request, "ui/trouble.html", context, status=status)


@cache
def _assets() -> list[list[str]]:
    """Return [URL, SHA-256] of each asset the shell needs, read from the files to be served."""
    pairs = []
    for name in SHELL_ASSETS:
        stored = staticfiles_storage.stored_name(name)  # type: ignore[attr-defined]
        with staticfiles_storage.open(stored) as file:
            pairs.append([staticfiles_storage.url(name), hashlib.sha256(file.read()).hexdigest()])
    return pairs


def _pages() -> list[str]:
    pages = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            pages += [
                *(reverse(name) for name in SHELL_PAGES),
                reverse("offline-bundle"),
                reverse("manifest"),
            ]
    return pages


@cache
def _crisis() -> list[list[str]]:
    paths = {"/help/", "/leave/", *(help_url(code) for code, _name in settings.LANGUAGES)}
    return [[path, hashlib.sha256(crisis.read(path) or b"").hexdigest()] for path in sorted(paths)]
