"""The practices as the engine sees them, under a digest: what a decision was made among can be laid out again years later."""

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache

from everyhour.domain.moments import advisor
from everyhour.domain.moments.advisor import learned
from everyhour.domain.moments.models import Shelf
from everyhour.domain.practices.models import Edition


def current() -> tuple[advisor.Candidate, ...]:
    """Give the practices of the library in use, sorted by slug."""
    editions = Edition.objects.current().filter(item__kind="activity").select_related("item").order_by("item__slug")
    return tuple(advisor.candidate(edition.item.slug, edition.facts) for edition in editions)


def of(slugs: Iterable[str]) -> dict[str, advisor.Candidate]:
    """Give practices by slug, also those that left the library, as their newest edition tells them."""
    editions = Edition.objects.filter(item__kind="activity", item__slug__in=set(slugs)).select_related("item").order_by("number")
    return {edition.item.slug: advisor.candidate(edition.item.slug, edition.facts) for edition in editions}


def keep(candidates: tuple[advisor.Candidate, ...]) -> Shelf:
    """Give the row of these practices, written at its first use."""
    body = [learned.to_plain(candidate) for candidate in candidates]
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32]
    return Shelf.objects.get_or_create(digest=digest, defaults={"body": body})[0]


@lru_cache(maxsize=8)
def read(digest: str) -> tuple[advisor.Candidate, ...]:
    body = Shelf.objects.get(digest=digest).body
    return tuple(learned.from_plain(advisor.Candidate, candidate) for candidate in body)
