"""What practices are called, in the language of the page."""

from collections.abc import Iterable

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everyhour.domain.practices.models import Edition


def of(slugs: Iterable[str]) -> dict[str, str]:
    """Give the titles of those that are in the library."""
    editions = (
        Edition.objects.current()
        .filter(item__kind="activity", item__slug__in=set(slugs))
        .select_related("item")
    )
    return {edition.item.slug: _title(edition) for edition in editions}


def _title(edition: Edition) -> str:
    told = edition.texts.get(get_language() or "en") or edition.texts["en"]
    child = _("your child")
    return (
        told.get("title", edition.item.slug)
        .replace("{child}", child)
        .replace("{Child}", capfirst(child))
    )
