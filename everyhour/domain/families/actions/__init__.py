"""Everything that changes who belongs to a family and who sees what. Each one is a transaction with one line in the audit."""

from everyhour.domain.families.actions.children import (
    change_child,
    something_big_changed,
    take_back,
    welcome,
)
from everyhour.domain.families.actions.households import open_household, reset, show
from everyhour.domain.families.actions.invitations import (
    accept,
    close_old_invitations,
    invite,
    open_invitation,
    revoke,
)
from everyhour.domain.families.actions.people import (
    add_giver,
    bring_back,
    change,
    found,
    leave,
    remove,
)
from everyhour.domain.families.actions.refused import Refused

__all__ = [
    "Refused",
    "accept",
    "add_giver",
    "bring_back",
    "change",
    "change_child",
    "close_old_invitations",
    "found",
    "invite",
    "leave",
    "open_household",
    "open_invitation",
    "remove",
    "reset",
    "revoke",
    "show",
    "something_big_changed",
    "take_back",
    "welcome",
]
