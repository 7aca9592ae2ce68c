"""What proofs do inside a state of their own: `python -m proofs.player PART ARGUMENTS`, answered as JSON lines."""

import json
import random
import sys
import time
from pathlib import Path

import django

PASSING = ("password", "key")  # secrets: never given
DAYS = {"parts": "Part", "custodies": "Custody", "planned": "Planned"}
NAMELESS = ("zones", "custodies")  # rows that are given without an id


def families(folder: str, count: int, seed: int) -> None:
    """Make random families; write each person's export, and what is wrong with it, into a folder."""
    from everyhour.domain.families.models import Caregiver
    from everyhour.foundation import data_rights
    from proofs.invented import Invented

    for number in range(count):
        invented = Invented(random.Random(f"{seed} {number}"), moving=True)
        for who, caregiver in enumerate(invented.people):
            me = Caregiver.objects.get(pk=caregiver.pk)
            data = data_rights.written(data_rights.export(me.person))
            Path(folder, f"{number}-{who}.json").write_bytes(data)
            told = json.loads(data)
            problems = [
                *_unseen(data.decode(), invented, me),
                *_named(data.decode(), invented, me),
                *_forgotten(told, me),
                *_decided(told, me),
            ]
            print(json.dumps({"case": f"{number}-{who}", "problems": problems}), flush=True)


def _unseen(data: str, invented, me):
    """Judge each text by an oracle of its own: may this person take it along, and is it there?"""
    from everyhour.domain.families.models import HouseholdShare

    levels = {
        (s.child_id, s.of_id): s.level for s in HouseholdShare.objects.filter(to=me.household_id)
    }
    for text in invented.texts:
        if may_take(text, me, levels) != (text.token in data):
            yield f"{'leaked' if text.token in data else 'missing'}: a {text.kind}, private={text.private}, standing={text.standing}"
    for other in invented.people:
        if other.pk != me.pk and other.person.email in data:
            yield "leaked: another person’s address"


def may_take(text, me, levels) -> bool:
    if me.until:  # who has left
        return text.by == me.pk and text.giver == me.pk and text.private
    if text.by == me.pk and text.giver == me.pk:
        return True
    if text.by != me.pk and not text.standing:
        return False
    shown = "moments" if text.kind == "title" else "notes"
    return may_see(text, me, levels, shown)


def may_see(lived, me, levels, shown: str) -> bool:
    """Tell whether somebody may take along this much of a moment."""
    if me.until:
        return lived.giver == me.pk and lived.private
    if lived.giver == me.pk:
        return True
    if lived.private or lived.deleted or not (me.is_guardian or "see_week" in me.may):
        return False
    enough = ("moments", "notes") if shown == "moments" else ("notes",)
    return (
        lived.household == me.household_id or levels.get((lived.child, lived.household)) in enough
    )


def _named(data: str, invented, me):
    """Judge each name by the same oracle: one’s own home is told whole, of another home only who and what is in a moment one may see."""
    from everyhour.domain.families.models import HouseholdShare

    levels = {
        (s.child_id, s.of_id): s.level for s in HouseholdShare.objects.filter(to=me.household_id)
    }
    seen = [lived for lived in invented.lived if may_see(lived, me, levels, "moments")]
    whole = me.is_guardian and not me.until
    for child in invented.children:
        at_home = not me.until and child.households.filter(pk=me.household_id).exists()
        named = at_home or (not me.until and any(lived.child == child.pk for lived in seen))
        for what, told, may in (
            ("nickname", child.nickname, named),
            ("foods", child.private("foods"), at_home and whole),
        ):
            if may != (told.split()[0] in data):
                yield f"{'missing' if may else 'leaked'}: {what} of a child"
    for other in invented.people:
        near = whole and other.household_id == me.household_id
        may = (
            near
            or other.pk == me.pk
            or (whole and any(other.pk in lived.writers for lived in seen))
            or (whole and other.pk in invented.rested)
            or (whole and (other.pk, me.household_id) in invented.shown)
        )
        if (near and other.name not in data) or (other.name in data and not may):
            yield f"{'leaked' if not may else 'missing'}: the name of a caregiver"


def _decided(told: dict, me):
    """What was decided leaves with guardians of that home alone; what is believed leaves with nobody."""
    whole = me.is_guardian and me.until is None
    if any(not whole or row["household"] != me.household_id for row in told["decisions"]):
        yield "leaked: a decision"
    if "beliefs" in told:
        yield "leaked: what is believed"


def _forgotten(told: dict, me):
    """Look for every personal column of every row this person wrote or is; the list of columns is the models' own."""
    from django.apps import apps

    from everyhour.foundation.data_rights import plain

    rows = {"person": [me.person], "zones": me.person.zone_periods.all(), "caregivers": [me]}
    if me.until is None:
        rows |= {
            "families": [me.family],
            "households": [me.household],
            "children": me.household.children.all() if me.is_guardian else [],
            "moments": me.moments.select_related("family"),
            "notes": apps.get_model("moments.Note")
            .objects.filter(by=me, moment__caregiver=me)
            .select_related("moment__family"),
            "rests": me.family.rests.filter(by=me),
            "big_changes": apps.get_model("families.BigChange").objects.filter(
                household=me.household, by=me
            )
            if me.is_guardian
            else [],
            "decisions": me.family.decisions.filter(household=me.household_id)
            if me.is_guardian
            else [],
        }
    if me.until is None and me.is_guardian:
        rows |= _days(me)
    for name, mine in rows.items():
        given = [json.dumps(row, sort_keys=True) for row in told[name]]
        loose = [json.loads(text) for text in given]
        for row in mine:
            found = next((g for g in loose if "id" not in g or g["id"] == row.pk), None)
            for column in row.personal:
                if column in (*PASSING, "person"):
                    continue
                value = getattr(row, column)
                value = (
                    opened(row, column) if isinstance(value, bytes | memoryview) else plain(value)
                )
                values = (
                    [g.get(column) for g in loose]
                    if name in NAMELESS
                    else [(found or {}).get(column, "nothing at all")]
                )
                if value not in values and not (value is None and "" in values):
                    yield f"forgotten: {name}.{column}"


def _days(me) -> dict:
    """Give the rows that tell of the days in one's own home."""
    from django.apps import apps

    near = {"household": me.household, "child__in": me.household.children.all()}
    found = {
        name: apps.get_model(f"rhythm.{model}").objects.filter(**near)
        for name, model in DAYS.items()
    }
    seasons = apps.get_model("rhythm.Season").objects.filter(child__in=me.household.children.all())
    return {
        **found,
        "seasons": seasons,
        "calendars": me.household.calendars.select_related("family"),
    }


def opened(row, column: str) -> str:
    if row._meta.model_name == "calendar":
        return row.family.unseal(getattr(row, column), place=row.seal_place(column))
    if row._meta.model_name == "child":
        return row.told(column)
    return row.opened if column == "text" else row.own_title


def round_trip(folder: str) -> None:
    """Bring each export into this empty instance, export again, compare, and empty it again."""
    from django.db import transaction

    from everyhour.domain.families.models import Family
    from everyhour.features.data_rights import archive
    from everyhour.foundation import data_rights
    from everyhour.foundation.accounts.models import Person
    from proofs.invented import NOW

    for path in sorted(Path(folder).glob("*.json")):
        before, problems = path.read_bytes(), []
        with transaction.atomic():
            if Person.objects.exists() or Family.objects.exists():
                problems.append("the instance was not empty")
            person = archive.bring_into_new(json.loads(before), at=NOW)
            after = data_rights.written(data_rights.export(Person.objects.get(pk=person.pk)))
            problems += [] if before == after else [f"not identical: {_difference(before, after)}"]
            transaction.set_rollback(True)
        print(
            json.dumps({"case": path.stem, "problems": problems, "bytes": len(before)}), flush=True
        )


def _difference(before: bytes, after: bytes) -> str:
    lines = zip(before.decode().splitlines(), after.decode().splitlines(), strict=False)
    return next(
        (f"{a.strip()[:60]} became {b.strip()[:60]}" for a, b in lines if a != b), "the length"
    )


def many_notes(count: int) -> None:
    """Time the archive of somebody with this many notes."""
    from everyhour.domain.moments.models import Note
    from everyhour.features.data_rights import archive
    from proofs.invented import NOW
    from testing import make

    me = make.guardian(make.family())
    child = make.child(me.family)
    for _ in range(20):
        moment = make.moment(me, child=child)
        Note.objects.bulk_create(
            Note(
                moment=moment,
                change_key=str(n),
                by=me,
                at=NOW,
                text=me.family.seal(f"note {n} " * 12, place=f"note:{moment.key}:{n}"),
            )
            for n in range(count // 20)
        )
    began = time.monotonic()
    size = len(archive.archive(me.person, at=NOW).getvalue())
    print(json.dumps({"seconds": round(time.monotonic() - began, 2), "bytes": size}), flush=True)


def main(part: str, *arguments: str) -> None:
    django.setup()
    if part == "families":
        families(arguments[0], int(arguments[1]), int(arguments[2]))
    elif part == "round_trip":
        round_trip(arguments[0])
    elif part == "many_notes":
        many_notes(int(arguments[0]))
    else:
        from proofs import doomed

        getattr(doomed, part)(*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
