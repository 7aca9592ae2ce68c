"""Every reason is about the same part of the day as what it explains, in all generated days."""

import itertools
from datetime import date

import pytest

from everyhour.domain.practices.vocabulary import SITUATIONS
from everyhour.domain.recommendations.wording import WHEN
from everyhour.domain.rhythm.shape import AROUND, PartOfDay, Routine, day
from everyhour.features.home import reasons
from everyhour.features.home.next_moment import describe_next
from everyhour.features.home.parts_of_day import find_next_part

TUESDAY = date(2026, 11, 17)
USUAL = {"wakes": 420, "school_starts": 510, "home_again": 930, "dinner": 1095, "bed": 1200}
# What may be named for each part of the usual day; anything else belongs to another part.
NAMED = {name: {situations[0]} for name, situations in AROUND.items()}
STORED = {
    "among": 12,
    "reasons": [
        {"code": "suits", "strength": "mostly"},
        {"code": "helped_before", "strength": "also"},
    ],
    "here": {"helped": 3, "tried": 4},
    "helped": 5,
    "tried": 9,
    "others": [],
    "probability": 0.2,
}
HARD = [*([one] for one in SITUATIONS), *map(list, itertools.combinations(sorted(SITUATIONS), 2))]
PARTS = [
    PartOfDay(id=f"own-{kind}-{words}", kind=kind, begins=16 * 60, name=words, hard=True)
    for kind in ("homework", "chores", "bath", "dinner")
    for words in ("", "piano")
]


def named_in(sentence: str) -> set[str]:
    return {situation for situation, when in WHEN.items() if str(when) in sentence}


def spoken(name: str, kind: str, words: str) -> set[str]:
    """Return the situations that may be named for a part."""
    if words:
        return set()
    return NAMED.get(name) or {kind}


@pytest.mark.parametrize("hard", HARD, ids="+".join)
def test_reasons_of_today_match_their_part(hard):
    routines = [Routine(USUAL, hard), *(Routine(USUAL, hard, (part,)) for part in PARTS)]
    for routine in routines:
        made = day(TUESDAY, routine)
        for transition in made.transitions:
            allowed = spoken(transition.name, transition.kind, transition.words)
            part = find_next_part(transition.minute - 1, made, hard)
            assert named_in(because(part)) <= allowed
            assert part.words or named_in(describe_next(part)) <= allowed


@pytest.mark.parametrize("hard", HARD[: len(SITUATIONS)], ids="+".join)
def test_reasons_without_a_rhythm_name_no_part(hard):
    part = find_next_part(9 * 60, day(TUESDAY, Routine({}, hard)), hard)

    assert named_in(because(part)) == set()


def because(part) -> str:
    why = reasons.explain(
        STORED, titles={}, child=("Wren", "Wren"), situation=part.said_situation, counts=True
    )
    return " ".join(why.because)
