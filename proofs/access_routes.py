"""Every URL of the resolver, and every request that can be made of it."""

import inspect
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.urls import URLPattern, get_resolver
from django.urls.resolvers import LocalePrefixPattern

from proofs.access_rules import (
    METHODS,
    NUMBERS,
    PARTS,
    READING,
    ROLES,
    STRANGE,
    SWITCHES,
    Words,
    no_id,
)
from proofs.access_world import Thing, World

PART = re.compile(r"<(?:\w+:)?(\w+)>")
NONE = Thing("nothing", "", list(ROLES))


@dataclass(frozen=True)
class Route:
    """A URL: its pattern without the language, its view, and what its parts stand for."""

    pattern: str
    name: str
    spoken: bool  # has a language prefix
    view: Callable
    permission: str | None

    @property
    def key(self) -> str:
        return self.name or self.pattern

    @property
    def parts(self) -> list[str]:
        return PART.findall(self.pattern)

    @property
    def rules(self) -> dict[str, str | Words]:
        return PARTS.get(self.key, {})

    @property
    def kind(self) -> str | None:
        """The kind of object this URL names, or None."""
        return next((rule for rule in self.rules.values() if isinstance(rule, str)), None)


@dataclass(frozen=True)
class Cell:
    """A request: role, method, URL, object, and what is sent along."""

    route: Route
    method: str
    role: str
    language: str
    path: str
    about: str  # the object's label, or the words
    thing: Thing | None = field(compare=False, default=None)
    words: str = "good"
    sends: str = ""  # own, other, missing, or a switch; in the query when reading, else in the body

    @property
    def name(self) -> str:
        language = f"/{self.language}" if self.route.spoken else ""
        parts = [f"{self.method} {language}/{self.route.pattern} by {self.role}"]
        parts += [f"about {self.about}"] if self.about else []
        parts += [f"sending {self.sends}"] if self.sends else []
        return " ".join(parts)


def routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns, "", False))


def _walk(patterns, before: str, spoken: bool) -> Iterator[Route]:
    for entry in patterns:
        if isinstance(entry.pattern, LocalePrefixPattern):
            yield from _walk(entry.url_patterns, before, True)
        elif isinstance(entry, URLPattern):
            permission = getattr(getattr(entry.callback, "permission", None), "name", None)
            yield Route(
                before + str(entry.pattern), entry.name or "", spoken, entry.callback, permission
            )
        else:
            yield from _walk(entry.url_patterns, before + str(entry.pattern), spoken)


def without_rule(route: Route) -> list[str]:
    """Return the parts of a URL that have no rule in PARTS."""
    return [part for part in route.parts if part not in route.rules]


def cells(world: World, found: list[Route]) -> tuple[list[Cell], list[Cell]]:
    """Return the cells that are always tried, and all others."""
    every = [
        cell
        for route in found
        if route.permission and not without_rule(route)
        for cell in _cells(world, route)
    ]
    first: dict[tuple, Cell] = {}
    for cell in every:
        shut = cell.route.permission != "public" or cell.role in (
            "anonymous",
            "guardian",
            "stranger",
        )
        if shut and cell.method == "GET" and cell.language in ("en", "") and not cell.sends:
            first.setdefault((cell.route, cell.role), cell)
    must = {
        id(cell)
        for cell in every
        if cell.language in ("en", "")
        and (
            first.get((cell.route, cell.role)) is cell
            or (
                cell.role == "guardian"
                and cell.method in ("GET", "POST")
                and cell.sends in ("", "other")
            )
        )
    }
    return [cell for cell in every if id(cell) in must], [
        cell for cell in every if id(cell) not in must
    ]


def _cells(world: World, route: Route) -> Iterator[Cell]:
    languages = ("en", "es") if route.spoken else ("",)
    for language, role, method in itertools.product(languages, ROLES, METHODS):
        for path, about, thing, words in _paths(world, route):
            whole = f"/{language}/{path}" if route.spoken else f"/{path}"
            for sends in _sends(route, method, role):
                yield Cell(route, method, role, language, whole, about, thing, words, sends)


def _sends(route: Route, method: str, role: str) -> tuple[str, ...]:
    if method in READING:
        return ("", "other") if method == "GET" and route.permission != "public" else ("",)
    if method != "POST":
        return ("",)
    return (
        ("", "own", *SWITCHES) if route.permission == "public" else ("", "own", "other", *SWITCHES)
    )


def _paths(world: World, route: Route) -> Iterator[tuple[str, str, Thing | None, str]]:
    """Yield path, label, object and kind of word: every object, a missing one, strange ones."""
    words = {part: rule for part, rule in route.rules.items() if isinstance(rule, Words)}
    good = {part: (rule.good or rule.bad)[0] for part, rule in words.items()}
    if route.kind:
        part = next(part for part, rule in route.rules.items() if rule == route.kind)
        for thing in things(world, route.kind):
            yield fill(route, {**good, part: thing.value}), thing.label, thing, "good"
        return
    if not words:
        yield route.pattern, "", None, "good"
        return
    for values in itertools.product(*(rule.good for rule in words.values())):
        yield fill(route, dict(zip(words, values, strict=True))), " ".join(values), None, "good"
    for part, rule in words.items():
        for value in rule.bad:
            yield fill(route, {**good, part: value}), f"{part} {value}", None, "bad"


def things(world: World, kind: str) -> list[Thing]:
    """Return all objects of a kind, one that does not exist, and some that never could."""
    there = world.things[kind]
    strange = (
        []
        if kind in NUMBERS
        else [Thing(f"strange {n}", text, []) for n, text in enumerate(STRANGE)]
    )
    return [*there, Thing("missing", no_id(there[0].value), []), *strange]


def fill(route: Route, values: dict[str, str]) -> str:
    return PART.sub(lambda match: values[match[1]], route.pattern)


def where(view: Callable) -> str:
    bare = inspect.unwrap(view)
    return f"{bare.__module__}.{getattr(bare, '__name__', '')}"
