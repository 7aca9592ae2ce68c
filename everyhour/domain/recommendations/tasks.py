"""What is learned regularly."""

from datetime import datetime

from everyhour.domain.recommendations import retention, training
from everyhour.domain.recommendations.models import ModelVersion


def learn_nightly(at: datetime) -> ModelVersion:
    """Learn from everything told so far."""
    return training.learn(at=at)


def let_go_of_old_fits(at: datetime) -> int:
    """Let go of what was learned long ago and is needed no more."""
    return retention.delete_old_versions()
