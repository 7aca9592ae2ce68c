"""Fold what happened into a family's past, one decision and one outcome at a time. Pure: a past goes in, the next comes out."""

from dataclasses import replace

from everyhour.engine.values import Decision, ItemPast, Outcome, Past

DOSE_KEPT = 0.85  # at each decision point: half after about a day
ITEM_KEPT, DOMAIN_KEPT = 0.90, 0.85  # a day
ITEM_CAP, DOMAIN_CAP = 3.0, 5.0
WEEK = 168.0


def faded(value: float, hours: float, kept: float) -> float:
    """Give what is left of a value after some hours, when `kept` of it is left after a day."""
    return value * kept ** (max(hours, 0.0) / 24.0)


def after_decision(past: Past, decision: Decision) -> Past:
    """Remember a decision point; a nudge that was sent leaves its time, its practice and its domain."""
    dose = DOSE_KEPT * past.dose + decision.sent
    if not decision.sent or decision.slug is None or decision.domain is None:
        return replace(past, dose=dose)
    slug, domain, at = decision.slug, decision.domain, decision.at
    item = past.items.get(slug, ItemPast(last_at=at))
    used_at, used = past.domains.get(domain, (at, 0.0))
    item = replace(
        item, last_at=at, recent=min(ITEM_CAP, faded(item.recent, at - item.last_at, ITEM_KEPT) + 1)
    )
    return Past(
        items={**past.items, slug: item},
        domains={
            **past.domains,
            domain: (at, min(DOMAIN_CAP, faded(used, at - used_at, DOMAIN_KEPT) + 1)),
        },
        run=(*past.run, domain)[-2:],
        sent_at=(*(sent for sent in past.sent_at if at - sent < WEEK), at),
        dose=dose,
    )


def after_outcome(past: Past, decision: Decision, outcome: Outcome) -> Past:
    """Remember whether what was suggested helped; no answer leaves the past as it was."""
    slug = decision.slug
    if outcome.reward is None or not decision.sent or slug is None or slug not in past.items:
        return past
    item = past.items[slug]
    item = replace(item, tried=item.tried + 1, helped=item.helped + (outcome.reward >= 1))
    return replace(past, items={**past.items, slug: item})
