"""Regular jobs of data rights."""

from datetime import datetime

from everyhour.features.data_rights import actions


def erase_due(at: datetime) -> None:
    actions.erase_due(at)
