"""Histories of two phones on a bad network, and the sequential oracle of what must result.

Nothing here imports the product: changes, their order and what they replace are defined again.
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

Answers = list[tuple[str, str]]  # key of a change; saved, again or rejected
Send = Callable[[list[dict]], Answers]


@dataclass
class Made:
    """A change as a phone made it, and what the oracle must know about it."""

    raw: dict
    ahead: bool = False  # its time is in the future: the server must reject it


@dataclass
class Phone:
    device: str
    skew: timedelta
    old: bool  # an old app, which sends whole moments (shape 1)
    counter: int = 0
    waiting: list[Made] = field(default_factory=list)
    rejected: list[Made] = field(default_factory=list)
    seen: dict[str, set[str]] = field(default_factory=dict)  # versions of each note it shows


class History:
    """A random history; `play` returns what went wrong.

    Ids derive from its name, because Hypothesis may repeat random values.
    """

    def __init__(self, name: str, *, rng: random.Random, children: list[str], send: Send):
        self.name, self.rng, self.ids = f"{name}/{rng.getrandbits(16)}", rng, 0
        self.children, self.send = children, send
        self.made: list[Made] = []
        self.late: list[list[dict]] = []
        self.moments: list[str] = []
        self.taken: dict[str, str] = {}  # the first result of each change
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
            self._create,
            self._edit,
            self._edit,
            self._write_note,
            self._write_note,
            self._delete,
            self._sync,
            self._sync,
            self._look,
        ]
        self._create(self.phones[0])
        for _ in range(self.rng.randint(6, 18)):
            self.rng.choice([*steps, self._upgrade])(self.rng.choice(self.phones))
        self._deliver_late()
        for phone in self.phones:
            self._final_sync(phone)
        return self._unsent_or_unread()

    # Actions of people

    def _create(self, phone: Phone) -> None:
        moment = self._key()
        self.moments.append(moment)
        at = NOW - timedelta(minutes=self.rng.randrange(60 * 24 * 5)) + phone.skew
        child = self.rng.choice(self.children)
        if phone.old:
            self.met.add("an old app")
            fields = {
                "at": at.isoformat(),
                "zone": "UTC",
                "state": "alarm",
                "situation": "any",
                "outcome": self.rng.choice(CHOICES["outcome"]),
                "offers": [],
            }
            self._change(phone, moment, shape=1, child=child, set=fields)
        else:
            zone = self.rng.choice(["UTC", "America/Chicago", "Asia/Kathmandu"])
            fields = {
                "whom": {"kind": "given", "child": child},
                "when": {"at": at.isoformat(), "zone": zone},
                "origin": "spontaneous",
                **self._random_fields(),
            }
            self._change(phone, moment, set=fields)
        self.made[-1].ahead = at > NOW + AHEAD

    def _random_fields(self) -> dict[str, Any]:
        return {
            name: self.rng.choice(CHOICES[name])
            for name in self.rng.sample(sorted(CHOICES), self.rng.randint(1, 3))
        }

    def _edit(self, phone: Phone) -> None:
        self._change(phone, self.rng.choice(self.moments), set=self._random_fields())

    def _write_note(self, phone: Phone) -> None:
        moment = self.rng.choice(self.moments)
        replaces = sorted(phone.seen.get(moment, set()))
        text = (
            "" if replaces and self.rng.random() < 0.1 else f"text {len(self.made)} of {self.name}"
        )
        self._change(phone, moment, note={"text": text, "replaces": replaces})
        phone.seen[moment] = {self.made[-1].raw["key"]} if text else set()

    def _delete(self, phone: Phone) -> None:
        self._change(phone, self.rng.choice(self.moments), delete=self.rng.random() < 0.6)

    def _change(self, phone: Phone, moment: str, **parts: Any) -> None:
        phone.counter += 1
        raw = {
            "key": self._key(),
            "moment": moment,
            "device": phone.device,
            "counter": phone.counter,
            "shape": 2,
            **parts,
        }
        self.made.append(Made(raw))
        phone.waiting.append(self.made[-1])

    def _upgrade(self, phone: Phone) -> None:
        if phone.old:
            self.met.add("an upgrade in between")
        phone.old = False

    def _look(self, phone: Phone) -> None:
        """Let the phone read from the server: the current note versions and the largest counter."""
        known = [made for made in self.made if self.taken.get(made.raw["key"]) == "saved"]
        for moment, state in oracle(known).items():
            phone.seen[moment] = {key for key, _text in state["notes"]} | {
                made.raw["key"]
                for made in phone.waiting
                if made.raw["moment"] == moment and (made.raw.get("note") or {}).get("text")
            }
        phone.counter = max([phone.counter, *(made.raw["counter"] for made in known)])

    # Actions of the network

    def _sync(self, phone: Phone) -> None:
        batch = list(phone.waiting)
        if not batch:
            return
        what = self.rng.choice(
            [
                "well",
                "well",
                "lost",
                "part",
                "response lost",
                "twice",
                "late",
                "shuffled",
                "signed out",
            ]
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
        if what != "response lost":
            self._receive(phone, answers)

    def _deliver(self, raws: list[dict]) -> Answers:
        answers = self.send(raws) if raws else []
        for key, result in answers:
            self.taken.setdefault(key, "saved" if result == "again" else result)
        return answers

    def _receive(self, phone: Phone, answers: Answers) -> None:
        results = dict(answers)
        phone.rejected += [
            made for made in phone.waiting if results.get(made.raw["key"]) == "rejected"
        ]
        phone.waiting = [made for made in phone.waiting if made.raw["key"] not in results]

    def _deliver_late(self) -> None:
        self.rng.shuffle(self.late)
        for raws in self.late:
            self._deliver(self.rng.sample(raws, len(raws)))

    def _final_sync(self, phone: Phone) -> None:
        self._receive(phone, self._deliver([made.raw for made in phone.waiting]))

    def _unsent_or_unread(self) -> list[str]:
        problems = [
            f"{len(phone.waiting)} changes were never acknowledged"
            for phone in self.phones
            if phone.waiting
        ]
        readable = {made.raw["key"] for phone in self.phones for made in phone.rejected}
        for made in self.made:
            if made.ahead and made.raw["key"] not in readable:
                problems.append("a rejected change is not readable on its phone")
            if not made.ahead and self.taken.get(made.raw["key"]) != "saved":
                problems.append("a valid change was not stored")
        return problems

    def expected(self) -> dict[str, dict]:
        return oracle([made for made in self.made if not made.ahead])

    def texts_lost(self, found: dict[str, dict]) -> list[str]:
        """Return texts that are gone though nobody who had seen them replaced them."""
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
    """Apply changes one after another, by counter, device and key, to plain dictionaries."""
    moments: dict[str, dict] = {}
    for raw in sorted(
        (m.raw for m in made), key=lambda raw: (raw["counter"], raw["device"], raw["key"])
    ):
        moment = moments.setdefault(
            raw["moment"],
            {"notes": [], "deleted": False, "minutes": None, **dict.fromkeys(PLAIN, "")},
        )
        fields = dict(raw.get("set", {}))
        if raw["shape"] == 1:
            moment |= {
                "child": raw["child"],
                "at": fields["at"],
                "zone": "UTC",
                "state_before": "alarm",
                "situation": "",
                "outcome": fields["outcome"],
                "caregiver_state": "",
            }
            fields = {}
        if "whom" in fields:
            moment["child"] = fields["whom"]["child"]
        if "when" in fields:
            moment |= {"at": fields["when"]["at"], "zone": fields["when"]["zone"]}
        moment |= {name: fields[name] for name in fields if name in (*PLAIN, "minutes")}
        if "delete" in raw:
            moment["deleted"] = raw["delete"]
        if note := raw.get("note"):
            moment["notes"] = [
                (key, text) for key, text in moment["notes"] if key not in note["replaces"]
            ]
            moment["notes"] += [(raw["key"], note["text"])] if note["text"] else []
    return {key: moment for key, moment in moments.items() if "at" in moment and "child" in moment}
