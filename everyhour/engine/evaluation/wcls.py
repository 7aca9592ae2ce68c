"""Weighted and centered least squares: the effect of sending on the mean outcome (Boruvka et al.
2018, JASA 113:1112).

sum W D (Y - D'theta) = 0 with D = [Z, (A - p~) X]. Because A is centered and the probabilities are
known, beta is consistent whatever the controls are. For a 0/1 outcome it is a risk difference: "7
more moments in 100 windows".
"""

import numpy as np

from everyhour.engine.evaluation.inference import Fit
from everyhour.engine.evaluation.sandwich import covariances, inverse, products_by_group
from everyhour.engine.evaluation.study import Floats, Rows, Study, check_enough_families, usable


def wcls(study: Study) -> Fit:
    """Fit by weighted and centered least squares, with the small-sample correction."""
    rows = usable(study)
    check_enough_families(rows)
    names = (*rows.control_names, *(f"effect of {name}" for name in rows.moderator_names))
    parts = list(rows.portions())
    slopes = np.concatenate([_slopes(part) for part in parts])
    bread = inverse(slopes.sum(axis=0), names)
    theta = np.zeros(len(names))
    for _ in range(2):  # the second time wins back the digits that squaring cost
        theta = theta + bread @ sum(_scores(part, theta).sum(axis=0) for part in parts)
    scores = np.concatenate([_scores(part, theta) for part in parts])
    corrected, uncorrected = covariances(scores, slopes, bread, rows)
    return Fit(
        "WCLS",
        theta,
        corrected,
        uncorrected,
        rows.control_names,
        rows.moderator_names,
        rows.families,
        rows.rows,
        rows.unavailable,
        rows.unanswered,
    )


def _slopes(part: Rows) -> Floats:
    """Return each family's D'WD."""
    design = _design(part)
    return products_by_group(part.starts, part.weights * design, design)


def _scores(part: Rows, theta: Floats) -> Floats:
    """Return each family's D'W(Y - D theta)."""
    design = _design(part)
    return part.by_family(part.weights * (part.outcome - theta @ design) * design).T


def _design(part: Rows) -> Floats:
    return np.vstack([part.controls, part.centred * part.moderators])
