"""Changes to who belongs to a family and who sees what: one transaction and one audit line each."""

from everyhour.domain.families.actions.children import (
    add_child,
    add_first_child,
    change_child,
    record_big_change,
    undo_big_change,
)
from everyhour.domain.families.actions.errors import ActionRefused
from everyhour.domain.families.actions.households import open_household, reset_safety, share_time
from everyhour.domain.families.actions.invitations import (
    accept,
    close_old_invitations,
    invite,
    open_invitation,
    revoke,
)
from everyhour.domain.families.actions.people import (
    add_giver,
    change_caregiver,
    create_family,
    leave_family,
    remove_caregiver,
    restore_caregiver,
)

__all__ = [
    "ActionRefused",
    "accept",
    "add_child",
    "add_first_child",
    "add_giver",
    "change_caregiver",
    "change_child",
    "close_old_invitations",
    "create_family",
    "invite",
    "leave_family",
    "open_household",
    "open_invitation",
    "record_big_change",
    "remove_caregiver",
    "reset_safety",
    "restore_caregiver",
    "revoke",
    "share_time",
    "undo_big_change",
]
