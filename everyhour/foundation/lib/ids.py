"""Random ids for rows."""

import secrets

LENGTH = 22


def new_id() -> str:
    """Return 128 random bits in 22 URL-safe characters, never starting with a hyphen."""
    token = secrets.token_urlsafe(16)
    return new_id() if token.startswith("-") else token
