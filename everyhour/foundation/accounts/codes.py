"""Codes by email: eight digits, valid for 15 minutes and five guesses, bound to one browser.

Creating a code never looks up the address, so its duration does not reveal who has an account.
"""

import hmac
import secrets
from dataclasses import asdict, dataclass

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from everyhour.foundation.accounts.throttle import GUESSED

SECONDS = 15 * 60
CLOCK_SLACK = 60  # seconds: a small correction of the clock ends nothing
SESSION_KEY = "code"


@dataclass(frozen=True)
class CodeRequest:
    """What a code was requested for, kept in the session until the code comes back."""

    purpose: str
    address: str
    name: str = ""
    zone: str = ""
    then: str = ""


def create(request: HttpRequest, asked: CodeRequest, *, now: float) -> str:
    """Store the request and the digest of a new code in the session; return the code."""
    code = f"{secrets.randbelow(10**8):08}"
    salt = secrets.token_urlsafe(12)
    request.session[SESSION_KEY] = {
        **asdict(asked),
        "salt": salt,
        "digest": _digest(code, asked.address, salt),
        "until": now + SECONDS,
    }
    return code


def pending(request: HttpRequest, *, now: float) -> CodeRequest | None:
    """Return this browser's open request; None when there is none or it has expired."""
    kept = request.session.get(SESSION_KEY)
    if not kept or not is_current(kept["until"], SECONDS, now=now):
        return None
    return CodeRequest(**{field: kept[field] for field in CodeRequest.__dataclass_fields__})


def is_current(until: float, seconds: int, *, now: float) -> bool:
    """Return whether `until` is in the future, by no more than `seconds`.

    An end further ahead was set before the clock was set back, and counts as expired.

    >>> [is_current(1000, 900, now=now) for now in (999, 1001, 30)]
    [True, False, False]
    """
    return now < until <= now + seconds + CLOCK_SLACK


def check(request: HttpRequest, typed: str) -> bool | None:
    """Return whether a code is right; None when its guesses are used up. It works once."""
    kept = request.session[SESSION_KEY]
    if not GUESSED.allows(kept["salt"]):
        return None
    digits = "".join(c for c in typed if c.isdigit())
    if right := hmac.compare_digest(_digest(digits, kept["address"], kept["salt"]), kept["digest"]):
        forget(request)
    return right


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def _digest(code: str, address: str, salt: str) -> str:
    return salted_hmac("everyhour.code", f"{salt}:{address}:{code}", algorithm="sha256").hexdigest()
