"""Data rights of notifications: they and the preferences are exported, addresses are not."""

from datetime import datetime

from everyhour.foundation.data_rights import Contributor, ExportTable, Import, Rows, malformed
from everyhour.foundation.notifications.models import (
    Address,
    DeliveryAttempt,
    Notification,
    Preferences,
)

NOTIFICATIONS = ExportTable(
    "notifications.Notification",
    "letters",
    (
        "id",
        "purpose",
        "title",
        "body",
        "path",
        "made_at",
        "send_at",
        "expires_at",
        "sent_at",
        "seen_at",
        "state",
        "reason",
        "channel",
    ),
    order=("send_at", "id"),
)
PREFERENCES = ExportTable(
    "notifications.Preferences",
    "letter_wishes",
    ("channels", "shows", "unwanted", "wanted", "digest"),
    order=("digest",),
)
ADDRESSES = ExportTable(
    "notifications.Address",
    "letter_addresses",
    (),
    kept_back=dict.fromkeys(
        Address.personal,
        "a push subscription only works from this server, and the mail address is the account's",
    ),
)
ATTEMPTS = ExportTable(
    "notifications.DeliveryAttempt",
    "letter_attempts",
    (),
    kept_back=dict.fromkeys(
        DeliveryAttempt.personal,
        "how it was delivered by this server; the notification says whether it was",
    ),
)
PENDING = {Notification.State.WAITING, Notification.State.SENDING}


def export(person) -> dict[str, Rows]:
    notifications = [NOTIFICATIONS.export_row(one) for one in person.notifications.all()]
    preferences = [PREFERENCES.export_row(row) for row in Preferences.objects.filter(person=person)]
    return {NOTIFICATIONS.name: NOTIFICATIONS.sort(notifications), PREFERENCES.name: preferences}


def load(loading: Import) -> None:
    """Import notifications as history: none of them is sent again."""
    person = loading.person
    notifications = [
        NOTIFICATIONS.build(row, loading, person=person) for row in loading.rows(NOTIFICATIONS)
    ]
    for notification in notifications:
        notification.key = f"brought:{notification.pk}"
        if not inside(notification.path):
            raise malformed()
        if notification.state in PENDING:
            notification.state = Notification.State.CANCELLED
            notification.reason = "brought along"
    loading.save(NOTIFICATIONS, notifications)
    loading.save(
        PREFERENCES,
        [PREFERENCES.build(row, loading, person=person) for row in loading.rows(PREFERENCES)],
    )


def inside(path: str) -> bool:
    """Return whether a path stays on this site; the imported file may be forged."""
    return not path or (path.startswith("/") and not path.startswith("//") and "\\" not in path)


def erase(person, at: datetime) -> None:
    """Do nothing: deleting the account deletes these rows by cascade."""


CONTRIBUTOR = Contributor(
    "notifications", (NOTIFICATIONS, PREFERENCES, ADDRESSES, ATTEMPTS), export, load, erase
)
