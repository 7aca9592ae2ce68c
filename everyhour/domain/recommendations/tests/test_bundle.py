"""The offline bundle: its version depends only on its content, on any machine."""

import random
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from everyhour.domain.practices import actions
from everyhour.domain.practices.files import Library
from everyhour.domain.practices.models import Edition
from everyhour.domain.practices.tests.libraries import MONDAY, edit
from everyhour.domain.recommendations import bundle
from everyhour.domain.recommendations.models import OfflineBundle

pytestmark = pytest.mark.django_db

WALL = "activities/wall-push.md"
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


def load(root, at=MONDAY) -> bundle.Built:
    actions.load(Library(root), at=at)
    return bundle.build(at=at)


def editions() -> list[Edition]:
    return list(
        Edition.objects.current().select_related("item").order_by("item__kind", "item__slug")
    )


@pytest.fixture
def empty_memory(monkeypatch):
    """A process that has not read a bundle yet."""
    monkeypatch.setattr(bundle, "_last_seen", {})
    bundle._body.cache_clear()


@pytest.fixture
def no_database():
    """Make every query fail, as when the database server is down."""

    def fail(execute, sql, params, many, context):
        raise OperationalError("the connection is closed")

    return lambda: connection.execute_wrapper(fail)


def test_each_language_has_one_bundle(root):
    built = load(root)

    assert built.new
    assert [bundle.current(language)["language"] for language in ("en", "es")] == ["en", "es"]
    assert {bundle.current(language)["version"] for language in ("en", "es")} == {built.version}
    assert (
        bundle.current("es")["practices"][0]["title"]
        != bundle.current("en")["practices"][0]["title"]
    )


def test_unchanged_content_stores_nothing(root):
    first = load(root)
    before = list(OfflineBundle.objects.values())

    again = bundle.build(at=TUESDAY)

    assert (again.version, again.new) == (first.version, False)
    assert list(OfflineBundle.objects.values()) == before


def test_same_content_in_another_database_has_the_same_version(root):
    first = load(root)
    OfflineBundle.objects.all().delete()
    Edition.objects.all().delete()

    assert load(root, at=WEDNESDAY).version == first.version


def test_version_does_not_depend_on_the_order_of_editions(root):
    load(root)
    in_order, shuffled = editions(), editions()
    random.Random(168).shuffle(shuffled)

    versions = [
        bundle.digest({language: bundle.compose(found, language) for language in ("en", "es")})
        for found in (in_order, shuffled)
    ]

    assert versions[0] == versions[1]


def test_digest_does_not_depend_on_the_order_of_keys(root):
    load(root)
    body = bundle.compose(editions(), "en")

    assert bundle.digest({"en": body}) == bundle.digest({"en": dict(reversed(body.items()))})


def test_changed_content_has_a_new_version_and_keeps_the_old(root):
    first = load(root)
    edit(root / WALL, "# Push the wall together", "# Lean on it")

    second = load(root, at=TUESDAY)

    assert second.version != first.version
    assert bundle.current("en")["version"] == second.version
    old, new = (
        next(
            p
            for p in OfflineBundle.objects.get(version=b.version, language="en").body["practices"]
            if p["slug"] == "wall-push"
        )
        for b in (first, second)
    )
    assert (old["title"], new["title"]) == ("Push the wall together", "Lean on it")
    assert (old["edition"], new["edition"]) == (1, 2)


def test_change_in_one_language_renews_both_bundles(root):
    first = load(root)
    edit(root / "es" / WALL, "# Empujar", "# Apoyarse en")

    second = load(root, at=TUESDAY)

    assert second.version != first.version
    assert {bundle.current(language)["version"] for language in ("en", "es")} == {second.version}


def test_bundle_of_restored_editions_becomes_current_again(root):
    first = load(root)
    wall = Edition.objects.get(item__slug="wall-push")
    edit(root / WALL, "# Push the wall together", "# Lean on it")
    second = load(root, at=TUESDAY)
    Edition.objects.filter(item=wall.item).exclude(pk=wall.pk).delete()

    third = bundle.build(at=WEDNESDAY)

    assert (third.version, third.new) == (first.version, False)
    assert third.version != second.version
    assert bundle.current("en")["version"] == bundle.current("es")["version"] == first.version
    assert OfflineBundle.objects.count() == 4


def test_restored_files_are_in_the_current_bundle(root):
    load(root)
    edit(root / WALL, "# Push the wall together", "# Lean on it")
    load(root, at=TUESDAY)
    edit(root / WALL, "# Lean on it", "# Push the wall together")

    load(root, at=WEDNESDAY)

    wall = next(p for p in bundle.current("en")["practices"] if p["slug"] == "wall-push")
    assert wall["title"] == "Push the wall together"


def test_version_and_language_are_unique(root):
    built = load(root)

    with pytest.raises(IntegrityError), transaction.atomic():
        OfflineBundle.objects.create(
            version=built.version, language="en", rule="", built_at=TUESDAY, body={}
        )


def test_missing_bundle_names_the_command_to_load_it(empty_memory):
    with pytest.raises(OfflineBundle.DoesNotExist, match="Run `everyhour content load`"):
        bundle.current("en")


def test_last_bundle_is_served_without_the_database(root, empty_memory, no_database):
    load(root)
    before = bundle.current("en")

    with no_database():
        assert bundle.current("en") == before


def test_database_error_without_a_bundle_in_memory_is_raised(root, empty_memory, no_database):
    load(root)
    bundle.current("en")

    with no_database(), pytest.raises(OperationalError):
        bundle.current("es")


def test_database_lost_between_two_queries_serves_the_last_bundle(root, empty_memory):
    load(root)
    before = bundle.current("en")
    edit(root / WALL, "# Push the wall together", "# Lean on it")
    load(root, at=TUESDAY)
    queries = []

    def fail_after_one(execute, sql, params, many, context):
        queries.append(sql)
        if len(queries) > 1:
            raise OperationalError("the connection is closed")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail_after_one):
        assert bundle.current("en") == before


def test_missing_translation_falls_back_to_english(root):
    (root / "es" / WALL).unlink()

    load(root)

    wall = next(p for p in bundle.current("es")["practices"] if p["slug"] == "wall-push")
    assert wall["title"] == "Push the wall together"
    assert wall["steps"]
