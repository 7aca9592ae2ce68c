"""Random ids for rows."""

import secrets

LENGTH = 22


def new_id() -> str:
    """Return 128 random bits in 22 URL-safe letters, never starting with a hyphen."""
    made = secrets.token_urlsafe(16)
    return new_id() if made.startswith("-") else made
