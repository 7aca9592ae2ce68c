"""The exported archive: a data file and a readable page in one zip; and its import."""

import io
import zipfile
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from everyhour.domain.families import data_rights as families
from everyhour.domain.families.models import Caregiver
from everyhour.features.data_rights import readable_page
from everyhour.foundation import data_rights
from everyhour.foundation.accounts import data_rights as accounts
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.audit.models import record
from everyhour.foundation.data_rights import ImportRejected

DATA, PAGE = "everyhour.json", "everyhour.html"
LARGEST = 200 * 1024 * 1024  # of the data once unpacked; a tenth of it holds a family’s ten years
FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the same data give the same bytes


def create(person: Person, *, at: datetime) -> io.BytesIO:
    """Return the zip of everything this person may export, and audit it."""
    data = data_rights.export(person)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in (
            (DATA, data_rights.serialize(data)),
            (PAGE, readable_page.render(data, at=at).encode()),
        ):
            pack.writestr(zipfile.ZipInfo(name, FIXED_TIME), content, zipfile.ZIP_DEFLATED)
    packed.seek(0)
    record("took everything along", of=person.pk, by=person.pk, at=at)
    return packed


def unpack(file) -> dict:
    """Return the data of an archive, or of the data file alone; raise ImportRejected."""
    try:
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as pack, pack.open(DATA) as inside:
                data = inside.read(LARGEST + 1)
        else:
            file.seek(0)
            data = file.read(LARGEST + 1)
    except (
        zipfile.BadZipFile,
        KeyError,
        OSError,
        EOFError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        raise ImportRejected(_("This is not a file that Everyhour wrote.")) from error
    if len(data) > LARGEST:
        raise ImportRejected(_("This file is too large."))
    return data_rights.deserialize(data)


def is_empty(person: Person) -> bool:
    """Return whether an import is possible: no family, or only untouched ones."""
    return all(
        _is_untouched(place)
        for place in Caregiver.objects.filter(person=person).select_related("family")
    )


def _is_untouched(place: Caregiver) -> bool:
    family = place.family
    return (
        place.is_guardian
        and family.caregivers.count() == 1
        and not family.moments.exists()
        and not family.changes.exists()
    )


def load(data: dict, *, person: Person, at: datetime) -> None:
    """Load exported data into an account, or nothing at all; untouched families are deleted first.

    Raise ImportRejected when the account has moments or the data are invalid.
    """
    if not is_empty(person):
        raise ImportRejected(_("This account already has moments. Nothing was changed."))
    with transaction.atomic():
        for place in families.memberships(person):
            place.family.rests.all().delete()
            families.delete_family(place.family)
        data_rights.load(data, person=person)
        record("brought everything", of=person.pk, by=person.pk, at=at)


def load_into_new_account(data: dict, *, at: datetime) -> Person:
    """Load exported data into the account of its address, creating it if needed."""
    address = accounts.address_in(data)
    with transaction.atomic():
        person = accounts.known(address) or Person.objects.create_user(address)
        load(data, person=person, at=at)
    return person
