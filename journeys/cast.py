"""A family on a real server, and its people signed in: rows made by the server's own code, in its own database."""

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
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(person.pk), settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    return store.session_key

now = datetime.now(UTC)
tag = str(time.time_ns())
"""
# Ada and Otto raise Wren together; Nana may add moments and see no more. Ben has an account, and no family yet.
# Each has an open session.
FAMILY = (
    SESSIONS
    + """
family = make.family(at=now - timedelta(days=60))
day = {"wakes": 420, "school_starts": 510, "home_again": 930, "dinner": 1095, "bed": 1200}
child = make.child(family, day=day, hard=["mealtime", "bedtime"])
people = {}
for name in ("Ada", "Otto"):
    people[name] = make.guardian(family, name=name, who=make.person(f"{name}{tag}@example.org", name=name, at=now - timedelta(days=60)))
people["Nana"] = make.giver(family, name="Nana", who=make.person(f"Nana{tag}@example.org", name="Nana", at=now - timedelta(days=60)))
told = {"family": family.pk, "child": child.pk, "caregivers": {n: c.pk for n, c in people.items()},
        "people": {n: c.person_id for n, c in people.items()}, "sessions": {n: session(c.person) for n, c in people.items()}}
told["sessions"]["Ben"] = session(make.person(f"Ben{tag}@example.org", name="Ben"))
"""
)
NEWCOMER = (
    SESSIONS
    + """told = {"sessions": {"Ben": session(make.person(f"new{tag}@example.org", name="Ben"))}}"""
)
# Seven weeks of ordinary family time, seeded; nobody's real one.
WEEKS = """
import random
dice = random.Random(168)
usual = (
    (7, "wall-push", "alarm", "leaving"), (17, "wall-push", "alarm", "homework"), (18, "push-hands", "alarm", "mealtime"),
    (18, "low-hum", "alarm", "homework"), (19, "blanket-burrito-loose", "alarm", "bedtime"), (19, "warm-nest", "alert", "bedtime"),
    (12, "", "", ""), (21, "", "", ""),
)
for day in range(50):
    for hour, practice, state, situation in usual:
        if dice.random() > {"low-hum": .1, "push-hands": .12, "warm-nest": .5}.get(practice, .3 if practice else .5):
            continue
        at = (now - timedelta(days=day)).replace(hour=(hour + 6) % 24, minute=dice.randrange(60))
        if at > now - timedelta(hours=2):
            continue
        by = people[dice.choice(["Ada", "Ada", "Otto", "Nana"])]
        if not practice:
            make.moment(by, at=at)
            continue
        chance = {"low-hum": .3, "push-hands": .1}.get(practice, .75)
        outcome = dice.choice(["settled", "settled", "a_bit"]) if dice.random() < chance else "not_yet"
        make.moment(by, child=child, at=at, practice=practice, state_before=state, situation=situation, outcome=outcome)
    if day % 7 == 2:
        make.moment(people["Ada"], child=child, at=(now - timedelta(days=day)).replace(hour=21, minute=0), kind="professional")
"""


def on(server: Server, script: str) -> Any:
    """Run a script with the server's own models; return what it leaves in `told`."""
    return server.seed(script)


def family(server: Server, *, weeks: bool = False) -> dict:
    return on(server, FAMILY + (WEEKS if weeks else ""))


def sign_in(context: BrowserContext, server: Server, told: dict, name: str) -> BrowserContext:
    """Let this browser be one of the family's."""
    cookie = {
        "name": "sessionid",
        "value": told["sessions"][name],
        "url": server.url,
        "httpOnly": True,
        "sameSite": "Lax",
    }
    context.add_cookies([cookie])
    return context


def page_of(visit, server: Server, told: dict, name: str, **options) -> Page:
    """Give a page on the phone, or at the desk, of one of the family's."""
    return sign_in(visit.context(**options), server, told, name).new_page()


def newcomer(visit, server: Server, **options) -> Page:
    """Give a page of Ben, who has an account and no family yet."""
    return page_of(visit, server, on(server, NEWCOMER), "Ben", **options)
