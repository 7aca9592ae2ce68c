"""Every state and situation has enough offers in our library, and the bundle stays small."""

import gzip
import json

import pytest

from everyhour.domain.practices.tests.libraries import real
from everyhour.domain.practices.vocabulary import SITUATIONS, STATES
from everyhour.domain.recommendations import advisor, bundle
from everyhour.domain.recommendations.advisor import PRESENCE_ONLY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


def cells(state: str):
    carried = bundle.current("en")
    for situation, cell in carried["chances"][state].items():
        yield situation, {carried["practices"][index]["slug"]: p for index, p in cell}


def test_a_pocket_holds_a_cell_for_every_state_and_situation():
    chances = bundle.current("en")["chances"]

    assert set(chances) == set(STATES)
    assert all(set(cell) == {*SITUATIONS, "any"} for cell in chances.values())


@pytest.mark.parametrize("state", STATES)
def test_each_cell_has_enough_to_offer(state, request):
    least = 1 if state in PRESENCE_ONLY else 3

    assert {situation: len(cell) for situation, cell in cells(state) if len(cell) < least} == {}


@pytest.mark.parametrize("state", STATES)
def test_the_probabilities_of_each_cell_sum_to_one(state):
    assert all(sum(cell.values()) == pytest.approx(1, abs=1e-4) for _, cell in cells(state))
    assert all(p > 0 for _, cell in cells(state) for p in cell.values())


@pytest.mark.parametrize("state", sorted(PRESENCE_ONLY))
def test_fear_and_terror_hold_only_presence(state):
    held = {slug for _, cell in cells(state) for slug in cell}

    assert held
    assert all(real().items["activity", slug].facts["presence"] is True for slug in held)


@pytest.mark.parametrize("state", STATES)
def test_a_cell_holds_only_what_was_made_for_its_state(state):
    assert all(
        state in real().items["activity", slug].facts["states"]
        for _, cell in cells(state)
        for slug in cell
    )


def test_both_languages_carry_the_same_probabilities():
    english, spanish = bundle.current("en"), bundle.current("es")

    assert english["chances"] == spanish["chances"]
    assert [p["slug"] for p in english["practices"]] == [p["slug"] for p in spanish["practices"]]
    assert english["rule"] == spanish["rule"] == advisor.RULE


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_practice_says_something_short_enough_at_fear_and_terror(language):
    carried = bundle.current(language)
    held = {
        index
        for state in PRESENCE_ONLY
        for cell in carried["chances"][state].values()
        for index, _ in cell
    }

    assert all(
        carried["practices"][index]["say"].get(state) or carried["practices"][index]["say"][""]
        for index in held
        for state in PRESENCE_ONLY
    )


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_pocket_fits_any_phone(language):
    """Compressed as the server sends it; 60 KB is a second on a slow network."""
    body = json.dumps(bundle.current(language), ensure_ascii=False, separators=(",", ":")).encode()

    assert len(gzip.compress(body, 6)) < 60 * 1024
