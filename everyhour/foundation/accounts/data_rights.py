"""Export, import and erasure of an account."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils.translation import gettext as _

from everyhour.foundation.accounts.models import Person, SignIn
from everyhour.foundation.data_rights import Contributor, ExportTable, Import, ImportRejected, Rows

PERSON = ExportTable(
    "accounts.Person",
    "person",
    ("email", "name", "language", "light", "neutral", "created_at", "last_login"),
    kept_back={"password": "a secret; a new one is chosen where one arrives"},
    order=("email",),
)
ZONES = ExportTable("accounts.ZonePeriod", "zones", ("zone", "since"), order=("since",))


SIGN_INS = ExportTable(
    "accounts.SignIn",
    "sign_ins",
    (),
    kept_back=dict.fromkeys(
        SignIn.personal, "sessions on this server only; the account page lists them"
    ),
)


def export(person: Person) -> dict[str, Rows]:
    zones = [ZONES.export_row(period) for period in person.zone_periods.all()]
    return {"person": [PERSON.export_row(person)], "zones": ZONES.sort(zones)}


def load(loading: Import) -> None:
    """Load a person's own data; their email address here stays, because it is confirmed."""
    rows, person = loading.rows(PERSON), loading.person
    if len(rows) != 1:
        raise ImportRejected(_("This is not a file that Everyhour wrote."))
    read = PERSON.build(rows[0], loading)
    for name in PERSON.columns:
        if name != "email" and name in rows[0]:
            setattr(person, name, getattr(read, name))
    person.save()
    person.zone_periods.all().delete()
    loading.save(ZONES, [ZONES.build(row, loading, person=person) for row in loading.rows(ZONES)])


def address_in(data: dict) -> str:
    """Return the email address of an export's owner; raise ImportRejected."""
    try:
        return str(data["person"][0]["email"]).lower()
    except (KeyError, IndexError, TypeError) as error:
        raise ImportRejected(_("This is not a file that Everyhour wrote.")) from error


def erase(person: Person, at: datetime) -> None:
    """Delete sessions, emails kept as files, and the account with all that hangs on it."""
    end_sessions(person)
    forget_mail(person.email)
    person.delete()


def end_sessions(person: Person) -> None:
    """Delete every session that names the person, also of a sign-in not yet finished.

    Sessions have no index by person, so each one is opened.
    """
    theirs = [
        s.pk
        for s in Session.objects.iterator()
        if {person.pk, person.email} & set(_texts(s.get_decoded()))
    ]
    Session.objects.filter(pk__in=theirs).delete()


def _texts(value: Any) -> Iterator[str]:
    """Yield every value of a session as text, however deep."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
    else:
        yield str(value)


def forget_mail(address: str) -> None:
    """Overwrite and delete emails to this address that were written to a folder."""
    folder = settings.MAILERS["default"].get("OPTIONS", {}).get("file_path")
    for path in Path(folder).glob("*") if folder and Path(folder).is_dir() else ():
        if path.is_file() and address.lower().encode() in path.read_bytes().lower():
            path.write_bytes(b"\0" * path.stat().st_size)
            path.unlink()


def known(address: str) -> Person | None:
    return Person.objects.filter(email__iexact=address).first()


CONTRIBUTOR = Contributor("accounts", (PERSON, ZONES, SIGN_INS), export, load, erase)
