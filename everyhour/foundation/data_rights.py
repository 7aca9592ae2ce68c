"""How everything about a person leaves: each room says once which rows it gives away, takes back and lets go of.

A room declares `ExportTable`s, one for each model that tells something of a person, and registers a `Contributor`. A personal column
that no table gives, and that is not kept back for a reason, fails a house test; so a new column cannot be forgotten.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

FORMAT = 1
ID = re.compile(r"[\w-]{1,40}")
MANY = 500  # rows in one question to the database
Rows = list[dict[str, Any]]


class ImportRejected(Exception):
    """What somebody brought cannot be taken; the message says why, in words for them."""


@dataclass(frozen=True)
class ExportTable:
    """The rows of one model: which columns are given as they are, which are opened first, and which stay behind, and why."""

    model: str  # "families.Child"
    name: str  # what the rows are called in the export
    columns: tuple[str, ...]
    opened: Mapping[str, Callable[[Any], str]] = field(
        default_factory=dict
    )  # sealed columns, and the place each seal is bound to
    otherwise: Mapping[str, str] = field(
        default_factory=dict
    )  # columns given under another name or shape: column -> as what
    kept_back: Mapping[str, str] = field(default_factory=dict)  # column -> the reason
    order: tuple[str, ...] = ("id",)
    family: Callable[[Any], Any] = attrgetter("family")  # whose key opens and seals a row’s texts

    @cached_property
    def of(self) -> type[models.Model]:
        return apps.get_model(self.model)

    def tell(
        self, row: models.Model, *, only: Iterable[str] | None = None, **more: Any
    ) -> dict[str, Any]:
        """Give a row as plain values; sealed text comes opened, with the key of `row.family`."""
        wanted = set(only) if only is not None else None
        told = {
            name: plain(getattr(row, column(self.of, name)))
            for name in self.columns
            if wanted is None or name in wanted
        }
        for name, place in self.opened.items():
            if wanted is None or name in wanted:
                told[name] = self.family(row).unseal(getattr(row, name), place=place(row))
        return told | more

    def in_order(self, rows: Iterable[dict[str, Any]]) -> Rows:
        return sorted(rows, key=lambda row: tuple(str(row.get(name) or "") for name in self.order))

    def make(self, told: Mapping[str, Any], loading: "Import", **more: Any) -> Any:
        """Make a row, not saved yet, of what somebody brought; trusts nothing in it."""
        values = {}
        for name in self.columns:
            column = self.of._meta.get_field(name)
            if name in told:
                values[name] = loading.fit(column, told[name])
        row = self.of(**values, **more)
        for name, place in self.opened.items():
            setattr(row, name, self.family(row).seal(text_of(told.get(name)), place=place(row)))
        return row


def column(model: type[models.Model], name: str) -> str:
    """Give the attribute that holds a field as the database keeps it: `family_id` for `family`."""
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field.attname


def plain(value: Any) -> Any:
    """Give a value as JSON has it; times in UTC, to the microsecond."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def text_of(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    raise ImportRejected(_("A text in this file is not a text."))


def _kind(column: Any) -> type:
    """Give the kind of an empty value this column may hold: a list or a dictionary by its default, else text."""
    return (
        type(column.get_default())
        if column.has_default()
        else str
        if isinstance(column, models.CharField | models.TextField)
        else bytes
    )


def _strange() -> ImportRejected:
    return ImportRejected(_("This file is not as Everyhour writes it."))


def _refuse() -> Any:
    raise _strange()


@dataclass
class Import:
    """One loading of what somebody brought: into whose account, and which rows came with it so far."""

    person: Any
    told: Mapping[str, Any]
    made: dict[str, dict[str, Any]] = field(
        default_factory=dict
    )  # model -> id -> row: nothing else may be pointed at

    def rows(self, table: ExportTable) -> Rows:
        found = self.told.get(table.name) or []
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise _strange()
        return found

    def fit(self, column: Any, value: Any) -> Any:
        """Judge one value by its column; a pointer must lead to a row that came in the same file."""
        if column.is_relation:
            row = (
                self.made.get(column.related_model._meta.label, {}).get(value)
                if isinstance(value, str)
                else None
            )
            if row is None and not (value is None and column.null):
                raise ImportRejected(_("This file points at something that is not in it."))
            return row
        if value is None and column.null:
            return None
        if column.primary_key and not (isinstance(value, str) and ID.fullmatch(value)):
            raise _strange()
        if (
            isinstance(value, str | list | dict) and not value
        ):  # Django calls these blank; here they are values
            return value if type(value) is _kind(column) else _refuse()
        try:
            return column.clean(value, None)
        except (ValidationError, TypeError, ValueError) as error:
            raise _strange() from error

    def save(self, table: ExportTable, rows: list[Any]) -> None:
        """Save rows that nobody here has yet; one that somebody has ends the whole loading."""
        names = [row.pk for row in rows if row.pk]
        if len(set(names)) != len(names):
            raise _strange()
        for start in range(0, len(names), MANY):
            if table.of._default_manager.filter(pk__in=names[start : start + MANY]).exists():
                raise ImportRejected(_("This is here already. Nothing was changed."))
        table.of._default_manager.bulk_create(rows, batch_size=MANY)
        self.made.setdefault(table.of._meta.label, {}).update({row.pk: row for row in rows})


@dataclass(frozen=True)
class Contributor:
    """What one room does when somebody takes everything along, brings it, or goes."""

    name: str
    tables: tuple[ExportTable, ...]
    export: Callable[[Any], dict[str, Rows]]
    load: Callable[[Import], None]
    erase: Callable[[Any, datetime], None]


_parts: dict[str, Contributor] = {}


def register(part: Contributor) -> None:
    """Take part; rooms register from below to above, in `ready` of their apps."""
    _parts[part.name] = part


def parts() -> tuple[Contributor, ...]:
    return tuple(_parts.values())


def export(person: Any) -> dict[str, Any]:
    """Give everything this person may take along, as plain values."""
    told: dict[str, Any] = {"everyhour": FORMAT}
    tables = {table.name: table for part in parts() for table in part.tables}
    for part in parts():
        for name, rows in part.export(person).items():
            told[name] = _joined(tables[name], told[name], rows) if name in told else rows
    return told


def _joined(table: ExportTable, below: Rows, above: Rows) -> Rows:
    """Add the rows of a room below that a room above points at; what the room itself gives is the fuller one."""
    return table.in_order({row["id"]: row for row in [*above, *below]}.values())


def written(told: Mapping[str, Any]) -> bytes:
    """Write it down in the one way there is, so that the same data are the same bytes."""
    return (json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def read(data: bytes) -> dict[str, Any]:
    """Read what `written` wrote, or say kindly that this is something else."""
    try:
        told = json.loads(data)
        if "\x00" in json.dumps(told, ensure_ascii=False).encode().decode() or b"\\u0000" in data:
            raise ValueError("no database keeps this character")
    except (ValueError, RecursionError) as error:
        raise ImportRejected(_("This is not a file that Everyhour wrote.")) from error
    if not isinstance(told, dict) or told.get("everyhour") != FORMAT:
        raise ImportRejected(_("This is not a file that Everyhour wrote."))
    return told


def load(told: Mapping[str, Any], *, person: Any) -> None:
    """Bring everything into one account. Stands inside a transaction of the caller: all of it, or nothing."""
    loading = Import(person, told)
    for part in parts():
        part.load(loading)


def erase(person: Any, *, at: datetime) -> None:
    """Let go of everything this person is, from above to below. Stands inside a transaction of the caller."""
    for part in reversed(parts()):
        part.erase(person, at)
