"""The policy protocol, and the recommended policy. Driven in batches:

    policy.decide(opportunities)   -> decisions, in the same order
    policy.observe(outcomes)       as answers arrive, matched by opportunity key
    policy.end_of_day(day)         nightly fit

`simulation/` drives it with simulated families; the product calls the same parts.
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
from everyhour.engine.timing import Timing, send_probability
from everyhour.engine.values import Decision, History, Opportunity, Outcome


class Policy(Protocol):
    """What a world needs of a policy."""

    def decide(self, opportunities: Sequence[Opportunity]) -> list[Decision]: ...
    def observe(self, outcomes: Sequence[Outcome]) -> None: ...
    def end_of_day(self, day: int) -> None: ...


@dataclass(frozen=True)
class Pending:
    """A decision whose outcome is still to come, with its model inputs."""

    decision: Decision
    seen: ModelInputs


class Everyhour:
    """The recommended policy: shipped prior, partial pooling, posterior sampling with narrow
    draws, closed-form send probability, nightly fit.
    """

    def __init__(
        self,
        prior: Prior = SHIPPED,
        timing: Timing = Timing(),
        answers: Mapping[str, Mapping[str, float]] | None = None,
        seed: str = "everyhour",
        warm_up: int = 0,
        draw_scale: float = DRAW_SCALE,
    ) -> None:
        """`answers`: onboarding answers by family and domain. `warm_up`: outcomes to collect in
        mode `mrt` first, for a flat prior.
        """
        self.prior, self.timing, self.answers, self.seed = prior, timing, answers or {}, seed
        self.warm_up, self.draw_scale = warm_up, draw_scale
        self.sums = SufficientStats()
        self.histories: dict[str, History] = {}
        self.pending: dict[str, Pending] = {}
        self.today: list[Pending] = []
        self.rejected: list[tuple[int, str]] = []
        self.rejected_in_a_row = 0
        self.posterior = Posterior(prior.population([]))
        self.decider = self._decider()

    def decide(self, opportunities: Sequence[Opportunity]) -> list[Decision]:
        self._add_unknown(opportunities)
        histories = [self.histories.get(o.family, History()) for o in opportunities]
        considered = self.decider.decide_with_inputs(opportunities, histories)
        for (decision, seen), history in zip(considered, histories, strict=True):
            self.histories[decision.family] = after_decision(history, decision)
            if seen is not None:
                self.pending[decision.key] = Pending(decision, seen)
                self.today.append(self.pending[decision.key])
        return [decision for decision, _ in considered]

    def observe(self, outcomes: Sequence[Outcome]) -> None:
        answered = [
            (outcome, self.pending.pop(outcome.key))
            for outcome in outcomes
            if outcome.key in self.pending
        ]
        for outcome, waited in answered:
            self.histories[outcome.family] = after_outcome(
                self.histories[outcome.family], waited.decision, outcome
            )
        self._add([(float(o.reward), w) for o, w in answered if o.reward is not None])

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
        """Discount a family's outcomes once, after a big change such as a new school or a loss.

        `answers`: what helps now, when the family was asked again; takes effect at once.
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

    def _add_unknown(self, opportunities: Sequence[Opportunity]) -> None:
        """Add families and items that are new."""
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

    def _add(self, answered: Sequence[tuple[float, Pending]]) -> None:
        if not answered:
            return
        waited = [w for _, w in answered]
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
                np.array([reward for reward, _ in answered]),
            )
        )

    def _moved(self, found: Posterior) -> float:
        """Return the mean change of today's send probabilities under a new posterior."""
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
                abs(send_probability(float(advantage), d.doubt**2, d.dose, self.timing) - d.learned)
            )
        return float(np.mean(change))
