"""A family on a real server, and browsers signed in as its people.

Scripts run with the server's own models, in its own database.
"""

from typing import Any

from playwright.sync_api import BrowserContext, Page

from testing.server import Server

SESSIONS = """
import json
import time
from datetime import UTC, datetime, timedelta
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from testing import make
from everyhour.domain.families.models import Caregiver

def session(person):
    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    return store.session_key

now = datetime.now(UTC)
tag = str(time.time_ns())
"""
# Ada and Otto raise Wren together; Nana may only add moments. Ben has an account and no family.
# Each has an open session.
FAMILY = (
    SESSIONS
    + """
family = make.family(at=now - timedelta(days=60))
day = {"wakes": 420, "school_starts": 510, "home_again": 930, "dinner": 1095, "bed": 1200}
child = make.child(family, day=day, hard=["mealtime", "bedtime"])
people = {}
for name in ("Ada", "Otto", "Nana"):
    who = make.person(f"{name}{tag}@example.org", name=name, at=now - timedelta(days=60))
    join = make.giver if name == "Nana" else make.guardian
    people[name] = join(family, name=name, who=who)
told = {
    "family": family.pk,
    "child": child.pk,
    "caregivers": {n: c.pk for n, c in people.items()},
    "people": {n: c.person_id for n, c in people.items()},
    "sessions": {n: session(c.person) for n, c in people.items()},
}
told["sessions"]["Ben"] = session(make.person(f"Ben{tag}@example.org", name="Ben"))
"""
)
NEWCOMER = (
    SESSIONS
    + """told = {"sessions": {"Ben": session(make.person(f"new{tag}@example.org", name="Ben"))}}"""
)
# Moments of a caregiver before today: what has been, without waiting for it.
EARLIER = """
from datetime import UTC, datetime, timedelta
from testing import make
from everyhour.domain.families.models import Caregiver
by = Caregiver.objects.get(**{by!r})
child = by.family.children.order_by("created_at").first() if {given} else None
for days in {days}:
    at = datetime.now(UTC) - timedelta(days=days)
    make.moment(by, child=child, at=at, practice="wall-push", outcome="settled")
told = None
"""
# Seven weeks of invented, seeded moments.
WEEKS = """
import random
dice = random.Random(168)
usual = (
    (7, "wall-push", "alarm", "leaving"),
    (17, "wall-push", "alarm", "homework"),
    (18, "push-hands", "alarm", "mealtime"),
    (18, "low-hum", "alarm", "homework"),
    (19, "blanket-burrito-loose", "alarm", "bedtime"),
    (19, "warm-nest", "alert", "bedtime"),
    (12, "", "", ""),
    (21, "", "", ""),
)
for day in range(50):
    for hour, practice, state, situation in usual:
        shares = {"low-hum": .1, "push-hands": .12, "warm-nest": .5}
        if dice.random() > shares.get(practice, .3 if practice else .5):
            continue
        at = (now - timedelta(days=day)).replace(hour=(hour + 6) % 24, minute=dice.randrange(60))
        if at > now - timedelta(hours=2):
            continue
        by = people[dice.choice(["Ada", "Ada", "Otto", "Nana"])]
        if not practice:
            make.moment(by, at=at)
            continue
        chance = {"low-hum": .3, "push-hands": .1}.get(practice, .75)
        outcome = "not_yet"
        if dice.random() < chance:
            outcome = dice.choice(["settled", "settled", "a_bit"])
        make.moment(by, child=child, at=at, practice=practice, state_before=state,
                    situation=situation, outcome=outcome)
    if day % 7 == 2:
        evening = (now - timedelta(days=day)).replace(hour=21, minute=0)
        make.moment(people["Ada"], child=child, at=evening, kind="professional")
"""


def run(server: Server, script: str) -> Any:
    """Run a script with the server's models; return its variable `told`."""
    return server.seed(script)


def family(server: Server, *, weeks: bool = False) -> dict:
    return run(server, FAMILY + (WEEKS if weeks else ""))


def live_through(
    server: Server, *, by: dict[str, Any], days: list[int], given: bool = True
) -> None:
    """Write one moment for each number of days ago; `by` finds the caregiver (columns of it)."""
    run(server, EARLIER.format(by=by, days=days, given=given))


def sign_in(context: BrowserContext, server: Server, family: dict, name: str) -> BrowserContext:
    """Sign this browser in as a person of the family."""
    cookie = {
        "name": "sessionid",
        "value": family["sessions"][name],
        "url": server.url,
        "httpOnly": True,
        "sameSite": "Lax",
    }
    context.add_cookies([cookie])
    return context


def page_of(visit, server: Server, family: dict, name: str, **options) -> Page:
    """Open a page signed in as a person of the family."""
    return sign_in(visit.context(**options), server, family, name).new_page()


def newcomer(visit, server: Server, **options) -> Page:
    """Open a page signed in as Ben, who has an account and no family yet."""
    return page_of(visit, server, run(server, NEWCOMER), "Ben", **options)
