"""Creates the members of `prove clock`: `python -m proofs.clock_cast`, with JSON on stdin."""

import json
import sys
from datetime import UTC, datetime, timedelta

import django

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PASSWORD = "lamp river teacup moss"
EACH = 8  # notifications of each kind and jump


def main() -> None:
    django.setup()
    from django.utils import timezone

    from everyhour.domain.nudges import tasks as nudges
    from everyhour.foundation.jobs.models import Job

    given, at = json.load(sys.stdin), timezone.now()
    people = [_member(number, phone, at) for number, phone in enumerate(given["phones"])]
    nudges.plan_days(at)
    Job.objects.update(due_at=at)  # the workers begin with every job
    notifications = {}
    for number, person in enumerate(people):
        notifications |= _write(person, f"first {number}", at, at, HOUR)
    for name, away in given["jumps"].items():
        notifications |= _around(people, name, at, timedelta(seconds=away))
    print(json.dumps({"notifications": notifications, **_expired(people[0], at)}))


def _member(number: int, phone: dict, at: datetime):
    """Create a caregiver with nudges and a child with a hard afternoon, where it is now 1 pm."""
    from everyhour.domain.nudges import actions as nudges
    from everyhour.domain.rhythm.models import Part
    from everyhour.foundation.notifications import addresses
    from testing import make

    ahead = 13 - at.hour  # early afternoon in their zone, whenever this runs
    zone = f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
    person = make.person(
        f"clock{number}@example.org",
        password=PASSWORD if number == 0 else None,
        zone=zone,
        at=at - 30 * DAY,
    )
    family = make.family(at=at - 30 * DAY)
    guardian = make.guardian(family, who=person, at=at - 30 * DAY)
    child = make.child(family, at=at - 30 * DAY)
    # A nudge comes 30 to 15 minutes before: one now, one in about an hour.
    for later in (25, 75):
        Part.objects.create(
            family=family,
            child=child,
            household=guardian.household,
            kind="homework",
            begins=13 * 60 + at.minute + later + number,
            weekdays=list(range(7)),
            situation="homework",
            hard=True,
            created_at=at - 30 * DAY,
        )
    nudges.agree(by=guardian, at=at - 30 * DAY)
    addresses.allow(
        person, endpoint=phone["endpoint"], keys=phone["keys"], label="phone", at=at - 30 * DAY
    )
    return person


def _around(people: list, name: str, at: datetime, away: timedelta) -> dict:
    """Write notifications that are due where the clock will jump to, and some expired by then."""
    written = {}
    for number, person in enumerate(people[:EACH]):
        written |= _write(
            person, f"there {name} {number}", at, at + away - MINUTE * (1 + number % 3), 20 * MINUTE
        )
        if away > timedelta():
            written |= _write(person, f"over {name} {number}", at, at + away / 2, away / 4)
    return written


def _write(person, name: str, at: datetime, send_at: datetime, lasts: timedelta) -> dict:
    from everyhour.foundation.notifications import actions

    if send_at.year < 1971:
        return {}
    row = actions.write(
        person=person,
        purpose="try",
        key=name,
        title=name,
        at=min(at, send_at),
        send_at=send_at,
        expires_at=send_at + lasts,
    )
    return {name: (row.send_at.timestamp(), row.expires_at.timestamp())}


def _expired(person, at: datetime) -> dict:
    """Create a session, a code and an invitation that have expired, as after days of use."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    from everyhour.domain.families import actions
    from everyhour.domain.families.models import Caregiver
    from everyhour.foundation.accounts import codes

    session = SessionStore()
    session.update(
        {
            SESSION_KEY: person.pk,
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: person.get_session_auth_hash(),
        }
    )
    session.create()
    Session.objects.filter(pk=session.session_key).update(expire_date=at - 10 * MINUTE)
    asking = SessionStore()
    asked = dict.fromkeys(codes.CodeRequest.__dataclass_fields__, "") | {
        "purpose": "sign-in",
        "address": person.email,
    }
    asking[codes.SESSION_KEY] = {
        **asked,
        "salt": "salt",
        "digest": "digest",
        "until": (at - MINUTE).timestamp(),
    }
    asking.create()
    guardian = Caregiver.objects.get(person=person)
    _made, token = actions.invite(role="guardian", by=guardian, at=at - 7 * DAY - 2 * HOUR)
    return {
        "session": session.session_key,
        "asking": asking.session_key,
        "token": token,
        "email": person.email,
    }


def utc(at: float) -> str:
    """Return a time as Django stores it in SQLite."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S.%f}"


if __name__ == "__main__":
    main()
