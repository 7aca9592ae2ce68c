"""The parts of `prove export`: create families, judge each export, import it elsewhere."""

import json
import random
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models, transaction

from everyhour.domain.families.models import Caregiver, Family, HouseholdShare
from everyhour.domain.moments.models import Note
from everyhour.features.data_rights import archive
from everyhour.foundation import data_rights
from everyhour.foundation.accounts.models import Person
from proofs.invented import NOW, Invented, InventedMoment, Text
from proofs.parts import print_record
from testing import make

SECRETS = ("password", "key")  # columns that are never exported
WITHOUT_ID = ("zones", "custodies")  # tables exported without ids
ABSENT = "nothing at all"
Levels = dict[tuple[str, str], str]  # child and household: what that household shares with mine


def families(folder: str, count: str, seed: str) -> None:
    """Create random families, write each person's export to the folder, and print its problems."""
    for number in range(int(count)):
        invented = Invented(random.Random(f"{seed} {number}"), moving=True)
        for who, caregiver in enumerate(invented.people):
            me = Caregiver.objects.get(pk=caregiver.pk)
            data = data_rights.serialize(data_rights.export(me.person))
            Path(folder, f"{number}-{who}.json").write_bytes(data)
            tables, levels = json.loads(data), _levels(me)
            problems = [
                *_text_problems(data.decode(), invented, me, levels),
                *_child_problems(data.decode(), invented, me, levels),
                *_caregiver_problems(data.decode(), invented, me, levels),
                *_missing_columns(tables, me),
                *_decision_problems(tables, me),
            ]
            print_record(case=f"{number}-{who}", problems=problems)


def _levels(me: Caregiver) -> Levels:
    shares = HouseholdShare.objects.filter(to=me.household_id)
    return {(share.child_id, share.of_id): share.level for share in shares}


def _text_problems(data: str, invented: Invented, me: Caregiver, levels: Levels) -> Iterator[str]:
    for text in invented.texts:
        if may_export_text(text, me, levels) != (text.token in data):
            problem = "leaked" if text.token in data else "missing"
            yield f"{problem}: a {text.kind}, private={text.private}, standing={text.standing}"
    for other in invented.people:
        if other.pk != me.pk and other.person.email in data:
            yield "leaked: another person's address"


def may_export_text(text: Text, me: Caregiver, levels: Levels) -> bool:
    own = text.by == me.pk and text.giver == me.pk
    if me.until:  # a former member
        return own and text.private
    if own:
        return True
    if text.by != me.pk and not text.standing:
        return False
    return may_see(text, me, levels, "moments" if text.kind == "title" else "notes")


def may_see(moment: Text | InventedMoment, me: Caregiver, levels: Levels, shown: str) -> bool:
    """Return whether a person may export "moments" or also the "notes" of a moment."""
    if me.until:
        return moment.giver == me.pk and moment.private
    if moment.giver == me.pk:
        return True
    if moment.private or moment.deleted or not (me.is_guardian or "see_week" in me.may):
        return False
    enough = ("moments", "notes") if shown == "moments" else ("notes",)
    level = levels.get((moment.child, moment.household))
    return moment.household == me.household_id or level in enough


def _visible(invented: Invented, me: Caregiver, levels: Levels) -> list[InventedMoment]:
    return [moment for moment in invented.moments if may_see(moment, me, levels, "moments")]


def _child_problems(data: str, invented: Invented, me: Caregiver, levels: Levels) -> Iterator[str]:
    """Check children: all of one's own household's; of others' only names, in visible moments."""
    visible = {moment.child for moment in _visible(invented, me, levels)}
    for child in invented.children:
        at_home = not me.until and child.households.filter(pk=me.household_id).exists()
        named = at_home or (not me.until and child.pk in visible)
        for what, text, expected in (
            ("nickname", child.nickname, named),
            ("foods", child.private("foods"), at_home and me.is_guardian),
        ):
            if expected != (text.split()[0] in data):
                yield f"{'missing' if expected else 'leaked'}: {what} of a child"


def _caregiver_problems(
    data: str, invented: Invented, me: Caregiver, levels: Levels
) -> Iterator[str]:
    """Check names: all of one's own household; of others who wrote, rested or were advised."""
    guardian = me.is_guardian and not me.until
    writers = {pk for moment in _visible(invented, me, levels) for pk in moment.writers}
    for other in invented.people:
        near = guardian and other.household_id == me.household_id
        active = (
            other.pk in writers
            or other == invented.rested_by
            or (other.pk, me.household_id) in invented.decided
        )
        expected = near or other.pk == me.pk or (guardian and active)
        if near and other.name not in data:
            yield "missing: the name of a caregiver"
        if other.name in data and not expected:
            yield "leaked: the name of a caregiver"


def _decision_problems(tables: dict, me: Caregiver) -> Iterator[str]:
    """Check that only guardians export decisions, of their household, and nobody estimates."""
    guardian = me.is_guardian and me.until is None
    if any(not guardian or row["household"] != me.household_id for row in tables["decisions"]):
        yield "leaked: a decision"
    if "beliefs" in tables:
        yield "leaked: an estimate"


def _missing_columns(tables: dict, me: Caregiver) -> Iterator[str]:
    """Look for each personal column of each of a person's rows; the models list the columns."""
    for name, rows in _own_rows(me).items():
        exported = tables[name]
        for row in rows:
            found = (one for one in exported if "id" not in one or one["id"] == row.pk)
            match = next(found, {})
            for column in row.personal:
                if column in (*SECRETS, "person"):
                    continue
                value = _plain_value(row, column)
                if name in WITHOUT_ID:
                    values = [one.get(column) for one in exported]
                else:
                    values = [match.get(column, ABSENT)]
                if value not in values and not (value is None and "" in values):
                    yield f"forgotten: {name}.{column}"


def _own_rows(me: Caregiver) -> dict[str, Iterable[models.Model]]:
    """Return the rows, by table of the export, that a person must find in theirs."""
    rows = {"person": [me.person], "zones": me.person.zone_periods.all(), "caregivers": [me]}
    if me.until is not None:
        return rows
    notes = Note.objects.filter(by=me, moment__caregiver=me).select_related("moment__family")
    rows |= {
        "families": [me.family],
        "households": [me.household],
        "moments": me.moments.select_related("family"),
        "notes": notes,
        "rests": me.family.rests.filter(by=me),
    }
    if not me.is_guardian:
        return rows
    children = me.household.children.all()
    big_changes = apps.get_model("families.BigChange").objects
    rhythm = {"parts": "Part", "custodies": "Custody", "planned": "Planned"}
    for name, model in rhythm.items():
        objects = apps.get_model(f"rhythm.{model}").objects
        rows[name] = objects.filter(household=me.household, child__in=children)
    return rows | {
        "children": children,
        "big_changes": big_changes.filter(household=me.household, by=me),
        "decisions": me.family.decisions.filter(household=me.household_id),
        "seasons": apps.get_model("rhythm.Season").objects.filter(child__in=children),
        "calendars": me.household.calendars.select_related("family"),
    }


def _plain_value(row: Any, column: str) -> Any:
    """Return a column's value as an export holds it; sealed columns unsealed."""
    value = getattr(row, column)
    if not isinstance(value, bytes | memoryview):
        return data_rights.plain(value)
    if row._meta.model_name == "calendar":
        return row.family.unseal(value, place=row.seal_place(column))
    if row._meta.model_name == "child":
        return row.private(column)
    return row.opened if column == "text" else row.own_title


def round_trip(folder: str) -> None:
    """Import each export into this empty instance, export it again, compare, and roll back."""
    for path in sorted(Path(folder).glob("*.json")):
        before, problems = path.read_bytes(), []
        with transaction.atomic():
            if Person.objects.exists() or Family.objects.exists():
                problems.append("the instance was not empty")
            person = archive.load_into_new_account(json.loads(before), at=NOW)
            after = data_rights.serialize(data_rights.export(Person.objects.get(pk=person.pk)))
            if before != after:
                problems.append(f"not identical: {_first_difference(before, after)}")
            transaction.set_rollback(True)
        print_record(case=path.stem, problems=problems, bytes=len(before))


def _first_difference(before: bytes, after: bytes) -> str:
    for old, new in zip(before.decode().splitlines(), after.decode().splitlines(), strict=False):
        if old != new:
            return f"{old.strip()[:60]} became {new.strip()[:60]}"
    return "the length"


def many_notes(count: str) -> None:
    """Time the archive of a person with this many notes on 20 moments."""
    me = make.guardian(make.family())
    child = make.child(me.family)
    for _ in range(20):
        moment = make.moment(me, child=child)
        notes = (_note(me, moment, number) for number in range(int(count) // 20))
        Note.objects.bulk_create(notes)
    began = time.monotonic()
    size = len(archive.create(me.person, at=NOW).getvalue())
    print_record(seconds=round(time.monotonic() - began, 2), bytes=size)


def _note(me: Caregiver, moment, number: int) -> Note:
    text = me.family.seal(f"note {number} " * 12, place=f"note:{moment.key}:{number}")
    return Note(moment=moment, change_key=str(number), by=me, at=NOW, text=text)
