"""Codes by mail: eight digits, good for fifteen minutes and five guesses, bound to one browser and one address.

Making a code asks nobody whether the address belongs to a member. So there is nothing to learn from how long it takes.
"""

import hmac
import secrets
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from everyhour.foundation.accounts.throttle import GUESSED

SECONDS = 15 * 60
SET_BACK = 60  # seconds: a clock that is corrected a little ends nothing
KEPT = "code"  # in the session


@dataclass(frozen=True)
class Asked:
    """What was asked for when the code was mailed."""

    purpose: str
    address: str
    name: str = ""
    zone: str = ""
    then: str = ""


def make(request: HttpRequest, asked: Asked, *, now: float) -> str:
    """Keep what was asked for in this browser's session, and give the code to mail."""
    code = f"{secrets.randbelow(10**8):08}"
    told = {field: getattr(asked, field) for field in Asked.__dataclass_fields__}
    salt = secrets.token_urlsafe(12)
    request.session[KEPT] = {
        **told,
        "salt": salt,
        "digest": _digest(code, asked.address, salt),
        "until": now + SECONDS,
    }
    return code


def waiting(request: HttpRequest, *, now: float) -> Asked | None:
    """Give what this browser waits for; None when nothing was asked, or too long ago."""
    kept = request.session.get(KEPT)
    if not kept or not lasts(kept["until"], SECONDS, now=now):
        return None
    return Asked(**{field: kept[field] for field in Asked.__dataclass_fields__})


def lasts(until: float, seconds: int, *, now: float) -> bool:
    """Tell whether something is still good. What ends later than it ever can was made by a clock that has been set back: it is over.

    >>> [lasts(1000, 900, now=now) for now in (999, 1001, 30)]
    [True, False, False]
    """
    return now < until <= now + seconds + SET_BACK


def guess(request: HttpRequest, typed: str) -> bool | None:
    """Try a code: right or wrong; None once all guesses at it are used up. A right code works once."""
    kept = request.session[KEPT]
    if not GUESSED.allows(kept["salt"]):
        return None
    digits = "".join(c for c in typed if c.isdigit())
    if right := hmac.compare_digest(_digest(digits, kept["address"], kept["salt"]), kept["digest"]):
        forget(request)
    return right


def forget(request: HttpRequest) -> None:
    request.session.pop(KEPT, None)


def _digest(code: str, address: str, salt: str) -> str:
    return salted_hmac("everyhour.code", f"{salt}:{address}:{code}", algorithm="sha256").hexdigest()
