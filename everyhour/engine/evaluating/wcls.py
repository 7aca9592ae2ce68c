"""Weighted and centred least squares: by how much sending something changes the mean outcome (Boruvka et al. 2018, JASA 113:1112).

sum W D (Y - D'theta) = 0 with D = [Z, (A - p~) X]. Because A is centred and the probabilities are known, beta is right whatever
the controls are. On a 0/1 outcome it is a difference of risks: “7 more moments in 100 windows”.
"""

import numpy as np

from everyhour.engine.evaluating.inference import Fit
from everyhour.engine.evaluating.sandwich import covariances, inverse, products_by_group
from everyhour.engine.evaluating.study import Study, must_be_enough_families, usable


def wcls(study: Study) -> Fit:
    """Fit by weighted, centred least squares; the covariance is always corrected for few families."""
    rows = usable(study)
    must_be_enough_families(rows)
    names = (*rows.control_names, *(f"effect of {name}" for name in rows.moderator_names))
    design = np.vstack([rows.controls, rows.centred * rows.moderators])
    weighted = rows.weights * design
    slopes = products_by_group(rows.starts, weighted, design, symmetric=True)
    bread = inverse(slopes.sum(axis=0), names)
    theta = bread @ (weighted @ rows.outcome)
    theta += bread @ (weighted @ (rows.outcome - theta @ design))  # one refinement wins back the digits that squaring cost
    residuals = rows.outcome - theta @ design
    scores = rows.by_family(weighted * residuals).T
    corrected, uncorrected = covariances(scores, slopes, bread, rows)
    return Fit(
        "WCLS", theta, corrected, uncorrected, rows.control_names, rows.moderator_names,
        rows.families, rows.rows, rows.unavailable, rows.unanswered,
    )  # fmt: skip
