"""Something else on Today: each another draw with its probabilities, and never a dead end."""

from datetime import UTC, datetime

import pytest
import time_machine

from everyhour.domain.recommendations import bundle, decisions
from everyhour.domain.recommendations.models import Decision
from everyhour.features.home.today import MOST_OTHERS
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

THURSDAY = datetime(2026, 11, 19, 23, 40, tzinfo=UTC)  # 5:40 pm in Chicago
DAY = {"wakes": 420, "school_starts": 510, "home_again": 930, "dinner": 1095, "bed": 1200}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(THURSDAY, tick=False) as moved:
        yield moved


@pytest.fixture
def ada(client):
    family = make.family()
    make.child(family, day=DAY, hard=["mealtime"], functions_like_age=7)
    ada = make.guardian(family, name="Ada")
    client.force_login(ada.person)
    return ada


def ask(client, number: int):
    part = client.get("/en/today/").context["today"].part
    return client.post("/en/today/another/", {"part": part, "number": str(number)}, follow=True)


def practice(page) -> str:
    return page.context["today"].next.practice


def test_each_is_another_practice_with_its_own_recorded_probability(client, ada):
    shown = [practice(client.get("/en/today/"))]
    shown += [practice(ask(client, number)) for number in range(1, MOST_OTHERS + 1)]

    kept = list(Decision.objects.order_by("key"))
    assert len(set(shown)) == len(kept) == MOST_OTHERS + 1
    for number, decision in enumerate(kept):
        made = decisions.decode(decision)
        assert decision.practice == shown[number]
        assert not set(shown[:number]) & set(made.slugs)
        assert sum(made.probabilities) == pytest.approx(1)
        assert made.probability == made.probabilities[made.slugs.index(made.slug)] > 0
        assert decisions.replays_same(decision)


def test_asking_twice_moves_on_once_and_going_back_decides_nothing_anew(client, ada):
    first = practice(client.get("/en/today/"))

    second, again = practice(ask(client, 1)), practice(ask(client, 1))

    assert first != second == again
    assert practice(ask(client, 0)) == first
    assert practice(ask(client, 1)) == second
    assert Decision.objects.count() == 2


def test_after_the_last_comes_a_kind_sentence_and_the_way_back(client, ada):
    first = practice(client.get("/en/today/"))
    assert "Something else" in ask(client, MOST_OTHERS).text

    page = ask(client, MOST_OTHERS + 1)

    assert page.context["today"].next is None
    assert "Those were my ideas for now." in page.text and "Something else" not in page.text
    assert 'name="number" value="0"' in page.text
    assert practice(ask(client, 0)) == first


@pytest.mark.parametrize("number", ["", "-1", "99", "one", "²"])
def test_numbers_that_no_button_has_show_the_first(client, ada, number):
    first = practice(client.get("/en/today/"))

    assert practice(ask(client, number)) == first


def test_what_was_passed_over_is_not_explained_as_never(client, ada):
    first = practice(client.get("/en/today/"))

    page = ask(client, 1)

    stored = Decision.objects.get(practice=practice(page)).body["why"]["others"]
    assert first not in [one["slug"] for one in stored]


def test_never_said_of_the_first_still_leaves_two_different_ones(client, ada):
    first, second = practice(client.get("/en/today/")), practice(ask(client, 1))
    child = ada.family.children.get()
    child.never = [first]
    child.save()

    now, other = practice(ask(client, 0)), practice(ask(client, 1))

    assert first not in (now, other) and now != other
    assert second in (now, other) or now != second


def test_another_part_of_the_day_begins_with_its_own_first(client, ada, clock):
    practice(ask(client, 1))

    clock.move_to(THURSDAY.replace(hour=20))

    assert client.get("/en/today/").context["today"].another == 0


def test_without_a_child_the_bundles_rule_offers_another(client):
    client.force_login(make.guardian(make.family()).person)

    shown = [practice(client.get("/en/today/")), practice(ask(client, 1)), practice(ask(client, 2))]

    assert len(set(shown)) == 3
    assert {p["slug"] for p in bundle.current("en")["practices"]} >= set(shown)
    assert not Decision.objects.exists()
