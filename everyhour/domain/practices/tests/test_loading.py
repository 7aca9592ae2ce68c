"""Loading the library creates an edition of each changed item, or changes nothing at all."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from everyhour.domain.practices import actions
from everyhour.domain.practices.actions import Loaded
from everyhour.domain.practices.files import Library, Unreadable
from everyhour.domain.practices.models import Edition, Item
from everyhour.domain.practices.tests.libraries import MONDAY, edit

TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)
ITEMS = 10 + len(actions.VOCABULARIES)  # nine items, one country, four vocabularies
WALL = "activities/wall-push.md"

pytestmark = pytest.mark.django_db


def load(root, at=MONDAY) -> Loaded:
    return actions.load(Library(root), at=at)


def editions(slug="wall-push"):
    return list(Edition.objects.for_item("activity", slug).order_by("number"))


def test_first_load_creates_one_edition_of_each_item(root):
    loaded = load(root)

    assert loaded == Loaded(new=ITEMS)
    assert Edition.objects.current().count() == Edition.objects.count() == ITEMS
    assert set(editions()[0].texts) == {"en", "es"}


def test_second_load_changes_nothing(root):
    load(root)
    before = list(Edition.objects.values())

    loaded = load(root, at=TUESDAY)

    assert loaded == Loaded(same=ITEMS)
    assert list(Edition.objects.values()) == before


@pytest.mark.parametrize("name", [WALL, f"es/{WALL}"], ids=["English", "Spanish"])
def test_edited_text_becomes_a_new_edition_beside_the_old(root, name):
    load(root)
    language = "es" if name.startswith("es/") else "en"
    old_title = editions()[0].texts[language]["title"]
    edit(root / name, f"# {old_title}", "# Lean on it")

    loaded = load(root, at=TUESDAY)

    first, second = editions()
    assert loaded == Loaded(changed=1, same=ITEMS - 1)
    assert (first.texts[language]["title"], second.texts[language]["title"]) == (
        old_title,
        "Lean on it",
    )
    assert (first.number, first.loaded_at, second.number, second.loaded_at) == (
        1,
        MONDAY,
        2,
        TUESDAY,
    )
    assert list(Edition.objects.current().for_item("activity", "wall-push")) == [second]


def test_changed_fact_becomes_a_new_edition(root):
    load(root)
    edit(root / WALL, "{from: 4, to: 99}", "{from: 5, to: 99}")

    load(root, at=TUESDAY)

    assert [edition.facts["age"]["from"] for edition in editions()] == [4, 5]


def test_changed_vocabulary_becomes_a_new_edition(root):
    load(root)
    edit(root / "sources.yaml", "The founding document", "The first document")

    assert load(root, at=TUESDAY) == Loaded(changed=1, same=ITEMS - 1)


def test_removed_file_is_withdrawn_and_keeps_its_editions(root):
    load(root)
    (root / WALL).unlink()
    (root / "es" / WALL).unlink()

    loaded = load(root, at=TUESDAY)

    item = Item.objects.get(kind="activity", slug="wall-push")
    assert loaded == Loaded(same=ITEMS - 1, withdrawn=1)
    assert item.withdrawn_at == TUESDAY
    assert item not in Item.objects.in_use()
    assert not Edition.objects.current().for_item("activity", "wall-push").exists()
    assert len(editions()) == 1


def test_withdrawal_is_counted_once(root):
    load(root)
    (root / WALL).unlink()
    load(root, at=TUESDAY)

    assert load(root, at=WEDNESDAY) == Loaded(same=ITEMS - 1)
    assert Item.objects.get(kind="activity", slug="wall-push").withdrawn_at == TUESDAY


def test_restored_file_is_in_use_again(root):
    load(root)
    kept = (root / WALL).read_text()
    (root / WALL).unlink()
    load(root, at=TUESDAY)
    (root / WALL).write_text(kept)

    load(root, at=WEDNESDAY)

    assert Item.objects.get(kind="activity", slug="wall-push").withdrawn_at is None
    [current] = Edition.objects.current().for_item("activity", "wall-push")
    assert current == editions()[-1]
    assert current.texts == editions()[0].texts


@pytest.mark.parametrize("name", [WALL, f"es/{WALL}", "cautions.yaml"])
def test_one_unreadable_file_prevents_the_load(root, name):
    load(root)
    before = list(Edition.objects.values()), list(Item.objects.values())
    edit(root / "activities/i-am-here.md", "# I am here", "# Here I am")
    (root / "activities/bubble-gum-break.md").unlink()
    edit(root / name, "\n", "\n[broken: {\n" if name.endswith("yaml") else "\n\x00")

    with pytest.raises(Unreadable, match=name):
        load(root, at=TUESDAY)

    assert (list(Edition.objects.values()), list(Item.objects.values())) == before


def test_edition_cannot_be_saved_again(root):
    load(root)
    edition = editions()[0]
    edition.texts = {"en": {"title": "Something nobody was shown"}}

    with pytest.raises(TypeError, match="An edition never changes"):
        edition.save()

    assert editions()[0].texts["en"]["title"] == "Push the wall together"


def test_items_and_editions_are_unique_in_the_database(root):
    load(root)
    edition = editions()[0]
    again = Edition(item=edition.item, number=1, digest="", facts={}, texts={}, loaded_at=TUESDAY)

    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.create(kind="activity", slug="wall-push")
    with pytest.raises(IntegrityError), transaction.atomic():
        edition.item.delete()
