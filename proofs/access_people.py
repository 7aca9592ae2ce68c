"""The people of the world of `prove access`: families, sessions, notifications and children."""

import random
from datetime import timedelta
from importlib import import_module

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from everyhour.domain.families.models import Caregiver, Child, Family, Level
from everyhour.foundation.accounts.models import Person, SignIn
from everyhour.foundation.notifications import addresses, texts
from everyhour.foundation.notifications.models import Notification, Preferences
from proofs.access_world import ALWAYS, AT, BOTH, EX, GUARDIANS, HOME, NOBODY, OTHER, SECOND, World
from testing import make


class PeopleBuilder:
    """Creates the people, and records who may read what."""

    def __init__(self, seed: int):
        self.rng, self.world = random.Random(seed), World()
        self.people: dict[str, Person] = {}
        self.places: dict[str, Caregiver] = {}
        self.children: dict[str, Child] = {}

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
        for household, readers in own.items():  # the whole family knows its name
            household.name = self.canary("the name of a home", readers)
            household.save()
        may = {
            "giver without any": [],
            "giver sees week": [Caregiver.SEE_WEEK],
            "giver sees helps": [Caregiver.SEE_HELPS],
        }
        for role in ("guardian", "co-guardian", "ex-guardian", "suspended"):
            # The second household reads who gave what is shared with it.
            also = {"guardian": SECOND, "ex-guardian": EX}.get(role, NOBODY)
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
        """Create a member of both families, who looks at the other one now.

        Of ours they see what lets them choose, and no more.
        """
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
            # Never renewed by a request.
            session["since"] = session["seen"] = ALWAYS.timestamp()
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
                data = {"name": self.canary(f"the passkey of {role}", [role]), "credential": {}}
                key = Authenticator.objects.create(user=person, type="webauthn", data=data)
                self.world.thing("passkey", role, key.pk, [role])
            if role == "signed out":
                session.delete()
        self.world.sessions["anonymous"] = ""

    def _notifications(self) -> None:
        """Create for each person a notification, a phone, and the notification's two links.

        The links work for anyone who has them, signed in or not.
        """
        for role, person in self.people.items():
            title, label = (
                self.canary(f"a notification to {role}", [role]),
                self.canary(f"the phone of {role}", [role]),
            )
            notification = Notification.objects.create(
                person=person,
                purpose="nudge",
                key=f"notification:{role}",
                title=title,
                made_at=AT,
                send_at=AT,
                state=Notification.State.SENT,
            )
            phone = addresses.allow(
                person, endpoint=f"https://push.invalid/{role}", keys={}, label=label, at=AT
            )
            self.world.thing("phone", role, phone.pk, [role])
            text = texts.text_of(notification, Preferences())
            for kind, path in (
                ("opened notification", text.opened),
                ("unsubscribe link", text.unsubscribe),
            ):
                self.world.thing(
                    kind, role, path.strip("/").rpartition("/")[2], [*self.world.sessions]
                )

    def _children(self) -> None:
        """Create Wren and Robin in both households, Tern, Lark, and Swift in the other family."""
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
            for column in Child.SEALED:
                readers = finders | (near & {"suspended"})
                child.set_private(column, self.canary(f"{column} of {name}", readers))
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
            here = BOTH if family == self.other else NOBODY  # looks at the other family now
            carriers = finders | (near & {"giver"}) | here
            self.world.thing("carried child", name, child.pk, carriers, owner=family.pk)
        make.household_share(self.first, self.second, self.children["wren"], Level.HOURS)
        make.household_share(self.first, self.second, self.children["robin"], Level.MOMENTS)
        make.household_share(self.second, self.first, self.children["robin"], Level.HOURS)
