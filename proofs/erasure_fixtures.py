"""People to erase, with a unique word in every personal column, and checks for what is left."""

import json
import random
import time
from pathlib import Path

from django.apps import apps
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.db import connection, models

from proofs.parts import print_record

# Columns the product works by: a random word in them would break the page that erases. Their rows
# are counted instead.
WORKING = {
    "role",
    "language",
    "zone",
    "light",
    "relation",
    "kind",
    "origin",
    "wall",
    "way",
    "channel",
}
MODELS = (
    "accounts.Person",
    "accounts.ZonePeriod",
    "accounts.SignIn",
    "notifications.Preferences",
    "notifications.Address",
    "notifications.Notification",
    "notifications.DeliveryAttempt",
    "practices.Favourite",
    "families.Family",
    "families.Household",
    "families.Caregiver",
    "families.Invitation",
    "families.Child",
    "families.HouseholdShare",
    "families.BigChange",
    "moments.Moment",
    "moments.Note",
    "moments.Change",
    "moments.Rest",
    "recommendations.ChildEstimate",
    "recommendations.Decision",
    "rhythm.Part",
    "rhythm.Season",
    "rhythm.Custody",
    "rhythm.Planned",
    "rhythm.Calendar",
    "rhythm.Occurrence",
    "rhythm.Feed",
    "nudges.NudgeSettings",
    "nudges.PlannedDay",
    "nudges.Nudge",
    "data_rights.ErasureRequest",
    "submissions.Submission",
)
NUDGES = ("NudgeSettings", "PlannedDay", "Nudge")
RHYTHM = ("Part", "Season", "Custody", "Planned", "Calendar", "Feed")


def create(count: str, seed: str) -> None:
    """Create people to erase: in turn the last guardian of a family, and one of two guardians."""
    for number in range(int(count)):
        _create_person(number, random.Random(f"{seed} {number}"))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _create_person(number: int, rng: random.Random) -> None:
    from everyhour.domain.families.models import Level
    from proofs.invented import NOW, Invented
    from testing import make

    last = number % 2 == 0
    invented = Invented(rng)
    family, me = invented.family, invented.people[0]
    if last:
        for other in invented.people[1:]:
            other.person, other.role = None, "giver"
            other.save()
    else:
        make.guardian(family, household=me.household)
        invented.add_moment()
    private = make.moment(me, private=True)
    shared = make.moment(me, child=invented.children[0])
    invented.add_decision()
    note = family.seal(f"a note {number}", place=f"note:{shared.key}:first")
    _model("moments.Note").create(moment=shared, change_key="first", by=me, at=NOW, text=note)
    if last:
        child = make.child(family)
        make.household_share(me.household, family.households.last(), child, Level.HOURS)
    _model("accounts.SignIn").create(
        person=me.person, session=f"soon {number}", way="code", since=NOW, seen_at=NOW
    )
    _model("submissions.Submission").create(person=me.person, key="a form", at=NOW, location="/")
    wall_push, _new = _model("practices.Item").get_or_create(kind="activity", slug="wall-push")
    me.person.favourites.create(item=wall_push, at=NOW)
    words, sealed = _mark(rows_of(me, whole=last, private=private), rng)
    me.person.refresh_from_db()
    session = create_session(me.person)
    mail.EmailMessage("A code for you", "Your code is 000000.", to=[me.person.email]).send()
    print_record(
        number=number,
        last=last,
        person=me.person_id,
        caregiver=me.pk,
        family=family.pk,
        session=session,
        words={**words, session: "the session"},
        sealed=sealed,
        marked=len(words) + len(sealed),
    )


def rows_of(me, *, whole: bool, private) -> list[models.Model]:
    """Return the rows that must be gone or emptied after erasure; `whole`: with the family."""
    person, family = me.person, me.family
    notes = _model("moments.Note")
    rows: list[models.Model] = [
        person,
        me,
        *person.zone_periods.all(),
        *person.sign_ins.all(),
        *person.submissions.all(),
        *person.favourites.all(),
        private,
        *notification_rows(person),
        *nudge_rows(me),
    ]
    if not whole:
        calendars = _model("rhythm.Calendar").filter(by=me)
        return [
            *rows,
            *notes.filter(by=me),
            *family.changes.filter(by=me),
            *calendars,
            *_model("rhythm.Occurrence").filter(calendar__in=calendars),
            *me.feeds.all(),
        ]
    return [
        *rows,
        *rhythm_rows(family),
        *(row for other in family.caregivers.all() for row in nudge_rows(other)),
        *family_rows(family),
        *notes.filter(moment__family=family),
        *family.invitations.all(),
        *_model("families.HouseholdShare").filter(child__family=family),
    ]


def family_rows(family) -> list[models.Model]:
    related = ("households", "caregivers", "children", "moments", "changes", "rests", "decisions")
    return [
        family,
        *(row for name in related for row in getattr(family, name).all()),
        *_model("recommendations.ChildEstimate").filter(child__family=family),
        *_model("families.BigChange").filter(child__family=family),
    ]


def notification_rows(person) -> list[models.Model]:
    """Return a person's notifications, with preferences, addresses and delivery attempts."""
    names = ("Preferences", "Address", "Notification")
    own = [_model(f"notifications.{name}").filter(person=person) for name in names]
    attempts = _model("notifications.DeliveryAttempt").filter(notification__person=person)
    return [row for rows in (*own, attempts) for row in rows]


def nudge_rows(me) -> list[models.Model]:
    return [row for name in NUDGES for row in _model(f"nudges.{name}").filter(caregiver=me)]


def rhythm_rows(family) -> list[models.Model]:
    occurrences = _model("rhythm.Occurrence").filter(calendar__family=family)
    own = [_model(f"rhythm.{name}").filter(family=family) for name in RHYTHM]
    return [row for rows in (*own, occurrences) for row in rows]


def _mark(rows: list[models.Model], rng: random.Random) -> tuple[dict[str, str], dict[str, str]]:
    """Write a unique word into each personal column that holds text.

    Returns the words, and the first bytes of sealed columns in hex, each with its column's name.
    """
    words: dict[str, str] = {}
    sealed: dict[str, str] = {}
    for row in {(type(r), r.pk): r for r in rows}.values():
        for name in row.personal:
            column, label = row._meta.get_field(name), f"{type(row).__name__}.{name}"
            word = f"qz{rng.getrandbits(40):08x}"[:10]
            if isinstance(column, models.BinaryField):
                if (value := getattr(row, name)) is not None:
                    sealed[bytes(value)[:40].hex()] = f"{label}, sealed"
            elif name not in (*WORKING, "session") and _holds_text(column):
                type(row).objects.filter(pk=row.pk).update(**{name: _value(column, name, word)})
                words[word] = label
    return words, sealed


def _holds_text(column: models.Field) -> bool:
    return isinstance(column, models.CharField | models.TextField | models.JSONField)


def _value(column: models.Field, name: str, word: str):
    """Return a value with this word in it that fits the column."""
    if name == "decision":
        return [{"x": word}]
    if name == "day":
        return {word: 1}
    if isinstance(column, models.EmailField):
        return f"{word}@example.org"
    return [word] if isinstance(column, models.JSONField) else word


def create_session(person) -> str:
    """Create a session in which the person has just signed in, and return its key."""
    session = SessionStore()
    session[SESSION_KEY] = person.pk
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    for name in ("reauthenticated_at", "since", "seen"):
        session[name] = time.time()
    session.create()
    person.sign_ins.update(session=session.session_key)
    return session.session_key


def remaining(path: str) -> None:
    """Print for each person of the list in this file which of their rows still exist."""
    for person in json.loads(Path(path).read_text()):
        print_record(number=person["number"], problems=_remaining(person))


def _remaining(person: dict) -> list[str]:
    own, family = person["person"], person["family"]
    present = [
        ("the account", "accounts.Person", {"pk": own}),
        ("the caregiver", "families.Caregiver", {"person_id": own}),
        ("the session", "sessions.Session", {"session_key": person["session"]}),
        ("a notification", "notifications.Notification", {"person_id": own}),
        ("an address", "notifications.Address", {"person_id": own}),
        ("a form that arrived", "submissions.Submission", {"person_id": own}),
        *(("a nudge", f"nudges.{name}", {"caregiver": person["caregiver"]}) for name in NUDGES),
    ]
    if person["last"]:
        present += [
            ("the family", "families.Family", {"pk": family}),
            ("a moment", "moments.Moment", {"family_id": family}),
            ("a change", "moments.Change", {"family_id": family}),
            ("a decision", "recommendations.Decision", {"family": family}),
            ("an estimate", "recommendations.ChildEstimate", {"child__family": family}),
            *(("the rhythm", f"rhythm.{name}", {"family": family}) for name in RHYTHM),
        ]
    found = [what for what, model, filters in present if _model(model).filter(**filters).exists()]
    problems = [f"still stored after erasure: {what}" for what in found]
    if not person["last"] and not _model("families.Family").filter(pk=family).exists():
        problems.append("a family that continues is gone")
    return problems


def unerased_family() -> None:
    """Create a family that nobody erases."""
    from proofs.invented import Invented

    print_record(family=Invented(random.Random("witness")).family.pk)


def columns() -> None:
    """Print the number of personal columns, and the models with some that this proof lacks."""
    personal = [model for model in apps.get_models() if getattr(model, "personal", ())]
    unknown = [model._meta.label for model in personal if model._meta.label not in MODELS]
    print_record(columns=sum(len(model.personal) for model in personal), unknown=unknown)


def digest(family: str) -> None:
    """Print all rows of a family and its people, to compare before and after."""
    kept = _model("families.Family").get(pk=family)
    people = _model("accounts.Person").filter(caregivers__family=kept)
    rows = [*family_rows(kept), *rhythm_rows(kept), *people]
    print_record(rows=[[type(row).__name__, _columns(row)] for row in rows])


def _columns(row: models.Model) -> dict[str, str]:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {
        name: value.hex() if isinstance(value, bytes) else str(value)
        for name, value in values.items()
    }


def _model(label: str) -> models.QuerySet:
    return apps.get_model(label).objects
