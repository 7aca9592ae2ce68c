"""Changes that may be progress although they look worse. Pure."""

SHUT_DOWN = "shutdown"
LOUD = ("alert", "alarm")


def stirred(before: str, after: str) -> bool:
    """Return whether a child went from shut down to loud, which is often a step."""
    return before == SHUT_DOWN and after in LOUD
