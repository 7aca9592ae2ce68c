"""Every state and situation of our library has enough practices, and the bundle stays small."""

import pytest

from everyhour.domain.practices.tests.libraries import real
from everyhour.domain.practices.vocabulary import SITUATIONS, STATES
from everyhour.domain.recommendations import advisor, bundle
from everyhour.domain.recommendations.advisor import PRESENCE_ONLY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library"), pytest.mark.slow]


def cells(state: str):
    current = bundle.current("en")
    for situation, cell in current["chances"][state].items():
        yield situation, {current["practices"][index]["slug"]: p for index, p in cell}


def test_bundle_has_a_cell_for_every_state_and_situation():
    chances = bundle.current("en")["chances"]

    assert set(chances) == set(STATES)
    assert all(set(cell) == {*SITUATIONS, "any"} for cell in chances.values())


@pytest.mark.parametrize("state", STATES)
def test_each_cell_has_enough_practices(state):
    least = 1 if state in PRESENCE_ONLY else 3

    assert {situation: len(cell) for situation, cell in cells(state) if len(cell) < least} == {}


@pytest.mark.parametrize("state", STATES)
def test_probabilities_of_each_cell_sum_to_one(state):
    assert all(sum(cell.values()) == pytest.approx(1, abs=1e-4) for _, cell in cells(state))
    assert all(p > 0 for _, cell in cells(state) for p in cell.values())


@pytest.mark.parametrize("state", sorted(PRESENCE_ONLY))
def test_fear_and_terror_have_only_presence(state):
    found = {slug for _, cell in cells(state) for slug in cell}

    assert found
    assert all(real().items["activity", slug].facts["presence"] is True for slug in found)


@pytest.mark.parametrize("state", STATES)
def test_cells_have_only_practices_for_their_state(state):
    assert all(
        state in real().items["activity", slug].facts["states"]
        for _, cell in cells(state)
        for slug in cell
    )


def test_both_languages_have_the_same_probabilities():
    english, spanish = bundle.current("en"), bundle.current("es")

    assert english["chances"] == spanish["chances"]
    assert [p["slug"] for p in english["practices"]] == [p["slug"] for p in spanish["practices"]]
    assert english["rule"] == spanish["rule"] == advisor.RULE


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_practice_has_words_for_fear_and_terror(language):
    current = bundle.current(language)
    found = {
        index
        for state in PRESENCE_ONLY
        for cell in current["chances"][state].values()
        for index, _ in cell
    }

    assert all(
        current["practices"][index]["say"].get(state) or current["practices"][index]["say"][""]
        for index in found
        for state in PRESENCE_ONLY
    )


@pytest.mark.parametrize("language", ["en", "es"])
def test_bundle_is_smaller_than_60_kb(language):
    """Compressed as the server sends it; 60 KB is a second on a slow network."""
    sent = bundle.serialize(bundle.current(language))

    assert len(sent["br"]) < 60 * 1024
    assert len(sent["gzip"]) < 70 * 1024
