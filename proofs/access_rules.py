"""The tables of `prove access`: who may open what, what URL parts stand for, and what is sent.

A permission, a URL part or a field that is missing here fails the proof, so none is forgotten.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta

from proofs.access_world import AT, World, hour_key

MEMBERS = (
    "guardian",
    "co-guardian",
    "second household",
    "giver",
    "giver without any",
    "giver sees week",
    "giver sees helps",
)
EVERYWHERE = (*MEMBERS, "other family", "in both")
GUARDING = ("guardian", "co-guardian", "second household", "other family")
SIGNED_IN = (*EVERYWHERE, "ex-guardian", "stranger")
NOT_SIGNED_IN = ("anonymous", "suspended", "signed out", "signed out everywhere")
ROLES = (*SIGNED_IN, *NOT_SIGNED_IN)
# Written by hand from issue 3, not from the product. An unknown permission fails the proof.
OPENS = {
    "public": ROLES,
    "signed in": SIGNED_IN,
    "belongs": EVERYWHERE,
    "guardian": GUARDING,
    "logs": (*GUARDING, "giver", "in both"),
    "sees week": (*GUARDING, "giver sees week"),
    "sees what helps": (*GUARDING, "giver sees helps"),
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
READING = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Words:
    """A URL part that names no object: words that are known, and words that are not."""

    good: tuple[str, ...]
    bad: tuple[str, ...] = ("nowhere",)


STATE, SITUATION = Words(("alarm", "shutdown")), Words(("homework", "any"))
DAY = Words(("2026-11-16", "2026-11-18"), ("2026-13-45", "2999-01-01"))
# What each URL part stands for, by the URL's name: a kind of object in the world, or words.
PARTS: dict[str, dict[str, str | Words]] = {
    "static/<path:name>": {"name": Words((), ("ui/nothing.css", "../data/everyhour.sqlite3"))},
    "start-step": {"step": Words(("child", "day", "hard", "helps", "quiet", "ready"))},
    "child": {"child_id": "child"},
    "child-never": {"child_id": "child"},
    "big-change": {"child_id": "child"},
    "caregiver": {"caregiver_id": "caregiver"},
    "caregiver-removal": {"caregiver_id": "removable"},
    "invitation-revocation": {"invitation_id": "invitation"},
    "invitation": {"token": "token"},
    "moment": {"moment": "moment"},
    "moment-note": {"moment": "moment"},
    "moment-change": {
        "moment": "moment",
        "change": Words(("00000000-0000-4000-8000-000000000011",)),
    },
    "account-passkey-end": {"number": "passkey"},
    "account-session-end": {"number": "sign-in"},
    "now-you": {"caregiver": Words(("stretched", "flooded"))},
    "now-around": {"state": STATE},
    "now-idea": {"state": STATE, "situation": SITUATION},
    "now-after": {"state": STATE, "situation": SITUATION},
    "now-done": {"state": STATE, "situation": SITUATION, "outcome": Words(("settled", "unsafe"))},
    "nudge-answer": {"nudge": "nudge"},
    "child-bundle": {"child": "carried child"},
    "child-bundle-never": {"child": "child"},
    "offline-bundle-version": {"version": Words(())},
    "messages-phone": {"phone": "phone"},
    "messages-opened": {"token": "opened notification"},
    "messages-enough": {"token": "unsubscribe link"},
    # Links in notifications that were sent before the pages were renamed.
    "letters/opened/<str:token>/": {"token": "opened notification"},
    "letters/enough/<str:token>/": {"token": "unsubscribe link"},
    "rhythm-part-new": {"child_id": "child"},
    "rhythm-seasons": {"child_id": "child"},
    "rhythm-homes": {"child_id": "child"},
    "rhythm-part": {"part_id": "part"},
    "rhythm-part-removal": {"part_id": "part"},
    "rhythm-season-removal": {"season_id": "season"},
    "rhythm-planned-removal": {"planned_id": "planned"},
    "rhythm-calendar-removal": {"calendar_id": "calendar"},
    "rhythm-feed-read": {"token": "feed"},
    "library-item": {"kind": Words(("practices",)), "slug": Words(("wall-push",))},
    "library-edition": {
        "kind": Words(("practices",)),
        "slug": Words(("wall-push",)),
        "number": Words(("1",), ("99",)),
    },
    "week-of": {"on": DAY},
    "week-paper": {"on": DAY},
    "week-fridge": {"on": DAY},
    "week-hour": {"on": Words(("2026-11-18",), DAY.bad), "hour": Words((hour_key(),))},
}
# Kinds of objects whose ids are numbers; all others may also get strange ids.
NUMBERS = ("passkey", "sign-in")
STRANGE = (
    "%F0%9F%A6%8A",
    "%D9%85%D8%B1%D8%AD%D8%A8%D8%A7",
    "x" * 300,
    "..%5C..",
    "%00",
    "0' OR '1'='1",
)

# Fields that hold an id, and of what kind; a list is sent for those in MANY.
IDS = {
    "child": "child",
    "for": "caregiver",
    "saved": "moment",
    "gone": "moment",
    "moments": "moment",
    "family": "family",
    "household": "household",
    "giver": "caregiver",
    "givers": "caregiver",
    "children": "child",
    "without": "caregiver",
    "person": "caregiver",
}
MANY = ("givers", "children", "without", "moments")
# All other fields, with values that pass as much validation as possible.
PLAIN = {
    "on": "2026-11-19",
    "rule": "bed",
    "a_day": "2",
    "a_week": "7",
    "after": "",
    "changed": "",
    "next": "/en/today/",
    "q": "wall",
    "seen": "",
    "state": "alarm",
    "then": "",
    "words": "",
    "you": "numb",
    "until": "2026-11-18",
    "what": "wall-push",
    "plain": "1",
    "neutral": "on",
    "away": "",
    "credential": "",
    "access": "log",
    "discreet": "",
    "email": "new@example.org",
    "line": "wall push at 7 am",
    "mail": "",
    "name": "Robin",
    "part": "dinner",
    "password": "",
    "rest": "",
    "tell": "",
    "never": ["wall-push"],
    "code": "12345678",
    "zone": "Europe/Paris",
    "language": "en",
    "nickname": "Finch",
    "month": "5",
    "year": "2019",
    "functions_like_age": "4",
    "wakes": "07:00",
    "school_starts": "08:30",
    "home_again": "15:00",
    "dinner": "18:00",
    "bed": "20:00",
    "hard": ["homework"],
    "quiet_from": "20:30",
    "quiet_until": "07:00",
    "helps_closeness": "1",
    "helps_heavy_work": "0",
    "helps_movement": "",
    "helps_rhythm": "1",
    "helps_senses": "0",
    "helps_own_calm": "1",
    "quiet_in_school": "on",
    "no_touch": "on",
    "care_touch": "on",
    "bodies": "seated",
    "foods": "peas",
    "sounds": "bells",
    "needs": "time",
    "relation": "friend",
    "role": "guardian",
    "may": ["log"],
    "moving": "later",
    "kind": "given",
    "title": "a hug",
    "day": "2026-11-18",
    "time": "10:00",
    "which": "",
    "minutes": "5",
    "outcome": "settled",
    "state_before": "alarm",
    "state_after": "alert",
    "situation": "homework",
    "private": "",
    "opened": "",
    "text": "hello",
    "replaces": "",
    "when": "later",
    "sure": "on",
    "order": "mail",
    "wanted": ["digest"],
    "nudge": "nobody",
    "key": "UUID",
    "moment": "UUID",
    "file": "",
    "practice": "wall-push",
    "from": "helps",
    "into": "bed",
    "weekdays": ["1"],
    "begins": "16:00",
    "ends": "17:00",
    "off": "",
    "every_weeks": "1",
    "anchor": "2026-11-18",
    "first": "2026-12-21",
    "last": "2027-01-01",
    "weeks": "2",
    "days": ["0", "1"],
    "address": "",
    "called": "Club",
    "means": "appointments",
    "shows": "",
    "end": "",
    "favourite": "practices/wall-push",
    "number": "1",
    "not_favourite": "",
    "list": "",
    "removed": "practices/wall-push",
}
# Fields that change what a form does (undo, skip), tried one at a time.
SWITCHES = ("undo", "skip", "back")


def no_id(like: str) -> str:
    """Return an id of the same shape that nobody has."""
    if like.isdigit():
        return "9" * max(6, len(like))
    if like.count("-") == 4 and len(like) == 36:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, like))
    return hashlib.shake_256(like.encode()).hexdigest(32)[: len(like)]


def ids_for(world: World, role: str, whose: str) -> dict[str, str]:
    """Return one id of each kind: own, other, or missing."""
    mine = world.families.get(role, "")
    chosen = {}
    for kind in ("child", "caregiver", "moment"):
        things = world.things[kind]
        own = [t for t in things if role in t.finders]
        others = [t for t in things if role not in t.finders and t.owner != mine]
        chosen[kind] = (own or others)[0].value if whose == "own" else others[-1].value
    families = sorted({*world.families.values()})
    chosen["family"] = (
        mine if whose == "own" and mine else next(family for family in families if family != mine)
    )
    chosen["household"] = next(
        (h for h, (family, _r) in world.households.items() if (family == mine) == (whose == "own")),
        "none",
    )
    return chosen if whose != "missing" else {kind: no_id(value) for kind, value in chosen.items()}


def fields(ids: dict[str, str], *, also: str = "") -> dict[str, str | list[str]]:
    """Return a value for every field of every form, with these ids."""
    key = str(uuid.UUID(int=7))
    values: dict[str, str | list[str]] = {
        name: key if value == "UUID" else value for name, value in PLAIN.items()
    }  # type: ignore[misc]
    values |= {name: [ids[kind]] if name in MANY else ids[kind] for name, kind in IDS.items()}
    # The field in which a household chooses what another one sees.
    values[f"{ids['child']}:{ids['household']}"] = "notes"
    return values | ({also: "1"} if also else {})


def never(me: str) -> dict:
    """Return what a phone sends when a practice is not for this child."""
    return {"person": me, "never": [{"slug": "wall-push", "off": True}]}


def batch(ids: dict[str, str], me: str) -> dict:
    """Return what a phone sends: a new moment of this child, and a change to a moment."""
    at = (AT - timedelta(minutes=5)).isoformat()
    whom = {"whom": {"kind": "given", "child": ids["child"]}, "who": {"giver": ids["caregiver"]}}
    first = {**whom, "when": {"at": at, "zone": "America/Chicago"}, "origin": "spontaneous"}
    both = (
        (str(uuid.UUID(int=11)), first),
        (ids["key"], {"what": {"practice": "", "title": "mine now"}}),
    )
    changes = [
        {
            "key": str(uuid.UUID(int=20 + n)),
            "moment": key,
            "device": str(uuid.UUID(int=5)),
            "counter": 900 + n,
            "shape": 2,
            "set": values,
        }
        for n, (key, values) in enumerate(both)
    ]
    return {"person": me, "changes": changes}
