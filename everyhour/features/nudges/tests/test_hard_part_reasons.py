"""A reminder's reason is about the part of the day it leads up to, in all generated days."""

import itertools
from datetime import date

import pytest

from everyhour.domain.practices.vocabulary import SITUATIONS
from everyhour.domain.recommendations.wording import WHEN
from everyhour.domain.rhythm.shape import AROUND, PartOfDay, Routine, day
from everyhour.features.nudges.wording import describe_hard_part

TUESDAY = date(2026, 11, 17)
USUAL = {"wakes": 420, "school_starts": 510, "home_again": 930, "dinner": 1095, "bed": 1200}
PARTS = [
    PartOfDay(id=f"own-{kind}-{words}", kind=kind, begins=16 * 60, name=words, hard=True)
    for kind in ("homework", "chores", "bath", "dinner")
    for words in ("", "piano")
]


HARD = list(itertools.combinations(sorted(SITUATIONS), 2))


@pytest.mark.parametrize("hard", HARD, ids="+".join)
def test_reason_names_no_other_part(hard):
    for part in (None, *PARTS):
        routine = Routine(USUAL, hard, (part,) if part else ())
        for transition in day(TUESDAY, routine).transitions:
            named = {
                key for key, when in WHEN.items() if str(when) in describe_hard_part(transition)
            }
            own = AROUND.get(transition.name, (transition.own_situation,))[0]
            assert named <= (set() if transition.words else {own})
