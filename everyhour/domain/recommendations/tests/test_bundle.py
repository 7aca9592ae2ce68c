"""The offline bundle: its version follows from its content alone, on any machine."""

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
def nothing_in_memory(monkeypatch):
    """A process that has just begun and saw no pocket yet."""
    monkeypatch.setattr(bundle, "_last_seen", {})
    bundle._body.cache_clear()


@pytest.fixture
def database_away():
    """Make every query fail, as when the database server is down."""

    def gone(execute, sql, params, many, context):
        raise OperationalError("the connection is closed")

    return lambda: connection.execute_wrapper(gone)


def test_there_is_one_pocket_for_each_language(root):
    built = load(root)

    assert built.new
    assert [bundle.current(language)["language"] for language in ("en", "es")] == ["en", "es"]
    assert {bundle.current(language)["version"] for language in ("en", "es")} == {built.version}
    assert (
        bundle.current("es")["practices"][0]["title"]
        != bundle.current("en")["practices"][0]["title"]
    )


def test_building_again_writes_nothing(root):
    first = load(root)
    before = list(OfflineBundle.objects.values())

    again = bundle.build(at=TUESDAY)

    assert (again.version, again.new) == (first.version, False)
    assert list(OfflineBundle.objects.values()) == before


def test_another_database_with_the_same_content_gives_the_same_version(root):
    first = load(root)
    OfflineBundle.objects.all().delete()
    Edition.objects.all().delete()

    assert load(root, at=WEDNESDAY).version == first.version


def test_the_order_in_which_editions_come_does_not_change_the_version(root):
    load(root)
    given, shuffled = editions(), editions()
    random.Random(168).shuffle(shuffled)

    versions = [
        bundle.digest({language: bundle.compose(found, language) for language in ("en", "es")})
        for found in (given, shuffled)
    ]

    assert versions[0] == versions[1]


def test_a_digest_does_not_feel_the_order_of_keys(root):
    load(root)
    body = bundle.compose(editions(), "en")

    assert bundle.digest({"en": body}) == bundle.digest({"en": dict(reversed(body.items()))})


def test_changed_content_gives_another_version_and_the_old_pocket_is_still_found(root):
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


def test_a_change_in_one_language_renews_the_pockets_of_both(root):
    first = load(root)
    edit(root / "es" / WALL, "# Empujar", "# Apoyarse en")

    second = load(root, at=TUESDAY)

    assert second.version != first.version
    assert {bundle.current(language)["version"] for language in ("en", "es")} == {second.version}


def test_a_pocket_that_carries_the_same_again_is_current_again(root):
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


def test_files_that_go_back_to_what_they_were_are_shown_again(root):
    load(root)
    edit(root / WALL, "# Push the wall together", "# Lean on it")
    load(root, at=TUESDAY)
    edit(root / WALL, "# Lean on it", "# Push the wall together")

    load(root, at=WEDNESDAY)

    wall = next(p for p in bundle.current("en")["practices"] if p["slug"] == "wall-push")
    assert wall["title"] == "Push the wall together"


def test_the_database_keeps_one_body_for_each_version(root):
    built = load(root)

    with pytest.raises(IntegrityError), transaction.atomic():
        OfflineBundle.objects.create(
            version=built.version, language="en", rule="", built_at=TUESDAY, body={}
        )


def test_before_the_first_loading_the_operator_is_told_what_to_do(nothing_in_memory):
    with pytest.raises(OfflineBundle.DoesNotExist, match="Run `everyhour content load`"):
        bundle.current("en")


def test_the_last_pocket_helps_when_the_database_is_away(root, nothing_in_memory, database_away):
    load(root)
    before = bundle.current("en")

    with database_away():
        assert bundle.current("en") == before


def test_without_any_pocket_seen_a_database_that_is_away_is_said(
    root, nothing_in_memory, database_away
):
    load(root)
    bundle.current("en")

    with database_away(), pytest.raises(OperationalError):
        bundle.current("es")


def test_a_database_that_goes_away_between_two_questions_does_not_take_the_pocket_along(
    root, nothing_in_memory
):
    load(root)
    before = bundle.current("en")
    edit(root / WALL, "# Push the wall together", "# Lean on it")
    load(root, at=TUESDAY)
    asked = []

    def gone_after_one(execute, sql, params, many, context):
        asked.append(sql)
        if len(asked) > 1:
            raise OperationalError("the connection is closed")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(gone_after_one):
        assert bundle.current("en") == before


def test_where_a_translation_is_missing_the_english_words_help(root):
    (root / "es" / WALL).unlink()

    load(root)

    wall = next(p for p in bundle.current("es")["practices"] if p["slug"] == "wall-push")
    assert wall["title"] == "Push the wall together"
    assert wall["steps"]
