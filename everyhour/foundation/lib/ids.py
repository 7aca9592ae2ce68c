"""Names for rows that nobody can guess."""

import secrets

LENGTH = 22


def new_id() -> str:
    """Make an id of 128 random bits, in 22 letters that are safe in an address, and on a command line: none begins with a hyphen."""
    made = secrets.token_urlsafe(16)
    return new_id() if made.startswith("-") else made
