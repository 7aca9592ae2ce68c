"""Changes of a child's state that look worse but may be progress. Pure."""

SHUT_DOWN = "shutdown"
LOUD = ("alert", "alarm")


def stirred(before: str, after: str) -> bool:
    """Return whether a child went from shut down to alert or alarm, which is often progress."""
    return before == SHUT_DOWN and after in LOUD
