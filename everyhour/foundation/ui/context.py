"""Template context of every page."""

import contextlib
from functools import partial

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext_lazy as _

from everyhour.foundation.ui import formats
from everyhour.foundation.ui.kept import warmed
from everyhour.foundation.ui.release import release

DOCK = (
    ("today", "house-line", _("Today")),
    ("week", "calendar-dots", _("Week")),
    ("log", "plus", _("Add")),
    ("helps", "hand-heart", _("Helps")),
    ("family", "users-three", _("Family")),
)
GUEST_DOCK = (
    ("home", "house-line", _("Home")),
    ("library", "hand-heart", _("Ideas")),
    ("phone", "device-mobile", _("This phone")),
    ("about", "info", _("About")),
)
PERMISSIONS = {"week": "see_week", "log": "log", "helps": "see_helps"}


def page(request: HttpRequest) -> dict:
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "language": language,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "release": release(),
        "here": request.path,
        "clock_hours": formats.hours,
        "help_url": help_url(language),
        "person": getattr(request, "person", None),
        "plain": getattr(getattr(request, "person", None), "neutral", False),
        "dock": partial(dock, request),
        "warmed": warmed(request),
        "flash_messages": get_messages(request),
        "other_languages": [
            (code, name, translate_url(request.path, code))
            for code, name in settings.LANGUAGES
            if code != language
        ],
    }


def dock(request: HttpRequest) -> list[dict]:
    """Return the dock's pages that this person may open, without pages that are not installed."""
    pages = []
    for name, icon, words in DOCK if getattr(request, "person", None) else GUEST_DOCK:
        if _may_open(request, name):
            with contextlib.suppress(NoReverseMatch):
                pages.append({"name": name, "icon": icon, "words": words, "url": reverse(name)})
    return pages


def _may_open(request: HttpRequest, name: str) -> bool:
    if name not in PERMISSIONS:
        return True
    caregiver = request.place.caregiver  # type: ignore[attr-defined]
    # Without a family these pages are missing; Today and Family lead to setup.
    return caregiver is not None and caregiver.can(PERMISSIONS[name])


def help_url(language: str) -> str:
    """Return the path of the crisis page for this site's country and this language."""
    country = f"{settings.COUNTRY}/" if settings.COUNTRY else ""
    return f"/help/{country}" + (f"in-{language}/" if language != "en" else "")
