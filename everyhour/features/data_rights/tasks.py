"""Those who asked to go, go."""

from datetime import datetime

from everyhour.features.data_rights import actions


def let_go(at: datetime) -> None:
    actions.erase_due(at)
