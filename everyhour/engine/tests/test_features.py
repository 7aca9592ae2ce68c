"""The features of a decision: the same for one candidate as among all, and bounded."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from everyhour.engine.features import HELD, CandidateTable
from everyhour.engine.tests.generated_posteriors import (
    EASY,
    histories,
    make_opportunity,
    opportunities,
)
from everyhour.engine.values import History, Wishes

SLUGS = tuple(c.slug for c in EASY)


@given(
    asked=opportunities(library=st.just(EASY)),
    history=histories(SLUGS),
    k=st.integers(0, len(EASY) - 1),
)
def test_single_candidate_columns_match_batch(asked, history, k):
    batch = CandidateTable(EASY).batch([asked, asked], [history, History()], [SLUGS, SLUGS])

    assert (batch.x_of([k, k]) == batch.x[:, k]).all()
    assert (batch.z_of([k, k]) == batch.z[:, k]).all()


def test_caches_are_bounded():
    table = CandidateTable(EASY)

    for n in range(HELD + 5):
        table.batch(
            [make_opportunity(situation=f"word {n}", wishes=Wishes(age=n))], [History()], [SLUGS]
        )

    assert len(table._still) <= HELD and len(table._misfits) <= HELD


def test_cached_context_is_the_same():
    asked = make_opportunity(state="alarm", caregiver="flooded")
    table = CandidateTable(EASY)
    first = table.batch([asked], [History()], [SLUGS]).x

    table.batch([replace(asked, state="calm")], [History()], [SLUGS])

    assert np.array_equal(first, table.batch([asked], [History()], [SLUGS]).x)
