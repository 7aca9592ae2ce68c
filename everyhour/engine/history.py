"""Fold decisions and outcomes into a family's history. Pure: a history goes in, the next one
comes out.
"""

from dataclasses import replace

from everyhour.engine.values import Decision, History, ItemHistory, Outcome

DOSE_KEPT = 0.85  # at each decision point: half after about a day
ITEM_KEPT, DOMAIN_KEPT = 0.90, 0.85  # a day
ITEM_CAP, DOMAIN_CAP = 3.0, 5.0
WEEK = 168.0


def faded(value: float, hours: float, kept: float) -> float:
    """Return what is left of a value after some hours, when `kept` of it is left after a day."""
    return value * kept ** (max(hours, 0.0) / 24.0)


def after_decision(history: History, decision: Decision) -> History:
    """Return the history after a decision point; a sent nudge adds its time, practice and
    domain.
    """
    dose = DOSE_KEPT * history.dose + decision.sent
    if not decision.sent or decision.slug is None or decision.domain is None:
        return replace(history, dose=dose)
    slug, domain, at = decision.slug, decision.domain, decision.at
    item = history.items.get(slug, ItemHistory(last_at=at))
    used_at, used = history.domains.get(domain, (at, 0.0))
    item = replace(
        item, last_at=at, recent=min(ITEM_CAP, faded(item.recent, at - item.last_at, ITEM_KEPT) + 1)
    )
    return History(
        items={**history.items, slug: item},
        domains={
            **history.domains,
            domain: (at, min(DOMAIN_CAP, faded(used, at - used_at, DOMAIN_KEPT) + 1)),
        },
        run=(*history.run, domain)[-2:],
        sent_at=(*(sent for sent in history.sent_at if at - sent < WEEK), at),
        dose=dose,
    )


def after_outcome(history: History, decision: Decision, outcome: Outcome) -> History:
    """Return the history after an outcome; without an answer or a nudge it is unchanged."""
    slug = decision.slug
    if outcome.reward is None or not decision.sent or slug is None or slug not in history.items:
        return history
    item = history.items[slug]
    item = replace(item, tried=item.tried + 1, helped=item.helped + (outcome.reward >= 1))
    return replace(history, items={**history.items, slug: item})
