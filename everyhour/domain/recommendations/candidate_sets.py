"""Practices as the engine sees them, stored under a digest so that decisions can be replayed."""

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache

from django.db.models import QuerySet

from everyhour.domain.practices.models import Edition
from everyhour.domain.recommendations import advisor
from everyhour.domain.recommendations.advisor import learned
from everyhour.domain.recommendations.models import CandidateSet


def current() -> tuple[advisor.Candidate, ...]:
    """Return the library's current practices, sorted by slug, as one tuple per library version.

    The engine caches by identity: a new tuple for each request would be cached for good.
    """
    return _read_once(tuple(_editions().values_list("item__slug", "digest")))


@lru_cache(maxsize=4)
def _read_once(_digests: tuple[tuple[str, str], ...]) -> tuple[advisor.Candidate, ...]:
    return tuple(
        advisor.build_candidate(slug, facts)
        for slug, facts in _editions().values_list("item__slug", "facts")
    )


def _editions() -> QuerySet[Edition]:
    return Edition.objects.current().filter(item__kind="activity").order_by("item__slug")


def single(slug: str) -> tuple[advisor.Candidate, ...]:
    """Return one current practice in a tuple, cached as in `current`; empty when withdrawn."""
    digest = _editions().filter(item__slug=slug).values_list("digest", flat=True).first()
    return _read_alone(slug, digest) if digest else ()


@lru_cache(maxsize=512)
def _read_alone(slug: str, _digest: str) -> tuple[advisor.Candidate, ...]:
    return tuple(
        advisor.build_candidate(slug, facts)
        for facts in _editions().filter(item__slug=slug).values_list("facts", flat=True)
    )


def by_slug(slugs: Iterable[str]) -> dict[str, advisor.Candidate]:
    """Return practices by slug, including withdrawn ones, from their newest edition."""
    editions = (
        Edition.objects.filter(item__kind="activity", item__slug__in=set(slugs))
        .select_related("item")
        .order_by("number")
    )
    return {
        edition.item.slug: advisor.build_candidate(edition.item.slug, edition.facts)
        for edition in editions
    }


def store(candidates: tuple[advisor.Candidate, ...]) -> CandidateSet:
    """Return the row of these practices, created at first use."""
    digest, body = _encode(candidates)
    rows = CandidateSet.objects.defer("body")
    return rows.get_or_create(digest=digest, defaults={"body": body})[0]


@lru_cache(maxsize=4)
def _encode(candidates: tuple[advisor.Candidate, ...]) -> tuple[str, list]:
    body = [learned.to_plain(candidate) for candidate in candidates]
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32], body


@lru_cache(maxsize=8)
def load(digest: str) -> tuple[advisor.Candidate, ...]:
    body = CandidateSet.objects.get(digest=digest).body
    return tuple(learned.from_plain(advisor.Candidate, candidate) for candidate in body)
