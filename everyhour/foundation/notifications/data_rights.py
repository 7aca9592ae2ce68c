"""How letters leave: what reached somebody, and how they want to be reached, goes along; where their phones are does not."""

from datetime import datetime

from django.utils.translation import gettext as _

from everyhour.foundation.data_rights import Contributor, ExportTable, Import, ImportRejected, Rows
from everyhour.foundation.notifications.models import (
    Address,
    DeliveryAttempt,
    Notification,
    Preferences,
)

LETTERS = ExportTable(
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
WISHES = ExportTable(
    "notifications.Preferences",
    "letter_wishes",
    ("channels", "shows", "unwanted", "digest"),
    order=("digest",),
)
ADDRESSES = ExportTable(
    "notifications.Address",
    "letter_addresses",
    (),
    kept_back=dict.fromkeys(
        Address.personal,
        "a browser's yes is between it and this server; elsewhere it is asked again, and the mail address is the account's",
    ),
)
ATTEMPTS = ExportTable(
    "notifications.DeliveryAttempt",
    "letter_attempts",
    (),
    kept_back=dict.fromkeys(
        DeliveryAttempt.personal, "how a letter was brought here; the letter says whether it was"
    ),
)
WAY = {Notification.State.WAITING, Notification.State.SENDING}


def export(person) -> dict[str, Rows]:
    letters = [LETTERS.tell(letter) for letter in person.notifications.all()]
    wishes = [WISHES.tell(row) for row in Preferences.objects.filter(person=person)]
    return {LETTERS.name: LETTERS.in_order(letters), WISHES.name: wishes}


def load(loading: Import) -> None:
    """Bring letters as something that was: none of them leaves again from here."""
    person = loading.person
    letters = [LETTERS.make(row, loading, person=person) for row in loading.rows(LETTERS)]
    for letter in letters:
        letter.key = f"brought:{letter.pk}"
        if not inside(letter.path):
            raise ImportRejected(_("This file is not as Everyhour writes it."))
        if letter.state in WAY:
            letter.state, letter.reason = Notification.State.CANCELLED, "brought along"
    loading.save(LETTERS, letters)
    loading.save(WISHES, [WISHES.make(row, loading, person=person) for row in loading.rows(WISHES)])


def inside(path: str) -> bool:
    """Tell whether a path stays in this house: somebody else may have written the file."""
    return not path or (path.startswith("/") and not path.startswith("//") and "\\" not in path)


def erase(person, at: datetime) -> None:
    """Do nothing: the account ends before this floor is asked, and letters, addresses and wishes fall with it in the same delete."""


CONTRIBUTOR = Contributor(
    "notifications", (LETTERS, WISHES, ADDRESSES, ATTEMPTS), export, load, erase
)
