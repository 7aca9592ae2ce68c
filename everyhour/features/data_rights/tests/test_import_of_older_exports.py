"""Exports written by earlier versions import whole, and leave again with the same rows.

`testing/data/exports/` holds one file per version: never edit or regenerate them.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from everyhour.domain.practices.models import Edition, Item
from everyhour.features.data_rights import archive
from everyhour.foundation import data_rights

pytestmark = pytest.mark.django_db

EXPORTS = sorted((Path(__file__).parents[4] / "testing" / "data" / "exports").glob("*.zip"))
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
# Columns that came after the first exports, with what they mean in an export without them.
ADDED = {"children": {"care_touch": False, "bodies": []}, "letter_wishes": {"wanted": []}}


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.stem)
def test_older_export_imports_whole(path):
    with path.open("rb") as file:
        before = archive.unpack(file)
    create_editions(before["moments"])

    person = archive.load_into_new_account(before, at=NOW)
    after = data_rights.export(person)

    assert after.keys() >= before.keys()
    for table, rows in before.items():
        if added := ADDED.get(table):
            rows = [added | row for row in rows]
        assert after[table] == rows, table


def test_exports_with_every_table_are_kept():
    with EXPORTS[0].open("rb") as demo, EXPORTS[1].open("rb") as every:
        counts = {name: len(rows) for name, rows in archive.unpack(every).items() if name[0] != "e"}
        assert len(archive.unpack(demo)["changes"]) > 300

    assert [name for name, count in counts.items() if not count] == []


def create_editions(moments: list[dict]) -> None:
    """Create the editions that moments were shown from, whatever the library says by now."""
    for digest, practice in {row["edition"]: row["practice"] for row in moments}.items():
        if digest:
            item, _new = Item.objects.get_or_create(kind=Item.Kind.ACTIVITY, slug=practice)
            number = item.editions.count() + 1
            Edition.objects.create(
                item=item, number=number, digest=digest, facts={}, texts={}, loaded_at=NOW
            )
