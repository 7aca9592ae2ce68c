"""Loading of the library: files that changed become new editions in the database."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from everyhour.domain.practices.files import Library
from everyhour.domain.practices.models import Edition, Item

VOCABULARIES = ("states", "situations", "cautions", "sources", "search")


@dataclass(frozen=True)
class Loaded:
    """How many items a load created, changed, left alone and withdrew."""

    new: int = 0
    changed: int = 0
    same: int = 0
    withdrawn: int = 0


@transaction.atomic
def load(library: Library, *, at: datetime) -> Loaded:
    """Load a library in one transaction; withdraw items whose file is gone.

    Unchanged items get no new edition. Raises Unreadable, and then changes nothing.
    """
    current = {
        (e.item.kind, e.item.slug): e for e in Edition.objects.current().select_related("item")
    }
    items = {(i.kind, i.slug): i for i in Item.objects.all()}
    wanted = dict(_wanted(library))
    counts = {"new": 0, "changed": 0, "same": 0}
    for key, (facts, texts) in wanted.items():
        digest = _digest(facts, texts)
        known = current.get(key)
        if known and known.digest == digest:
            counts["same"] += 1
            continue
        item = items.get(key) or Item.objects.create(kind=key[0], slug=key[1])
        if item.withdrawn_at:
            item.withdrawn_at = None
            item.save(update_fields=["withdrawn_at"])
        last = item.editions.order_by("-number").values_list("number", flat=True).first() or 0
        Edition.objects.create(
            item=item, number=last + 1, digest=digest, facts=facts, texts=texts, loaded_at=at
        )
        counts["changed" if last else "new"] += 1
    gone = [item.pk for key, item in items.items() if key not in wanted and not item.withdrawn_at]
    Item.objects.filter(pk__in=gone).update(withdrawn_at=at)
    return Loaded(**counts, withdrawn=len(gone))


def _wanted(library: Library):
    """Yield (kind, slug) and (facts, texts by language) of every item and vocabulary."""
    for key, file in library.items.items():
        texts = {"en": file.texts()}
        for language, files in library.translations.items():
            if key in files:
                texts[language] = files[key].texts()
        facts = _plain(file.facts)
        if key[0] == Item.Kind.ACTIVITY:
            facts["bodies"] = file.bodies
        yield key, (facts, texts)
    for name in VOCABULARIES:
        yield (Item.Kind.VOCABULARY.value, name), (_plain(library.vocabulary(name)), {})


def _plain(value):
    """Return a value from YAML as JSON values: dates as ISO text, keys as text."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value


def _digest(facts: dict, texts: dict) -> str:
    canonical = json.dumps(
        [facts, texts], sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()
