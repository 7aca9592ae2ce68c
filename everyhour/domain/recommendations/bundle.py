"""The offline bundle: practices, reframes, crisis lines and choice probabilities for a phone.

Its version is the digest of its content in all languages and of the rule, the same on every
machine, so that a moment that names its bundle can be analysed years later.
"""

import gzip
import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import brotli
from django.db import DatabaseError, transaction
from django.utils.translation import get_language

from everyhour.domain.practices import vocabulary as words
from everyhour.domain.practices.models import Edition
from everyhour.domain.recommendations import advisor
from everyhour.domain.recommendations.models import OfflineBundle

logger = logging.getLogger("everyhour.bundle")

SHAPE = 2  # of the JSON; a phone that gets a newer shape keeps the bundle it has
CHILD = {"en": ("your child", "Your child"), "es": ("tu niña o niño", "Tu niña o niño")}

PRACTICE_TEXTS = (
    *("title", "steps", "why", "consent", "no_touch"),
    *("teen", *words.BODIES, "disability", "mind"),
)


@dataclass(frozen=True)
class Built:
    version: str
    new: bool


@transaction.atomic
def build(*, at: datetime, languages: tuple[str, ...] = ("en", "es")) -> Built:
    """Build a bundle per language from the current editions.

    Content built before is not stored again; if a newer bundle replaced it, it becomes current.
    """
    editions = list(
        Edition.objects.current().select_related("item").order_by("item__kind", "item__slug")
    )
    bodies = {language: compose(editions, language) for language in languages}
    version = digest(bodies)
    new = False
    for language, body in bodies.items():
        known, made = OfflineBundle.objects.get_or_create(  # type: ignore[misc]
            version=version,
            language=language,
            defaults={"rule": advisor.RULE, "built_at": at, "body": {"version": version, **body}},
        )
        new = new or made
        if not made and OfflineBundle.objects.current(language).first() != known:
            # The content was changed back.
            OfflineBundle.objects.filter(pk=known.pk).update(built_at=at)
    return Built(version, new)


def current(language: str) -> dict:
    """Return the current bundle; the last one seen if the database does not answer.

    Raises OfflineBundle.DoesNotExist before the library is loaded.
    """
    try:
        version = OfflineBundle.objects.current(language).values_list("version", flat=True).first()
        if version is not None:
            _last_seen[language] = _body(version, language)
    except DatabaseError:
        if language in _last_seen:
            logger.warning(
                "The database does not answer. Serving offline bundle %s from memory.",
                _last_seen[language]["version"],
            )
            return _last_seen[language]
        raise
    if version is None:
        raise OfflineBundle.DoesNotExist(
            "There is no offline bundle yet. Run `everyhour content load`."
        )
    return _last_seen[language]


def current_or_empty(language: str) -> dict:
    """Return the current bundle, else the English one; {} before the library is loaded."""
    try:
        return current(language if language in CHILD else "en")
    except OfflineBundle.DoesNotExist:
        return {}


def reader_language() -> str:
    """Return the language of the page if there is a bundle in it, else English."""
    language = get_language() or "en"
    return language if language in CHILD else "en"


def for_reader() -> dict:
    """Return the current bundle in the language of the page."""
    return current(reader_language())


def for_reader_or_empty() -> dict:
    """Return the current bundle in the language of the page; {} before the library is loaded."""
    return current_or_empty(reader_language())


_last_seen: dict[str, dict] = {}


@lru_cache(maxsize=8)
def _body(version: str, language: str) -> dict:
    return OfflineBundle.objects.get(version=version, language=language).body


def serialize(body: dict, *, ways: bool = False) -> dict[str, bytes]:
    """Return the bundle as phones get it, by content encoding ("" is plain); cached.

    With `ways` it holds how each practice is done by a child with a certain body. Without, it is a
    third smaller, and offers to such a child only what fits as it is.
    """
    key = (body["version"], body["language"], ways)
    if key not in _serialized:
        sent = {**(body if ways else _without_ways(body)), "chances": pack(body["chances"])}
        plain = json.dumps(sent, ensure_ascii=False, separators=(",", ":")).encode()
        while len(_serialized) >= 8:
            _serialized.pop(next(iter(_serialized)))
        _serialized[key] = {
            "br": brotli.compress(plain),
            "gzip": gzip.compress(plain, mtime=0),
            "": plain,
        }
    return _serialized[key]


_serialized: dict[tuple[str, str, bool], dict[str, bytes]] = {}


def _without_ways(body: dict) -> dict:
    practices = [
        {
            **{key: value for key, value in practice.items() if key not in words.BODIES},
            "bodies": [one for one in practice["bodies"] if one not in practice],
        }
        for practice in body["practices"]
    ]
    return {**body, "practices": practices}


def pack(chances: dict) -> dict:
    """Group a bundle's probabilities: each once, before the practices that have it.

    >>> pack({"calm": {"any": [[0, 0.25], [1, 0.5], [2, 0.25]]}})
    {'calm': {'any': [[0.25, 0, 2], [0.5, 1]]}}
    """
    return {
        state: {situation: _grouped(cell) for situation, cell in cells.items()}
        for state, cells in chances.items()
    }


def _grouped(cell: list) -> list[list]:
    groups: dict[float, list[int]] = {}
    for index, probability in cell:
        groups.setdefault(probability, []).append(index)
    return [[probability, *indexes] for probability, indexes in groups.items()]


def unpack(packed: dict) -> dict:
    """Undo `pack`, in the order in which phones draw."""
    return {
        state: {
            situation: [[index, p] for p, *indexes in cell for index in indexes]
            for situation, cell in cells.items()
        }
        for state, cells in packed.items()
    }


def compose(editions: list[Edition], language: str) -> dict:
    """Compose one language's bundle from editions. Pure."""
    by_kind: dict[str, list[Edition]] = {}
    for edition in sorted(editions, key=lambda e: (e.item.kind, e.item.slug)):
        by_kind.setdefault(edition.item.kind, []).append(edition)
    vocabulary = {edition.item.slug: edition.facts for edition in by_kind.get("vocabulary", [])}
    activities = by_kind.get("activity", [])
    slugs = [edition.item.slug for edition in activities]
    cells = advisor.build_cells(advisor.build_candidate(e.item.slug, e.facts) for e in activities)
    states = vocabulary.get("states", {})
    return {
        "shape": SHAPE,
        "rule": advisor.RULE,
        "language": language,
        "child": CHILD[language],
        "states": _labels(states.get("child", {}), words.STATES, language),
        "caregiver_states": _labels(states.get("caregiver", {}), words.CAREGIVER_STATES, language),
        "outcomes": _labels(states.get("outcomes", {}), advisor.OUTCOMES, language),
        "situations": _labels(vocabulary.get("situations", {}), words.SITUATIONS, language),
        "cautions": _labels(vocabulary.get("cautions", {}), words.CAUTIONS, language),
        "practices": [_practice(edition, language) for edition in activities],
        "caregiver": [_caregiver(edition, language) for edition in by_kind.get("caregiver", [])],
        "reframes": [_reframe(e, language) for e in _best_first(by_kind.get("reframe", []))],
        "words": [_words(e, language) for e in _best_first(by_kind.get("words", []))],
        "chances": unpack(
            pack(
                {
                    state: {
                        situation: [[slugs.index(slug), p] for slug, p in cell.items()]
                        for situation, cell in situations.items()
                    }
                    for state, situations in cells.items()
                }
            )
        ),
        "crisis": {
            e.facts["country"].lower(): _country(e, language)
            for e in by_kind.get("crisis_lines", [])
        },
    }


def _labels(group: dict, order: Sequence[str], language: str) -> dict:
    """Return labels in a fixed order, because people learn where the tiles are."""
    return {key: group[key][language] for key in order if key in group}


def digest(bodies: dict[str, dict]) -> str:
    canonical = json.dumps(bodies, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _texts(edition: Edition, language: str, *keys: str) -> dict:
    """Return non-empty texts under these keys, falling back to English."""
    texts = edition.texts.get(language) or edition.texts["en"]
    found = {key: texts.get(key) or edition.texts["en"].get(key) for key in keys}
    return {key: text for key, text in found.items() if text}


def _practice(edition: Edition, language: str) -> dict:
    facts = edition.facts
    candidate = advisor.build_candidate(edition.item.slug, facts)
    return {
        "slug": edition.item.slug,
        "edition": edition.number,
        **_ages(facts),
        "bodies": facts["bodies"],
        "seconds": [facts["seconds"]["from"], facts["seconds"]["to"]],
        "touch": facts["touch"],
        "cautions": facts.get("cautions") or [],
        "any_age": advisor.suits_any_age(candidate),
        **_texts(edition, language, *PRACTICE_TEXTS),
        "say": _say(edition, language),
    }


def _ages(facts: dict) -> dict:
    """Return for how old a child feels, is, and (for babies) is in months; [from, to] each."""
    months = advisor.months(facts)
    return {
        "age": [facts["age"]["from"], facts["age"]["to"]],
        "real_age": list(advisor.real_age(facts)),
        **({"months": list(months)} if months else {}),
    }


def _say(edition: Edition, language: str) -> dict[str, str]:
    """Return what to say by state or body; the key "" is for all without their own words."""
    said = _texts(edition, language, "say").get("say", "")
    if isinstance(said, dict):
        return {key.replace(" ", "_"): text for key, text in said.items()}
    return {"": said if isinstance(said, str) else " ".join(said)}


def _caregiver(edition: Edition, language: str) -> dict:
    return {
        "slug": edition.item.slug,
        "edition": edition.number,
        "states": edition.facts["states"],
        "seconds": [edition.facts["seconds"]["from"], edition.facts["seconds"]["to"]],
        "cautions": edition.facts.get("cautions") or [],
        **_only_for(edition.facts),
        **_texts(edition, language, "title", "steps", "why", "mind"),
    }


def _only_for(facts: dict) -> dict:
    """Return for how old a child, and for whose child, a caregiver's card is, if for some only."""
    age = {"age": [facts["age"]["from"], facts["age"]["to"]]} if "age" in facts else {}
    return {**age, **({"relations": facts["relations"]} if "relations" in facts else {})}


def _reframe(edition: Edition, language: str) -> dict:
    facts = edition.facts
    return {
        "slug": edition.item.slug,
        "edition": edition.number,
        "states": facts["states"],
        "situations": _situations(edition.facts),
        **({"age": [facts["age"]["from"], facts["age"]["to"]]} if "age" in facts else {}),
        **({"say_with": facts["say_with"]} if "say_with" in facts else {}),
        "crisis": bool(facts.get("crisis")),
        **_texts(edition, language, "title", "old_eyes", "new_eyes"),
        **(_texts(edition, language, "get_help_if") if facts.get("red_flags") else {}),
        "say": _say(edition, language),
    }


def _situations(facts: dict) -> list[str]:
    """Return the situations an item was written for, with "any" if others too; [] for any."""
    return [] if facts["situations"] == ["any"] else facts["situations"]


def _best_first(editions: list[Edition]) -> list[Edition]:
    """Sort what was written for few situations and states before what fits many."""
    return sorted(
        editions,
        key=lambda e: (
            e.facts["situations"] == ["any"],
            len(set(e.facts["situations"]) - {"any"}),
            e.facts.get("number", 0),
            len(e.facts["states"]),
            e.item.slug,
        ),
    )


def _words(edition: Edition, language: str) -> dict:
    return {
        "slug": edition.item.slug,
        "edition": edition.number,
        "states": edition.facts["states"],
        "situations": _situations(edition.facts),
        **_texts(edition, language, "title"),
        "say": _say(edition, language),
    }


def _country(edition: Edition, language: str) -> dict:
    facts = edition.facts
    return {
        "name": facts["name"][language],
        "emergency": facts["emergency"]["numbers"],
        "lines": [
            {
                **{
                    key: line[key]
                    for key in ("id", "for", "call", "text", "checked_on", "status")
                    if key in line
                },
                **{key: line[key][language] for key in ("name", "who", "hours") if key in line},
            }
            for line in facts["lines"]
        ],
    }
