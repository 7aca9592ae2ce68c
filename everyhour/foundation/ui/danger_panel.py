"""What every page holds for words of danger: where the phrases of ui/js/typing.js are."""

from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import get_language

FILES = Path(__file__).with_name("static") / "ui"


def paths() -> list[Path]:
    """Return the files of phrases, one for each language, sorted by name."""
    return sorted(FILES.glob("danger.*.json"))


def urls() -> list[str]:
    """Return the URLs of the phrases in all languages, the language of the page first."""
    own = f"danger.{get_language() or settings.LANGUAGE_CODE}.json"
    names = sorted((path.name for path in paths()), key=lambda name: name != own)
    return [static(f"ui/{name}") for name in names]
