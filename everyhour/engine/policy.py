"""The policy protocol, and Everyhour's own policy. Any world can drive one, in batches:

    policy.decide(opportunities)   -> decisions, in the same order: candidate, its probability, send, its probability
    policy.observe(outcomes)       as answers come in, by the keys of the opportunities
    policy.end_of_day(day)         once a night: learn

`simulating/` drives it with invented families; the product calls the same parts from domain.recommendations.advisor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from everyhour.engine.decisions import Decider, ModelInputs
from everyhour.engine.fit_checks import NIGHTS_UNTIL_MRT, fit_and_check
from everyhour.engine.history import after_decision, after_outcome
from everyhour.engine.posterior import FamilyPosterior, Posterior, new_family, with_items
from everyhour.engine.priors import SHIPPED, Prior, prior_mean_from_answers
from everyhour.engine.sampling import DRAW_SCALE
from everyhour.engine.sufficient_stats import SufficientStats, TrainingRows, design_rows
from everyhour.engine.timing import Timing, learned_probability
from everyhour.engine.values import Decision, History, Opportunity, Outcome

WARM_UP = 300  # outcomes before anything but the shipped prior is believed; without one, before anything is


class Policy(Protocol):
    """What a world needs of a policy."""

    def decide(self, opportunities: Sequence[Opportunity]) -> list[Decision]: ...
    def observe(self, outcomes: Sequence[Outcome]) -> None: ...
    def end_of_day(self, day: int) -> None: ...


@dataclass(frozen=True)
class Waiting:
    """A decision whose outcome is still to come, with what the model saw."""

    decision: Decision
    seen: ModelInputs


class Everyhour:
    """The recommended policy: shipped prior, partial pooling, WHICH by narrow draws, WHEN in closed form, fit_and_check learning."""

    def __init__(
        self,
        prior: Prior = SHIPPED,
        timing: Timing = Timing(),
        answers: Mapping[str, Mapping[str, float]] | None = None,
        seed: str = "everyhour",
        warm_up: int = 0,
        draw_scale: float = DRAW_SCALE,
    ) -> None:
        """`answers`: by family, "what helps your child?" by domain. `warm_up`: outcomes in mode `mrt` first; for a flat prior."""
        self.prior, self.timing, self.answers, self.seed = prior, timing, answers or {}, seed
        self.warm_up, self.draw_scale = warm_up, draw_scale
        self.sums = SufficientStats()
        self.histories: dict[str, History] = {}
        self.waiting: dict[str, Waiting] = {}
        self.today: list[Waiting] = []
        self.rejected: list[tuple[int, str]] = []
        self.rejected_in_a_row = 0
        self.posterior = Posterior(prior.population([]))
        self.decider = self._decider()

    def decide(self, opportunities: Sequence[Opportunity]) -> list[Decision]:
        self._welcome(opportunities)
        histories = [self.histories.get(o.family, History()) for o in opportunities]
        considered = self.decider.consider(opportunities, histories)
        for (decision, seen), history in zip(considered, histories, strict=True):
            self.histories[decision.family] = after_decision(history, decision)
            if seen is not None:
                self.waiting[decision.key] = Waiting(decision, seen)
                self.today.append(self.waiting[decision.key])
        return [decision for decision, _ in considered]

    def observe(self, outcomes: Sequence[Outcome]) -> None:
        told = [
            (outcome, self.waiting.pop(outcome.key))
            for outcome in outcomes
            if outcome.key in self.waiting
        ]
        for outcome, waited in told:
            self.histories[outcome.family] = after_outcome(
                self.histories[outcome.family], waited.decision, outcome
            )
        self._add([(float(o.reward), w) for o, w in told if o.reward is not None])

    def end_of_day(self, day: int) -> None:
        found, reason = fit_and_check(
            self.sums, self.prior, self.posterior if self.posterior.version else None, self._moved
        )
        if found is not None:
            self.posterior, self.rejected_in_a_row = found, 0
        else:
            self.rejected.append((day, reason or ""))
            self.rejected_in_a_row += 1
        self.today = []
        self.decider = self._decider()

    def report_change(self, family: str, answers: Mapping[str, float] | None = None) -> None:
        """A family tells of a new school, a loss, a move: its own history counts less from now on, once.

        `answers`: what helps the child now, when the family was asked again. It is in force at once; a week is short.
        """
        self.sums.forget(family)
        if answers is not None and family in self.sums.place:
            start = self.sums.set_prior_mean(family, prior_mean_from_answers(answers))
            self.posterior = Posterior(
                self.posterior.population,
                {
                    **self.posterior.families,
                    family: new_family(self.posterior.population.spread, start),
                },
            )
            self.decider.posterior = (
                self.posterior
            )  # of everybody nothing changed, so what is drawn from that is ready as it is

    def _decider(self) -> Decider:
        warming = self.sums.count < self.warm_up or self.rejected_in_a_row >= NIGHTS_UNTIL_MRT
        timing = Timing(mode="mrt") if warming and self.timing.mode == "learn" else self.timing
        return Decider(self.posterior, timing, self.seed, self.draw_scale)

    def _welcome(self, opportunities: Sequence[Opportunity]) -> None:
        """Make room for families and practices that are new."""
        new = {
            o.family: prior_mean_from_answers(self.answers.get(o.family, {}))
            for o in opportunities
            if o.family not in self.sums.place
        }
        self.sums.add_families(new)
        spread = self.posterior.population.spread
        families: dict[str, FamilyPosterior] = {
            family: new_family(spread, start) for family, start in new.items()
        }
        slugs = [
            slug
            for o in {id(o.candidates): o for o in opportunities}.values()
            for slug in sorted(c.slug for c in o.candidates)
        ]
        known = set(self.sums.items)
        if unknown := [slug for slug in dict.fromkeys(slugs) if slug not in known]:
            self.sums.add_items(unknown)
        if families or unknown:
            self.posterior = Posterior(
                with_items(self.posterior.population, self.sums.items, self.prior.items),
                {**self.posterior.families, **families},
            )
            self.decider = self._decider()

    def _add(self, told: Sequence[tuple[float, Waiting]]) -> None:
        if not told:
            return
        waited = [w for _, w in told]
        place = {slug: n for n, slug in enumerate(self.sums.items)}
        w, z = design_rows(
            x=np.array([one.seen.x for one in waited]),
            item=np.array([place[one.decision.slug or ""] for one in waited]),
            z=np.array([one.seen.z for one in waited]),
            g=np.array([one.seen.g for one in waited]),
            sent=np.array([one.decision.sent for one in waited]),
            items=len(self.sums.items),
        )
        self.sums.add(
            TrainingRows(
                [one.decision.family for one in waited],
                w,
                z,
                np.array([reward for reward, _ in told]),
            )
        )

    def _moved(self, found: Posterior) -> float:
        """Give how far the mean send probability of today's decisions would have moved under a new belief."""
        usual = [w for w in self.today if w.decision.mode == "learn" and not w.decision.fallback][
            :2000
        ]
        if not usual:
            return 0.0
        place = {slug: n for n, slug in enumerate(found.population.items)}
        mean = found.population.trusted_mean()
        change = []
        for one in usual:
            d = one.decision
            x, z = one.seen.x, one.seen.z
            advantage = (
                x @ mean[: len(x)]
                + mean[len(x) + place[d.slug or ""]]
                + z[:-1] @ found.for_family(d.family).mean[:-1]
            )
            change.append(
                abs(
                    learned_probability(float(advantage), d.doubt**2, d.dose, self.timing)
                    - d.learned
                )
            )
        return float(np.mean(change))
