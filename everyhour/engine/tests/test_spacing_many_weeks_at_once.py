"""The figures of many weeks at once are those of each week alone: worked weeks, weeks of 167 and 169 hours, and any other."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everyhour.engine.dosing import Dose, Spacing, Span
from everyhour.engine.dosing_many import AT_ONCE, Figures, Weeks, figures
from everyhour.engine.tests.test_spacing_a_week import WEEKS

SIX = tuple((day * 24 + 7, day * 24 + 21) for day in range(6))
SPRING = Span(167.0, days=(0, 24, 48, 72, 96, 120, 144), awake=(*SIX, (150, 164)))
AUTUMN = Span(169.0, days=(0, 24, 48, 72, 96, 120, 144), awake=(*SIX, (152, 166)))
SPANS = (
    Span(),
    SPRING,
    AUTUMN,
    Span(awake=tuple((day * 24 + 6.5, day * 24 + 20.5) for day in range(7))),
)

# Times on a grid of minutes meet the edges: ten minutes apart, the same instant, a full hour, half past ten.
times = st.one_of(
    st.floats(0, 166.99), st.integers(0, 167 * 60 - 1).map(lambda minute: minute / 60)
)
doses = st.builds(
    Dose, at=times, clock=st.one_of(st.none(), st.floats(0, 23.99)), given=st.booleans()
)
lists = st.lists(doses, max_size=40)


def together(weeks: list[list[Dose]], span_of: list[int] | None = None, **settings) -> Figures:
    told = [dose for week in weeks for dose in week]
    return figures(
        Weeks(
            starts=np.cumsum([0, *map(len, weeks)]),
            at=np.array([dose.at for dose in told], float),
            given=np.array([dose.given for dose in told], bool),
            clock=np.array([np.nan if dose.clock is None else dose.clock for dose in told], float),
            spans=SPANS,
            span_of=np.array(span_of or [0] * len(weeks)),
        ),
        **settings,
    )


def assert_alike(many: Figures, weeks: list[Spacing]) -> None:
    for name in (each.name for each in fields(Figures)):
        one_by_one = [getattr(week, name) for week in weeks]
        assert getattr(many, name) == pytest.approx(np.array(one_by_one), rel=1e-9, abs=1e-9), name


def test_the_worked_weeks_have_their_figures_side_by_side():
    weeks = [
        [
            Dose(at, given=flag)
            for at, flag in zip(
                told["times"], told.get("give_flags", [True] * told["n"]), strict=True
            )
        ]
        for told in WEEKS.values()
    ]

    assert_alike(together(weeks), [Spacing(week) for week in weeks])


@settings(deadline=None, max_examples=80)
@given(weeks=st.lists(st.tuples(lists, st.integers(0, 3)), max_size=12))
def test_any_weeks_have_the_figures_each_has_alone(weeks):
    many = together([week for week, _ in weeks], [kind for _, kind in weeks])

    assert_alike(many, [Spacing(week, SPANS[kind]) for week, kind in weeks])


@settings(deadline=None, max_examples=50)
@given(
    week=st.lists(
        st.integers(0, 600).map(lambda minute: Dose(minute / 60, given=minute % 3 > 0)),
        max_size=120,
    )
)
def test_long_chains_of_near_moments_join_as_they_do_alone(week):
    assert_alike(together([week, [], week]), [Spacing(week), Spacing([]), Spacing(week)])


@settings(deadline=None, max_examples=25)
@given(week=lists, rested_after=st.floats(0.2, 6), gives_per_get=st.floats(0.5, 10))
def test_a_family_may_set_what_rest_and_balance_are(week, rested_after, gives_per_get):
    many = together([week], rested_after=rested_after, gives_per_get=gives_per_get)

    assert_alike(many, [Spacing(week, rested_after=rested_after, gives_per_get=gives_per_get)])


@pytest.mark.parametrize(("kind", "hours"), [(1, 167), (2, 169)])
def test_a_week_in_which_clocks_change_keeps_its_own_length(kind, hours):
    many = together([[], [Dose(10.0)]], [kind, kind])

    assert many.longest_gap.tolist() == [hours, hours]
    assert many.covered_share.tolist() == [0, 1 / hours]


def test_portions_come_back_in_the_order_in_which_they_were_given():
    rng = np.random.default_rng(168)
    weeks = [[Dose(at) for at in rng.uniform(0, 166, rng.integers(0, 30))] for _ in range(300)]
    kinds = rng.integers(0, 4, 300).tolist()
    few = [i for i in range(300) if i % 7 == 0]

    many = together(weeks * (AT_ONCE // 2000), kinds * (AT_ONCE // 2000))

    assert len(many.n) > AT_ONCE // 15
    assert many.effective.reshape(-1, 300)[-1][few] == pytest.approx(
        [Spacing(weeks[i], SPANS[kinds[i]]).effective for i in few]
    )


def test_no_weeks_have_no_figures():
    assert len(together([]).n) == 0
