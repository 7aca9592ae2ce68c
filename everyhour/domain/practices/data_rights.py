"""Data rights of the library: favourites, by kind and slug, as another server knows its items."""

from datetime import datetime

from everyhour.domain.practices.models import Favourite, Item
from everyhour.foundation.data_rights import (
    Contributor,
    ExportTable,
    Import,
    Rows,
    malformed,
    text_of,
)

FAVOURITES = ExportTable(
    "practices.Favourite",
    "favourites",
    ("at",),
    otherwise={"item": "`kind` and `slug`"},
    order=("kind", "slug"),
)


def export(person) -> dict[str, Rows]:
    rows = [
        FAVOURITES.export_row(row, kind=row.item.kind, slug=row.item.slug)
        for row in person.favourites.select_related("item")
    ]
    return {FAVOURITES.name: FAVOURITES.sort(rows)}


def load(loading: Import) -> None:
    """Import favourites; leave out what this server's library does not hold."""
    rows = {
        (text_of(row.get("kind")), text_of(row.get("slug"))): row
        for row in loading.rows(FAVOURITES)
    }
    if any("at" not in row for row in rows.values()):
        raise malformed()
    items = Item.objects.filter(slug__in={slug for _kind, slug in rows})
    known = Favourite.objects.filter(person=loading.person).values_list("item", flat=True)
    wanted = [item for item in items if (item.kind, item.slug) in rows and item.pk not in known]
    loading.save(
        FAVOURITES,
        [
            FAVOURITES.build(rows[item.kind, item.slug], loading, person=loading.person, item=item)
            for item in wanted
        ],
    )


def erase(person, at: datetime) -> None:
    """Do nothing: deleting the account deletes these rows by cascade."""


CONTRIBUTOR = Contributor("practices", (FAVOURITES,), export, load, erase)
