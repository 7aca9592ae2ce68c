"""Invented candidates, wishes and weights, for properties that must hold for any library."""

from hypothesis import strategies as st

from everyhour.engine.choosing import (
    AGE_BOUND,
    BODIES,
    ENERGY_THAT_HELPS,
    PLACES,
    STATES,
    Candidate,
    Tally,
    Wishes,
)

SITUATIONS = ("homework", "car", "bedtime", "bath", "school_drop", "party", "being_hit", "any")
CAUTIONS = (*sorted(AGE_BOUND), "fall", "driver", "touch_consent")

slugs = st.text("abcdefgh-", min_size=1, max_size=8)
states = st.sampled_from(STATES)
situations = st.sampled_from(SITUATIONS)


def some(words) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(words)), max_size=4)


def stretch(most: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(0, most), st.integers(0, most)).map(
        lambda ends: (min(ends), max(ends))
    )


candidates = st.builds(
    Candidate,
    slug=slugs,
    states=some(STATES),
    situations=some(SITUATIONS),
    age=stretch(99),
    seconds=stretch(3600),
    energy=st.sampled_from(sorted(ENERGY_THAT_HELPS["calm"])),
    touch=st.sampled_from(["none", "optional", "needed"]),
    side_by_side=st.booleans(),
    presence=st.booleans(),
    materials=st.integers(0, 3),
    works_in=some(frozenset().union(*PLACES.values())),
    cautions=some(CAUTIONS),
    real_age=st.sampled_from([(0, 99), (0, 12), (13, 99)]),
    months=st.none() | stretch(35),
    bodies=some(BODIES),
)
said = {
    "age": st.none() | st.integers(0, 30),
    "touch": st.booleans(),
    "never": st.frozensets(slugs, max_size=3),
    "real_age": st.none() | st.integers(0, 20),
    "months": st.none() | st.integers(0, 35),
    "bodies": st.frozensets(st.sampled_from(BODIES), max_size=2),
    "care_touch": st.booleans(),
    "gates": st.sampled_from([1, 2]),
}
wishes = st.builds(Wishes, **said)
weights = st.dictionaries(slugs, st.floats(0.01, 20), min_size=1, max_size=150)


@st.composite
def tried(draw, among: list[str]) -> dict[str, Tally]:
    """Some of these were tried, and helped at most as often as they were tried."""
    known = draw(st.lists(st.sampled_from(among), unique=True))
    counts = {slug: draw(st.integers(1, 200)) for slug in known}
    return {
        slug: Tally(tried=count, helped=draw(st.integers(0, count)))
        for slug, count in counts.items()
    }


@st.composite
def weighed_and_tried(draw) -> tuple[dict[str, float], dict[str, Tally]]:
    weighed = draw(weights)
    return weighed, draw(tried(list(weighed)))
