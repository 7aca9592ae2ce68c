"""A child's limits from what the family said: two ages, months, body and touch."""

from datetime import date

import pytest

from everyhour.domain.families import births
from everyhour.domain.families.models import Child
from everyhour.domain.practices.vocabulary import BODIES
from everyhour.domain.recommendations import context
from everyhour.engine.choosing import GATES

NOVEMBER = (2026, 11)


def wishes(**said):
    return context.wishes(Child(**said), NOVEMBER)


@pytest.mark.parametrize(
    ("born_in", "real_age", "months"),
    [
        (date(2026, 11, 1), 0, 0),
        (date(2026, 2, 1), 0, 9),
        (date(2025, 12, 1), 0, 11),
        (date(2025, 11, 1), 1, 12),
        (date(2023, 12, 1), 2, 35),
        (date(2023, 11, 1), 3, None),
        (date(2013, 12, 1), 12, None),
        (date(2013, 11, 1), 13, None),
        (date(2026, 12, 1), 0, 0),  # born this month, seen from a time zone behind
    ],
)
def test_real_age_counts_in_months_below_three_years(born_in, real_age, months):
    found = wishes(born_in=born_in)

    assert (found.real_age, found.months, found.age) == (real_age, months, real_age)


def test_only_a_year_of_birth_counts_as_the_youngest_possible_age():
    known = wishes(born_in=births.born_in(2020, None))

    assert known.real_age == 5  # it may be six


def test_only_a_year_of_birth_ends_touch_at_care_when_the_child_may_be_ten():
    sure, unsure = births.born_in(2017, None), births.born_in(2016, None)

    assert wishes(born_in=sure, care_touch=True).care_touch
    assert wishes(born_in=unsure, care_touch=True).real_age == 9
    assert not wishes(born_in=unsure, care_touch=True).care_touch


def test_age_a_child_acts_stands_beside_the_real_age():
    found = wishes(born_in=date(2014, 5, 1), functions_like_age=3)

    assert (found.age, found.real_age, found.months) == (3, 12, None)


def test_acting_like_a_newborn_is_an_age():
    assert wishes(born_in=date(2024, 1, 1), functions_like_age=0).age == 0


def test_unknown_age_means_no_touch():
    unknown = wishes(care_touch=True)

    assert (unknown.age, unknown.real_age, unknown.months) == (None, None, None)
    assert (unknown.touch, unknown.care_touch) == (False, False)
    assert wishes(functions_like_age=4).touch


def test_touch_is_welcome_until_it_is_refused():
    born_in = date(2018, 5, 1)

    assert wishes(born_in=born_in).touch
    assert not wishes(born_in=born_in, no_touch=True).touch


@pytest.mark.parametrize(
    ("born_in", "welcome"), [(date(2016, 12, 1), True), (date(2016, 11, 1), False), (None, False)]
)
def test_care_touch_needs_a_yes_and_a_child_under_ten(born_in, welcome):
    acts = {"functions_like_age": 4}  # how old a child acts is not enough

    assert wishes(born_in=born_in, care_touch=True, **acts).care_touch is welcome
    assert not wishes(born_in=born_in, **acts).care_touch


def test_known_bodies_become_limits_and_others_do_not():
    assert wishes(bodies=["deaf", "seated"]).bodies == {"deaf", "seated"}
    assert wishes(bodies=[*BODIES, "wings"]).bodies == set(BODIES)
    assert wishes().bodies == frozenset()


def test_families_and_unknown_children_pass_the_newest_gates():
    assert wishes().gates == context.UNKNOWN.gates == GATES


def test_child_nobody_described_has_the_limits_of_an_empty_form():
    empty, unknown = wishes(), context.UNKNOWN

    names = ("age", "real_age", "months", "touch", "care_touch", "bodies", "gates")
    assert [getattr(empty, n) for n in names] == [getattr(unknown, n) for n in names]
