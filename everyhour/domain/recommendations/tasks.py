"""Scheduled tasks of recommendations."""

from datetime import datetime

from everyhour.domain.recommendations import retention, training
from everyhour.domain.recommendations.models import ModelVersion


def learn_nightly(at: datetime) -> ModelVersion:
    """Fit the model to all outcomes so far."""
    return training.learn(at=at)


def let_go_of_old_fits(at: datetime) -> int:
    """Delete old model versions and estimates."""
    return retention.delete_old_versions()
