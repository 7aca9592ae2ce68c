"""Random families for proofs, told through the same door a phone uses, with a list of who wrote what, for whom to see."""

import random
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from everyhour.domain.families.actions import record_big_change
from everyhour.domain.families.models import Caregiver, Level
from everyhour.domain.moments import sync
from everyhour.domain.moments.models import Rest
from everyhour.domain.nudges.models import Nudge, NudgeSettings, PlannedDay
from everyhour.domain.recommendations import decisions
from everyhour.domain.recommendations.advisor import learned
from everyhour.domain.recommendations.models import ChildEstimate, ModelVersion
from everyhour.domain.rhythm.models import Custody, Feed, Occurrence, Part, Season
from everyhour.foundation.notifications import actions as notifications
from everyhour.foundation.notifications import addresses
from everyhour.foundation.notifications.models import DeliveryAttempt, Notification, Preferences
from testing import make

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
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
ZONES = ("America/Chicago", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia", "UTC")

BELIEVED = learned.new_family(learned.shipped(()).spread, np.zeros(len(learned.Z)))


@dataclass
class Text:
    """One text somebody wrote, and what decides who may take it along."""

    token: str
    by: str  # caregiver
    giver: str
    household: str
    child: str | None
    kind: str  # note or title
    private: bool
    standing: bool = True
    deleted: bool = False


@dataclass
class Lived:
    """One moment: who gave it to whom, where, and everybody who wrote something about it."""

    giver: str
    household: str
    child: str | None
    private: bool
    writers: set[str]
    deleted: bool = False


class Invented:
    """One family, told at random; `moving`: at the end some guardians move to another home, or leave."""

    def __init__(self, rng: random.Random, *, moving: bool = False):
        self.rng, self.texts, self.lived = rng, [], []
        self.family = make.family(households=rng.randint(1, 3), name=self.odd(60))
        self.homes = list(self.family.households.all())
        self.children = [self._child() for _ in range(rng.randint(1, 3))]
        self.people = [
            self._guardian(home) for home in self.homes for _ in range(rng.randint(1, 2))
        ]
        self.people += [self._giver() for _ in range(rng.randint(0, 2))]
        self._sights()
        for _ in range(rng.randint(0, 10)):
            self._moment()
        self.shown: list[tuple[str, str]] = []  # decisions: to whom, in which home
        for _ in range(rng.randint(0, 4)):
            self._decision()
        for by in [one for one in self.people if one.is_guardian and rng.random() < 0.5]:
            for child in by.household.children.all():
                record_big_change(child, by=by, at=NOW - timedelta(days=rng.randint(1, 50)))
        for home in self.homes:
            self._days(home)
        for one in self.people:
            self._letters(one.person)
            self._nudges(one)
        if moving:
            self._go()
        Rest.objects.create(
            family=self.family,
            household=self.homes[0],
            on=NOW.date(),
            zone="UTC",
            by=self.people[0],
            created_at=NOW,
        )
        self.rested = {self.people[0].pk}

    def odd(self, most: int) -> str:
        return self.rng.choice(ODD)[:most]

    def token(self) -> str:
        return f"t{self.rng.getrandbits(60):015x}"

    def _child(self):
        homes = self.rng.sample(self.homes, self.rng.randint(1, len(self.homes)))
        rng = self.rng
        made = make.child(
            self.family,
            nickname=f"{self.token()} {self.odd(20)}",
            households=homes,
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
            made.tell(name, f"{self.token()} {self.odd(280)}")
        made.save()
        return made

    def _guardian(self, home) -> Caregiver:
        person = make.person(
            f"{self.token()}@example.org", name=self.odd(60), zone=self.rng.choice(ZONES)
        )
        person.move(self.rng.choice(ZONES), at=NOW - timedelta(days=3))
        return make.guardian(self.family, who=person, household=home, name=self.token())

    def _giver(self) -> Caregiver:
        may = self.rng.choice([["log"], ["log", "see_week"]])
        return make.giver(
            self.family,
            who=make.person(f"{self.token()}@example.org"),
            household=self.rng.choice(self.homes),
            may=may,
            name=self.token(),
        )

    def _sights(self) -> None:
        """Let homes show each other a child who lives in both; the product asks for no other."""
        for of in self.homes:
            for to in self.homes:
                both = [child for child in self.children if {of, to} <= set(child.households.all())]
                if of != to and both and self.rng.random() < 0.7:
                    make.household_share(
                        of, to, self.rng.choice(both), self.rng.choice(list(Level))
                    )

    def _days(self, home) -> None:
        """Tell of the days in one home: what is different, two homes, what is planned, a calendar, and a feed."""
        rng, by = self.rng, next(one for one in self.people if one.household_id == home.pk)
        for child in home.children.all():
            when, off, name = rng.choice(list(Part.Applies)), rng.random() < 0.2, self.odd(40)
            told = {
                "weekdays": rng.sample(range(7), 2),
                "every_weeks": rng.choice([1, 2]),
                "anchor": NOW.date(),
                "ends": rng.choice([None, 30]),
            }
            part = make.part(
                child,
                household=home,
                name=name,
                when=when,
                off=off,
                hard=rng.random() < 0.5,
                **told,
            )
            make.planned(
                child, by=by, transition=rng.choice(["bed", part.pk]), until=rng.choice([None, NOW])
            )
            Season.objects.create(
                family=self.family,
                child=child,
                kind="holidays",
                name=self.odd(40),
                first=NOW.date(),
                last=NOW.date(),
            )
            days = rng.sample(range(14), 5)
            Custody.objects.create(
                family=self.family,
                child=child,
                household=home,
                monday=NOW.date(),
                weeks=2,
                days=days,
            )
        calendar = make.calendar(
            home, by=by, name=self.odd(60), fetched_at=NOW, trouble=rng.choice(["", "gone"])
        )
        calendar.address = self.family.seal(
            f"https://{self.token()}.example.org/club.ics", place=calendar.seal_place("address")
        )
        calendar.save()
        row = Occurrence(calendar=calendar, uid=self.token(), begins=NOW, ends=NOW)
        row.title = self.family.seal(f"{self.token()} {self.odd(60)}", place=row.place)
        row.save()
        Feed.objects.create(
            family=self.family, caregiver=by, token_digest=self.token(), created_at=NOW
        )

    def _letters(self, person) -> None:
        """What reached one of them, and how they want to be reached."""
        rng, state = self.rng, Notification.State
        for _letter in range(rng.randint(0, 3)):
            at, told = (
                NOW - timedelta(minutes=rng.randint(1, 9000)),
                rng.choice([state.SENT, state.EXPIRED, state.UNSURE, state.FAILED]),
            )
            letter = notifications.write(
                person=person,
                purpose=rng.choice(["nudge", "security"]),
                key=self.token(),
                title=self.odd(60) or "x",
                body=self.odd(300),
                path=rng.choice(["", "/en/now/?practice=wall-push"]),
                at=at,
                expires_at=rng.choice([None, NOW]),
            )
            Notification.objects.filter(pk=letter.pk).update(
                state=told, reason=rng.choice(["", "too late"]), seen_at=rng.choice([None, NOW])
            )
            phone = addresses.allow(
                person,
                endpoint=f"https://push.invalid/{self.token()}",
                keys={},
                label=self.odd(60),
                at=NOW,
            )
            DeliveryAttempt.objects.create(
                notification=letter, number=1, channel="push", address=phone, at=at, result="taken"
            )
        if rng.random() < 0.5:
            shows, order, unwanted = (
                rng.random() < 0.5,
                rng.choice([[], ["mail"], ["mail", "push"]]),
                rng.choice([[], ["nudge"]]),
            )
            Preferences.objects.create(
                person=person,
                shows=shows,
                channels=order,
                unwanted=unwanted,
                digest=rng.random() < 0.5,
            )

    def _nudges(self, by) -> None:
        """What may come to one of them, what was planned on a day, and what came."""
        rng, child = self.rng, by.household.children.first()
        NudgeSettings.objects.create(
            family=self.family,
            caregiver=by,
            agreed_at=NOW,
            a_day=rng.randint(1, 3),
            paused_at=rng.choice([None, NOW]),
        )
        among = [
            {
                "rule": "bed",
                "child": child.pk if child else "",
                "at": NOW.isoformat(),
                "chance": 0.5,
                "why_not": "",
                "time": None,
            }
        ]
        for days in range(rng.randint(1, 3)):
            on, at = (NOW - timedelta(days=days)).date(), NOW - timedelta(days=days)
            PlannedDay.objects.create(
                caregiver=by,
                on=on,
                zone=rng.choice(ZONES),
                seed=rng.getrandbits(60),
                planned_at=at,
                reason=rng.choice(["", "quiet"]),
                body={"a_day": 1, "among": among},
            )
            if child:
                Nudge.objects.create(
                    family=self.family,
                    caregiver=by,
                    child=child,
                    household=by.household,
                    rule="bed",
                    on=on,
                    zone=rng.choice(ZONES),
                    situation="bedtime",
                    leads_to=at,
                    planned_at=at,
                    ends_at=at,
                    practice="wall-push",
                    state=rng.choice(["handed", "not_sent"]),
                    reason=rng.choice(["", "dice"]),
                    answer=rng.choice(["", "opened"]),
                )

    def _go(self) -> None:
        """Let a guardian who is not the only one of their home move to another, or leave."""
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

    def _moment(self) -> None:
        rng, by = self.rng, self.rng.choice(self.people)
        child = rng.choice([*by.household.children.all(), None])
        private, key = rng.random() < 0.25, str(uuid.UUID(int=rng.getrandbits(128), version=4))
        at = NOW - timedelta(minutes=rng.randint(1, 80_000))
        told = {
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
        base = {
            "giver": by.pk,
            "household": by.household_id,
            "child": child.pk if child else None,
            "private": private,
        }
        self.lived.append(Lived(**base, writers={by.pk}))
        standing = self._write(by, key, 1, told, base, replaces=[], over=[])
        near = [
            p
            for p in self.people
            if p.household_id == by.household_id and p.is_guardian and not private
        ]
        for counter in range(
            2, 2 + rng.randint(0, 3)
        ):  # edits, some of which never saw the ones before
            seen = rng.random() < 0.5
            who = rng.choice([by, *near])
            self.lived[-1].writers.add(who.pk)
            standing = self._write(
                who, key, counter, {}, base, replaces=standing if seen else [], over=standing
            )
        if rng.random() < 0.1:
            self._send(by, key, 9, {"delete": True})
            self.lived[-1].deleted = True
            for text in self.texts:
                text.deleted |= any(text is one for one, _key in self._of(key))

    def _of(self, key: str):
        return [(text, k) for text, k in getattr(self, "_keyed", []) if k == key]

    def _decision(self) -> None:
        """Let something be offered, as Today does, sometimes after a night that had learned of this child."""
        by = self.rng.choice([one for one in self.people if one.is_guardian])
        if not (child := by.household.children.first()):
            return
        body = learned.pack(learned.shipped(()))
        first = {
            "learned_at": NOW,
            "state": ModelVersion.State.USED,
            "outcomes": 0,
            "children": 0,
            "body": body,
        }
        fit, _new = ModelVersion.objects.get_or_create(version=1, defaults=first)
        if self.rng.random() < 0.5:
            ChildEstimate.objects.get_or_create(
                fit=fit,
                child=child,
                household=by.household,
                defaults={"body": learned.to_plain(BELIEVED)},
            )
        at = NOW - timedelta(minutes=self.rng.randint(1, 80_000))
        standing = learned.Availability(clock=15, paused=self.rng.random() < 0.2)
        decisions.decide(
            child,
            f"today:{self.token()}",
            by=by,
            state="alarm",
            situation="",
            standing=standing,
            zone="UTC",
            at=at,
        )
        self.shown.append((by.pk, by.household_id))

    def _write(
        self,
        by: Caregiver,
        key: str,
        counter: int,
        told: dict,
        base: dict,
        *,
        replaces: list,
        over: list,
    ) -> list:
        """Write a note, sometimes a title; gives the keys of the note versions that stand afterwards."""
        rng, body = self.rng, {"set": told}
        self._keyed = getattr(self, "_keyed", [])
        if rng.random() < 0.4:
            for text, k in self._keyed:
                text.standing &= not (k == key and text.kind == "title")
            body["set"] = {
                **told,
                "what": {
                    "practice": "",
                    "edition": None,
                    "title": self._text(by, key, "title", base, most=100),
                },
            }
        body["note"] = {
            "text": self._text(by, key, "note", base, most=400),
            "replaces": [k for k, _text in replaces],
        }
        for _key, text in replaces:
            text.standing = False
        sent = self._send(by, key, counter, body)
        kept = [pair for pair in over if pair not in replaces]
        return [*kept, (sent, self.texts[-1])]

    def _text(self, by: Caregiver, key: str, kind: str, base: dict, *, most: int) -> str:
        text = Text(self.token(), by.pk, kind=kind, **base)
        self.texts.append(text)
        self._keyed.append((text, key))
        return f"{text.token} {self.odd(most - 20)}"

    def _send(self, by: Caregiver, moment: str, counter: int, body: dict) -> str:
        rng = self.rng
        key, device = (str(uuid.UUID(int=rng.getrandbits(128), version=4)) for _ in range(2))
        change = {
            "key": key,
            "moment": moment,
            "device": device,
            "counter": counter,
            "shape": 2,
            **body,
        }
        (result,) = sync.receive(self.family, by=by, changes=[change], at=NOW)
        if result.result != "saved":
            raise RuntimeError(f"an invented change was not saved: {result}")
        return key
