"""Plays histories against the product, pure or with a database, in a process of its own; proofs/sync.py starts it."""

import argparse
import json
import os
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from proofs.sync_histories import NOW, PLAIN, Answers, History

ENOUGH = 20  # failures, to stop at


class Pure:
    """The judge and the fold, with a list in place of a database; every change that comes is put on it."""

    children = ["a" * 22, "b" * 22]

    def __init__(self) -> None:
        from everyhour.domain.moments import judging, merging

        self.judging, self.merging = judging, merging
        self.around = judging.Around(by="ada", now=NOW, children=frozenset(self.children), caregivers=frozenset({"ada"}))
        self.begin()

    def begin(self) -> None:
        self.came: dict[str, list] = {}

    def send(self, raws: list[dict]) -> Answers:
        answers = []
        for raw in raws:
            try:
                change = self.judging.judge(raw, self.around)
            except self.judging.Rejected:
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
            "child": told["whom"]["child"], "at": told["when"]["at"], "zone": told["when"]["zone"], "minutes": told.get("minutes"),
            "deleted": told.get("deleted", False), **{name: told.get(name, "") for name in PLAIN},
            "notes": [version.text for version in state.notes],
        }  # fmt: skip


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
        return [(told.key, told.result) for told in self.sync.receive(self.ada.family, by=self.ada, changes=raws, at=NOW)]

    def found(self) -> dict[str, dict]:
        from everyhour.domain.moments.models import Moment

        moments = Moment.objects.filter(family=self.ada.family).prefetch_related("notes")
        return {moment.key: self._told(moment) for moment in moments}

    def _told(self, moment: Any) -> dict:
        return {
            "child": moment.child_id, "at": moment.at.isoformat(), "zone": moment.zone, "minutes": moment.minutes,
            "deleted": moment.deleted,
            **{name: getattr(moment, name) for name in PLAIN}, "notes": [note.opened for note in moment.notes.all()],
        }  # fmt: skip


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
        problems += [f"diverged: {name} is {have[name]!r}, the oracle has {want[name]!r}" for name in want if want[name] != have[name]]
    return [*problems, *history.texts_lost(found)]


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("server", choices=["pure", "real"])
    parser.add_argument("--n", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args()
    server: Pure | Real = Pure() if options.server == "pure" else Real()
    passed = failed = changes = 0
    met: Counter[str] = Counter()
    for number in range(options.n):
        server.begin()
        history = History(f"{options.seed}/{number}", children=server.children, send=server.send)
        try:
            problems = wrong(history, server)
        except Exception as error:
            problems = [f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"]
        changes += len(history.made)
        met.update(history.met)
        if problems:
            failed += 1
            print(json.dumps({"case": f"history {number}", "problems": problems[:5]}), flush=True)
        else:
            passed += 1
        if failed >= ENOUGH:
            break
    print(json.dumps({"passed": passed, "histories": passed + failed, "changes": changes, "met": dict(met.most_common())}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
