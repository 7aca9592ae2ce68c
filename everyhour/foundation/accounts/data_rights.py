"""How an account leaves: what it gives away, what it takes back, and how it ends."""

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
        SignIn.personal,
        "where somebody is signed in here; the account page shows it, and it means nothing elsewhere",
    ),
)


def export(person: Person) -> dict[str, Rows]:
    zones = [ZONES.tell(period) for period in person.zone_periods.all()]
    return {"person": [PERSON.tell(person)], "zones": ZONES.in_order(zones)}


def load(loading: Import) -> None:
    """Take over what an account says of itself; the address stays the one that was shown to be theirs here."""
    told, person = loading.rows(PERSON), loading.person
    if len(told) != 1:
        raise ImportRejected(_("This is not a file that Everyhour wrote."))
    read = PERSON.make(told[0], loading)
    for name in PERSON.columns:
        if name != "email" and name in told[0]:
            setattr(person, name, getattr(read, name))
    person.save()
    person.zone_periods.all().delete()
    loading.save(ZONES, [ZONES.make(row, loading, person=person) for row in loading.rows(ZONES)])


def address_in(told: dict) -> str:
    """Give the address an export belongs to."""
    try:
        return str(told["person"][0]["email"]).lower()
    except (KeyError, IndexError, TypeError) as error:
        raise ImportRejected(_("This is not a file that Everyhour wrote.")) from error


def erase(person: Person, at: datetime) -> None:
    """End every session, then let the account go, and with it its zones, addresses and second factors."""
    end_sessions(person)
    forget_mail(person.email)
    person.delete()


def end_sessions(person: Person) -> None:
    """Open each session and look whose it is, also those of somebody who was only about to sign in: no index knows."""
    theirs = [
        s.pk
        for s in Session.objects.iterator()
        if {person.pk, person.email} & set(_texts(s.get_decoded()))
    ]
    Session.objects.filter(pk__in=theirs).delete()


def _texts(value: Any) -> Iterator[str]:
    """Give every text in a session, however deep."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
    else:
        yield str(value)


def forget_mail(address: str) -> None:
    """Remove mails to this address that were written into a folder, as they are while no mail server is set."""
    folder = settings.MAILERS["default"].get("OPTIONS", {}).get("file_path")
    for path in Path(folder).glob("*") if folder and Path(folder).is_dir() else ():
        if path.is_file() and address.lower().encode() in path.read_bytes().lower():
            path.write_bytes(b"\0" * path.stat().st_size)
            path.unlink()


def known(address: str) -> Person | None:
    return Person.objects.filter(email__iexact=address).first()


CONTRIBUTOR = Contributor("accounts", (PERSON, ZONES, SIGN_INS), export, load, erase)
