"""Random families for proofs, with a record of who wrote what and who may see it.

Moments arrive through `sync.receive`, as they do from a phone.
"""

import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from everyhour.domain.families.actions import record_big_change
from everyhour.domain.families.models import Caregiver, Child, Household, Level
from everyhour.domain.moments import sync
from everyhour.domain.moments.models import Rest
from everyhour.domain.recommendations import decisions
from everyhour.domain.recommendations.advisor import learned
from everyhour.domain.recommendations.models import ChildEstimate, ModelVersion
from proofs.invented_rows import (
    NOW,
    ZONES,
    add_favourites,
    add_notifications,
    add_nudges,
    add_rhythm,
)
from testing import make

ODD = (
    "",
    "🌙🧸👩🏽‍🦱",
    "عائلة صغيرة",
    "משפחה",
    "<script>x</script>",
    '"quoted"\\',
    "line\none\ttwo",
    "é" * 40,
    "x" * 260,
    "null",
    "{child}",
    "‏mixed‎ text",
)
ESTIMATE = learned.new_family(learned.shipped_population(()).spread, np.zeros(len(learned.Z)))


@dataclass
class Text:
    """A note or title with a unique token, and what decides who may export it."""

    token: str
    moment: str  # key
    change: str  # key; empty for a title
    by: str  # caregiver
    giver: str
    household: str
    child: str | None
    kind: str  # note or title
    private: bool
    standing: bool = True  # neither replaced nor withdrawn
    deleted: bool = False  # with its moment


@dataclass
class InventedMoment:
    """A moment: who gave it to which child, in which household, and who wrote about it."""

    giver: str
    household: str
    child: str | None
    private: bool
    writers: set[str]
    deleted: bool = False


class Invented:
    """A random family; with `moving`, some guardians move away or leave at the end."""

    def __init__(self, rng: random.Random, *, moving: bool = False):
        self.rng = rng
        self.texts: list[Text] = []
        self.moments: list[InventedMoment] = []
        self.decided: list[tuple[str, str]] = []  # caregiver and household of each decision
        self.family = make.family(households=rng.randint(1, 3), name=self.odd(60))
        self.homes = list(self.family.households.all())
        self.children = [self._create_child() for _ in range(rng.randint(1, 3))]
        self.people = [
            self._create_guardian(home) for home in self.homes for _ in range(rng.randint(1, 2))
        ]
        self.people += [self._create_giver() for _ in range(rng.randint(0, 2))]
        self._share_children()
        for _ in range(rng.randint(0, 10)):
            self.add_moment()
        for _ in range(rng.randint(0, 4)):
            self.add_decision()
        self._record_big_changes()
        for home in self.homes:
            add_rhythm(self, home)
        for one in self.people:
            add_notifications(self, one.person)
            add_favourites(self, one.person)
            add_nudges(self, one)
        if moving:
            self._move_or_leave()
        self.rested_by = self.people[0]
        Rest.objects.create(
            family=self.family,
            household=self.homes[0],
            on=NOW.date(),
            zone="UTC",
            by=self.rested_by,
            created_at=NOW,
        )

    def odd(self, most: int) -> str:
        """Return a text that is hard to handle, with at most so many characters."""
        return self.rng.choice(ODD)[:most]

    def token(self) -> str:
        return f"t{self.rng.getrandbits(60):015x}"

    def _create_child(self) -> Child:
        rng = self.rng
        child = make.child(
            self.family,
            households=rng.sample(self.homes, rng.randint(1, len(self.homes))),
            nickname=f"{self.token()} {self.odd(20)}",
            hard=rng.sample(["car", "bath", "night"], 2),
            born_in=rng.choice([None, "2019-03-01"]),
            functions_like_age=rng.choice([None, 0, 4]),
            day={"bed": 1200},
            no_touch=rng.random() < 0.5,
            never=["wall-push"],
            helps=rng.choice([{}, {"rhythm": 1, "movement": 0}]),
            helps_at=rng.choice([None, NOW]),
        )
        for name in ("foods", "sounds", "needs"):
            child.set_private(name, f"{self.token()} {self.odd(280)}")
        child.save()
        return child

    def _create_guardian(self, home: Household) -> Caregiver:
        email, zone = f"{self.token()}@example.org", self.rng.choice(ZONES)
        person = make.person(email, name=self.odd(60), zone=zone)
        person.move(self.rng.choice(ZONES), at=NOW - timedelta(days=3))
        return make.guardian(self.family, who=person, household=home, name=self.token())

    def _create_giver(self) -> Caregiver:
        return make.giver(
            self.family,
            may=self.rng.choice([["log"], ["log", "see_week"]]),
            who=make.person(f"{self.token()}@example.org"),
            household=self.rng.choice(self.homes),
            name=self.token(),
        )

    def _share_children(self) -> None:
        """Share children who live in both of two households; the product allows no others."""
        for of in self.homes:
            for to in self.homes:
                both = [child for child in self.children if {of, to} <= set(child.households.all())]
                if of != to and both and self.rng.random() < 0.7:
                    child, level = self.rng.choice(both), self.rng.choice(list(Level))
                    make.household_share(of, to, child, level)

    def _record_big_changes(self) -> None:
        for by in [one for one in self.people if one.is_guardian and self.rng.random() < 0.5]:
            for child in by.household.children.all():
                at = NOW - timedelta(days=self.rng.randint(1, 50))
                record_big_change(child, by=by, at=at)

    def _move_or_leave(self) -> None:
        """Move some guardians to another household or let them leave; one stays in each."""
        for one in self.rng.sample(self.people, len(self.people)):
            near = [
                other
                for other in self.people
                if other.is_guardian
                and other.household_id == one.household_id
                and other.until is None
            ]
            if self.rng.random() > 0.3 or not one.is_guardian or len(near) < 2:
                continue
            if self.rng.random() < 0.5:
                one.household = self.rng.choice(self.homes)
            else:
                one.until = NOW
            one.save()

    def add_moment(self) -> None:
        """Send a moment with notes and titles; edits may not have seen the edits before them."""
        rng, by = self.rng, self.rng.choice(self.people)
        child = rng.choice([*by.household.children.all(), None])
        private, key = rng.random() < 0.25, self._uuid()
        facts = {
            "giver": by.pk,
            "household": by.household_id,
            "child": child.pk if child else None,
            "private": private,
        }
        moment = InventedMoment(**facts, writers={by.pk})
        self.moments.append(moment)
        facts["moment"] = key
        self._write(by, 1, self._random_fields(child, private), facts, replaces=[])
        near = [
            one
            for one in self.people
            if one.household_id == by.household_id and one.is_guardian and not private
        ]
        for counter in range(2, 2 + rng.randint(0, 3)):
            seen = rng.random() < 0.5
            writer = rng.choice([by, *near])
            moment.writers.add(writer.pk)
            replaces = [text for text in self._texts_of(key, "note") if text.standing and seen]
            self._write(writer, counter, {}, facts, replaces=replaces)
        if rng.random() < 0.1:
            self._send(by, key, 9, {"delete": True})
            moment.deleted = True
            for text in self._texts_of(key, "note", "title"):
                text.deleted = True

    def _random_fields(self, child: Child | None, private: bool) -> dict:
        """Return the fields of a new moment, as a phone sends them."""
        rng = self.rng
        at = NOW - timedelta(minutes=rng.randint(1, 80_000))
        return {
            "whom": {"kind": "given" if child else "got", "child": child.pk if child else None},
            "when": {"at": at.isoformat(), "zone": rng.choice(ZONES)},
            "who": {"giver": None, "private": private},
            "state_before": rng.choice(["alarm", "calm", ""]),
            "state_after": rng.choice(["calm", ""]),
            "situation": rng.choice(["car", ""]),
            "outcome": rng.choice(["settled", "a_bit", ""]),
            "minutes": rng.choice([None, 5]),
            "origin": "right_now",
            "decision": [{"practice": "wall-push", "probability": 0.125, "draw": 0.1 + 0.2}],
            "caregiver_state": rng.choice(["steady", ""]),
        }

    def _texts_of(self, moment: str, *kinds: str) -> list[Text]:
        return [text for text in self.texts if text.moment == moment and text.kind in kinds]

    def _write(
        self, by: Caregiver, counter: int, fields: dict, facts: dict, *, replaces: list[Text]
    ) -> None:
        """Send a change with a note, and sometimes a title."""
        fields = dict(fields)
        if self.rng.random() < 0.4:
            replaced = self._texts_of(facts["moment"], "title")
            title = self._add_text(by, "title", facts, most=100, replaces=replaced)
            fields["what"] = {"practice": "", "edition": None, "title": title}
        keys = [text.change for text in replaces]
        note = self._add_text(by, "note", facts, most=400, replaces=replaces)
        written = self.texts[-1]
        body = {"set": fields, "note": {"text": note, "replaces": keys}}
        written.change = self._send(by, facts["moment"], counter, body)

    def _add_text(
        self, by: Caregiver, kind: str, facts: dict, *, most: int, replaces: Iterable[Text]
    ) -> str:
        """Record a new text and that it replaces others; return what to send."""
        for text in replaces:
            text.standing = False
        self.texts.append(Text(self.token(), change="", by=by.pk, kind=kind, **facts))
        return f"{self.texts[-1].token} {self.odd(most - 20)}"

    def _send(self, by: Caregiver, moment: str, counter: int, body: dict) -> str:
        """Send one change and return its key; RuntimeError if it is rejected."""
        change = {
            "key": self._uuid(),
            "moment": moment,
            "device": self._uuid(),
            "counter": counter,
            "shape": 2,
            **body,
        }
        (result,) = sync.receive(self.family, by=by, changes=[change], at=NOW)
        if result.result != "saved":
            raise RuntimeError(f"an invented change was not saved: {result}")
        return change["key"]

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def add_decision(self) -> None:
        """Decide what to suggest, as Today does, sometimes with an estimate of the child."""
        by = self.rng.choice([one for one in self.people if one.is_guardian])
        if not (child := by.household.children.first()):
            return
        first = {
            "learned_at": NOW,
            "state": ModelVersion.State.USED,
            "outcomes": 0,
            "children": 0,
            "body": learned.pack(learned.shipped_population(())),
        }
        version, _created = ModelVersion.objects.get_or_create(version=1, defaults=first)
        if self.rng.random() < 0.5:
            ChildEstimate.objects.get_or_create(
                model_version=version,
                child=child,
                household=by.household,
                defaults={"body": learned.to_plain(ESTIMATE)},
            )
        at = NOW - timedelta(minutes=self.rng.randint(1, 80_000))
        decisions.decide(
            child,
            f"today:{self.token()}",
            by=by,
            state="alarm",
            situation="",
            availability=learned.Availability(clock=15, paused=self.rng.random() < 0.2),
            zone="UTC",
            at=at,
        )
        self.decided.append((by.pk, by.household_id))
