"""What somebody takes along: one archive with a file for machines and a page for people; and how it is opened again."""

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
STILL = (1980, 1, 1, 0, 0, 0)  # the archive is the same whenever it is made


def archive(person: Person, *, at: datetime) -> io.BytesIO:
    """Pack everything this person may take along."""
    told = data_rights.export(person)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in (
            (DATA, data_rights.written(told)),
            (PAGE, readable_page.readable(told, at=at).encode()),
        ):
            pack.writestr(zipfile.ZipInfo(name, STILL), data, zipfile.ZIP_DEFLATED)
    packed.seek(0)
    record("took everything along", of=person.pk, by=person.pk, at=at)
    return packed


def unpack(file) -> dict:
    """Read an archive, or the data file alone."""
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
    return data_rights.read(data)


def is_empty(person: Person) -> bool:
    """Tell whether nothing is in the way of what somebody brings: no family, or one that was only begun."""
    return all(
        _only_begun(place)
        for place in Caregiver.objects.filter(person=person).select_related("family")
    )


def _only_begun(place: Caregiver) -> bool:
    family = place.family
    return (
        place.is_guardian
        and family.caregivers.count() == 1
        and not family.moments.exists()
        and not family.changes.exists()
    )


def bring(told: dict, *, person: Person, at: datetime) -> None:
    """Load what somebody brought into their account; a family that was only begun makes room. All of it, or nothing."""
    if not is_empty(person):
        raise ImportRejected(_("This account already has moments. Nothing was changed."))
    with transaction.atomic():
        for place in families.memberships(person):
            place.family.rests.all().delete()
            families.delete_family(place.family)
        data_rights.load(told, person=person)
        record("brought everything", of=person.pk, by=person.pk, at=at)


def bring_into_new(told: dict, *, at: datetime) -> Person:
    """Load into an account made for it, as the `everyhour import` command does; they sign in by a code to their address."""
    address = accounts.address_in(told)
    with transaction.atomic():
        person = accounts.known(address) or Person.objects.create_user(address)
        bring(told, person=person, at=at)
    return person
