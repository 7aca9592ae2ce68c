"""A study and a plan as text for a terminal. A null result is reported like any other."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from everyhour.engine.evaluation.confidence_sequence import LOOKED_AT_FROM
from everyhour.engine.evaluation.design import design_based
from everyhour.engine.evaluation.emee import emee
from everyhour.engine.evaluation.inference import Estimate, Fit
from everyhour.engine.evaluation.monitoring import Log, findings
from everyhour.engine.evaluation.planning import TRUSTED_ABOVE, Plan
from everyhour.engine.evaluation.study import Floats, Study, UnusableData
from everyhour.engine.evaluation.wcls import wcls

Rows = Sequence[Sequence[str]]


def analysis(
    study: Study,
    *,
    outcome: str,
    day: NDArray[Any] | None = None,
    at: Sequence[Mapping[str, float]] = (),
    level: float = 0.95,
    bounds: tuple[float, float] = (0.0, 1.0),
) -> str:
    """Report who took part, whether the design was kept, and every effect that fits the outcome."""
    whole = replace(study, moderators=None, moderator_names=())
    average = wcls(whole)
    binary = bool(np.isin(study.outcome[np.isfinite(study.outcome)], (0, 1)).all())
    parts = [
        _who(study, average),
        _checks(study, bounds),
        _in_words(average.effect_at(level=level), outcome, binary),
    ]
    parts.append(f"WCLS: {'difference of risks' if binary else 'difference of means'} of {outcome}")
    if study.moderators is None:
        parts.append(_effects(average, at, level))
    else:
        parts += [_effects(average, (), level), _effects(wcls(study), at, level)]
    if binary and average.unanswered:
        parts.append(_either_way(whole, level))
    if binary:
        parts += _relative(study, whole, outcome, at, level)
    if day is not None:
        parts += _from_design(study, day, level)
    return "\n\n".join(part for part in parts if part)


def _who(study: Study, fit: Fit) -> str:
    available = (
        np.asarray(study.available) == 1
        if study.available is not None
        else np.ones(study.rows, bool)
    )
    answered, sent = np.isfinite(study.outcome), np.asarray(study.sent) == 1
    randomised, given = int(available.sum()), int((available & sent).sum())
    lines = [
        f"{fit.families} families, {study.rows:,} decision points; {randomised:,} randomised, "
        f"{given:,} of them sent."
    ]
    if fit.unanswered:
        after, otherwise = (100 * (1 - answered[available & arm].mean()) for arm in (sent, ~sent))
        shares = f"{after:.0f} % after something was sent, {otherwise:.0f} % otherwise"
        lines.append(f"Outcomes missing: {fit.unanswered:,} ({shares}). They are left out.")
    return "\n".join(lines)


def _checks(study: Study, bounds: tuple[float, float]) -> str:
    available = study.available if study.available is not None else np.ones(study.rows)
    found = findings(
        Log(available, study.sent, study.probability, bounds=bounds, outcome=study.outcome)
    )
    return "\n".join(f"{finding.severity.upper()}: {finding.words}" for finding in found)


def _effects(
    fit: Fit, at: Sequence[Mapping[str, float]], level: float, *, ratio: bool = False
) -> str:
    estimates = fit.effects(level) + [fit.effect_at(values, level) for values in at]
    head = [
        "effect of sending",
        "estimate",
        f"{100 * level:g} % from",
        "to",
        "SE",
        "SE uncorr.",
        "t",
        "df",
        "p",
    ]
    head += ["risk x", "from", "to"] if ratio else []
    lines = [
        [*_line(each, "average" if len(fit.beta) == 1 else None), *(_ratio(each) if ratio else [])]
        for each in estimates
    ]
    notes = []
    if len(fit.beta) > 1:
        joint = fit.together(np.eye(len(fit.beta))[1:])
        notes.append(
            "Do the moderators matter, together: "
            f"F({joint.d1}, {joint.d2}) = {joint.f:.3g}, p {chance(joint.p)}"
        )
    return "\n".join([table([head, *lines]), *notes])


def _line(each: Estimate, name: str | None) -> list[str]:
    label = (
        name
        if name and each.name == "1"
        else {"1": "where moderators are 0"}.get(each.name, each.name)
    )
    figures = (each.estimate, each.low, each.high, each.se, each.se_uncorrected)
    return [
        label,
        *(f"{figure:.4g}" for figure in figures),
        f"{each.t:.2f}",
        str(each.df),
        chance(each.p).removeprefix("= "),
    ]


def _ratio(each: Estimate) -> list[str]:
    return [f"{math.exp(value):.3g}" for value in (each.estimate, each.low, each.high)]


def _in_words(each: Estimate, outcome: str, binary: bool) -> str:
    scale, unit = (100, " in 100 decision points") if binary else (1, "")
    low, high, estimate = (f"{scale * value:.3g}" for value in (each.low, each.high, each.estimate))
    if each.low > 0 or each.high < 0:
        return f"Sending changed {outcome} by {estimate}{unit} ({low} to {high})."
    return (
        f"This study does not show that sending changes {outcome}: {estimate}{unit}, "
        f"and anything from {low} to {high} fits what was seen."
    )


def _either_way(study: Study, level: float) -> str:
    """Report the effect if all missing outcomes were 0, or all 1."""
    rows = [["if every missing outcome were", "estimate", f"{100 * level:g} % from", "to"]]
    for value in (0, 1):
        each = wcls(
            replace(study, outcome=np.where(np.isfinite(study.outcome), study.outcome, value))
        ).effect_at(level=level)
        rows.append([str(value), *_numbers(each.estimate, each.low, each.high)])
    return table(rows)


def _relative(
    study: Study, whole: Study, outcome: str, at: Sequence[Mapping[str, float]], level: float
) -> list[str]:
    head = f"EMEE: relative risk of {outcome} (estimates are logarithms)"
    try:
        parts = [_effects(emee(whole), (), level, ratio=True)]
        return [
            head,
            *parts,
            *(
                [_effects(emee(study), at, level, ratio=True)]
                if study.moderators is not None
                else []
            ),
        ]
    except UnusableData as reason:
        return [f"{head}\nNot worked out. {reason}"]


def _from_design(study: Study, day: NDArray[Any], level: float) -> list[str]:
    found = design_based(study, day, level=level)
    bounds = found.at_any_time()
    lines = [
        (
            "From the design alone (AIPW): the average over the decision points that came, right "
            "under any learning of the probabilities"
        ),
        table(
            [
                ["", "estimate", f"{100 * level:g} % from", "to", "SE", "p"],
                [
                    "looked at once, at the end",
                    *_numbers(found.estimate, found.low, found.high, found.se),
                    chance(found.p).removeprefix("= "),
                ],
                [
                    "looked at as often as one likes",
                    *_numbers(bounds.mean[-1], bounds.low[-1], bounds.high[-1]),
                    "",
                    "",
                ],
            ]
        ),
    ]
    if found.points < LOOKED_AT_FROM:
        lines.append(
            f"Fewer than {LOOKED_AT_FROM} decision points: too few for the second of these."
        )
    return ["\n".join(lines)]


def plan(
    plan: Plan,
    *,
    power: float,
    families: int | None,
    smallest: float | None,
    effect: str,
    points: Floats,
) -> str:
    """Report the families needed, what the available families can detect, and how far to trust
    it.
    """
    needed = plan.families(power)
    lines = [
        f"{needed} families see {effect} with a power of {100 * power:g} % (alpha {plan.alpha:g})."
    ]
    if needed <= TRUSTED_ABOVE:
        lines.append(
            f"Do not trust a number of {TRUSTED_ABOVE} or less: so few families cannot stand for "
            "others. Plan for more."
        )
    if families is not None:
        lines.append(
            f"{families} families see it with a power of {100 * plan.power(families):.0f} %."
        )
        within = "nothing that this plan can describe" if smallest is None else f"{smallest:.3g}"
        lines.append(
            f"The smallest effect that {families} families see with {100 * power:g} %: {within}."
        )
    lines += [f"Note: {note}" for note in plan.notes]
    rows = [
        ["families", "power"],
        *([str(int(n)), f"{100 * plan.power(int(n)):.0f} %"] for n in points),
    ]
    return "\n".join(lines) + "\n\n" + table(rows)


def chance(p: float) -> str:
    """Format a p-value."""
    return "< 0.0001" if p < 0.0001 else f"= {p:.4f}" if p < 0.1 else f"= {p:.2f}"


def table(rows: Rows) -> str:
    """Align columns, the first left and the others right, with a line below the head."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return "\n".join(
        [lines[0].rstrip(), "─" * len(lines[0]), *(line.rstrip() for line in lines[1:])]
    )


def _numbers(*values: float) -> list[str]:
    return [f"{value:.4g}" for value in values]
