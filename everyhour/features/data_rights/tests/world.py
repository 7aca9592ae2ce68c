"""A family in two households, with a grandmother."""

import io
import json
import uuid
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime

from everyhour.domain.families.models import Caregiver, Child, Family, Level
from everyhour.domain.moments import sync
from everyhour.features.data_rights import archive
from everyhour.foundation import data_rights
from testing import make

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


@dataclass
class World:
    """Ada and Bo share a home; Cem lives elsewhere; Nana helps Ada."""

    family: Family
    ada: Caregiver
    bo: Caregiver
    cem: Caregiver
    nana: Caregiver
    wren: Child


def world() -> World:
    family = make.family(households=2, name="Lark 🌙 عائلة")
    here, there = family.households.all()
    wren = make.child(
        family, nickname="Wren", hard=["bedtime"], bodies=["deaf", "senses"], care_touch=True
    )
    wren.set_private("foods", "no peas, ever")
    wren.save()
    make.household_share(there, here, wren, Level.MOMENTS)

    def person(name: str):
        return make.person(f"{name.lower()}@example.org", password="a-long-enough-one", name=name)

    return World(
        family,
        ada=make.guardian(family, who=person("Ada"), household=here),
        bo=make.guardian(family, who=person("Bo"), household=here),
        cem=make.guardian(family, who=person("Cem"), household=there),
        nana=make.giver(family, who=person("Nana"), household=here),
        wren=wren,
    )


def log_change(
    by: Caregiver,
    note: str = "",
    *,
    moment: str | None = None,
    counter: int = 1,
    replaces=(),
    **fields,
) -> str:
    """Send one change of one moment, as a phone does, and return the moment's key."""
    key = moment or str(uuid.uuid4())
    first = {
        "whom": {"kind": "given", "child": by.family.children.first().pk},
        "when": {"at": "2026-11-23T17:05:00+00:00", "zone": "UTC"},
    }
    sent = {
        "key": str(uuid.uuid4()),
        "moment": key,
        "device": str(uuid.uuid4()),
        "counter": counter,
        "shape": 2,
        "set": {**({} if moment else first), **fields},
        **({"note": {"text": note, "replaces": list(replaces)}} if note else {}),
    }
    (result,) = sync.receive(by.family, by=by, changes=[sent], at=NOW)
    assert result.result == "saved", result
    return key


def export(of: Caregiver) -> dict:
    return data_rights.export(type(of.person).objects.get(pk=of.person_id))


def as_zip(data: dict) -> io.BytesIO:
    """Return the data as the zip file that a person downloads."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as pack:
        pack.writestr(archive.DATA, json.dumps(data))
    packed.seek(0)
    packed.name = "everyhour.zip"
    return packed
