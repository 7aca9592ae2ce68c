"""Plays histories against the product, pure or with a database, in a process of its own; proofs/sync.py starts it."""

import argparse
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from proofs.sync_histories import NOW, PLAIN, Answers, History

ENOUGH = 20  # failures, to stop at
RUN = 2000


class Pure:
    """The judge and the fold, with a list in place of a database; every change that comes is put on it."""

    children = ["a" * 22, "b" * 22]

    def __init__(self) -> None:
        from everyhour.domain.moments import merging, validation

        self.validation, self.merging = validation, merging
        self.context = validation.ValidationContext(
            by="ada", now=NOW, children=frozenset(self.children), caregivers=frozenset({"ada"})
        )
        self.begin()

    def begin(self) -> None:
        self.came: dict[str, list] = {}

    def send(self, raws: list[dict]) -> Answers:
        answers = []
        for raw in raws:
            try:
                change = self.validation.validate(raw, self.context)
            except self.validation.Rejected:
                answers.append((raw["key"], "rejected"))
                continue
            self.came.setdefault(change.moment, []).append(change)
            answers.append((raw["key"], "saved"))
        return answers

    def found(self) -> dict[str, dict]:
        states = {moment: self.merging.fold(changes) for moment, changes in self.came.items()}
        return {moment: self._told(state) for moment, state in states.items() if state.whole}

    def _told(self, state: Any) -> dict:
        told = state.fields
        return {
            "child": told["whom"]["child"],
            "at": told["when"]["at"],
            "zone": told["when"]["zone"],
            "minutes": told.get("minutes"),
            "deleted": told.get("deleted", False),
            **{name: told.get(name, "") for name in PLAIN},
            "notes": [version.text for version in state.notes],
        }


class Real:
    """The real `sync.receive`, each answer after a real commit."""

    def __init__(self) -> None:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everyhour.config.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from everyhour.domain.moments import sync
        from testing import make

        self.sync, self.make = sync, make
        self.begin()

    def begin(self) -> None:
        family = self.make.family()
        self.ada = self.make.guardian(family)
        self.children = [self.make.child(family).pk, self.make.child(family, nickname="Finn").pk]

    def send(self, raws: list[dict]) -> Answers:
        return [
            (told.key, told.result)
            for told in self.sync.receive(self.ada.family, by=self.ada, changes=raws, at=NOW)
        ]

    def found(self) -> dict[str, dict]:
        from everyhour.domain.moments.models import Moment

        moments = Moment.objects.filter(family=self.ada.family).prefetch_related("notes")
        return {moment.key: self._told(moment) for moment in moments}

    def _told(self, moment: Any) -> dict:
        return {
            "child": moment.child_id,
            "at": moment.at.isoformat(),
            "zone": moment.zone,
            "minutes": moment.minutes,
            "deleted": moment.deleted,
            **{name: getattr(moment, name) for name in PLAIN},
            "notes": [note.opened for note in moment.notes.all()],
        }


def wrong(history: History, server: Pure | Real) -> list[str]:
    """Play one history, and compare."""
    problems = history.play()
    expected, found = history.expected(), server.found()
    if set(expected) != set(found):
        problems.append(f"{len(found)} moments in place of {len(expected)}")
    for moment in set(expected) & set(found):
        want, have = dict(expected[moment]), dict(found[moment])
        want["notes"] = sorted(text for _key, text in want["notes"])
        have["notes"] = sorted(have["notes"])
        want["at"], have["at"] = _instant(want["at"]), _instant(have["at"])
        problems += [
            f"diverged: {name} is {have[name]!r}, the oracle has {want[name]!r}"
            for name in want
            if want[name] != have[name]
        ]
    return [*history.texts_lost(found), *problems]


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)


class LostText(AssertionError):
    """A text that nobody replaced is gone."""


class Diverged(AssertionError):
    """The server came to something else than the oracle."""


class Play:
    """Plays histories one after another, and counts."""

    def __init__(self, server: Pure | Real, told_seed: int):
        self.server, self.seed = server, told_seed
        self.passed = self.changes = self.number = 0
        self.met: Counter[str] = Counter()

    def one(self, rng: random.Random) -> list[str]:
        self.number += 1
        self.server.begin()
        # A pure server begins from nothing, and Hypothesis must meet the same ids again; a real one keeps those of before.
        history = History(
            str(self.seed) if isinstance(self.server, Pure) else f"{self.seed}/{self.number}",
            rng=rng,
            children=self.server.children,
            send=self.server.send,
        )
        try:
            problems = wrong(history, self.server)
        except Exception as error:
            problems = [
                f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
            ]
        self.changes += len(history.made)
        self.met.update(history.met)
        self.passed += not problems
        return problems

    def drawn(self, n: int) -> Iterator[tuple[str, list[str]]]:
        """Let Hypothesis hold the dice, some thousand histories at a time, for it remembers all of one run; stop at a run that fails."""
        for start in range(0, n, RUN):
            failures = list(self._run(f"{self.seed}/{start}", min(RUN, n - start)))
            yield from failures
            if failures:
                return

    def _run(self, dice: str, n: int) -> Iterator[tuple[str, list[str]]]:
        """Give of each kind of failure the smallest history that Hypothesis finds."""
        smallest: dict[str, list[str]] = {}
        counted: list[tuple[int, int, Counter[str]]] = []

        @seed(dice)
        @settings(
            max_examples=n,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.randoms(use_true_random=False))
        def histories_agree(rng: random.Random) -> None:
            if not (problems := self.one(rng)):
                return
            counted.append((self.passed, self.changes, Counter(self.met)))
            kind = (
                LostText
                if any(problem.startswith("lost text") for problem in problems)
                else Diverged
            )
            smallest[kind.__name__] = problems
            raise kind

        try:
            histories_agree()
        except* (LostText, Diverged):
            self.passed, self.changes, self.met = counted[
                0
            ]  # what Hypothesis tries to make a failure smaller is not counted
        yield from (
            (f"the smallest history with {name}", problems) for name, problems in smallest.items()
        )

    def seeded(self, n: int) -> Iterator[tuple[str, list[str]]]:
        """Roll the dice by number: a real database is too slow for making failures smaller."""
        failed = 0
        while self.number < n and failed < ENOUGH:
            if problems := self.one(random.Random(f"{self.seed}/{self.number}")):
                failed += 1
                yield f"history {self.number}", problems


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("server", choices=["pure", "real"])
    parser.add_argument("--n", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args()
    play = Play(Pure() if options.server == "pure" else Real(), options.seed)
    failed = 0
    for case, problems in (
        play.drawn(options.n) if options.server == "pure" else play.seeded(options.n)
    ):
        failed += 1
        print(json.dumps({"case": case, "problems": problems[:5]}), flush=True)
    told = {
        "passed": play.passed,
        "histories": play.passed + failed,
        "changes": play.changes,
        "met": dict(play.met.most_common()),
    }
    print(json.dumps(told), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
