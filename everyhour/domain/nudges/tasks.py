"""What is done for nudges regularly, and what every worker does in every round."""

from datetime import datetime

from everyhour.domain.nudges import healing, letting_go, plans, sending


def plan_days(at: datetime) -> int:
    """Plan the local days that begin."""
    return plans.plan(at)


def decide_due(at: datetime) -> int:
    """Decide what is due."""
    return sending.decide_due(at)


def heal(at: datetime) -> int:
    """See that everybody who said yes has a plan or a reason, and that nothing planned is left over."""
    return healing.heal(at)


def let_go_of_old_plans(at: datetime) -> int:
    """Let go of plans and decisions of long ago."""
    return letting_go.let_go(at)
