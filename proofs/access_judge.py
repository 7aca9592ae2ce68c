"""Judges one response by the tables of `access_rules.py`."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django import forms

import everyhour
from proofs.access_asking import Response
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
from testing.permissions import PERMISSION_OF

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FIELD = re.compile(
    r'\b(?:GET|POST)\.(?:get|getlist)\("(\w+)"|"(\w+)" (?:not )?in request\.(?:GET|POST)'
)
# An id or a token in a URL.
FRESH = re.compile(r"""(?<=[/=])[\w-]{22}(?:[\w-]{21})?(?=["'/&?<]|$)""")
# In the header everyhour-person, the digest of a session; signing out elsewhere renews it.
SESSION = re.compile(r"\b(?P<person>[0-9a-f]{20})\.[0-9a-f]{20}\b")
NOW = re.compile(r'data-now="\d+"')  # by which a phone learns how far its clock is off
UNCOMPARED = ("content-length", "etag", "date", "content-encoding")
# Pages with new secrets each time: only their status and headers are compared.
RANDOM = ("account-second-factor", "account-recovery-codes")
REFUSED = (404, 405)
NOWHERE = "nowhere-at-all/"
# The holder of an open invitation reads whom it is for, who invites, and the children's nicknames.
OPENED_BY_TOKEN = {
    "open": "guardian",
    "of the second home": "second household",
    "of the other family": "other family",
}
CHILDREN_OF = {
    "guardian": ("wren", "robin", "tern"),
    "second household": ("wren", "robin", "lark"),
    "other family": ("swift",),
}


class Judge:
    """Sends the request of a cell and checks the response."""

    def __init__(self, world: World, found: list[Route], client):
        self.world, self.routes, self.client = world, found, client
        self.opened: set[str] = set()
        self.twins: dict[tuple, tuple] = {}

    def declared(self) -> Iterator[tuple[str, list[str]]]:
        """Check without requests: each route has a permission, each part and field has a rule."""
        for route in self.routes:
            problems = (
                [] if route.permission else [f"undeclared: {where(route.view)} has no permission"]
            )
            problems += [f"no rule: “{part}” is not in PARTS" for part in without_rule(route)]
            decided = PERMISSION_OF.get(route.key)
            if route.permission and route.permission != decided:
                problems.append(f"it asks for “{route.permission}”; decided is “{decided}”")
            yield f"rules of /{route.pattern}", problems
        known = {*IDS, *PLAIN, *SWITCHES}
        for name, place in sorted(field_names().items()):
            yield (
                f"the field {name}",
                []
                if name in known
                else [f"no rule: {place} reads “{name}”, which is in neither IDS nor PLAIN"],
            )

    def problems(self, cell: Cell) -> Iterator[str]:
        response = self._send(cell)
        yield from self._leaks(cell, response)
        # The holder of an invitation's token may join.
        joining = cell.route.key == "invitation" and cell.about in OPENED_BY_TOKEN
        if response.touched and not joining:
            yield f"it changed rows of others: {', '.join(response.touched)}"
        if response.status >= 500:
            yield f"server error {response.status}"
            return
        if cell.role not in OPENS[PERMISSION_OF.get(cell.route.key, "public")]:
            yield from self._closed(cell, response)
        elif cell.thing and not cell.thing.found_by(cell.role, writing=cell.method not in READING):
            yield from self._not_theirs(cell, response)
        else:
            yield from self._open(cell, response)

    def _closed(self, cell: Cell, response: Response) -> Iterator[str]:
        """Check a refusal: visitors without a session sign in, others get a missing page."""
        if response.tables:
            yield f"it was refused, but wrote to {', '.join(sorted(response.tables))}"
        if cell.role in SIGNED_IN:
            yield from self._as_nowhere(cell, response)
        elif response.status == 404 and (cell.words == "bad" or "%00" in cell.path):
            pass  # not a URL of ours; one with NUL is none for anybody
        elif response.status == 302:
            if not response.headers.get("location", "").startswith(
                f"/{cell.language or 'en'}/sign-in/"
            ):
                yield f"it redirected to {response.headers.get('location')}"
        elif response.status != 401:
            yield f"it answered {response.status} to an anonymous visitor"

    def _not_theirs(self, cell: Cell, response: Response) -> Iterator[str]:
        """Others' objects look like missing ones: the same status, headers and bytes."""
        if response.tables:
            yield f"it is not theirs, but it wrote to {', '.join(sorted(response.tables))}"
        if response.status not in REFUSED:
            yield f"it answered {response.status} for what is not theirs"
        twin = no_id(cell.thing.value) if cell.thing else ""
        # What may be read but not written to need not look like a missing object.
        readable = cell.thing and cell.thing.found_by(cell.role, writing=False)
        if cell.thing and not readable and not cell.about.startswith("strange"):
            yield from self._same(cell, response, path=cell.path.replace(cell.thing.value, twin))
        elif (
            response.status == 404
            and cell.route.permission != "public"
            and cell.about.startswith("strange")
        ):
            yield from self._as_nowhere(cell, response)

    def _open(self, cell: Cell, response: Response) -> Iterator[str]:
        if cell.role in NOT_SIGNED_IN and cell.route.permission != "public":
            yield "it opened without a session"
        if response.status not in REFUSED:
            self.opened.add(cell.route.key)
        if (
            cell.method in READING
            and not cell.sends
            and cell.words == "good"
            and response.status == 404
        ):
            yield "it answered 404 to a role that may open it"
        if cell.words == "bad" and response.status == 200:
            yield "it opened for an unknown value"
        if cell.sends == "other":
            yield from self._same(cell, response, path=cell.path, sends="missing")

    def _same(self, cell: Cell, response: Response, *, path: str, sends: str = "") -> Iterator[str]:
        """Compare with the same request about an object that does not exist."""
        key = (
            cell.route,
            cell.method,
            cell.role,
            cell.language,
            sends or cell.sends,
            path if sends else "",
        )
        if key not in self.twins:
            other = self._send(cell, path=path, sends=sends or cell.sends)
            self.twins[key] = self._shape(cell, other)
        yield from differences(self._shape(cell, response), self.twins[key], "what does not exist")

    def _as_nowhere(self, cell: Cell, response: Response) -> Iterator[str]:
        if response.status != 404:
            yield f"it answered {response.status}, not the 404 of a missing page"
            return
        key = ("nowhere", cell.method, cell.role, cell.language)
        path = f"/{cell.language}/{NOWHERE}" if cell.language else f"/{NOWHERE}"
        if key not in self.twins:
            self.twins[key] = self._shape(cell, self.client.send(cell.role, cell.method, path))
        yield from differences(self._shape(cell, response), self.twins[key], "a missing page")

    def _send(self, cell: Cell, *, path: str | None = None, sends: str | None = None) -> Response:
        sends = cell.sends if sends is None else sends
        whose = {"own": "own", "other": "other", "missing": "missing"}.get(sends, "own")
        ids = ids_for(self.world, cell.role, whose)
        sent: dict[str, Any] = {}
        if sends and cell.method in READING:
            sent["query"] = {name: ids[kind] for name, kind in IDS.items()}
        elif sends and cell.route.key == "outbox":
            key = self.world.keys.get(ids["moment"]) or str(
                uuid.uuid5(uuid.NAMESPACE_URL, ids["moment"])
            )
            sent["data"] = batch({**ids, "key": key}, self.world.places.get(cell.role, ""))
        elif sends and cell.route.key == "child-bundle-never":
            sent["data"] = never(self.world.places.get(cell.role, ""))
        elif sends:
            sent["form"] = fields(ids, also=sends if sends in SWITCHES else "")
        return self.client.send(cell.role, cell.method, path or cell.path, **sent)

    def _shape(self, cell: Cell, response: Response) -> tuple[int, dict[str, str], str]:
        """Return what must be equal: without tokens, sessions, requested and new ids."""
        asked = [cell.thing.value, no_id(cell.thing.value)] if cell.thing else []
        if cell.sends:
            asked += [
                v
                for whose in ("other", "missing")
                for v in ids_for(self.world, cell.role, whose).values()
            ]
        body = "" if cell.method == "HEAD" else response.text
        headers = {k: v for k, v in response.headers.items() if k not in UNCOMPARED}

        def plain(text: str) -> str:
            for name in asked:
                text = (
                    text.replace(f"/{name}/", "/ID/")
                    if name.isdigit()
                    else text.replace(name, "ID")
                )
            text = NOW.sub("NOW", SESSION.sub(r"\g<person>.SESSION", text))
            return FRESH.sub("NEW", UUID.sub("UUID", TOKEN.sub("TOKEN", text)))

        return (
            response.status,
            {k: plain(v) for k, v in headers.items()},
            "" if cell.route.key in RANDOM else plain(body),
        )

    def _leaks(self, cell: Cell, response: Response) -> Iterator[str]:
        text = response.everything
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
                yield f"it reveals {what}"

    def _invited(self, cell: Cell, what: str) -> bool:
        if cell.route.key != "invitation" or cell.about not in OPENED_BY_TOKEN:
            return False
        role = OPENED_BY_TOKEN[cell.about]
        return what in (
            f"what {role} is called",
            f"the name in an invitation, {cell.about}",
            *(f"the name of {child}" for child in CHILDREN_OF[role]),
        )


def differences(one: tuple, other: tuple, than: str) -> Iterator[str]:
    if one[0] != other[0]:
        yield f"{one[0]} is not the {other[0]} of {than}"
    elif one[2] != other[2]:
        at = next(
            (n for n, pair in enumerate(zip(one[2], other[2], strict=False)) if pair[0] != pair[1]),
            min(len(one[2]), len(other[2])),
        )
        here, there = (body[max(0, at - 30) : at + 50] for body in (one[2], other[2]))
        yield f"its body differs from that of {than}: …{here!r} / {there!r}"
    for name in sorted({*one[1], *other[1]}):
        here, there = one[1].get(name), other[1].get(name)
        if here != there:
            yield f"its header {name} differs from that of {than}: {here!r} / {there!r}"


def field_names() -> dict[str, str]:
    """Return each name that a view or a form reads from a request, with its place."""
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
