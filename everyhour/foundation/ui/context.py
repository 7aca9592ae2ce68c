"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language, get_language_bidi

from everyhour.foundation.ui.release import release


def page(request: HttpRequest) -> dict:
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "language": language,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "release": release(),
        "help_url": help_url(language),
        "other_languages": [(code, name, translate_url(request.path, code)) for code, name in settings.LANGUAGES if code != language],
    }


def help_url(language: str) -> str:
    """Give the crisis page for this host's country and this language."""
    country = f"{settings.COUNTRY}/" if settings.COUNTRY else ""
    return f"/help/{country}" + (f"in-{language}/" if language != "en" else "")
