"""Did it help: causal effects of a micro-randomised study, its size beforehand, and its watch while it runs.

Arrays in, figures out; NumPy and the standard library only. docs/science/evaluating.md gives formulas and sources.

    study       Study: what was randomised, with which probability, and what came of it
    table       a Study from a file, with kind words about what is missing in it
    wcls, emee  the two effects: a difference of means, a ratio of risks
    inference   Fit, Estimate, Joint: contrasts and joint tests with their degrees of freedom
    planning    how many families a study needs, and what it could see
    design      the effect that no adaptive, pooled learning can break, and the value of another policy
    sequence    an interval a board may look at every week
    monitoring  what must stop a study at once, and what must be looked at
"""
