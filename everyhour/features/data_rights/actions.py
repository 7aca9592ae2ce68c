"""Going: at once, or after time to think. What goes is decided in each room (foundation/data_rights.py)."""

import logging
from datetime import datetime

from django.db import connection, transaction

from everyhour.domain.families import data_rights as families
from everyhour.domain.families.actions.people import lock_family
from everyhour.features.data_rights.models import THINK, ErasureRequest
from everyhour.foundation import data_rights
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.accounts.signals import signed_out_everywhere
from everyhour.foundation.audit.models import record
from everyhour.foundation.lib import sqlite

logger = logging.getLogger("everyhour.leaving")


def ask_to_go(person: Person, *, by: Person, at: datetime) -> ErasureRequest:
    """Go in seven days, unless they say otherwise until then."""
    with transaction.atomic():
        asked, _new = ErasureRequest.objects.get_or_create(
            person=person, defaults={"asked_at": at, "due_at": at + THINK}
        )
        record("asked to go", of=person.pk, by=by.pk, at=at)
    return asked


def stay(person: Person, *, by: Person, at: datetime) -> None:
    """Take back the wish to go."""
    with transaction.atomic():
        if ErasureRequest.objects.filter(person=person).delete()[0]:
            record("stays", of=person.pk, by=by.pk, at=at)


def erase(person: Person, *, at: datetime) -> None:
    """Let everything of this person go. Families that end lose their key first, in a transaction of its own.

    A crash between the two leaves a row that is due, and the regular job goes on from there.
    """
    with transaction.atomic():
        ErasureRequest.objects.update_or_create(
            person=person, defaults={"asked_at": at, "due_at": at}
        )
        for place in families.memberships(person):
            lock_family(place.family)
            if families.family_ends(place):
                families.destroy_key(place.family)
    finish(person, at=at)
    if not wipe():
        logger.warning(
            "Somebody was reading while a person was erased; the next hour empties SQLite’s log."
        )


def finish(person: Person, *, at: datetime) -> None:
    """Do what is left of an erasure."""
    named, gone = person.pk, Person(pk=person.pk)
    with transaction.atomic():
        for place in families.memberships(person):
            lock_family(place.family)
        transaction.on_commit(
            lambda: signed_out_everywhere.send(sender=Person, person=gone, kept="")
        )
        data_rights.erase(person, at=at)
        record("erased", of=named, at=at)


def erase_due(at: datetime) -> int:
    """Erase everybody whose time to think is over, and empty the log in which SQLite still has what they were."""
    due = [row.person for row in ErasureRequest.objects.due(at).select_related("person")]
    for person in due:
        erase(person, at=at)
    wipe()
    return len(due)


def wipe() -> bool:
    """Leave no deleted bytes behind: pages are overwritten (secure_delete), and SQLite’s log is emptied. True when it was."""
    if connection.vendor != "sqlite":
        return True
    return sqlite.empty_log(connection.settings_dict["NAME"])
