"""The columns a decision is made from: the same for one candidate as among all, and nothing grows without end."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from everyhour.engine.features import HELD, CandidateTable
from everyhour.engine.tests.generated_posteriors import EASY, histories, opportunities, usual
from everyhour.engine.values import History, Wishes

SLUGS = tuple(c.slug for c in EASY)


@given(
    asked=opportunities(library=st.just(EASY)),
    history=histories(SLUGS),
    k=st.integers(0, len(EASY) - 1),
)
def test_columns_of_one_candidate_are_its_columns_among_all(asked, history, k):
    batch = CandidateTable(EASY).batch([asked, asked], [history, History()], [SLUGS, SLUGS])

    assert (batch.x_of([k, k]) == batch.x[:, k]).all()
    assert (batch.z_of([k, k]) == batch.z[:, k]).all()


def test_what_is_kept_ready_has_an_end():
    table = CandidateTable(EASY)

    for n in range(HELD + 5):
        table.batch([usual(situation=f"word {n}", wishes=Wishes(age=n))], [History()], [SLUGS])

    assert len(table._still) <= HELD and len(table._misfits) <= HELD


def test_a_scene_asked_for_again_is_the_same():
    asked = usual(state="alarm", caregiver="flooded")
    table = CandidateTable(EASY)
    first = table.batch([asked], [History()], [SLUGS]).x

    table.batch([replace(asked, state="calm")], [History()], [SLUGS])

    assert np.array_equal(first, table.batch([asked], [History()], [SLUGS]).x)
