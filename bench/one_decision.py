"""One decision over fifty candidates: ours, from rules to record, compared with libraries in one
run.

Each library gets twelve numeric features and has learned from the same 300 outcomes.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bench.rivals import LIBRARIES, missing
from bench.table import Table, Value, percentile, ratio
from everyhour.engine.decisions import Decider, screen
from everyhour.engine.features import Z
from everyhour.engine.posterior import FamilyPosterior, Posterior
from everyhour.engine.priors import SHIPPED
from everyhour.engine.simulation.world import World
from everyhour.engine.values import DOMAINS, History, ItemHistory, Opportunity, Wishes

SEED, CANDIDATES, SHARED, OWN, LEARNED, ASKED, AT_ONCE = 168, 50, 6, 6, 300, 300, 1000
FEATURES = SHARED + OWN

Ask = Callable[[int], object]


def measure() -> list[Table]:
    rng = np.random.default_rng(SEED)
    makers = {
        "everyhour, all of it": (ours(), "yes"),
        "everyhour, WHICH alone": (ours_which(), "yes"),
        **libraries(rng),
    }
    taken = in_turns({name: screen for name, (screen, _) in makers.items()})
    middle = {name: statistics.median(times) for name, times in taken.items()}
    others = {name: value for name, value in middle.items() if not name.startswith("everyhour")}
    rows: list[dict[str, Value]] = [
        {
            "what": name,
            "µs p50": middle[name] * 1e6,
            "µs p99": (percentile(taken[name], 0.99) or 0) * 1e6,
            "x ours": ratio(middle[name], middle["everyhour, all of it"]),
            "tells its probability": tells,
        }
        for name, (_, tells) in makers.items()
    ]
    rows.append(
        {
            "what": f"everyhour, each of {AT_ONCE} at once",
            "µs p50": at_once() * 1e6,
            "tells its probability": "yes",
        }
    )
    notes = [
        (
            f"{CANDIDATES} candidates, {FEATURES} features ({SHARED} of the window, {OWN} of each "
            f"candidate where a library takes them), {ASKED} decisions each, in turns."
        ),
        (
            "“all of it”: rules, limits, safety filter, features (we have 28 for each candidate), "
            "probabilities from 256 draws, whether to send, and the whole record. Libraries: from "
            "numbers to a choice; no rules, no families, no record. “WHICH alone”: from features "
            "to probabilities, the part that a library does too. “At once” is of processor time."
        ),
        (
            "A model for each arm looks at no feature of a candidate, and can be asked only for "
            "all arms, not for those that are safe now."
        ),
        *(f"{name}: not taken. {why}." for name in LIBRARIES if (why := missing(name))),
    ]
    if others:
        quickest = min(others, key=lambda name: others[name])
        notes.insert(
            2,
            f"The quickest library: {quickest}, "
            f"{others[quickest] / middle['everyhour, all of it']:.2f} times our time.",
        )
    return [Table("Engine: one decision", rows, notes)]


def in_turns(asks: dict[str, Ask]) -> dict[str, list[float]]:
    """Run each in alternation, one decision at a time, so that machine load affects all of them."""
    for ask_one in asks.values():
        for n in range(20):
            ask_one(n)
    taken: dict[str, list[float]] = {name: [] for name in asks}
    for begin in range(0, ASKED, 20):
        for name, ask_one in asks.items():
            for n in range(begin, begin + 20):
                began = time.perf_counter()
                ask_one(n)
                taken[name].append(time.perf_counter() - began)
    return taken


def decider() -> tuple[Decider, list[Opportunity], History]:
    """Return a decider with a posterior as after a few weeks, opportunities with most of fifty
    practices allowed, and a history.
    """
    rng = np.random.default_rng(SEED)
    candidates = tuple(
        replace(
            c,
            states=frozenset({"alert"}),
            cautions=frozenset(),
            contains=frozenset(),
            touch="none",
            age=(0, 99),
        )
        for c in World(1, SEED, library=CANDIDATES).truth.candidates
    )
    population = SHIPPED.population([c.slug for c in candidates])
    population = replace(
        population, mean=population.mean + rng.normal(0, 0.02, population.mean.shape), version=3
    )
    names = [f"family-{n}" for n in range(100)]
    families = {
        name: FamilyPosterior(
            rng.normal(0, 0.03, len(Z)), np.diag(rng.uniform(0.02, 0.08, len(Z))), 3
        )
        for name in names
    }
    opportunities = [
        Opportunity(
            f"k{n}",
            names[n % 100],
            1000.0,
            n % 50,
            "bedtime",
            "alert",
            candidates,
            wishes=Wishes(6, allergies=frozenset()),
        )
        for n in range(max(ASKED, AT_ONCE))
    ]
    items = {c.slug: ItemHistory(900.0, 1.0, 5, 3) for c in candidates[:6]}
    history = History(
        items, dict.fromkeys(DOMAINS, (900.0, 1.0)), ("rhythm", "senses"), (900.0, 950.0), 1.2
    )
    return Decider(Posterior(population, families)), opportunities, history


def ours() -> Ask:
    made, opportunities, history = decider()
    return lambda n: made.decide([opportunities[n]], [history])


def ours_which() -> Ask:
    """Return the part comparable to a library: from features to the probability of each
    candidate.
    """
    made, opportunities, history = decider()
    sampler = made.sampler
    assert sampler is not None and made.posterior is not None
    laid = [made.batch([screen(o, history)])[1] for o in opportunities[:ASKED]]
    families = [[made.posterior.for_family(o.family)] for o in opportunities[:ASKED]]
    seeds = np.arange(ASKED, dtype=np.uint64)
    return lambda n: sampler.probabilities(laid[n], families[n], seeds[n : n + 1])


def at_once() -> float:
    made, opportunities, history = decider()
    histories = [history] * AT_ONCE
    times = []
    for _ in range(3):
        began = time.process_time()  # it lasts long enough to be interrupted
        made.decide(opportunities[:AT_ONCE], histories)
        times.append((time.process_time() - began) / AT_ONCE)
    return statistics.median(times)


def libraries(rng: np.random.Generator) -> dict[str, tuple[Ask, str]]:
    taught = (
        rng.random((LEARNED, FEATURES)),
        rng.integers(0, CANDIDATES, LEARNED),
        rng.integers(0, 2, LEARNED).astype(float),
    )
    asked = rng.random((ASKED, FEATURES))
    makers = {"vowpal": vowpal, "mabwiser": mabwiser, "contextual": contextual, "river": river}
    found: dict[str, tuple[Ask, str]] = {}
    for name, (module, _) in LIBRARIES.items():
        if missing(name) is None:
            found |= makers[module](*taught, asked)
    return found


def vowpal(
    contexts: np.ndarray, arms: np.ndarray, rewards: np.ndarray, asked: np.ndarray
) -> dict[str, tuple[Ask, str]]:
    import vowpalwabbit

    rng = np.random.default_rng(SEED)
    candidates = [
        f"|a id{k} " + " ".join(f"f{n}:{value:.3f}" for n, value in enumerate(rng.random(OWN)))
        for k in range(CANDIDATES)
    ]
    usual = vowpalwabbit.Workspace(
        "--cb_explore_adf --cb_type mtr --epsilon 0.05 -q sa --quiet --random_seed 168"
    )
    apart = vowpalwabbit.Workspace(
        f"--cb_explore {CANDIDATES} --epsilon 0.05 --quiet --random_seed 168"
    )

    def shared(row: np.ndarray) -> str:
        return "shared |s " + " ".join(
            f"c{n}:{value:.3f}" for n, value in enumerate(row[:SHARED].tolist())
        )

    def alone(row: np.ndarray) -> str:
        return "|s " + " ".join(f"c{n}:{value:.3f}" for n, value in enumerate(row.tolist()))

    for row, arm, reward in zip(contexts, arms.tolist(), rewards.tolist(), strict=True):
        usual.learn(
            [
                shared(row),
                *candidates[:arm],
                f"0:{-reward}:0.02 {candidates[arm]}",
                *candidates[arm + 1 :],
            ]
        )
        apart.learn(f"{arm + 1}:{-reward}:0.02 {alone(row)}")
    values = rng.random((ASKED, CANDIDATES, OWN))

    def written(n: int) -> list[str]:
        """Build an example from numbers, as needed when candidates change: recent use, age, what
        helped.
        """
        lines = [
            f"|a id{k} " + " ".join(f"f{c}:{v:.3f}" for c, v in enumerate(row))
            for k, row in enumerate(values[n].tolist())
        ]
        return [shared(asked[n]), *lines]

    sampler = [[shared(row), *candidates] for row in asked]
    return {
        "vowpalwabbit, cb_explore_adf": (lambda n: usual.predict(written(n)), "yes"),
        "vowpalwabbit, cb_explore_adf, text written before": (
            lambda n: usual.predict(sampler[n]),
            "yes",
        ),
        "vowpalwabbit, cb_explore, a model for each arm": (
            lambda n: apart.predict(alone(asked[n])),
            "yes",
        ),
    }


def mabwiser(
    contexts: np.ndarray, arms: np.ndarray, rewards: np.ndarray, asked: np.ndarray
) -> dict[str, tuple[Ask, str]]:
    from mabwiser.mab import MAB, LearningPolicy

    mab = MAB(list(range(CANDIDATES)), LearningPolicy.LinTS(alpha=0.3), seed=SEED)
    mab.fit(arms, rewards, contexts)
    return {"mabwiser, LinTS": (lambda n: mab.predict(asked[n : n + 1]), "no")}


def contextual(
    contexts: np.ndarray, arms: np.ndarray, rewards: np.ndarray, asked: np.ndarray
) -> dict[str, tuple[Ask, str]]:
    from contextualbandits.online import LinUCB

    model = LinUCB(
        nchoices=CANDIDATES, alpha=0.1, use_float=False, ucb_from_empty=False, random_state=SEED
    )
    model.fit(contexts, arms, rewards)
    return {"contextualbandits, LinUCB": (lambda n: model.predict(asked[n : n + 1]), "no")}


def river(
    contexts: np.ndarray, arms: np.ndarray, rewards: np.ndarray, asked: np.ndarray
) -> dict[str, tuple[Ask, str]]:
    from river.bandit import LinUCBDisjoint

    bandit, all_arms = LinUCBDisjoint(seed=SEED), list(range(CANDIDATES))
    features = [dict(enumerate(row)) for row in contexts.tolist()]
    for context, arm, reward in zip(features, arms.tolist(), rewards.tolist(), strict=True):
        bandit.update(arm, context, reward)
    questions = [dict(enumerate(row)) for row in asked.tolist()]
    return {"river, LinUCBDisjoint": (lambda n: bandit.pull(all_arms, questions[n]), "no")}
