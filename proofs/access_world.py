"""The world of `prove access`: two families, sixteen who ask, and a canary in everything that tells something of somebody.

Who may find an object or read a canary is written here by hand, as what we promise; nothing asks the product.
"""

import hashlib
import json
import random
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from everyhour.domain.families.models import Caregiver, Child, Family, Invitation, Level
from everyhour.domain.moments.models import Note
from everyhour.domain.nudges.models import Nudge, NudgeSettings
from everyhour.domain.rhythm.models import Feed, Season
from everyhour.foundation.accounts.models import Person, SignIn
from everyhour.foundation.notifications import addresses, texts
from everyhour.foundation.notifications.models import Notification, Preferences
from testing import make

AT = datetime(2026, 11, 18, 21, 30, tzinfo=UTC)  # a Wednesday, half past three in Chicago
ALWAYS = datetime(2099, 1, 1, tzinfo=UTC)
HOME = frozenset(
    {
        "guardian",
        "co-guardian",
        "giver",
        "giver without any",
        "giver sees week",
        "giver sees helps",
        "suspended",
    }
)
GUARDIANS = frozenset({"guardian", "co-guardian"})
READERS = GUARDIANS | {"giver sees week"}
SECOND, OTHER, EX = (
    frozenset({"second household"}),
    frozenset({"other family"}),
    frozenset({"ex-guardian"}),
)
BOTH = frozenset({"in both"})  # a giver in both families, looking at the other one now
NOBODY: frozenset[str] = frozenset()


@dataclass
class Thing:
    """Something an address can name: who finds it, and who may write to it."""

    label: str
    value: str
    finders: list[str]
    writers: list[str] | None = None
    owner: str = "ours"

    def found_by(self, role: str, *, writing: bool) -> bool:
        return role in (self.writers if writing and self.writers is not None else self.finders)


@dataclass
class World:
    """All a walker needs to know; written as JSON beside the database."""

    sessions: dict[str, str] = field(default_factory=dict)
    things: dict[str, list[Thing]] = field(default_factory=dict)
    canaries: dict[str, tuple[str, list[str]]] = field(
        default_factory=dict
    )  # text: what it is, who may read it
    families: dict[str, str] = field(default_factory=dict)  # role: the family they stand in
    places: dict[str, str] = field(default_factory=dict)  # role: their place in it
    households: dict[str, tuple[str, list[str]]] = field(
        default_factory=dict
    )  # household: its family, and who lives or belongs there
    keys: dict[str, str] = field(default_factory=dict)  # moment: the key its phone gave it

    def thing(
        self, kind: str, label: str, value: Any, finders, writers=None, *, owner: str = "ours"
    ) -> None:
        made = Thing(
            label,
            str(value),
            sorted(finders),
            sorted(writers) if writers is not None else None,
            owner,
        )
        self.things.setdefault(kind, []).append(made)

    def written(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> "World":
        told = json.loads(text)
        things = {
            kind: [Thing(**thing) for thing in those] for kind, those in told.pop("things").items()
        }
        return cls(**told, things=things)


class Builder:
    """Writes the rows, and notes who may read what."""

    def __init__(self, seed: int):
        self.rng, self.world = random.Random(seed), World()
        self.people: dict[str, Person] = {}
        self.places: dict[str, Caregiver] = {}
        self.children: dict[str, Child] = {}

    def build(self) -> World:
        self._families()
        self._sessions()
        self._letters()
        self._children()
        self._moments()
        self._invitations()
        self._nudges()
        self._days()
        return self.world

    def canary(self, what: str, readers) -> str:
        text = "qz" + "".join(self.rng.choice("bcdfghjklmnpqrstvwxz") for _ in range(10))
        self.world.canaries[text] = (what, sorted(readers))
        return text

    def _person(self, role: str) -> Person:
        email = f"{self.canary(f'the address of {role}', [role])}@example.org"
        person = make.person(
            email, name=self.canary(f"the name of {role}", [role]), at=AT - timedelta(days=90)
        )
        self.people[role] = person
        return person

    def _families(self) -> None:
        ours, other = (
            make.family(at=AT - timedelta(days=80), households=n, name="") for n in (2, 1)
        )
        for family, name, readers in (
            (ours, "our family", HOME | SECOND | BOTH),
            (other, "the other family", OTHER | BOTH),
        ):
            family.name = self.canary(f"the name of {name}", readers)
            family.save()
        first, second = ours.households.all()
        own = {
            first: HOME | SECOND | BOTH,
            second: HOME | SECOND,
            other.households.get(): OTHER | BOTH,
        }
        for household, readers in own.items():  # the name of a home is known in the whole family
            household.name = self.canary("the name of a home", readers)
            household.save()
        may = {
            "giver without any": [],
            "giver sees week": [Caregiver.SEE_WEEK],
            "giver sees helps": [Caregiver.SEE_HELPS],
        }
        for role in ("guardian", "co-guardian", "ex-guardian", "suspended"):
            also = {"guardian": SECOND, "ex-guardian": EX}.get(
                role, NOBODY
            )  # the second home reads who gave what it is shown
            self._place(role, make.guardian, ours, first, HOME | also)
        for role in ("giver", *may):
            self._place(role, make.giver, ours, first, HOME, may=may.get(role, [Caregiver.LOG]))
        self._place("second household", make.guardian, ours, second, SECOND)
        self._place("other family", make.guardian, other, other.households.get(), OTHER | BOTH)
        self._person("stranger")
        self._both(other, ours)
        Caregiver.objects.filter(pk=self.places["ex-guardian"].pk).update(
            until=AT - timedelta(days=3)
        )
        Person.objects.filter(pk=self.people["suspended"].pk).update(is_active=False)
        for role, place in self.places.items():
            finders = {"ours": GUARDIANS, "theirs": SECOND}[
                "theirs" if place.household_id == second.pk else "ours"
            ]
            finders = (
                OTHER
                if place.family_id == other.pk
                else NOBODY
                if role == "ex-guardian"
                else finders
            )
            self.world.thing("caregiver", role, place.pk, finders, owner=place.family_id)
            self.world.thing("removable", role, place.pk, finders - {role}, owner=place.family_id)
        self.ours, self.other, self.first, self.second = ours, other, first, second

    def _place(self, role: str, maker, family: Family, household, readers, **columns) -> None:
        person = self.people.get(role) or self._person(role)
        name = self.canary(f"what {role} is called", readers)
        self.places[role] = maker(
            family,
            who=person,
            household=household,
            name=name,
            at=AT - timedelta(days=70),
            **columns,
        )
        self.world.families[role], self.world.places[role] = family.pk, self.places[role].pk
        self.world.households.setdefault(household.pk, (family.pk, []))[1].append(role)

    def _both(self, other: Family, ours: Family) -> None:
        """Somebody who belongs to both families stands in the other one; of ours they see what lets them choose, and no more."""
        self._place(
            "in both", make.giver, other, other.households.get(), OTHER | BOTH, may=[Caregiver.LOG]
        )
        name = self.canary("what somebody of both is called in ours", HOME)
        self.world.households[ours.households.first().pk][1].append("in both")
        make.giver(ours, who=self.people["in both"], name=name, may=[], at=AT - timedelta(days=60))

    def _sessions(self) -> None:
        engine = import_module(settings.SESSION_ENGINE)
        again = [
            (role, self.people["guardian"]) for role in ("signed out", "signed out everywhere")
        ]
        for role, person in [*self.people.items(), *again]:
            person.refresh_from_db()
            session = engine.SessionStore()
            session[SESSION_KEY], session[BACKEND_SESSION_KEY] = (
                person.pk,
                "django.contrib.auth.backends.ModelBackend",
            )
            session[HASH_SESSION_KEY] = (
                person.get_session_auth_hash() if role != "signed out everywhere" else "0" * 64
            )
            session["reauthenticated_at"] = AT.timestamp()
            session["since"] = session["seen"] = (
                ALWAYS.timestamp()
            )  # never renewed while it is asked
            if role == "in both":
                session["family"] = self.world.families[role]
            session.set_expiry(365 * 24 * 3600)
            session.create()
            self.world.sessions[role] = session.session_key
            if role in self.people:
                device = self.canary(f"the device of {role}", [role])
                made = SignIn.objects.create(
                    person=person,
                    session=session.session_key,
                    way="code",
                    device=device,
                    since=AT,
                    seen_at=AT,
                )
                self.world.thing("sign-in", role, made.pk, [role])
                told = {"name": self.canary(f"the passkey of {role}", [role]), "credential": {}}
                key = Authenticator.objects.create(user=person, type="webauthn", data=told)
                self.world.thing("passkey", role, key.pk, [role])
            if role == "signed out":
                session.delete()
        self.world.sessions["anonymous"] = ""

    def _letters(self) -> None:
        """A letter that reached them, a phone of theirs, and the two addresses that whoever got the letter may use, signed in or not."""
        for role, person in self.people.items():
            title, label = (
                self.canary(f"a letter to {role}", [role]),
                self.canary(f"the phone of {role}", [role]),
            )
            letter = Notification.objects.create(
                person=person,
                purpose="nudge",
                key=f"letter:{role}",
                title=title,
                made_at=AT,
                send_at=AT,
                state=Notification.State.SENT,
            )
            phone = addresses.allow(
                person, endpoint=f"https://push.invalid/{role}", keys={}, label=label, at=AT
            )
            self.world.thing("phone", role, phone.pk, [role])
            text = texts.text_of(letter, Preferences())
            for kind, path in (("opened letter", text.opened), ("enough of it", text.unsubscribe)):
                self.world.thing(
                    kind, role, path.strip("/").rpartition("/")[2], [*self.world.sessions]
                )

    def _children(self) -> None:
        """Wren and Robin live in both homes, Tern in the first, Lark in the second, Swift in the other family."""
        both, other = [self.first, self.second], [self.other.households.get()]
        lives = {
            "wren": both,
            "robin": both,
            "tern": [self.first],
            "lark": [self.second],
            "swift": other,
        }
        for name, homes in lives.items():
            family = homes[0].family
            near = (HOME | BOTH if self.first in homes else NOBODY) | (
                SECOND if self.second in homes else NOBODY
            )
            near = OTHER | BOTH if family == self.other else near
            finders = near & (GUARDIANS | SECOND | OTHER)
            child = make.child(
                family,
                nickname=self.canary(f"the name of {name}", near),
                households=homes,
                at=AT - timedelta(days=60),
            )
            for told in Child.SEALED:
                child.set_private(
                    told, self.canary(f"{told} of {name}", finders | (near & {"suspended"}))
                )
            child.day = {
                "wakes": 420,
                "school_starts": 510,
                "home_again": 930,
                "dinner": 1110,
                "bed": 1230,
            }
            child.save()
            self.children[name] = child
            self.world.thing("child", name, child.pk, finders, owner=family.pk)
            here = BOTH if family == self.other else NOBODY  # looking at the other family now
            carriers = finders | (near & {"giver"}) | here
            self.world.thing("carried child", name, child.pk, carriers, owner=family.pk)
        make.household_share(self.first, self.second, self.children["wren"], Level.HOURS)
        make.household_share(self.first, self.second, self.children["robin"], Level.MOMENTS)
        make.household_share(self.second, self.first, self.children["robin"], Level.HOURS)

    def _moments(self) -> None:
        """Each: who gave it, to which child, who may read it, who may read its note, who may write to it."""
        own, yours, giver = frozenset({"guardian"}), SECOND, frozenset({"giver"})
        lines: list[tuple[str, str, str | None, Any, Any, Any, dict]] = [
            ("of our home", "guardian", "wren", READERS, READERS, GUARDIANS, {}),
            (
                "shown to the second home, without notes",
                "guardian",
                "robin",
                READERS | SECOND,
                READERS,
                GUARDIANS,
                {},
            ),
            ("private", "guardian", "tern", own, own, own, {"private": True}),
            (
                "private, of a child in both homes",
                "guardian",
                "robin",
                own,
                own,
                own,
                {"private": True},
            ),
            (
                "of the co-guardian, private",
                "co-guardian",
                "robin",
                {"co-guardian"},
                {"co-guardian"},
                {"co-guardian"},
                {"private": True},
            ),
            (
                "of the giver",
                "giver",
                "tern",
                READERS | giver,
                READERS | giver,
                GUARDIANS | giver,
                {},
            ),
            ("got by the guardian", "guardian", None, READERS, READERS, GUARDIANS, {}),
            ("taken out", "guardian", "tern", READERS, READERS, GUARDIANS, {"deleted": True}),
            ("of who left", "ex-guardian", "tern", READERS, READERS, GUARDIANS, {}),
            ("of who left, private", "ex-guardian", "tern", EX, EX, NOBODY, {"private": True}),
            ("of the second home", "second household", "wren", yours, yours, yours, {}),
            (
                "of the second home, only its hour is shown",
                "second household",
                "robin",
                yours,
                yours,
                yours,
                {},
            ),
            (
                "of the second home, its own child",
                "second household",
                "lark",
                yours,
                yours,
                yours,
                {},
            ),
            ("got in the second home", "second household", None, yours, yours, yours, {}),
            (
                "of the second home, private",
                "second household",
                "robin",
                yours,
                yours,
                yours,
                {"private": True},
            ),
            ("of the other family", "other family", "swift", OTHER, OTHER, OTHER, {}),
            ("got in the other family", "other family", None, OTHER, OTHER, OTHER, {}),
        ]
        for hours, (what, by, child, readers, note_readers, writers, columns) in enumerate(
            lines, 1
        ):
            self._moment(
                what,
                self.places[by],
                child,
                readers,
                note_readers,
                writers,
                at=AT - timedelta(hours=2 * hours),
                **columns,
            )

    def _moment(
        self,
        what: str,
        by: Caregiver,
        child: str | None,
        readers,
        note_readers,
        writers,
        *,
        at: datetime,
        **columns,
    ) -> None:
        key = str(uuid.UUID(int=self.rng.getrandbits(128), version=4))
        title = by.family.seal(
            self.canary(f"the title of a moment {what}", readers), place=f"moment:{key}:title"
        )
        columns |= {"key": key, "title": title, "state_before": "alarm", "outcome": "settled"}
        moment = make.moment(by, child=self.children[child] if child else None, at=at, **columns)
        change, text = (
            str(uuid.UUID(int=self.rng.getrandbits(128), version=4)),
            self.canary(f"the note of a moment {what}", note_readers),
        )
        Note.objects.create(
            moment=moment,
            change_key=change,
            by=by,
            at=at,
            text=by.family.seal(text, place=f"note:{key}:{change}"),
        )
        for told in (moment.pk, moment.key):
            self.world.canaries[told] = (f"the id of a moment {what}", sorted(readers))
        self.world.keys[moment.pk] = key
        self.world.thing("moment", what, moment.pk, readers - EX, writers, owner=by.family_id)

    def _nudges(self) -> None:
        """One that came to each guardian, about a child of their home: nobody else may answer it, not even in the same home."""
        for role, name in (
            ("guardian", "wren"),
            ("co-guardian", "robin"),
            ("second household", "lark"),
            ("other family", "swift"),
        ):
            me, child = self.places[role], self.children[name]
            NudgeSettings.objects.create(
                family=me.family, caregiver=me, agreed_at=AT - timedelta(days=5)
            )
            told = {
                "on": AT.date(),
                "zone": "America/Chicago",
                "situation": "bedtime",
                "practice": "wall-push",
                "state": "handed",
            }
            at = {
                "planned_at": AT,
                "handed_at": AT,
                "leads_to": AT + timedelta(minutes=30),
                "ends_at": AT + timedelta(minutes=30),
            }
            made = Nudge.objects.create(
                family=me.family,
                caregiver=me,
                child=child,
                household=me.household,
                rule="bed",
                **told,
                **at,
            )
            self.world.canaries[made.pk] = (f"the id of a nudge of {role}", [role])
            self.world.thing("nudge", role, made.pk, [role], owner=me.family_id)

    def _invitations(self) -> None:
        rows = {
            "open": ("guardian", {}, None),
            "used": ("guardian", {"used_at": AT}, NOBODY),
            "revoked": ("guardian", {"revoked_at": AT}, NOBODY),
            "expired": ("guardian", {"expires_at": AT - timedelta(hours=1)}, NOBODY),
            "of the second home": ("second household", {}, None),
            "of the other family": ("other family", {}, None),
        }
        for what, (by, columns, openers) in rows.items():
            place, token = (
                self.places[by],
                hashlib.sha256(f"{what}{self.rng.random()}".encode()).hexdigest()[:43],
            )
            finders = {"guardian": GUARDIANS, "second household": SECOND, "other family": OTHER}[by]
            texts = {
                "name": self.canary(f"the name in an invitation, {what}", finders),
                "email": f"{self.canary(f'the address in an invitation, {what}', finders)}@example.org",
            }
            digest = hashlib.sha256(token.encode()).hexdigest()
            columns = {
                "expires_at": ALWAYS,
                "token_digest": digest,
                "role": "guardian",
                **texts,
                **columns,
            }
            made = Invitation.objects.create(
                family=place.family, household=place.household, by=place, created_at=AT, **columns
            )
            self.world.thing("invitation", what, made.pk, finders, owner=place.family_id)
            everyone = [*self.world.sessions] if openers is None else NOBODY
            self.world.thing("token", what, token, everyone, owner=place.family_id)

    def _days(self) -> None:
        """In each home a part of this very day, holidays, a planned moment, a calendar, and an address that reads what is planned."""
        theirs = self.other.households.get()
        homes = (
            ("our home", self.first, "wren", "guardian", READERS, GUARDIANS),
            ("the second home", self.second, "lark", "second household", SECOND, SECOND),
            ("the other family", theirs, "swift", "other family", OTHER, OTHER),
        )
        for what, home, name, role, readers, guardians in homes:
            child, by, owner = self.children[name], self.places[role], home.family_id
            both = guardians | (
                SECOND if name == "wren" else NOBODY
            )  # holidays are the child's, in either home
            told = {
                "name": self.canary(f"a part of the day in {what}", readers),
                "weekdays": [2],
                "begins": 17 * 60,
            }
            part = make.part(child, household=home, at=AT, **told)
            season = Season.objects.create(
                family=home.family,
                child=child,
                kind="holidays",
                name=self.canary(f"the holidays of {name}", both),
                first=AT,
                last=AT,
            )
            planned = make.planned(child, by=by, at=AT, transition=part.pk, practice="wall-push")
            calendar = make.calendar(
                home, by=by, at=AT, name=self.canary(f"a calendar of {what}", guardians)
            )
            address = f"https://{self.canary(f'the address of a calendar of {what}', guardians)}.example.org/"
            calendar.address = home.family.seal(address, place=calendar.seal_place("address"))
            calendar.save()
            for kind, row, finders in (
                ("part", part, guardians),
                ("season", season, both),
                ("planned", planned, guardians),
                ("calendar", calendar, guardians),
            ):
                self.world.thing(kind, what, row.pk, finders, owner=owner)
            self._feeds(what, by, owner)

    def _feeds(self, what: str, by: Caregiver, owner: str) -> None:
        for state, columns, openers in (
            ("open", {}, [*self.world.sessions]),
            ("ended", {"ended_at": AT}, NOBODY),
        ):
            token = hashlib.sha256(f"{state} {what} {self.rng.random()}".encode()).hexdigest()[:43]
            digest = hashlib.sha256(token.encode()).hexdigest()
            Feed.objects.create(
                family=by.family, caregiver=by, token_digest=digest, created_at=AT, **columns
            )
            self.world.thing("feed", f"{state}, of {what}", token, openers, owner=owner)


def hour_key() -> str:
    """Name an hour of the week that everybody in this world lives in."""
    from everyhour.foundation.lib import weeks

    return (
        weeks.week(date(2026, 11, 12), zones=[(AT, "America/Chicago")], wakes=420)
        .days[-1]
        .hours[3]
        .key
    )
