"""A study that supports no conclusion is refused with the reason and what would help."""

from dataclasses import replace

import numpy as np
import pytest

from everyhour.engine.evaluation.emee import emee, emee2
from everyhour.engine.evaluation.study import Study, UnusableData
from everyhour.engine.evaluation.tests.generated import small
from everyhour.engine.evaluation.wcls import wcls


def changed(row: int, value: float, values: np.ndarray) -> np.ndarray:
    values = values.astype(float)
    values[row] = value
    return values


def only(families: int) -> Study:
    study = small()
    kept = study.family < families
    return Study(study.family[kept], study.sent[kept], study.probability[kept], study.outcome[kept])


WHOLE = small()
TROUBLES = {
    "There are no rows": Study(np.array([]), np.array([]), np.array([]), np.array([])),
    "`sent` has 3 rows and `outcome` has 360": replace(WHOLE, sent=WHOLE.sent[:3]),
    "There is one family": only(1),
    "2 families cannot carry 2 coefficients: at least 3": only(2),
    "outcome is missing in all 360 rows": replace(WHOLE, outcome=np.full(360, np.nan)),
    r"probability of sending is not between 0 and 1 \(first: row 18, 1\)": replace(
        WHOLE, probability=changed(17, 1.0, WHOLE.probability)
    ),
    r"probability of sending is not between 0 and 1 \(first: row 1, 0\)": replace(
        WHOLE, probability=changed(0, 0.0, WHOLE.probability)
    ),
    r"not between 0 and 1 \(first: row 3, nan\)": replace(
        WHOLE, probability=changed(2, np.nan, WHOLE.probability)
    ),
    "Something was always sent": replace(WHOLE, sent=np.ones(360)),
    "Something was never sent": replace(WHOLE, sent=np.zeros(360)),
    "`sent` is 0 or 1; in row 5 it is 2.0": replace(WHOLE, sent=changed(4, 2, WHOLE.sent)),
    "In none of the 360 rows was sending possible": replace(WHOLE, available=np.zeros(360)),
    "Column mood is empty in 1 rows that are needed": replace(
        WHOLE, controls=changed(9, np.nan, WHOLE.controls[:, 0])[:, None]
    ),
    "Column twice says nothing that the columns before it have not said": replace(
        WHOLE,
        controls=np.column_stack([WHOLE.controls, 3 - 2 * WHOLE.controls]),
        control_names=["mood", "twice"],
    ),
    "Column effect of late is 0 in every row": replace(WHOLE, moderators=np.zeros((360, 1))),
    "Column mood is 0 in every row": replace(WHOLE, controls=np.zeros((360, 1))),
    "Family 4 alone carries one of the coefficients": replace(
        WHOLE, controls=(WHOLE.family == 4).astype(float)[:, None]
    ),
    "1 controls and 2 names": replace(WHOLE, control_names=["mood", "late"]),
    "numerator probability lies between 0 and 1": replace(WHOLE, numerator=1.0),
}


@pytest.mark.parametrize("words", TROUBLES)
def test_wcls_refuses_unusable_data(words):
    with pytest.raises(UnusableData, match=words):
        wcls(TROUBLES[words])


@pytest.mark.parametrize("fit", [emee, emee2])
def test_relative_risk_needs_both_outcomes_in_both_arms(fit):
    study = small(binary=True)

    with pytest.raises(UnusableData, match="0 or 1"):
        fit(WHOLE)
    with pytest.raises(UnusableData, match="never came when nothing was sent"):
        fit(replace(study, outcome=study.outcome * study.sent))
    with pytest.raises(UnusableData, match="never came after something was sent"):
        fit(replace(study, outcome=study.outcome * ~study.sent))


@pytest.mark.parametrize("fit", [emee, emee2])
def test_separating_control_raises(fit):
    study = small(binary=True)
    split = (study.controls[:, 0] > 0).astype(float)

    with pytest.raises(UnusableData, match="relative risk runs away"):
        fit(replace(study, controls=split[:, None], outcome=study.outcome * split))


def test_empty_and_redundant_contrasts_raise():
    fit = wcls(WHOLE)

    with pytest.raises(UnusableData, match="nothing but zeros"):
        fit.contrast([0, 0])
    with pytest.raises(UnusableData, match="needs 2 numbers, for 1, late"):
        fit.contrast([1, 0, 0])
    with pytest.raises(UnusableData, match="the same thing twice"):
        fit.together([[1, 0], [2, 0]])
    with pytest.raises(UnusableData, match=r"Not a moderator of this fit: weather. It has: late"):
        fit.effect_at({"weather": 1})


def test_missing_outcomes_are_dropped_and_counted():
    fit = wcls(replace(WHOLE, outcome=changed(3, np.nan, WHOLE.outcome)))

    assert (fit.rows, fit.unanswered) == (359, 1)
