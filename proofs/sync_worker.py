"""Plays histories against the product, pure or on a database: the worker of `prove sync`."""

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

ENOUGH = 20  # failures after which it stops
RUN = 2000


class Pure:
    """Validation and fold, with a list of accepted changes in place of a database."""

    children = ["a" * 22, "b" * 22]

    def __init__(self) -> None:
        from everyhour.domain.moments import merging, validation

        self.validation, self.merging = validation, merging
        self.context = validation.ValidationContext(
            by="ada", now=NOW, children=frozenset(self.children), caregivers=frozenset({"ada"})
        )
        self.begin()

    def begin(self) -> None:
        self.accepted: dict[str, list] = {}

    def send(self, raws: list[dict]) -> Answers:
        answers = []
        for raw in raws:
            try:
                change = self.validation.validate(raw, self.context)
            except self.validation.Rejected:
                answers.append((raw["key"], "rejected"))
                continue
            self.accepted.setdefault(change.moment, []).append(change)
            answers.append((raw["key"], "saved"))
        return answers

    def found(self) -> dict[str, dict]:
        states = {moment: self.merging.fold(changes) for moment, changes in self.accepted.items()}
        return {moment: self._plain(state) for moment, state in states.items() if state.whole}

    def _plain(self, state: Any) -> dict:
        fields = state.fields
        return {
            "child": fields["whom"]["child"],
            "at": fields["when"]["at"],
            "zone": fields["when"]["zone"],
            "minutes": fields.get("minutes"),
            "deleted": fields.get("deleted", False),
            **{name: fields.get(name, "") for name in PLAIN},
            "notes": [version.text for version in state.notes],
        }


class Real:
    """The real `sync.receive`; each result follows a real commit."""

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
        results = self.sync.receive(self.ada.family, by=self.ada, changes=raws, at=NOW)
        return [(result.key, result.result) for result in results]

    def found(self) -> dict[str, dict]:
        from everyhour.domain.moments.models import Moment

        moments = Moment.objects.filter(family=self.ada.family).prefetch_related("notes")
        return {moment.key: self._plain(moment) for moment in moments}

    def _plain(self, moment: Any) -> dict:
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
    """Play one history and compare what the server holds with the oracle."""
    problems = history.play()
    expected, found = history.expected(), server.found()
    if set(expected) != set(found):
        problems.append(f"{len(found)} moments instead of {len(expected)}")
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
    """The server holds something else than the oracle."""


class Play:
    """Plays histories one after another and counts them."""

    def __init__(self, server: Pure | Real, seed_number: int):
        self.server, self.seed = server, seed_number
        self.passed = self.changes = self.number = 0
        self.met: Counter[str] = Counter()

    def one(self, rng: random.Random) -> list[str]:
        self.number += 1
        self.server.begin()
        # Hypothesis must meet the same ids again; a real database keeps those of former histories.
        pure = isinstance(self.server, Pure)
        name = str(self.seed) if pure else f"{self.seed}/{self.number}"
        server = self.server
        history = History(name, rng=rng, children=server.children, send=server.send)
        try:
            problems = wrong(history, self.server)
        except Exception as error:
            problems = [f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"]
        self.changes += len(history.made)
        self.met.update(history.met)
        self.passed += not problems
        return problems

    def drawn(self, n: int) -> Iterator[tuple[str, list[str]]]:
        """Let Hypothesis draw the histories, in runs of `RUN` to bound its memory.

        Stops after a run that fails.
        """
        for start in range(0, n, RUN):
            failures = list(self._run(f"{self.seed}/{start}", min(RUN, n - start)))
            yield from failures
            if failures:
                return

    def _run(self, name: str, n: int) -> Iterator[tuple[str, list[str]]]:
        """Yield the smallest history that Hypothesis finds for each kind of failure."""
        smallest: dict[str, list[str]] = {}
        counted: list[tuple[int, int, Counter[str]]] = []

        @seed(name)
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
            lost = any(problem.startswith("lost text") for problem in problems)
            kind = LostText if lost else Diverged
            smallest[kind.__name__] = problems
            raise kind

        try:
            histories_agree()
        except* (LostText, Diverged):
            # What Hypothesis tries while it shrinks a failure is not counted.
            self.passed, self.changes, self.met = counted[0]
        for name, problems in smallest.items():
            yield f"the smallest history with {name}", problems

    def seeded(self, n: int) -> Iterator[tuple[str, list[str]]]:
        """Draw the histories by their number: a real database is too slow for shrinking."""
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
    histories = play.drawn if options.server == "pure" else play.seeded
    for case, problems in histories(options.n):
        failed += 1
        print(json.dumps({"case": case, "problems": problems[:5]}), flush=True)
    summary = {
        "passed": play.passed,
        "histories": play.passed + failed,
        "changes": play.changes,
        "met": dict(play.met.most_common()),
    }
    print(json.dumps(summary), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
