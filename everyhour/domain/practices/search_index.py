"""The search index of the library as it is loaded, one for each language."""

from functools import lru_cache

from everyhour.domain.practices.models import Edition, Item
from everyhour.domain.practices.search import Index, build
from everyhour.domain.practices.vocabulary import KINDS

FOUND = tuple(kind for kind in KINDS.values() if kind != "crisis_lines")


def current(language: str) -> Index:
    """Return the index of the current library, built once for each version of it."""
    editions = Edition.objects.current().filter(item__kind__in=(*FOUND, Item.Kind.VOCABULARY))
    digests = editions.order_by("item_id").values_list("item_id", "digest")
    return _build(language, tuple(digests))


@lru_cache(maxsize=4)
def _build(language: str, _digests: tuple[tuple[int, str], ...]) -> Index:
    editions = Edition.objects.current().filter(item__kind__in=FOUND).select_related("item")
    words = Edition.objects.current().for_item(Item.Kind.VOCABULARY, "search").first()
    texts = [
        ((edition.item.kind, edition.item.slug), edition.texts.get(language) or edition.texts["en"])
        for edition in editions.order_by("item__kind", "item__slug")
    ]
    return build(language, texts, words.facts.get(language) if words else None)
