"""Causal effects in a micro-randomized trial: sample size, monitoring and analysis.

Arrays in, numbers out; NumPy and the standard library only. docs/science/evaluating.md has formulas
and sources.

    study                Study: what was randomized, with which probability, and the outcome
    table                a Study from a CSV file
    wcls, emee           the two effects: a difference of means, a relative risk
    inference            Fit, Estimate, Joint: contrasts and joint tests
    planning             sample size, power and detectable effect
    design               the design-based effect (AIPW), valid under adaptive pooled learning
    confidence_sequence  an interval that may be looked at every week
    monitoring           what must stop a study, and what needs attention
"""
