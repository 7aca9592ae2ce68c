"""Scheduled tasks."""

from datetime import datetime

from everyhour.domain.families import actions


def close_old_invitations(at: datetime) -> int:
    return actions.close_old_invitations(at=at)
