"""The columns a decision is made from: the same for one candidate as among all, and nothing grows without end."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from everyhour.engine.features import HELD, Sheet
from everyhour.engine.tests.invented_beliefs import EASY, opportunities, pasts, usual
from everyhour.engine.values import Past, Wishes

SLUGS = tuple(c.slug for c in EASY)


@given(
    asked=opportunities(library=st.just(EASY)), past=pasts(SLUGS), k=st.integers(0, len(EASY) - 1)
)
def test_columns_of_one_candidate_are_its_columns_among_all(asked, past, k):
    batch = Sheet(EASY).batch([asked, asked], [past, Past()], [SLUGS, SLUGS])

    assert (batch.x_of([k, k]) == batch.x[:, k]).all()
    assert (batch.z_of([k, k]) == batch.z[:, k]).all()


def test_what_is_kept_ready_has_an_end():
    sheet = Sheet(EASY)

    for n in range(HELD + 5):
        sheet.batch([usual(situation=f"word {n}", wishes=Wishes(age=n))], [Past()], [SLUGS])

    assert len(sheet._still) <= HELD and len(sheet._misfits) <= HELD


def test_a_scene_asked_for_again_is_the_same():
    asked = usual(state="alarm", caregiver="flooded")
    sheet = Sheet(EASY)
    first = sheet.batch([asked], [Past()], [SLUGS]).x

    sheet.batch([replace(asked, state="calm")], [Past()], [SLUGS])

    assert np.array_equal(first, sheet.batch([asked], [Past()], [SLUGS]).x)
