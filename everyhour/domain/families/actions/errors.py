class ActionRefused(Exception):
    """An action that is not possible now. The message tells people why, and what to do instead."""
