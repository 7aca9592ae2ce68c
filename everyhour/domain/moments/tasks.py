"""What is learned regularly."""

from datetime import datetime

from everyhour.domain.moments import learning, letting_go
from everyhour.domain.moments.models import Fit


def learn_nightly(at: datetime) -> Fit:
    """Learn from everything told so far."""
    return learning.learn(at=at)


def let_go_of_old_fits(at: datetime) -> int:
    """Let go of what was learned long ago and is needed no more."""
    return letting_go.let_go()
