"""Scheduled tasks of recommendations."""

from datetime import datetime

from everyhour.domain.recommendations import retention, training
from everyhour.domain.recommendations.models import ModelVersion


def train_model(at: datetime) -> ModelVersion:
    """Train a new version of the model from all outcomes so far."""
    return training.learn(at=at)


def delete_old_versions(at: datetime) -> int:
    """Delete old model versions and estimates."""
    return retention.delete_old_versions()
