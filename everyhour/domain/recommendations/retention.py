"""Old fits and beliefs are let go, so that the database does not grow with every night; what a decision was made with stays."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from everyhour.domain.recommendations.models import ChildEstimate, Decision, ModelVersion

NIGHTS = 60  # fits one can roll back to; older ones stay only where a decision or a child's newest belief needs them
MANY = 500  # rows in one short transaction


def let_go() -> int:
    """Remove beliefs that a later one took the place of, then fits that nothing needs; give how many rows."""
    border = (
        ModelVersion.objects.in_force()
        .values_list("version", flat=True)[NIGHTS - 1 : NIGHTS]
        .first()
    )
    if border is None:
        return 0
    return sum(
        ChildEstimate.objects.filter(pk__in=some).delete()[0]
        for some in _chunks(_superseded(border))
    ) + sum(
        ModelVersion.objects.filter(pk__in=some).delete()[0] for some in _chunks(_unneeded(border))
    )


def _superseded(border: int):
    later = ChildEstimate.objects.filter(
        child=OuterRef("child"),
        household=OuterRef("household"),
        fit__state=ModelVersion.State.USED,
        fit__version__lte=border,
        fit__version__gt=OuterRef("fit__version"),
    )
    return ChildEstimate.objects.filter(
        Exists(later),
        ~Exists(Decision.objects.filter(belief=OuterRef("pk"))),
        fit__version__lt=border,
    )


def _unneeded(border: int):
    return ModelVersion.objects.filter(version__lt=border, beliefs=None, decisions=None)


def _chunks(rows) -> Iterator[list[int]]:
    while some := list(rows.order_by().values_list("pk", flat=True)[:MANY]):
        yield some
