"""Sandwich variance with independent families, plain and with a small-sample correction.

The correction is that of Mancl and DeRouen (2001, Biometrics 57:126). They invert a matrix over a
family's decision points, (I - H_ii)^-1; by Woodbury's identity one over the coefficients is
equivalent: S~_i = (I_k - G_i M^-1)^-1 S_i. The cost no longer grows with the square of a family's
rows.
"""

from itertools import pairwise

import numpy as np

from everyhour.engine.evaluation.study import Floats, Rows, UnusableData, Whole

# Share of a column that the others leave unexplained, below which it adds nothing.
NOTHING_NEW = 1e-10
# Products that cost as much as one call: with more of them in a group, groups go one by one.
A_CALL = 4000
ALONE = 1e-9  # determinant of I - G_i M^-1 below which a family alone carries a coefficient


def products_by_group(starts: Whole, left: Floats, right: Floats) -> Floats:
    """Sum left_i right_i' over the rows of each group: (groups, k, k) from two (k, n)."""
    k, n = left.shape
    if n * k * k > A_CALL * len(starts):
        cuts = [*starts.tolist(), n]
        return np.stack(
            [left[:, begin:end] @ right[:, begin:end].T for begin, end in pairwise(cuts)]
        )
    sums = np.empty((len(starts), k, k))
    product = np.empty(n)
    # Product by product, so that a million rows are never in memory k * k times.
    for i in range(k):
        for j in range(k):
            sums[:, i, j] = np.add.reduceat(np.multiply(left[i], right[j], out=product), starts)
    return sums


def covariances(scores: Floats, slopes: Floats, bread: Floats, rows: Rows) -> tuple[Floats, Floats]:
    """Return the corrected and the uncorrected covariance: B (sum S_i S_i') B', B = M^-1.

      scores  (families, k): S_i, each family's part of the estimating equations at the solution.
      slopes  (families, k, k): G_i, its part of their derivative through the residuals.
      bread   (k, k): B.

    Raises UnusableData when one family alone determines a coefficient.
    """
    k = len(bread)
    kept = np.eye(k) - slopes @ bread
    alone = np.linalg.det(kept) < ALONE
    if alone.any():
        family = rows.labels[int(np.flatnonzero(alone)[0])]
        raise UnusableData(
            f"Family {family} alone carries one of the coefficients: no other family has anything "
            "to say about it. Leave out the control or moderator that only this family has."
        )
    corrected = np.linalg.solve(kept, scores[:, :, None])[:, :, 0]
    sandwiched, uncorrected = (bread @ (s.T @ s) @ bread.T for s in (corrected, scores))
    return sandwiched, uncorrected


def inverse(matrix: Floats, names: tuple[str, ...]) -> Floats:
    """Invert a scaled cross-product matrix; raise UnusableData naming the first collinear
    column.
    """
    check_full_rank(matrix, names)
    scale = 1 / np.sqrt(np.diag(matrix))
    return np.linalg.inv(matrix * scale * scale[:, None]) * scale * scale[:, None]


def check_full_rank(matrix: Floats, names: tuple[str, ...]) -> None:
    size = np.diag(matrix)
    for name, own in zip(names, size, strict=True):
        if not own > 0:
            raise UnusableData(f"Column {name} is 0 in every row that counts. Leave it out.")
    left = matrix / np.sqrt(np.outer(size, size))
    for i, name in enumerate(
        names
    ):  # Gaussian elimination: the pivot is what the columns before leave unexplained
        if left[i, i] < NOTHING_NEW:
            before = ", ".join(names[:i]) if i < 8 else f"{', '.join(names[:4])} … {names[i - 1]}"
            raise UnusableData(
                f"Column {name} says nothing that the columns before it "
                f"have not said ({before}). Leave it out."
            )
        left[i + 1 :] -= np.outer(left[i + 1 :, i] / left[i, i], left[i])
