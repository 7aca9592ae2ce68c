"""Retention of model versions and estimates; those a decision needs are kept."""

from django.db.models import Exists, OuterRef, QuerySet

from everyhour.domain.recommendations.models import ChildEstimate, Decision, ModelVersion

# Versions to roll back to; older ones stay only if a decision or a newest estimate needs them.
NIGHTS = 60
BATCH = 500  # rows deleted at once


def delete_old_versions() -> int:
    """Delete superseded estimates, then versions without use; return the number of deleted rows.

    In batches, each committed by itself.
    """
    versions = ModelVersion.objects.in_force().values_list("version", flat=True)
    oldest = versions[NIGHTS - 1 : NIGHTS].first()
    if oldest is None:
        return 0
    return _delete(_superseded(oldest)) + _delete(_unused(oldest))


def _superseded(oldest: int) -> QuerySet[ChildEstimate]:
    later = ChildEstimate.objects.filter(
        child=OuterRef("child"),
        household=OuterRef("household"),
        model_version__state=ModelVersion.State.USED,
        model_version__version__lte=oldest,
        model_version__version__gt=OuterRef("model_version__version"),
    )
    return ChildEstimate.objects.filter(
        Exists(later),
        ~Exists(Decision.objects.filter(estimate=OuterRef("pk"))),
        model_version__version__lt=oldest,
    )


def _unused(oldest: int) -> QuerySet[ModelVersion]:
    return ModelVersion.objects.filter(version__lt=oldest, estimates=None, decisions=None)


def _delete(rows: QuerySet) -> int:
    deleted = 0
    while some := list(rows.order_by().values_list("pk", flat=True)[:BATCH]):
        deleted += rows.model._default_manager.filter(pk__in=some).delete()[0]
    return deleted
