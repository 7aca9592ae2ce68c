"""Registry of data rights: each package registers what it exports, imports and erases.

A package declares an `ExportTable` for each model with personal data, and registers a
`Contributor`. A personal column that is neither exported nor kept back for a reason fails the
architecture test.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import batched
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

FORMAT = 1
ID = re.compile(r"[\w-]{1,40}")
BATCH = 500  # rows in one query
Rows = list[dict[str, Any]]


class ImportRejected(Exception):
    """The file cannot be imported; the message says why, in words for its owner."""


@dataclass(frozen=True)
class ExportTable:
    """The exported form of a model: its plain, decrypted, reshaped and withheld columns."""

    model: str  # "families.Child"
    name: str  # the key in the export
    columns: tuple[str, ...]
    # Sealed column -> the place it is bound to (`family.seal`).
    opened: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    # Column exported under another name or shape -> description.
    otherwise: Mapping[str, str] = field(default_factory=dict)
    # Column that is not exported -> the reason.
    kept_back: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ("id",)
    family: Callable[[Any], Any] = attrgetter("family")  # whose key seals the row

    @cached_property
    def model_class(self) -> type[models.Model]:
        return apps.get_model(self.model)

    def export_row(
        self, row: models.Model, *, only: Iterable[str] | None = None, **more: Any
    ) -> dict[str, Any]:
        """Return a row as plain values, with sealed columns decrypted; `only` some of them."""
        wanted = set(only) if only is not None else None
        values = {
            name: plain(getattr(row, column(self.model_class, name)))
            for name in self.columns
            if wanted is None or name in wanted
        }
        for name, place in self.opened.items():
            if wanted is None or name in wanted:
                values[name] = self.family(row).unseal(getattr(row, name), place=place(row))
        return values | more

    def sort(self, rows: Iterable[dict[str, Any]]) -> Rows:
        return sorted(rows, key=lambda row: tuple(str(row.get(name) or "") for name in self.order))

    def build(self, data: Mapping[str, Any], loading: "Import", **more: Any) -> Any:
        """Build an unsaved row from imported data; raise ImportRejected for an invalid value."""
        values = {}
        for name in self.columns:
            column = self.model_class._meta.get_field(name)
            if name in data:
                values[name] = loading.clean(column, data[name])
        row = self.model_class(**values, **more)
        for name, place in self.opened.items():
            setattr(row, name, self.family(row).seal(text_of(data.get(name)), place=place(row)))
        return row


def column(model: type[models.Model], name: str) -> str:
    """Return the attribute with the stored value: `family_id` for `family`."""
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field.attname


def plain(value: Any) -> Any:
    """Return a value for JSON; times in UTC, to the microsecond."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def text_of(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    raise ImportRejected(
        _("Part of this file should be text and isn’t. Download it again and try that copy.")
    )


def _type_of_empty(column: Any) -> type:
    """Return the type of this column's empty value."""
    if column.has_default():
        return type(column.get_default())
    return str if isinstance(column, models.CharField | models.TextField) else bytes


def malformed() -> ImportRejected:
    """Return the error for a file that no export of Everyhour looks like."""
    return ImportRejected(
        _("We couldn’t read this file. Choose one you downloaded from Everyhour, unchanged.")
    )


@dataclass
class Import:
    """One import: its account, its data, and the rows created so far."""

    person: Any
    data: Mapping[str, Any]
    # Model -> id -> row: all that imported rows may refer to.
    imported: dict[str, dict[str, Any]] = field(default_factory=dict)

    def rows(self, table: ExportTable) -> Rows:
        found = self.data.get(table.name) or []
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise malformed()
        return found

    def clean(self, column: Any, value: Any) -> Any:
        """Validate a value by its column; a reference must be to a row of the same file."""
        if column.is_relation:
            row = (
                self.imported.get(column.related_model._meta.label, {}).get(value)
                if isinstance(value, str)
                else None
            )
            if row is None and not (value is None and column.null):
                raise ImportRejected(
                    _("Part of this file is missing. Download it again and try that copy.")
                )
            return row
        if value is None and column.null:
            return None
        if column.primary_key and not (isinstance(value, str) and ID.fullmatch(value)):
            raise malformed()
        # Django rejects these as blank; here they are values.
        if isinstance(value, str | list | dict) and not value:
            if type(value) is not _type_of_empty(column):
                raise malformed()
            return value
        try:
            return column.clean(value, None)
        except (ValidationError, TypeError, ValueError) as error:
            raise malformed() from error

    def save(self, table: ExportTable, rows: list[Any]) -> None:
        """Save new rows; raise ImportRejected if an id is there twice, or exists already."""
        model = table.model_class
        keys = [row.pk for row in rows if row.pk]
        if len(set(keys)) != len(keys):
            raise malformed()
        for some in batched(keys, BATCH):
            if model._default_manager.filter(pk__in=some).exists():
                raise ImportRejected(_("This is already on this server. Nothing was changed."))
        model._default_manager.bulk_create(rows, batch_size=BATCH)
        self.imported.setdefault(model._meta.label, {}).update({row.pk: row for row in rows})


@dataclass(frozen=True)
class Contributor:
    """What one package exports, imports and erases."""

    name: str
    tables: tuple[ExportTable, ...]
    export: Callable[[Any], dict[str, Rows]]
    load: Callable[[Import], None]
    erase: Callable[[Any, datetime], None]


_contributors: dict[str, Contributor] = {}


def register(contributor: Contributor) -> None:
    """Register a package; apps do so in `ready`, lower layers first."""
    _contributors[contributor.name] = contributor


def contributors() -> tuple[Contributor, ...]:
    return tuple(_contributors.values())


def export(person: Any) -> dict[str, Any]:
    """Return everything this person may export, as plain values."""
    data: dict[str, Any] = {"everyhour": FORMAT}
    tables = {table.name: table for each in contributors() for table in each.tables}
    for contributor in contributors():
        for name, rows in contributor.export(person).items():
            data[name] = _merge(tables[name], data[name], rows) if name in data else rows
    return data


def _merge(table: ExportTable, below: Rows, above: Rows) -> Rows:
    """Merge rows by id. A higher package exports part of a row it refers to; the lower one, all."""
    return table.sort({row["id"]: row for row in [*above, *below]}.values())


def serialize(data: Mapping[str, Any]) -> bytes:
    """Return canonical JSON, so that the same data are the same bytes."""
    return (json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def deserialize(content: bytes) -> dict[str, Any]:
    """Parse what `serialize` returned; raise ImportRejected for anything else."""
    try:
        data = json.loads(content)
        if (
            "\x00" in json.dumps(data, ensure_ascii=False).encode().decode()
            or b"\\u0000" in content
        ):
            raise ValueError("PostgreSQL cannot store NUL")
    except (ValueError, RecursionError) as error:
        raise ImportRejected(_("This is not a file that Everyhour wrote.")) from error
    if not isinstance(data, dict) or data.get("everyhour") != FORMAT:
        raise ImportRejected(_("This is not a file that Everyhour wrote."))
    return data


def load(data: Mapping[str, Any], *, person: Any) -> None:
    """Import everything into one account. Call it in a transaction."""
    loading = Import(person, data)
    for contributor in contributors():
        contributor.load(loading)


def erase(person: Any, *, at: datetime) -> None:
    """Erase everything about this person, higher layers first. Call it in a transaction."""
    for contributor in reversed(contributors()):
        contributor.erase(person, at)
