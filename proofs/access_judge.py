"""Judges one answer by the tables of `access_rules.py`."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django import forms

import everyhour
from proofs.access_asking import Answer
from proofs.access_routes import Cell, Route, where, without_rule
from proofs.access_rules import (
    IDS,
    NOT_SIGNED_IN,
    OPENS,
    PLAIN,
    READING,
    SIGNED_IN,
    SWITCHES,
    batch,
    fields,
    ids_for,
    never,
    no_id,
)
from proofs.access_world import World

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FIELD = re.compile(
    r'\b(?:GET|POST)\.(?:get|getlist)\("(\w+)"|"(\w+)" (?:not )?in request\.(?:GET|POST)'
)
FRESH = re.compile(
    r"""(?<=[/=])[\w-]{22}(?:[\w-]{21})?(?=["'/&?<]|$)"""
)  # an id, or a token, in an address
UNCOMPARED = ("content-length", "etag", "date", "content-encoding")
DICE = (
    "account-second-factor",
    "account-recovery-codes",
)  # new secrets each time: only their status and headers are compared
REFUSED = (404, 405)
NOWHERE = "nowhere-at-all/"
# Who holds an open invitation reads whom it is for and who invites.
OPENED_BY_TOKEN = {
    "open": "guardian",
    "of the second home": "second household",
    "of the other family": "other family",
}


class Judge:
    """Asks, and says what is wrong with an answer."""

    def __init__(self, world: World, found: list[Route], asker):
        self.world, self.routes, self.asker = world, found, asker
        self.opened: set[str] = set()
        self.twins: dict[tuple, tuple] = {}

    def declared(self) -> Iterator[tuple[str, list[str]]]:
        """Judge what can be seen without asking: each route says who, each part and each field is known."""
        for route in self.routes:
            problems = (
                []
                if route.permission
                else [f"undeclared: {where(route.view)} does not say who may open it"]
            )
            problems += [
                f"no rule: nobody wrote down what “{part}” stands for"
                for part in without_rule(route)
            ]
            if route.permission and route.permission not in OPENS:
                problems.append(f"the permission “{route.permission}” is not in the table of roles")
            yield f"rules of /{route.pattern}", problems
        known = {*IDS, *PLAIN, *SWITCHES}
        for name, place in sorted(field_names().items()):
            yield (
                f"the field {name}",
                []
                if name in known
                else [f"no rule: {place} reads “{name}”, and nobody wrote down what it holds"],
            )

    def problems(self, cell: Cell) -> Iterator[str]:
        answer = self._ask(cell)
        yield from self._leaks(cell, answer)
        if answer.touched and not (
            cell.route.key == "invitation" and cell.about in OPENED_BY_TOKEN
        ):  # whoever holds the token may join
            yield f"it changed what is not theirs: {', '.join(answer.touched)}"
        if answer.status >= 500:
            yield f"it broke ({answer.status})"
            return
        if cell.role not in OPENS[cell.route.permission or ""]:
            yield from self._closed(cell, answer)
        elif cell.thing and not cell.thing.found_by(cell.role, writing=cell.method not in READING):
            yield from self._not_theirs(cell, answer)
        else:
            yield from self._open(cell, answer)

    def _closed(self, cell: Cell, answer: Answer) -> Iterator[str]:
        """Somebody without a session is asked to sign in; everybody else gets the page that is not there."""
        if answer.tables:
            yield f"it was refused and wrote to {', '.join(sorted(answer.tables))}"
        if cell.role in SIGNED_IN:
            yield from self._as_nowhere(cell, answer)
        elif answer.status == 404 and (cell.words == "bad" or "%00" in cell.path):
            pass  # not an address at all; one with a NUL is none for anybody
        elif answer.status == 302:
            if not answer.headers.get("location", "").startswith(
                f"/{cell.language or 'en'}/sign-in/"
            ):
                yield f"it led to {answer.headers.get('location')}"
        elif answer.status != 401:
            yield f"it gave {answer.status} to somebody who is not signed in"

    def _not_theirs(self, cell: Cell, answer: Answer) -> Iterator[str]:
        """What is another's is as what does not exist: the same status, headers and bytes."""
        if answer.tables:
            yield f"it was not theirs and it wrote to {', '.join(sorted(answer.tables))}"
        if answer.status not in REFUSED:
            yield f"it gave {answer.status} for what is not theirs"
        twin = no_id(cell.thing.value) if cell.thing else ""
        readable = cell.thing and cell.thing.found_by(
            cell.role, writing=False
        )  # may be read and not written to: then 404 is enough
        if cell.thing and not readable and not cell.about.startswith("strange"):
            yield from self._same(cell, answer, path=cell.path.replace(cell.thing.value, twin))
        elif (
            answer.status == 404
            and cell.route.permission != "public"
            and cell.about.startswith("strange")
        ):
            yield from self._as_nowhere(cell, answer)

    def _open(self, cell: Cell, answer: Answer) -> Iterator[str]:
        if cell.role in NOT_SIGNED_IN and cell.route.permission != "public":
            yield "it opened without a session"
        if answer.status not in REFUSED:
            self.opened.add(cell.route.key)
        if (
            cell.method in READING
            and not cell.sends
            and cell.words == "good"
            and answer.status == 404
        ):
            yield "it is not there for somebody who may open it"
        if cell.words == "bad" and answer.status == 200:
            yield "it opened for words that mean nothing"
        if cell.sends == "other":
            yield from self._same(cell, answer, path=cell.path, sends="missing")

    def _same(self, cell: Cell, answer: Answer, *, path: str, sends: str = "") -> Iterator[str]:
        """Compare with the same question about what does not exist."""
        key = (
            cell.route,
            cell.method,
            cell.role,
            cell.language,
            sends or cell.sends,
            path if sends else "",
        )
        if key not in self.twins:
            other = self._ask(cell, path=path, sends=sends or cell.sends)
            self.twins[key] = self._shape(cell, other)
        yield from differences(self._shape(cell, answer), self.twins[key], "what does not exist")

    def _as_nowhere(self, cell: Cell, answer: Answer) -> Iterator[str]:
        if answer.status != 404:
            yield f"it gave {answer.status} where a page that is not there gives 404"
            return
        key = ("nowhere", cell.method, cell.role, cell.language)
        path = f"/{cell.language}/{NOWHERE}" if cell.language else f"/{NOWHERE}"
        if key not in self.twins:
            self.twins[key] = self._shape(cell, self.asker.ask(cell.role, cell.method, path))
        yield from differences(
            self._shape(cell, answer), self.twins[key], "a page that is not there"
        )

    def _ask(self, cell: Cell, *, path: str | None = None, sends: str | None = None) -> Answer:
        sends = cell.sends if sends is None else sends
        whose = {"own": "own", "other": "other", "missing": "missing"}.get(sends, "own")
        ids = ids_for(self.world, cell.role, whose)
        told: dict[str, Any] = {}
        if sends and cell.method in READING:
            told["query"] = {name: ids[kind] for name, kind in IDS.items()}
        elif sends and cell.route.key == "outbox":
            key = self.world.keys.get(ids["moment"]) or str(
                uuid.uuid5(uuid.NAMESPACE_URL, ids["moment"])
            )
            told["told"] = batch({**ids, "key": key}, self.world.places.get(cell.role, ""))
        elif sends and cell.route.key == "child-bundle-never":
            told["told"] = never(self.world.places.get(cell.role, ""))
        elif sends:
            told["form"] = fields(ids, also=sends if sends in SWITCHES else "")
        return self.asker.ask(cell.role, cell.method, path or cell.path, **told)

    def _shape(self, cell: Cell, answer: Answer) -> tuple[int, dict[str, str], str]:
        """Give what must be equal: without the form's token, without what was asked for, and without ids that were only just made."""
        asked = [cell.thing.value, no_id(cell.thing.value)] if cell.thing else []
        if cell.sends:
            asked += [
                v
                for whose in ("other", "missing")
                for v in ids_for(self.world, cell.role, whose).values()
            ]
        body = "" if cell.method == "HEAD" else answer.text
        headers = {k: v for k, v in answer.headers.items() if k not in UNCOMPARED}

        def plain(text: str) -> str:
            for name in asked:
                text = (
                    text.replace(f"/{name}/", "/ID/")
                    if name.isdigit()
                    else text.replace(name, "ID")
                )
            return FRESH.sub("NEW", UUID.sub("UUID", TOKEN.sub("TOKEN", text)))

        return (
            answer.status,
            {k: plain(v) for k, v in headers.items()},
            "" if cell.route.key in DICE else plain(body),
        )

    def _leaks(self, cell: Cell, answer: Answer) -> Iterator[str]:
        text = answer.everything
        sent = {cell.thing.value} if cell.thing else set()
        if cell.sends:
            sent |= {
                *ids_for(
                    self.world, cell.role, "other" if cell.sends == "other" else "own"
                ).values()
            }
            sent |= {self.world.keys[pk] for pk in sent if pk in self.world.keys}
        may = {cell.role} if cell.role in SIGNED_IN else set()
        for canary, (what, readers) in self.world.canaries.items():
            if (
                canary in text
                and canary not in sent
                and not may.intersection(readers)
                and not self._invited(cell, what)
            ):
                yield f"it tells {what}"

    def _invited(self, cell: Cell, what: str) -> bool:
        if cell.route.key != "invitation" or cell.about not in OPENED_BY_TOKEN:
            return False
        return what in (
            f"what {OPENED_BY_TOKEN[cell.about]} is called",
            f"the name in an invitation, {cell.about}",
        )


def differences(one: tuple, other: tuple, than: str) -> Iterator[str]:
    if one[0] != other[0]:
        yield f"{one[0]} is not the {other[0]} of {than}"
    elif one[2] != other[2]:
        at = next(
            (n for n, pair in enumerate(zip(one[2], other[2], strict=False)) if pair[0] != pair[1]),
            min(len(one[2]), len(other[2])),
        )
        yield f"its body differs from that of {than}: …{one[2][max(0, at - 30) : at + 50]!r} / {other[2][max(0, at - 30) : at + 50]!r}"
    for name in sorted({*one[1], *other[1]}):
        if one[1].get(name) != other[1].get(name):
            yield f"its header {name} differs from that of {than}: {one[1].get(name)!r} / {other[1].get(name)!r}"


def field_names() -> dict[str, str]:
    """Give each name that a view or a form reads from outside, and where."""
    found: dict[str, str] = {}
    root = Path(everyhour.__file__).parent
    for path in root.rglob("*.py"):
        for match in FIELD.finditer(path.read_text(encoding="utf-8")):
            found.setdefault(match[1] or match[2], str(path.relative_to(root)))
    for form in forms_in(forms.BaseForm):
        if form.__module__.startswith("everyhour."):
            for name in getattr(form, "base_fields", {}):
                found.setdefault(name, form.__module__)
    return found


def forms_in(base: type) -> Iterator[Any]:
    for form in base.__subclasses__():
        yield form
        yield from forms_in(form)
