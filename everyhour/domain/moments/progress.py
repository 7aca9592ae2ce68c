"""What may be progress although it does not look like it. Pure."""

SHUT_DOWN = "shutdown"
LOUD = ("alert", "alarm")


def stirred(before: str, after: str) -> bool:
    """Tell whether a child went from shut down to loud: it can look like worse, and is often a step, for some energy is back."""
    return before == SHUT_DOWN and after in LOUD
