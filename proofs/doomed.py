"""Families that are going to be erased, with a word of their own in every personal column; and what is left of them afterwards."""

import json
import random
import time
from pathlib import Path

from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.db import connection, models

# Words here would stop the page that erases from opening at all; the rows themselves are counted all the same.
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
)


NUDGES = ("Reach", "PlannedDay", "Nudge")
RHYTHM = ("Part", "Season", "Custody", "Planned", "Calendar", "Feed")


def doom(count: str, seed: str) -> None:
    """Make people who will go: every other one the last guardian of a family, the others a second guardian who goes alone."""
    for number in range(int(count)):
        _doom(number, random.Random(f"{seed} {number}"))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _doom(number: int, rng: random.Random) -> None:
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
        invented._moment()
    private = make.moment(me, private=True)
    shared = make.moment(me, child=invented.children[0])
    invented._decision()
    note = family.seal(f"a note {number}", place=f"note:{shared.key}:first")
    apps.get_model("moments.Note").objects.create(
        moment=shared, change_key="first", by=me, at=NOW, text=note
    )
    if last:
        make.household_share(
            me.household, family.households.last(), make.child(family), Level.HOURS
        )
    apps.get_model("accounts.SignIn").objects.create(
        person=me.person, session=f"soon {number}", way="code", since=NOW, seen_at=NOW
    )
    canaries, blobs = _mark(rows_of(me, whole=last, private=private), rng)
    me.person.refresh_from_db()
    session = _signed_in(me.person)
    mail.EmailMessage("A code for you", "Your code is 000000.", to=[me.person.email]).send()
    told = {
        "number": number,
        "last": last,
        "person": me.person_id,
        "place": me.pk,
        "family": family.pk,
        "session": session,
        "canaries": {**canaries, session: "the session"},
        "blobs": blobs,
        "marked": len(canaries) + len(blobs),
    }
    print(json.dumps(told), flush=True)


def rows_of(me, *, whole: bool, private) -> list[models.Model]:
    """Give every row that has to be gone, or to be emptied, when this person goes."""
    person = me.person
    rows: list[models.Model] = [
        person,
        me,
        *person.zone_periods.all(),
        *person.sign_ins.all(),
        private,
        *letters_of(person),
        *nudges_of(me),
    ]
    moments, family = apps.get_model("moments.Note"), me.family
    if not whole:
        mine = apps.get_model("rhythm.Calendar").objects.filter(by=me)
        days = [
            *mine,
            *apps.get_model("rhythm.Occurrence").objects.filter(calendar__in=mine),
            *me.feeds.all(),
        ]
        return [*rows, *moments.objects.filter(by=me), *family.changes.filter(by=me), *days]
    rows += [
        *days_of(family),
        *(row for other in family.caregivers.all() for row in nudges_of(other)),
    ]
    rows += [
        family,
        *family.households.all(),
        *family.caregivers.all(),
        *family.children.all(),
        *family.moments.all(),
    ]
    rows += [
        *family.changes.all(),
        *family.rests.all(),
        *moments.objects.filter(moment__family=family),
        *family.invitations.all(),
    ]
    rows += [
        *family.decisions.all(),
        *apps.get_model("recommendations.ChildEstimate").objects.filter(child__family=family),
    ]
    rows += [*apps.get_model("families.BigChange").objects.filter(child__family=family)]
    return [*rows, *apps.get_model("families.HouseholdShare").objects.filter(child__family=family)]


def letters_of(person) -> list[models.Model]:
    """Give every row that tells what somebody was told, and where."""
    told = [
        apps.get_model(f"notifications.{name}").objects.filter(person=person)
        for name in ("Wishes", "Address", "Letter")
    ]
    attempts = apps.get_model("notifications.DeliveryAttempt").objects.filter(letter__person=person)
    return [row for rows in (*told, attempts) for row in rows]


def nudges_of(me) -> list[models.Model]:
    """Give every row that tells what was brought to somebody's mind, and when it could have been."""
    return [
        row
        for name in NUDGES
        for row in apps.get_model(f"nudges.{name}").objects.filter(caregiver=me)
    ]


def days_of(family) -> list[models.Model]:
    """Give every row that tells of a family's days."""
    told = [
        apps.get_model(f"rhythm.{name}").objects.filter(family=family)
        for name in ("Part", "Season", "Custody", "Planned", "Feed")
    ]
    calendars = apps.get_model("rhythm.Calendar").objects.filter(family=family)
    occurrences = apps.get_model("rhythm.Occurrence").objects.filter(calendar__in=calendars)
    return [row for rows in (*told, calendars, occurrences) for row in rows]


def _mark(rows: list[models.Model], rng: random.Random) -> tuple[dict[str, str], dict[str, str]]:
    """Put a word of its own into each personal column that holds text; of sealed columns take the sealed bytes."""
    words: dict[str, str] = {}
    blobs: dict[str, str] = {}
    for row in {(type(r), r.pk): r for r in rows}.values():
        for name in row.personal:
            column = row._meta.get_field(name)
            word = f"qz{rng.getrandbits(40):08x}"[:10]
            if isinstance(column, models.BinaryField):
                if (sealed := getattr(row, name)) is not None:
                    blobs[bytes(sealed)[:40].hex()] = f"{type(row).__name__}.{name}, sealed"
            elif name not in WORKING and _holds_text(column):
                value = (
                    f"{word}@example.org"
                    if isinstance(column, models.EmailField)
                    else [word]
                    if column.get_internal_type() == "JSONField"
                    else word
                )
                if name in ("decision", "day"):
                    value = [{"x": word}] if name == "decision" else {word: 1}
                if name == "session":
                    continue
                type(row).objects.filter(pk=row.pk).update(**{name: value})
                words[word] = f"{type(row).__name__}.{name}"
    return words, blobs


def _holds_text(column: models.Field) -> bool:
    return isinstance(column, models.CharField | models.TextField | models.JSONField)


def _signed_in(person) -> str:
    """Open a session that has just been sure, as signing in makes it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = SessionStore()
    session.update(
        {
            SESSION_KEY: person.pk,
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: person.get_session_auth_hash(),
            "reauthenticated_at": time.time(),
            "since": time.time(),
            "seen": time.time(),
        }
    )
    session.create()
    person.sign_ins.update(session=session.session_key)
    return session.session_key


def left(path: str) -> None:
    """Say of each one that was to go which rows are still there."""
    from django.contrib.sessions.models import Session

    from everyhour.domain.families.models import Caregiver, Family
    from everyhour.domain.moments.models import Change, Moment
    from everyhour.domain.recommendations.models import ChildEstimate, Decision
    from everyhour.foundation.accounts.models import Person
    from everyhour.foundation.notifications.models import Address, Notification

    for told in json.loads(Path(path).read_text()):
        problems = []
        if (
            Person.objects.filter(pk=told["person"]).exists()
            or Caregiver.objects.filter(person_id=told["person"]).exists()
        ):
            problems.append("the account is still there")
        if Session.objects.filter(session_key=told["session"]).exists():
            problems.append("the session is still there")
        if told["last"] and (
            Family.objects.filter(pk=told["family"]).exists()
            or Moment.objects.filter(family_id=told["family"]).exists()
        ):
            problems.append("the family is still there")
        if (
            Notification.objects.filter(person_id=told["person"]).exists()
            or Address.objects.filter(person_id=told["person"]).exists()
        ):
            problems.append("letters are still there")
        if any(
            apps.get_model(f"nudges.{name}").objects.filter(caregiver=told["place"]).exists()
            for name in NUDGES
        ):
            problems.append("nudges are still there")
        if told["last"] and Change.objects.filter(family_id=told["family"]).exists():
            problems.append("changes are still there")
        if told["last"] and (
            Decision.objects.filter(family=told["family"])
            or ChildEstimate.objects.filter(child__family=told["family"])
        ):
            problems.append("what was decided or believed is still there")
        if told["last"] and any(
            apps.get_model(f"rhythm.{name}").objects.filter(family=told["family"]).exists()
            for name in RHYTHM
        ):
            problems.append("the days are still there")
        if not told["last"] and not Family.objects.filter(pk=told["family"]).exists():
            problems.append("a family that goes on is gone")
        print(json.dumps({"number": told["number"], "problems": problems}), flush=True)


def witness() -> None:
    """Make a family that nobody asks to erase."""
    from proofs.invented import Invented

    print(json.dumps({"family": Invented(random.Random("witness")).family.pk}), flush=True)


def columns() -> None:
    """Say which personal columns there are, and that the proof knows the model of each."""
    ours = [m for m in apps.get_models() if getattr(m, "personal", ())]
    strange = [m._meta.label for m in ours if m._meta.label not in MODELS]
    print(
        json.dumps({"columns": sum(len(m.personal) for m in ours), "strange": strange}), flush=True
    )


def digest(family: str) -> None:
    """Tell everything of one family, so that before and after can be compared."""
    from everyhour.domain.families.models import Family
    from everyhour.foundation.accounts.models import Person

    kept = Family.objects.get(pk=family)
    rows = [
        kept,
        *kept.households.all(),
        *kept.caregivers.all(),
        *kept.children.all(),
        *kept.moments.all(),
        *kept.changes.all(),
        *kept.rests.all(),
        *kept.decisions.all(),
        *apps.get_model("recommendations.ChildEstimate").objects.filter(child__family=kept),
        *apps.get_model("families.BigChange").objects.filter(child__family=kept),
        *days_of(kept),
    ]
    rows += [*Person.objects.filter(caregivers__family=kept)]
    told = [
        [
            type(row).__name__,
            {
                f.attname: str(getattr(row, f.attname))
                if not isinstance(getattr(row, f.attname), bytes)
                else getattr(row, f.attname).hex()
                for f in row._meta.concrete_fields
            },
        ]
        for row in rows
    ]
    print(json.dumps({"rows": told}), flush=True)
