"""The filter of ideas: any query is one, what fits says so itself, and loosening leads on."""

from itertools import pairwise
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everyhour.domain.practices.tests import libraries
from everyhour.features.library.filters import CHOICES, Filter, loosen

REAL = [{"facts": file.facts} for file in libraries.real().items.values()]
PUSH = {
    "states": ["alert", "alarm"],
    "seconds": {"from": 30, "to": 300},
    "age": {"from": 3, "to": 10},
    "works_in": ["home", "car"],
    "materials": [],
    "touch": "optional",
}
filters = st.fixed_dictionaries(
    {part: st.sampled_from(("", *of)) for part, of in CHOICES.items()}
).map(lambda parts: Filter(**parts))
entries = st.lists(st.sampled_from(REAL), max_size=30)
queries = st.dictionaries(
    st.sampled_from((*CHOICES, "q", "other")),
    st.text(max_size=8) | st.sampled_from([value for of in CHOICES.values() for value in of]),
)


def fits(facts: dict, **asked: str) -> bool:
    return Filter(**asked).fits({"facts": facts})


@given(queries)
def test_any_query_is_a_filter_of_known_choices(query):
    chosen = Filter.from_query(query)

    assert all(value in CHOICES[part] for part, value in chosen.parts.items())
    assert chosen.parts.items() <= query.items()


@given(filters, st.text(min_size=1, max_size=20))
def test_query_of_a_filter_reads_as_the_same_filter(chosen, search):
    query = dict(parse_qsl(chosen.to_query(search), strict_parsing=True))

    assert Filter.from_query(query) == chosen
    assert query == {"q": search, **chosen.parts}


@given(filters, st.sampled_from(REAL))
def test_an_idea_fits_when_it_fits_each_part(chosen, entry):
    each = [Filter(**{part: value}).fits(entry) for part, value in chosen.parts.items()]

    assert chosen.fits(entry) == all(each)


@given(filters, entries)
def test_loosening_leads_to_as_many_ideas_as_it_says(chosen, listed):
    loosened = list(loosen(chosen, listed))

    assert all(more[1] >= less[1] > 0 for more, less in pairwise(loosened))
    for part, count in loosened:
        assert len([entry for entry in listed if chosen.without(part).fits(entry)]) == count
    fitting_without = {part for part in chosen.parts if any(map(chosen.without(part).fits, listed))}
    assert {part for part, _ in loosened} == fitting_without


@given(st.sampled_from(REAL))
def test_what_takes_one_minute_fits_longer_times_too(entry):
    one, five, fifteen = (Filter(minutes=minutes).fits(entry) for minutes in ("1", "5", "15"))

    assert one <= five <= fifteen


@pytest.mark.parametrize("part", [part for part in CHOICES if part != "favourite"])
def test_each_choice_finds_some_ideas_and_not_all(part):
    for value in CHOICES[part]:
        count = sum(map(Filter(**{part: value}).fits, REAL))

        assert 0 < count < len(REAL), value


def test_empty_filter_asks_nothing():
    assert Filter().parts == {}
    assert Filter().to_query() == ""
    assert all(map(Filter().fits, REAL))
    assert list(loosen(Filter(), REAL)) == []


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({"minutes": "1"}, False),
        ({"minutes": "5"}, True),
        ({"age": "2"}, False),
        ({"age": "3"}, True),
        ({"age": "10"}, True),
        ({"age": "11"}, False),
        ({"place": "car"}, True),
        ({"place": "school"}, False),
        ({"needs": "nothing"}, True),
        ({"touch": "without"}, True),
        ({"state": "alarm"}, True),
        ({"state": "terror"}, False),
    ],
    ids=str,
)
def test_each_part_reads_its_fact(asked, answer):
    assert fits(PUSH, **asked) is answer


def test_needed_touch_and_things_do_not_fit():
    assert not fits({**PUSH, "touch": "needed"}, touch="without")
    assert not fits({**PUSH, "materials": ["a wall"]}, needs="nothing")


@pytest.mark.parametrize(
    "asked", [{"minutes": "15"}, {"place": "home"}, {"needs": "nothing"}, {"touch": "without"}]
)
def test_what_an_idea_does_not_say_it_does_not_promise(asked):
    assert not fits({}, **asked)
    assert Filter(**asked).is_of_things_to_do


def test_without_an_age_an_idea_is_for_every_age():
    assert all(fits({}, age=years) for years in CHOICES["age"])
    assert not Filter(age="4", state="alarm").is_of_things_to_do


def test_age_lived_and_age_acted_must_both_suit():
    older = {**PUSH, "real_age": {"from": 8, "to": 99}}

    assert not fits(older, age="5")
    assert fits(older, age="9")


def test_months_of_babies_are_part_of_their_years():
    baby = {"age": {"from": 0, "to": 2}, "months": {"from": 0, "to": 11}}
    toddler = {"age": {"from": 0, "to": 2}, "months": {"from": 6, "to": 18}}

    assert [fits(baby, age=years) for years in "012"] == [True, False, False]
    assert [fits(toddler, age=years) for years in "012"] == [True, True, False]
