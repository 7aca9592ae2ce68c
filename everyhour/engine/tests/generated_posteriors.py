"""Generated opportunities, histories and posteriors."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from everyhour.engine.features import Z
from everyhour.engine.posterior import FamilyPosterior, Posterior
from everyhour.engine.priors import SHIPPED
from everyhour.engine.tests import generated
from everyhour.engine.values import (
    CAREGIVER_STATES,
    DOMAINS,
    SLOTS,
    STATES,
    Availability,
    Candidate,
    History,
    ItemHistory,
    Opportunity,
    Wishes,
)

ALLERGENS = ("nuts", "milk", "egg")
CAUTIONS = (*generated.CAUTIONS, "allergy", "competition", "noise", "water", "dark")
AT = 1000.0

candidates = st.builds(
    replace,
    generated.candidates,
    domain=st.sampled_from(DOMAINS),
    effort=st.floats(0, 1).map(lambda effort: round(effort, 2)),
    contains=generated.some(ALLERGENS),
    demanding=st.booleans(),
    cautions=generated.some(CAUTIONS),
)
libraries = st.lists(candidates, max_size=25, unique_by=lambda c: c.slug).map(tuple)
wishes = st.builds(
    Wishes,
    **generated.said,
    allergies=st.none() | generated.some(ALLERGENS),
    avoid=generated.some(CAUTIONS),
)
hours = st.none() | st.floats(0, 72)


def availabilities() -> st.SearchStrategy[Availability]:
    return st.builds(
        Availability,
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.floats(0, 24, exclude_max=True),
        hours,
        hours,
        st.booleans(),
    )


@st.composite
def opportunities(draw, library=libraries, standing=st.just(Availability())) -> Opportunity:
    return Opportunity(
        key=draw(st.text(max_size=6)),
        family=draw(st.sampled_from(["a", "b"])),
        at=AT,
        day=draw(st.integers(0, 400)),
        slot=draw(st.sampled_from(SLOTS)),
        state=draw(st.sampled_from(STATES)),
        candidates=draw(library),
        caregiver=draw(st.sampled_from(CAREGIVER_STATES)),
        situation=draw(generated.situations),
        place=draw(st.sampled_from(["home", "car", "out"])),
        weekend=draw(st.booleans()),
        wishes=draw(wishes),
        standing=draw(standing),
    )


@st.composite
def histories(draw, slugs=()) -> History:
    """What was sent before to a family that rests long enough now."""
    known = draw(st.lists(st.sampled_from(sorted(slugs)), unique=True)) if slugs else []
    items = {}
    for slug in known:
        tried = draw(st.integers(0, 30))
        items[slug] = ItemHistory(
            AT - draw(st.floats(3, 200)), draw(st.floats(0, 3)), tried, draw(st.integers(0, tried))
        )
    domains = {
        domain: (AT - draw(st.floats(3, 200)), draw(st.floats(0, 5)))
        for domain in draw(generated.some(DOMAINS))
    }
    return History(
        items,
        domains,
        tuple(draw(st.lists(st.sampled_from(DOMAINS), max_size=2))),
        (),
        draw(st.floats(0, 6.7)),
    )


def make_candidate(n: int, **reported) -> Candidate:
    """A practice that every gate lets through."""
    facts = {
        "states": frozenset(STATES),
        "situations": frozenset({"any"}),
        "presence": True,
        "domain": DOMAINS[n % 6],
        "effort": 0.2,
    }
    return Candidate(slug=f"practice-{n:02d}", **{**facts, **reported})


EASY = tuple(make_candidate(n) for n in range(12))


def make_opportunity(**reported) -> Opportunity:
    facts = {
        "key": "k",
        "family": "a",
        "at": AT,
        "day": 3,
        "slot": "bedtime",
        "state": "alert",
        "candidates": EASY,
    }
    return Opportunity(**{**facts, **reported})


def make_posterior(
    seed: int = 7, families=("a", "b"), slugs=tuple(c.slug for c in EASY), certain: float = 1.0
) -> Posterior:
    """A belief as a few weeks might leave it; `certain` below 1 narrows it."""
    rng = np.random.default_rng(seed)
    population = SHIPPED.population(slugs)
    mean = population.mean + rng.normal(0, 0.02, population.mean.shape)
    factor = np.tril(
        rng.normal(0, 0.005, population.factor.shape), -1
    ) + population.factor * rng.uniform(0.3, 1, len(mean))
    families = {
        f: FamilyPosterior(
            rng.normal(0, 0.03, len(Z)), certain * np.diag(rng.uniform(0.02, 0.08, len(Z))), 1
        )
        for f in families
    }
    return Posterior(
        replace(population, mean=mean, factor=certain * factor, version=3, outcomes=500), families
    )
