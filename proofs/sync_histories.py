"""Histories of two phones and a bad network, and the sequential oracle that says what they must come to.

Nothing here imports the product: what a change is, how changes rank and what stands is written down a second time.
"""

import hashlib
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
AHEAD = timedelta(minutes=5)
CHOICES: dict[str, tuple] = {
    "outcome": ("", "settled", "a_bit", "not_yet", "unsafe"),
    "state_before": ("", "alert", "alarm", "shutdown"),
    "situation": ("", "homework", "bedtime"),
    "minutes": (None, 2, 10, 45),
}
PLAIN = ("outcome", "state_before", "state_after", "situation", "caregiver_state")

Answers = list[tuple[str, str]]  # key of a change, and saved, again or rejected
Send = Callable[[list[dict]], Answers]


@dataclass
class Made:
    """A change as a phone made it, and what the oracle needs of it."""

    raw: dict
    ahead: bool = False  # its time is in the future: the server may not keep it


@dataclass
class Phone:
    device: str
    skew: timedelta
    old: bool  # an app of before: it tells whole moments (shape 1)
    counter: int = 0
    waiting: list[Made] = field(default_factory=list)
    rejected: list[Made] = field(default_factory=list)
    seen: dict[str, set[str]] = field(default_factory=dict)  # the versions of each note it shows


class History:
    """One history, as the dice say; `play` gives what was wrong. Its ids come from its name: dice that Hypothesis holds may repeat."""

    def __init__(self, name: str, *, rng: random.Random, children: list[str], send: Send):
        self.name, self.rng, self.ids = f"{name}/{rng.getrandbits(16)}", rng, 0
        self.children, self.send = children, send
        self.made: list[Made] = []
        self.late: list[list[dict]] = []
        self.moments: list[str] = []
        self.taken: dict[str, str] = {}  # what the server said of each change, the first time
        self.phones = [self._phone(number) for number in range(2)]
        self.met: set[str] = set()

    def _phone(self, number: int) -> Phone:
        skew = self.rng.choice(
            [timedelta(), timedelta(), timedelta(days=-1), timedelta(days=1), timedelta(minutes=4)]
        )
        return Phone(self._key(), skew, old=self.rng.random() < 0.3)

    def _key(self) -> str:
        self.ids += 1
        return str(
            uuid.UUID(
                bytes=hashlib.sha256(f"{self.name}/{self.ids}".encode()).digest()[:16], version=4
            )
        )

    def play(self) -> list[str]:
        steps = [
            self._tell,
            self._edit,
            self._edit,
            self._write_note,
            self._write_note,
            self._take_out,
            self._sync,
            self._sync,
            self._look,
        ]
        self._tell(self.phones[0])
        for _ in range(self.rng.randint(6, 18)):
            self.rng.choice([*steps, self._upgrade])(self.rng.choice(self.phones))
        self._arrive_late()
        for phone in self.phones:
            self._calm_sync(phone)
        return self._left_behind()

    # What people do

    def _tell(self, phone: Phone) -> None:
        moment = self._key()
        self.moments.append(moment)
        at = NOW - timedelta(minutes=self.rng.randrange(60 * 24 * 5)) + phone.skew
        child = self.rng.choice(self.children)
        if phone.old:
            self.met.add("an old app")
            told = {
                "at": at.isoformat(),
                "zone": "UTC",
                "state": "alarm",
                "situation": "any",
                "outcome": self.rng.choice(CHOICES["outcome"]),
                "offers": [],
            }
            self._change(phone, moment, shape=1, child=child, set=told)
        else:
            zone = self.rng.choice(["UTC", "America/Chicago", "Asia/Kathmandu"])
            told = {
                "whom": {"kind": "given", "child": child},
                "when": {"at": at.isoformat(), "zone": zone},
                "origin": "spontaneous",
                **self._some(),
            }
            self._change(phone, moment, set=told)
        self.made[-1].ahead = at > NOW + AHEAD

    def _some(self) -> dict[str, Any]:
        return {
            name: self.rng.choice(CHOICES[name])
            for name in self.rng.sample(sorted(CHOICES), self.rng.randint(1, 3))
        }

    def _edit(self, phone: Phone) -> None:
        self._change(phone, self.rng.choice(self.moments), set=self._some())

    def _write_note(self, phone: Phone) -> None:
        moment = self.rng.choice(self.moments)
        replaces = sorted(phone.seen.get(moment, set()))
        text = (
            "" if replaces and self.rng.random() < 0.1 else f"text {len(self.made)} of {self.name}"
        )
        self._change(phone, moment, note={"text": text, "replaces": replaces})
        phone.seen[moment] = {self.made[-1].raw["key"]} if text else set()

    def _take_out(self, phone: Phone) -> None:
        self._change(phone, self.rng.choice(self.moments), delete=self.rng.random() < 0.6)

    def _change(self, phone: Phone, moment: str, **told: Any) -> None:
        phone.counter += 1
        raw = {
            "key": self._key(),
            "moment": moment,
            "device": phone.device,
            "counter": phone.counter,
            "shape": 2,
            **told,
        }
        self.made.append(Made(raw))
        phone.waiting.append(self.made[-1])

    def _upgrade(self, phone: Phone) -> None:
        if phone.old:
            self.met.add("an upgrade between")
        phone.old = False

    def _look(self, phone: Phone) -> None:
        """The phone reads what the server has: the versions that stand, and the largest counter."""
        known = [made for made in self.made if self.taken.get(made.raw["key"]) == "saved"]
        for moment, told in oracle(known).items():
            phone.seen[moment] = {key for key, _text in told["notes"]} | {
                made.raw["key"]
                for made in phone.waiting
                if made.raw["moment"] == moment and (made.raw.get("note") or {}).get("text")
            }
        phone.counter = max([phone.counter, *(made.raw["counter"] for made in known)])

    # What the network does

    def _sync(self, phone: Phone) -> None:
        batch = list(phone.waiting)
        if not batch:
            return
        what = self.rng.choice(
            ["well", "well", "lost", "part", "unheard", "twice", "late", "shuffled", "signed out"]
        )
        self.met.add(what)
        if what in ("lost", "signed out"):
            return
        raws = [made.raw for made in batch]
        if what == "late":
            self.late.append(raws)
            return
        if what == "part":
            self._deliver(raws[: self.rng.randrange(len(raws))])
            return
        if what in ("twice", "shuffled"):
            raws = self.rng.sample(
                raws * (2 if what == "twice" else 1), len(raws) * (2 if what == "twice" else 1)
            )
        answers = self._deliver(raws)
        if what != "unheard":
            self._hear(phone, answers)

    def _deliver(self, raws: list[dict]) -> Answers:
        answers = self.send(raws) if raws else []
        for key, result in answers:
            self.taken.setdefault(key, "saved" if result == "again" else result)
        return answers

    def _hear(self, phone: Phone, answers: Answers) -> None:
        told = dict(answers)
        phone.rejected += [
            made for made in phone.waiting if told.get(made.raw["key"]) == "rejected"
        ]
        phone.waiting = [made for made in phone.waiting if made.raw["key"] not in told]

    def _arrive_late(self) -> None:
        self.rng.shuffle(self.late)
        for raws in self.late:
            self._deliver(self.rng.sample(raws, len(raws)))

    def _calm_sync(self, phone: Phone) -> None:
        self._hear(phone, self._deliver([made.raw for made in phone.waiting]))

    def _left_behind(self) -> list[str]:
        problems = [
            f"{len(phone.waiting)} changes never left a phone"
            for phone in self.phones
            if phone.waiting
        ]
        readable = {made.raw["key"] for phone in self.phones for made in phone.rejected}
        for made in self.made:
            if made.ahead and made.raw["key"] not in readable:
                problems.append("a rejected change is not readable on its phone")
            if not made.ahead and self.taken.get(made.raw["key"]) != "saved":
                problems.append("a good change was not kept")
        return problems

    def expected(self) -> dict[str, dict]:
        return oracle([made for made in self.made if not made.ahead])

    def texts_lost(self, found: dict[str, dict]) -> list[str]:
        """Every text still stands, or somebody who had seen it replaced it."""
        kept = [made.raw for made in self.made if not made.ahead]
        replaced = {key for raw in kept for key in (raw.get("note") or {}).get("replaces", [])}
        whole = {raw["moment"] for raw in kept if "whom" in raw.get("set", {}) or raw["shape"] == 1}
        return [
            f"lost text: {raw['note']['text']}"
            for raw in kept
            if raw["moment"] in whole
            and raw.get("note")
            and raw["note"]["text"]
            and raw["key"] not in replaced
            and raw["note"]["text"] not in found.get(raw["moment"], {}).get("notes", [])
        ]


def oracle(made: list[Made]) -> dict[str, dict]:
    """Apply changes one after another, in the order of counter, device and key, to plain dictionaries."""
    moments: dict[str, dict] = {}
    for raw in sorted(
        (m.raw for m in made), key=lambda raw: (raw["counter"], raw["device"], raw["key"])
    ):
        moment = moments.setdefault(
            raw["moment"],
            {"notes": [], "deleted": False, "minutes": None, **dict.fromkeys(PLAIN, "")},
        )
        told = dict(raw.get("set", {}))
        if raw["shape"] == 1:
            moment |= {
                "child": raw["child"],
                "at": told["at"],
                "zone": "UTC",
                "state_before": "alarm",
                "situation": "",
                "outcome": told["outcome"],
                "caregiver_state": "",
            }
            told = {}
        if "whom" in told:
            moment["child"] = told["whom"]["child"]
        if "when" in told:
            moment |= {"at": told["when"]["at"], "zone": told["when"]["zone"]}
        moment |= {name: told[name] for name in told if name in (*PLAIN, "minutes")}
        if "delete" in raw:
            moment["deleted"] = raw["delete"]
        if note := raw.get("note"):
            moment["notes"] = [
                (key, text) for key, text in moment["notes"] if key not in note["replaces"]
            ]
            moment["notes"] += [(raw["key"], note["text"])] if note["text"] else []
    return {key: moment for key, moment in moments.items() if "at" in moment and "child" in moment}
