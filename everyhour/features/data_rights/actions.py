"""Erasure, at once or after a grace period. Each package erases its own rows."""

import logging
from datetime import datetime

from django.db import connection, transaction

from everyhour.domain.families import data_rights as families
from everyhour.domain.families.actions.people import lock_family
from everyhour.features.data_rights.models import GRACE_PERIOD, ErasureRequest
from everyhour.foundation import data_rights
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.accounts.signals import signed_out_everywhere
from everyhour.foundation.audit.models import record
from everyhour.foundation.lib import sqlite

logger = logging.getLogger("everyhour.leaving")


def request_erasure(person: Person, *, by: Person, at: datetime) -> ErasureRequest:
    """Schedule the erasure in seven days; an earlier request keeps its date."""
    with transaction.atomic():
        asked, _new = ErasureRequest.objects.get_or_create(
            person=person, defaults={"asked_at": at, "due_at": at + GRACE_PERIOD}
        )
        record("asked to go", of=person.pk, by=by.pk, at=at)
    return asked


def cancel_erasure(person: Person, *, by: Person, at: datetime) -> None:
    """Delete the request for erasure, if there is one."""
    with transaction.atomic():
        if ErasureRequest.objects.filter(person=person).delete()[0]:
            record("stays", of=person.pk, by=by.pk, at=at)


def erase(person: Person, *, at: datetime) -> None:
    """Erase a person's data: keys of families that end first, then all rows, then SQLite's log.

    The keys go in a transaction of their own. After a crash between the two, the request is due
    and the regular job resumes.
    """
    with transaction.atomic():
        ErasureRequest.objects.update_or_create(
            person=person, defaults={"asked_at": at, "due_at": at}
        )
        for place in families.memberships(person):
            lock_family(place.family)
            if families.family_ends(place):
                families.destroy_key(place.family)
    finish_erasure(person, at=at)
    if not wipe():
        logger.warning(
            "SQLite’s log could not be emptied after an erasure, because someone was reading. "
            "The hourly job empties it."
        )


def finish_erasure(person: Person, *, at: datetime) -> None:
    """Erase all rows of a person in one transaction; announce the sign-out on commit."""
    pk = person.pk
    with transaction.atomic():
        for place in families.memberships(person):
            lock_family(place.family)
        transaction.on_commit(
            lambda: signed_out_everywhere.send(sender=Person, person=Person(pk=pk), kept="")
        )
        data_rights.erase(person, at=at)
        record("erased", of=pk, at=at)


def erase_due(at: datetime) -> int:
    """Erase everyone whose request is due, and empty SQLite's log; return how many."""
    due = [row.person for row in ErasureRequest.objects.due(at).select_related("person")]
    for person in due:
        erase(person, at=at)
    wipe()
    return len(due)


def wipe() -> bool:
    """Empty SQLite's log, where deleted rows remain (secure_delete overwrites the pages).

    Return whether it was emptied; True on other databases.
    """
    if connection.vendor != "sqlite":
        return True
    return sqlite.empty_log(connection.settings_dict["NAME"])
