"""Titles of practices, in the language of the page."""

from collections.abc import Iterable

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everyhour.domain.practices.models import Edition


def titles_of(slugs: Iterable[str]) -> dict[str, str]:
    """Return the titles of the activities with these slugs; unknown ones are left out."""
    editions = Edition.objects.current().filter(item__kind="activity", item__slug__in=set(slugs))
    return {one.item.slug: _title(one) for one in editions.select_related("item")}


def _title(edition: Edition) -> str:
    texts = edition.texts.get(get_language() or "en") or edition.texts["en"]
    child, title = _("your child"), texts.get("title", edition.item.slug)
    return title.replace("{child}", child).replace("{Child}", capfirst(child))
