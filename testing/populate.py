"""Fill a database with families, fast: a crowd of any size, and three to inspect.

The three are called usual, empty and full.

    EVERYHOUR_STATE=/tmp/crowd python -m testing.populate --families 10000

The same file can grow: only missing families are added. Rows are written as they arrive in use,
hour after hour over all families, so that the rows of one family are scattered on the disk.
"""

import argparse
import random
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import django

MOMENTS, CHUNK = 14, 5000
WEEKS, ZONE = 8, "America/Chicago"
PLACES = ("usual", "empty", "full")
FULL = 400  # moments in one week
PRACTICES = ("wall-push", "i-am-here", "low-hum", "walk-side-by-side", "snack-no-questions")
STATES, SITUATIONS, OUTCOMES = (
    ("alert", "alarm", "fear", "shutdown"),
    ("homework", "bedtime", "car", ""),
    ("settled", "a_bit", "not_yet", ""),
)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m testing.populate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--families", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=168)
    options = parser.parse_args()
    django.setup()
    began, at = time.monotonic(), datetime.now(UTC)
    crowd(options.families, seed=options.seed, at=at)
    print(
        *(f"{name}: sessionid={key}" for name, key in known(seed=options.seed, at=at).items()),
        sep="\n",
    )
    print(f"{options.families:,} families, {time.monotonic() - began:.0f} s")


def crowd(families: int, *, seed: int, at: datetime) -> int:
    """Add families up to this number; return how many were added."""
    from django.db import connection, transaction

    from everyhour.domain.families.models import Family

    there = Family.objects.filter(name__startswith="crowd ").count()
    if there >= families:
        return 0
    rng = random.Random(f"{seed} {there}")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-800000")
        with transaction.atomic():
            places = [_place(number, rng) for number in range(there, families)]
            for sql, rows in _rows(places, rng, at):
                for chunk in _chunks(rows):
                    cursor.executemany(sql, chunk)
        cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return families - there


def _place(number: int, rng: random.Random) -> dict[str, str]:
    ids = {
        name: f"{rng.getrandbits(128):032x}"[:22]
        for name in ("family", "household", "person", "caregiver", "child")
    }
    return {**ids, "number": str(number)}


def _rows(
    places: list[dict[str, str]], rng: random.Random, at: datetime
) -> Iterator[tuple[str, Iterable[list]]]:
    """Yield for each table its INSERT and the rows, built from one real row as a template."""
    from everyhour.domain.families.models import Caregiver, Child, Family, Home, Household
    from everyhour.domain.families.models.family import new_wrapped_key
    from everyhour.domain.moments.models import Moment
    from everyhour.foundation.accounts.models import Person, ZonePeriod

    since = at - timedelta(days=7 * WEEKS)
    family, person = Family(name="crowd", created_at=since), Person(password="!", created_at=since)
    yield _table(
        family,
        (
            {"id": p["family"], "name": f"crowd {p['number']}", "key": new_wrapped_key(p["family"])}
            for p in places
        ),
    )
    yield _table(
        Household(created_at=since),
        ({"id": p["household"], "family_id": p["family"]} for p in places),
    )
    yield _table(
        person, ({"id": p["person"], "email": f"{p['person']}@crowd.invalid"} for p in places)
    )
    yield _table(ZonePeriod(zone=ZONE, since=since), ({"person_id": p["person"]} for p in places))
    place = Caregiver(name="Sam", role=Caregiver.Role.GUARDIAN, since=since)
    ids = ("family", "household", "person")
    yield _table(
        place, ({"id": p["caregiver"], **{f"{name}_id": p[name] for name in ids}} for p in places)
    )
    yield _table(
        Child(nickname="Wren", created_at=since),
        ({"id": p["child"], "family_id": p["family"]} for p in places),
    )
    yield _table(Home(), ({"child_id": p["child"], "household_id": p["household"]} for p in places))
    first = Moment(
        kind=Moment.Kind.GIVEN,
        zone=ZONE,
        origin=Moment.Origin.SPONTANEOUS,
        received_at=at,
        changed_at=at,
    )
    yield _table(first, _moments(places, rng, at))


def _moments(places: list[dict[str, str]], rng: random.Random, at: datetime) -> Iterator[dict]:
    """Yield fourteen moments of each family over the last two weeks, in time order."""
    for number in range(MOMENTS):
        when = at - timedelta(days=MOMENTS - number)
        for place in places:
            here = when + timedelta(minutes=rng.randrange(0, 1380))
            ids = {
                f"{name}_id": place[name] for name in ("family", "child", "caregiver", "household")
            }
            bits = f"{rng.getrandbits(240):060x}"
            key = f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-a{bits[17:20]}-{bits[20:32]}"
            yield {"id": bits[32:54], "key": key, **ids, **_fields(rng, here)}


def _fields(rng: random.Random, at: datetime) -> dict[str, Any]:
    return {
        "at": at,
        "wall": f"{at.astimezone(ZoneInfo(ZONE)):%Y-%m-%dT%H:%M}",
        "practice": rng.choice(PRACTICES),
        "state_before": rng.choice(STATES),
        "situation": rng.choice(SITUATIONS),
        "outcome": rng.choice(OUTCOMES),
    }


def _table(mould: Any, rows: Iterable[dict]) -> tuple[str, Iterable[list]]:
    from django.db import connection

    columns = [
        f
        for f in mould._meta.concrete_fields
        if not (f.primary_key and f.get_internal_type().endswith("AutoField"))
    ]
    quote = connection.ops.quote_name
    into = f"{quote(mould._meta.db_table)} ({', '.join(quote(f.column) for f in columns)})"
    values = ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {into} VALUES ({values})"  # noqa: S608  names of our own models
    usual = [f.get_db_prep_save(f.pre_save(mould, add=True), connection) for f in columns]
    places = {f.attname: n for n, f in enumerate(columns)}

    def filled() -> Iterator[list]:
        for changed in rows:
            row = usual.copy()
            for name, value in changed.items():
                row[places[name]] = (
                    connection.ops.adapt_datetimefield_value(value)
                    if isinstance(value, datetime)
                    else value
                )
            yield row

    return sql, filled()


def _chunks(rows: Iterable[list]) -> Iterator[list[list]]:
    chunk: list[list] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    yield chunk


def known(*, seed: int, at: datetime) -> dict[str, str]:
    """Create the three families once; return a session key for a guardian of each."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.db import transaction

    from everyhour.foundation.accounts.models import Person

    sessions = {}
    for name in PLACES:
        with transaction.atomic():  # made whole, or not at all
            person = Person.objects.filter(email=f"{name}@example.org").first() or _family(
                name, random.Random(f"{seed} {name}"), at
            )
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = (
            person.pk,
            settings.AUTHENTICATION_BACKENDS[0],
        )
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session["since"] = session["seen"] = at.timestamp()
        session.create()
        sessions[name] = session.session_key
    return sessions


def _family(name: str, rng: random.Random, at: datetime) -> Any:
    """Create a family of two guardians, a giver and two children.

    `usual` has eight weeks of history, `full` has 400 moments in the last week.
    """
    from everyhour.domain.moments.models import Moment
    from everyhour.domain.practices.models import Edition
    from testing import make

    since = at - timedelta(days=7 * WEEKS)
    family = make.family(at=since, name=name)
    person = make.person(f"{name}@example.org", name="Ada", zone=ZONE, at=since)
    second = make.person(f"{name}.2@example.org", at=since)
    people = [make.guardian(family, who=one, at=since) for one in (person, second)] + [
        make.giver(family, at=since)
    ]
    day = {"wakes": 420, "school_starts": 510, "home_again": 930, "dinner": 1110, "bed": 1230}
    children = [
        make.child(family, nickname=child, at=since, day=day, hard=["homework"])
        for child in ("Wren", "Robin")
    ]
    hours = {
        "empty": [],
        "usual": _awake(rng, 14 * WEEKS, days=7 * WEEKS),
        "full": _awake(rng, FULL, days=7),
    }[name]
    editions = {
        edition.item.slug: edition for edition in Edition.objects.current().select_related("item")
    }
    rows = []
    for number, hours_ago in enumerate(hours):
        fields = _fields(rng, at - timedelta(hours=hours_ago))
        kind = Moment.Kind.GIVEN if number % 4 else Moment.Kind.GOT
        by, edition = people[number % 3], editions.get(fields["practice"])
        child = children[0] if kind == Moment.Kind.GIVEN else None
        key = f"{number:08x}-0000-4000-a000-{rng.getrandbits(48):012x}"
        rows.append(
            Moment(
                family=family,
                household=by.household,
                caregiver=by,
                child=child,
                kind=kind,
                key=key,
                zone=ZONE,
                edition=edition,
                origin=Moment.Origin.SPONTANEOUS,
                received_at=at,
                changed_at=at,
                **fields,
            )
        )
    Moment.objects.bulk_create(rows)
    return person


def _awake(rng: random.Random, number: int, *, days: int) -> list[float]:
    """Draw this many daytime hours, as hours ago, oldest first."""
    return sorted(
        (24 * rng.randrange(days) + rng.uniform(0.2, 14) for _ in range(number)), reverse=True
    )


if __name__ == "__main__":
    main()
