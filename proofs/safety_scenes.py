"""Random libraries, children, histories and availabilities for `prove safety`.

Each is drawn as numbers for the judge and as values for the engine.
"""

from dataclasses import dataclass, replace

import numpy as np

from everyhour.engine.features import Z
from everyhour.engine.posterior import FamilyPosterior, Posterior
from everyhour.engine.priors import SHIPPED
from everyhour.engine.values import (
    SLOTS,
    Availability,
    Candidate,
    History,
    ItemHistory,
    Limits,
    Opportunity,
    Wishes,
)
from proofs.safety_rules import (
    ALLERGENS,
    BODIES,
    CAREGIVERS,
    CAUTIONS,
    EVENT,
    KINDS,
    NAMES,
    NO_TOUCH_UNDRESSED_FROM,
    SETTINGS,
    STATES,
    UNASKED,
    Practices,
    Scenes,
    Wants,
)

AT, POOL = 5000.0, 60  # hour of every scene; size of the pools a batch draws from
LONG_AGO = np.inf
GATES = 2  # the version that families meet


@dataclass(frozen=True)
class Availabilities:
    """A pool of availabilities, and whether the rules allow to reach each."""

    values: list[Availability]
    sent_at: list[tuple[float, ...]]
    open: np.ndarray


def random_library(rng: np.random.Generator) -> tuple[Candidate, ...]:
    """Return a library of one to forty practices, most of them forbidden to some children."""
    count = int(rng.integers(1, 40)) if rng.random() < 0.8 else int(rng.integers(1, 5))
    return tuple(_practice(rng, n) for n in range(count))


def _practice(rng: np.random.Generator, n: int) -> Candidate:
    ages = sorted(rng.integers(0, 19, 2).tolist()) if rng.random() < 0.4 else [0, 99]
    real = [(0, 99), (0, 99), (0, 99), (0, 12), (13, 99)][rng.integers(5)]
    months = sorted(rng.integers(0, 36, 2).tolist()) if rng.random() < 0.1 else None
    events = [name for name, is_event in zip(NAMES, EVENT, strict=True) if is_event]
    contains = some(rng, ALLERGENS, 0.08)
    return Candidate(
        slug=f"practice-{n:02d}",
        states=some(rng, STATES, rng.choice([0.3, 0.7, 1.0])),
        situations=some(rng, events if rng.random() < 0.2 else NAMES, 0.25),
        age=(ages[0], ages[1]),
        seconds=(30, 120),
        energy=str(rng.choice(["up", "steady", "down"])),
        touch=str(rng.choice(["none", "optional", "needed"])),
        presence=bool(rng.random() < 0.5),
        materials=int(rng.integers(0, 3)),
        works_in=some(rng, SETTINGS, rng.choice([0.3, 1.0])),
        cautions=some(rng, CAUTIONS, 0.06),
        domain=str(rng.choice(KINDS)) if rng.random() < 0.95 else "singing",
        effort=round(float(rng.uniform(0, 0.8)), 2),
        contains=contains,
        demanding=bool(rng.random() < 0.15),
        real_age=real,
        months=(months[0], months[1]) if months else None,
        bodies=some(rng, BODIES, 0.9),
    )


def some(rng: np.random.Generator, names, share: float) -> frozenset[str]:
    return frozenset(
        name
        for name, die in zip(names, rng.random(len(names)).tolist(), strict=True)
        if die < share
    )


def random_posterior(
    rng: np.random.Generator, candidates: tuple[Candidate, ...]
) -> Posterior | None:
    """Return random estimates, certain or not; one in ten is broken or missing."""
    slugs = tuple(c.slug for c in candidates if rng.random() < 0.9)
    population = SHIPPED.population(slugs)
    mean = population.mean + rng.normal(0, rng.choice([0.02, 0.5]), population.mean.shape)
    families = {
        f"family-{n}": FamilyPosterior(rng.normal(0, 0.2, len(Z)), 0.1 * np.eye(len(Z)))
        for n in range(3)
    }
    die = rng.random()
    if die < 0.03:
        return None
    if die < 0.06:
        mean[rng.integers(len(mean))] = np.nan
    elif die < 0.1:
        families["family-0"] = FamilyPosterior(np.full(len(Z), np.inf), np.eye(len(Z)))
    return Posterior(replace(population, mean=mean, version=int(rng.integers(1, 99))), families)


class Draw:
    """One batch: n scenes over one library."""

    def __init__(
        self, rng: np.random.Generator, candidates: tuple[Candidate, ...], n: int, batch: int
    ) -> None:
        self.rng, self.candidates = rng, candidates
        self.practices = Practices(sorted(candidates, key=lambda c: c.slug))
        who, past, standing = (rng.integers(0, POOL, n) for _ in range(3))
        wishes, wants = self._children()
        pasts, since, worn = self._pasts()
        standings = self._availabilities()
        self.scenes = Scenes(
            *(rng.integers(0, len(names), n) for names in (STATES, CAREGIVERS, NAMES, SETTINGS)),
            wants=Wants(*(column[who] for column in vars(wants).values())),
            since=since[past],
            worn=worn[past],
        )
        self.open = standings.open[standing]
        s, slots = self.scenes, rng.integers(0, len(SLOTS), n)
        rows = zip(
            *(
                a.tolist()
                for a in (s.state, s.caregiver, s.situation, s.place, slots, who, standing)
            ),
            strict=True,
        )
        self.opportunities = [
            Opportunity(
                key=f"{batch}/{row}",
                family=f"family-{child % 5}",
                at=AT,
                day=child,
                slot=SLOTS[slot],
                state=STATES[state],
                candidates=candidates,
                caregiver=CAREGIVERS[caregiver],
                situation=NAMES[situation],
                place=SETTINGS[place],
                wishes=wishes[child],
                standing=standings.values[stands],
            )
            for row, (state, caregiver, situation, place, slot, child, stands) in enumerate(rows)
        ]
        both = {
            (p, s): replace(pasts[p], sent_at=standings.sent_at[s])
            for p in range(POOL)
            for s in range(POOL)
            if standings.sent_at[s]
        }
        self.pasts = [
            both.get(pair, pasts[pair[0]])
            for pair in zip(past.tolist(), standing.tolist(), strict=True)
        ]

    def _children(self) -> tuple[list[Wishes], Wants]:
        rng, slugs = self.rng, self.practices.slugs
        age, real_age, months = _ages(rng)
        unasked = rng.random(POOL) < 0.2
        allergic = (rng.random((POOL, len(ALLERGENS))) < 0.2) & ~unasked[:, None]
        wants = Wants(
            age=age,
            real_age=real_age,
            months=months,
            touch=rng.random(POOL) < 0.7,
            care_touch=(rng.random(POOL) < 0.5) & (real_age < NO_TOUCH_UNDRESSED_FROM),
            bodies=rng.random((POOL, len(BODIES))) < 0.06,
            never=rng.random((POOL, len(slugs))) < 0.1,
            unasked=unasked,
            allergic=allergic,
            avoid=rng.random((POOL, len(CAUTIONS))) < 0.07,
        )
        return [
            Wishes(
                age=_known(age[n]),
                real_age=_known(real_age[n]),
                months=_known(months[n]),
                touch=bool(wants.touch[n]),
                care_touch=bool(wants.care_touch[n]),
                bodies=_named(BODIES, wants.bodies[n]),
                gates=GATES,
                never=_named(slugs, wants.never[n]),
                allergies=None if unasked[n] else _named(ALLERGENS, allergic[n]),
                avoid=_named(CAUTIONS, wants.avoid[n]),
            )
            for n in range(POOL)
        ], wants

    def _pasts(self) -> tuple[list[History], np.ndarray, np.ndarray]:
        rng, slugs = self.rng, self.practices.slugs
        lately = rng.random((POOL, len(slugs))) < rng.choice([0.05, 0.3, 0.9], POOL)[:, None]
        since = np.where(lately, rng.uniform(3, 120, lately.shape).round(2), LONG_AGO)
        run = rng.integers(0, len(KINDS), (POOL, 2))
        run[rng.random(POOL) < 0.4, 1] = run[rng.random(POOL) < 0.4, 0][0] if len(run) else 0
        worn = np.where(run[:, 0] == run[:, 1], run[:, 1], -1)
        return (
            [
                History(
                    items={
                        slugs[k]: ItemHistory(AT - since[n, k], 1.0, 3, int(rng.integers(0, 4)))
                        for k in np.flatnonzero(lately[n])
                    },
                    run=tuple(KINDS[k] for k in run[n]),
                    dose=float(rng.uniform(0, 4)),
                )
                for n in range(POOL)
            ],
            since,
            worn,
        )

    def _availabilities(self) -> Availabilities:
        """Return availabilities: half without obstacles, half with random obstacles and limits."""
        values, sent, opened = [], [], []
        for _ in range(POOL):
            one, at, free = (
                _availability(self.rng) if self.rng.random() < 0.5 else (Availability(), (), True)
            )
            values.append(one)
            sent.append(at)
            opened.append(free)
        return Availabilities(values, sent, np.array(opened))


def _ages(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for a pool of children how old they act, how old they are, and a baby's months."""
    lives = np.where(rng.random(POOL) < 0.3, rng.integers(0, 36, POOL), rng.integers(0, 228, POOL))
    lives = np.where(rng.random(POOL) < 0.2, UNASKED, lives)
    real = np.where(lives == UNASKED, UNASKED, lives // 12)
    acts = np.where(rng.random(POOL) < 0.4, rng.integers(0, 19, POOL), real)
    return acts, real, np.where(lives < 36, lives, UNASKED)


def _known(age: int) -> int | None:
    return None if age == UNASKED else int(age)


def _availability(rng: np.random.Generator) -> tuple[Availability, tuple[float, ...], bool]:
    limits = Limits(
        rest_hours=float(rng.choice([1.5, 2.5, 24.0])),
        a_day=int(rng.integers(1, 4)),
        a_week=int(rng.integers(3, 15)),
        quiet_from=float(rng.choice([20.5, 22.0, 1.0])),
        quiet_until=float(rng.choice([7.0, 6.0])),
    )
    consent, paused, muted, busy = (
        bool(rng.random() < share) for share in (0.95, 0.05, 0.05, 0.05)
    )
    clock = float(rng.uniform(0, 24).__round__(2))
    sos, own = (
        float(rng.uniform(0, 40).__round__(2)) if rng.random() < 0.2 else None for _ in range(2)
    )
    ago = sorted(rng.uniform(0, 200, int(rng.integers(0, 8))).round(2).tolist(), reverse=True)
    asleep = limits.quiet_from <= clock or clock < limits.quiet_until
    if limits.quiet_from < limits.quiet_until:
        asleep = limits.quiet_from <= clock < limits.quiet_until
    full = (
        any(hours < limits.rest_hours for hours in ago)
        or sum(hours <= clock for hours in ago) >= limits.a_day
        or sum(hours < 168 for hours in ago) >= limits.a_week
    )
    free = consent and not (paused or muted or busy or asleep or full)
    free = free and not (sos is not None and sos < 24) and not (own is not None and own < 1.5)
    standing = Availability(consent, paused, muted, clock, sos, own, busy, limits)
    return standing, tuple(AT - hours for hours in ago), free


def _named(names, marked: np.ndarray) -> frozenset[str]:
    return frozenset(names[k] for k in np.flatnonzero(marked))
