"""Creation and removal of the invented families."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from everyhour.domain.families import data_rights as families
from everyhour.domain.families.models import (
    Caregiver,
    Child,
    Family,
    Home,
    Household,
    HouseholdShare,
)
from everyhour.domain.moments import changes_codec, merging, projection, wall_time
from everyhour.domain.moments import data_rights as moments
from everyhour.domain.moments.models import Change, Moment, Note, Rest
from everyhour.domain.practices.models import Edition, Item
from everyhour.domain.recommendations import data_rights as recommendations
from everyhour.domain.recommendations import training
from everyhour.domain.recommendations.models import OfflineBundle
from everyhour.domain.rhythm.models import Custody, Part, Planned
from everyhour.features.demo import reminders
from everyhour.features.demo.cast import DOMAIN, FAMILIES, Cast
from everyhour.features.demo.generator import WEEKS, DemoMoment, Dice, Practice, invent
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.audit.models import record

PLANNED = "low-hum"
SKIPPED_CAUTIONS = {"allergy", "noise"}  # some invented children cannot bear them


@dataclass(frozen=True)
class Made:
    """What was created from one cast."""

    family: Family
    people: list[Caregiver]
    children: list[Child]
    moments: int


def make(*, at: datetime, dice: Callable[[str], Dice], password: str) -> list[Made]:
    """Recreate every invented family with history up to `at`, and train on it."""
    with transaction.atomic():
        remove(at=at)
        library = _library()
        made = [
            _family(cast, library, at=at, dice=dice(cast.name), password=password)
            for cast in FAMILIES
        ]
    # So that the demo shows learning; once there is a real family, invented ones are left out.
    training.learn(at=at)
    return made


def remove(*, at: datetime) -> int:
    """Delete all invented families and their people; return how many families."""
    with transaction.atomic():
        gone = list(Family.objects.filter(invented=True))
        for family in gone:
            recommendations.delete_all(family)
            moments.delete_all(family)
            record("invented family removed", of=family.pk, at=at)
            families.delete_family(family)
        for person in Person.objects.filter(email__endswith=f"@{DOMAIN}", caregivers__isnull=True):
            person.delete()
        return len(gone)


@dataclass(frozen=True)
class Library:
    """Practices, their current editions, and the offline bundle."""

    practices: list[Practice]
    editions: dict[str, Edition]
    bundle: OfflineBundle | None


def _library() -> Library:
    editions = {
        e.item.slug: e
        for e in Edition.objects.current()
        .filter(item__kind=Item.Kind.ACTIVITY)
        .select_related("item")
    }
    practices = [
        Practice(
            slug,
            frozenset(e.facts["states"]),
            frozenset(e.facts["situations"]),
            (e.facts["age"]["from"], e.facts["age"]["to"]),
            frozenset(e.facts.get("works_in") or ["home"]),
        )
        for slug, e in sorted(editions.items())
        if not SKIPPED_CAUTIONS & set(e.facts.get("cautions") or [])
    ]
    return Library(practices, editions, OfflineBundle.objects.current("en").first())


def _family(cast: Cast, library: Library, *, at: datetime, dice: Dice, password: str) -> Made:
    began = at - timedelta(weeks=WEEKS, days=1)
    family = Family.objects.create(name=cast.name, invented=True, created_at=began)
    homes = [
        Household.objects.create(family=family, name=name, created_at=began + timedelta(minutes=n))
        for n, name in enumerate(cast.households)
    ]
    people = [
        _person(family, homes, person_cast, cast, n, began=began, password=password)
        for n, person_cast in enumerate(cast.people)
    ]
    children = [
        _child(family, homes, child_cast, began + timedelta(minutes=n))
        for n, child_cast in enumerate(cast.children)
    ]
    for of, to, level in cast.shares:
        HouseholdShare.objects.bulk_create(
            HouseholdShare(child=child, of=homes[of], to=homes[to], level=level, since=began)
            for child in children
        )
    invented, off = invent(cast, library.practices, now=at, dice=dice)
    _write(family, people, children, invented, cast, library, dice=dice)
    _rest(family, people[0], off, cast)
    _days(family, homes, children, people[0], began)
    reminders.add(
        people, library.practices, off, zone=ZoneInfo(cast.zone), began=began, at=at, dice=dice
    )
    record("invented family made", of=family.pk, at=at)
    return Made(family, people, children, len(invented))


def _days(
    family: Family, homes: list[Household], children: list[Child], by: Caregiver, began: datetime
) -> None:
    """Create piano on Tuesdays, a later bed on Fridays, a planned hum, and two homes in turn."""
    first = began.date() - timedelta(days=began.weekday())
    for child in children:
        common = {"family": family, "child": child, "household": by.household, "created_at": began}
        Part.objects.create(
            kind="waiting",
            name="piano",
            begins=16 * 60,
            ends=16 * 60 + 45,
            weekdays=[1],
            hard=True,
            **common,
        )
        if "bed" in child.day:
            Part.objects.create(
                kind="bed",
                begins=child.day["bed"] + 45,
                weekdays=[4],
                when=Part.Applies.SCHOOL,
                **common,
            )
        Planned.objects.create(
            family=family,
            child=child,
            household=by.household,
            by=by,
            transition="bed",
            practice=PLANNED,
            since=began,
        )
        turns = (
            list(zip(homes, ([*range(11)], [11, 12, 13]), strict=False))
            if child.households.count() > 1
            else []
        )
        for home, days in turns:
            Custody.objects.create(
                family=family, child=child, household=home, monday=first, weeks=2, days=days
            )


def _person(
    family: Family, homes, person_cast, cast: Cast, number: int, *, began: datetime, password: str
) -> Caregiver:
    person = None
    if person_cast.address:
        person = Person.objects.create_user(
            f"{person_cast.address}@{DOMAIN}", password, name=person_cast.name
        )
        person.move(cast.zone, at=began)
    return Caregiver.objects.create(
        family=family,
        household=homes[person_cast.household],
        person=person,
        name=person_cast.name,
        relation=person_cast.relation,
        role=Caregiver.Role.GUARDIAN if person_cast.is_guardian else Caregiver.Role.GIVER,
        may=list(person_cast.may),
        since=began + timedelta(minutes=number),
    )


def _child(family: Family, homes, child_cast, began: datetime) -> Child:
    child = Child(
        family=family,
        nickname=child_cast.nickname,
        born_in=date.fromisoformat(child_cast.born_in),
        functions_like_age=child_cast.functions_like_age,
        hard=list(child_cast.hard),
        no_touch=child_cast.no_touch,
        day=dict(child_cast.day),
        created_at=began,
    )
    for name in Child.SEALED:
        child.set_private(name, getattr(child_cast, name))
    child.save()
    Home.objects.bulk_create(Home(child=child, household=homes[n]) for n in child_cast.households)
    return child


def _write(
    family: Family,
    people,
    children,
    invented: list[DemoMoment],
    cast: Cast,
    library: Library,
    *,
    dice: Dice,
) -> None:
    """Store each moment as the changes a phone would send, and as the row they fold to."""
    moments_made, changes, notes = [], [], []
    for one in invented:
        key, by = _key(dice), people[one.by]
        sent = [
            _change(key, n, one, note, people, children, cast, library, dice)
            for n, note in enumerate(one.notes or ("",))
        ]
        state = merging.fold(sent)
        moment = Moment(
            family=family, key=key, household=by.household, received_at=one.at, changed_at=one.at
        )
        for name, value in projected_columns(family, key, state, people, children, library).items():
            setattr(moment, name, value)
        moments_made.append(moment)
        changes += [
            Change(
                family=family,
                key=c.key,
                moment_key=key,
                device=c.device,
                counter=c.counter,
                by=by,
                received_at=one.at,
                body=changes_codec.seal(family, c),
            )
            for c in sent
        ]
        notes += [
            Note(
                moment=moment,
                change_key=v.key,
                text=family.seal(v.text, place=f"note:{key}:{v.key}"),
                by=by,
                at=one.at,
            )
            for v in state.notes
        ]
    Moment.objects.bulk_create(moments_made, batch_size=200)
    Change.objects.bulk_create(changes, batch_size=200)
    Note.objects.bulk_create(notes, batch_size=200)


def projected_columns(
    family: Family, key: str, state: merging.State, people, children, library: Library
) -> dict:
    """Return a moment's columns as projection.py does, without a query for each."""
    fields = state.fields
    by_id = {row.pk: row for row in (*people, *children)}
    return {
        **{name: fields.get(name, "") for name in projection.PLAIN},
        "kind": fields["whom"]["kind"],
        "child": by_id.get(fields["whom"]["child"]),
        "caregiver": by_id.get(fields["who"]["giver"]),
        "private": fields["who"]["private"],
        "at": datetime.fromisoformat(fields["when"]["at"]),
        "wall": fields["when"]["wall"],
        "zone": fields["when"]["zone"],
        "practice": fields["what"]["practice"],
        "edition": library.editions.get(fields["what"]["practice"]),
        "title": family.seal(fields["what"]["title"], place=f"moment:{key}:title"),
        "origin": fields["origin"],
        "decision": fields["decision"],
        "minutes": fields["minutes"],
    }


def _change(
    key: str,
    number: int,
    one: DemoMoment,
    note: str,
    people,
    children,
    cast: Cast,
    library: Library,
    dice: Dice,
) -> merging.Change:
    edition = library.editions.get(one.practice)
    fields = {
        "whom": {
            "kind": one.kind,
            "child": children[one.child].pk if one.child is not None else None,
        },
        "who": {"giver": people[one.giver].pk, "private": one.private},
        "when": {
            "at": one.at.isoformat(timespec="milliseconds"),
            "wall": wall_time.wall_of(one.at, cast.zone),
            "zone": cast.zone,
        },
        "what": {
            "practice": one.practice,
            "edition": edition.number if edition else None,
            "title": one.title,
        },
        "state_before": one.state_before,
        "state_after": one.state_after,
        "situation": one.situation,
        "outcome": one.outcome,
        "caregiver_state": one.caregiver_state,
        "origin": one.origin,
        "minutes": one.minutes,
        "decision": _decision(one, library, dice),
    }
    text = merging.NoteEdit(note) if note else None
    return merging.Change(
        _key(dice),
        key,
        _key(dice),
        number + 1,
        people[one.by].pk,
        fields if number == 0 else {},
        text,
    )


def _decision(one: DemoMoment, library: Library, dice: Dice) -> list[dict]:
    if one.origin != "right_now" or library.bundle is None:
        return []
    among = 4 + dice.randrange(9)
    offer = {
        "practice": one.practice,
        "edition": library.editions[one.practice].number,
        "pocket": library.bundle.version,
    }
    return [
        {
            **offer,
            "rule": library.bundle.rule,
            "probability": round(1 / among, 6),
            "among": among,
            "draw": round(dice.random(), 6),
        }
    ]


def _rest(family: Family, by: Caregiver, off: list[date], cast: Cast) -> None:
    Rest.objects.bulk_create(
        Rest(
            family=family,
            household=by.household,
            on=day,
            zone=cast.zone,
            by=by,
            created_at=family.created_at,
        )
        for day in off
    )


def _key(dice: Dice) -> str:
    """Return a random UUID from the dice of this run."""
    return str(uuid.UUID(bytes=bytes(dice.randrange(256) for _ in range(16)), version=4))
