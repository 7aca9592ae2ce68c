"""Tries of practices with one child, from moments to the rows of the page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.moments.models import Moment
from everyhour.domain.moments.progress import stirred
from everyhour.domain.practices.models import Edition
from everyhour.domain.recommendations import wording
from everyhour.features.helps import counting

EASE = ("settled", "a_bit")
LIGHTS = {"settled": "full", "a_bit": "half"}
MOST_LIGHTS = 30  # of one practice on the page; the count includes all


@dataclass(frozen=True)
class Try:
    practice: str
    state: str
    situation: str
    outcome: str
    at: datetime
    after: str = ""

    @property
    def stirred(self) -> bool:
        return stirred(self.state, self.after)


@dataclass(frozen=True)
class Row:
    """One practice in one state: its lights, oldest first, and its counts.

    A situation is named when all of its tries share it.
    """

    practice: str
    title: str
    helped: int
    tried: int
    when: str
    situation: str
    lights: tuple[str, ...]
    likely: counting.Likely

    @property
    def next_ten(self) -> list[str]:
        return [
            "sure" if n < self.likely.low else "may" if n < self.likely.high else ""
            for n in range(counting.NEXT)
        ]


def counted_for(caregiver: Caregiver) -> QuerySet[Moment]:
    """Return the moments a caregiver may count: readable ones; with SEE_HELPS, the household's."""
    moments = Moment.objects.of(caregiver.family)
    seen = moments.visible_to(caregiver)
    if caregiver.can(Caregiver.SEE_HELPS) and not caregiver.can(Caregiver.SEE_WEEK):
        return seen | moments.filter(household=caregiver.household_id, private=False)
    return seen


def load(child: Child, *, by: Caregiver) -> list[Try]:
    """Return every try with this child that has an outcome, oldest first."""
    answered = (
        counted_for(by)
        .filter(child=child, kind=Moment.Kind.GIVEN)
        .exclude(practice="")
        .exclude(outcome="")
        .order_by("at", "id")
    )
    return [
        Try(*columns)
        for columns in answered.values_list(
            "practice", "state_before", "situation", "outcome", "at", "state_after"
        )
    ]


def rows(tries: Iterable[Try], titles: dict[str, str]) -> list[Row]:
    """Group tries by practice, the likeliest to help first (by the low end of the range)."""
    by_practice: dict[str, list[Try]] = {}
    for one in tries:
        by_practice.setdefault(one.practice, []).append(one)
    made = [
        row(practice, kept, titles.get(practice, practice))
        for practice, kept in by_practice.items()
    ]
    return sorted(made, key=lambda row: (-row.likely.low, -row.likely.high, -row.tried, row.title))


def row(practice: str, kept: list[Try], title: str) -> Row:
    helped = sum(one.outcome in EASE for one in kept)
    situations = {one.situation for one in kept}
    shared = situations.pop() if len(situations) == 1 else ""
    return Row(
        practice=practice,
        title=title,
        helped=helped,
        tried=len(kept),
        when=str(wording.WHEN.get(shared, "")),
        situation=shared if shared in wording.WHEN else "any",
        lights=tuple(LIGHTS.get(one.outcome, "none") for one in kept[-MOST_LIGHTS:]),
        likely=counting.likely(helped, len(kept)),
    )


def titles(slugs: set[str], texts: dict, language: str) -> dict[str, str]:
    """Return titles from the offline bundle; of removed practices, from their last edition."""
    known = {p["slug"]: p["title"] for p in texts.get("practices", [])}
    if gone := slugs - set(known):
        for edition in (
            Edition.objects.filter(item__kind="activity", item__slug__in=gone)
            .select_related("item")
            .order_by("number")
        ):
            known[edition.item.slug] = (edition.texts.get(language) or edition.texts["en"]).get(
                "title", edition.item.slug
            )
    return known
