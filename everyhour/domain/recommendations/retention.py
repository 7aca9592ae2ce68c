"""Retention of model versions and estimates; whatever a decision needs is kept."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from everyhour.domain.recommendations.models import ChildEstimate, Decision, ModelVersion

# Versions one can roll back to; older ones stay only if a decision or newest estimate needs them.
NIGHTS = 60
MANY = 500  # rows in one short transaction


def delete_old_versions() -> int:
    """Delete superseded estimates, then versions nothing needs; return the number of rows."""
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
        model_version__state=ModelVersion.State.USED,
        model_version__version__lte=border,
        model_version__version__gt=OuterRef("model_version__version"),
    )
    return ChildEstimate.objects.filter(
        Exists(later),
        ~Exists(Decision.objects.filter(estimate=OuterRef("pk"))),
        model_version__version__lt=border,
    )


def _unneeded(border: int):
    return ModelVersion.objects.filter(version__lt=border, estimates=None, decisions=None)


def _chunks(rows) -> Iterator[list[int]]:
    while some := list(rows.order_by().values_list("pk", flat=True)[:MANY]):
        yield some
