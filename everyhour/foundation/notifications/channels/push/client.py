"""Web push: a notification sealed for one browser (RFC 8188, 8291), brought by the push service that browser chose (RFC 8030).

The service in between learns that something was sent, when, and to which browser; not what, nor how long it was.
"""

import base64
import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache, lru_cache
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils.crypto import salted_hmac
from py_vapid import Vapid02

from everyhour.foundation.lib import safe_http, sealing
from everyhour.foundation.notifications.channels import Outcome, Result, Text

PADDED = 2048  # every notification is as long as every other
WORDS = 400
PATIENCE = 10  # seconds
GOOD_FOR = timedelta(hours=12)  # a proof of who we are; the standard allows a day
NO_END = 28 * 24 * 3600
URGENCY = "normal"


class TooLate(Exception):
    """No time is left in which it could arrive."""


def send(
    text: Text, *, endpoint: str, keys: dict, clock: Callable[[], datetime], until: datetime | None
) -> Result:
    """Hand one notification to a push service, which keeps it for the phone no longer than `until`."""
    try:
        body, left = sealed(text, keys), seconds(until, clock())
        # Asked once more when the service listens: what is kept for later is counted from there.
        answer = safe_http.post(
            endpoint,
            body,
            headers=lambda: _headers(text, endpoint, clock(), seconds(until, clock())),
            timeout=min(PATIENCE, left),
        )
    except TooLate:
        return Result(Outcome.UNREACHED, "too late")
    except (ValueError, KeyError, http_ece.ECEException):
        return Result(Outcome.GONE, "keys")
    except safe_http.Refused:
        return Result(Outcome.GONE, "address")
    except safe_http.Unanswered as trouble:
        return Result(Outcome.UNSURE, str(trouble), again=True)
    except safe_http.Unreachable as trouble:
        return Result(Outcome.UNREACHED, str(trouble), again=True)
    return judged(answer.status, answer.headers.get("retry-after", ""))


def seconds(until: datetime | None, at: datetime) -> int:
    """Give the whole seconds that are left."""
    left = NO_END if until is None else int((until - at).total_seconds())
    if left < 1:
        raise TooLate
    return left


def judged(status: int, retry_after: str) -> Result:
    """Read what a push service said.

    >>> judged(410, "").outcome, judged(429, "30").wait
    (<Outcome.GONE: 'gone'>, 30)
    """
    if 200 <= status < 300:
        return Result(Outcome.TAKEN)
    if status in (404, 410):
        return Result(Outcome.GONE, str(status))
    later = status == 429 or status >= 500
    return Result(
        Outcome.REFUSED,
        str(status),
        again=later,
        wait=int(retry_after) if later and retry_after.isdigit() else 0,
    )


def sealed(text: Text, keys: dict) -> bytes:
    told = {
        "title": text.title,
        "body": text.body[:WORDS],
        "path": text.path,
        "tag": text.tag,
        "lang": text.language,
        "plain": text.plain,
        "opened": text.opened,
        "answers": text.answers,
    }
    written = json.dumps(told, ensure_ascii=False).encode()
    if len(written) > PADDED:
        written = json.dumps(told | {"body": ""}, ensure_ascii=False).encode()
    key = ec.generate_private_key(ec.SECP256R1())
    return http_ece.encrypt(
        written.ljust(PADDED),
        salt=os.urandom(16),
        private_key=key,
        dh=raw(keys["p256dh"]),
        auth_secret=raw(keys["auth"]),
    )


def _headers(text: Text, endpoint: str, at: datetime, left: int) -> dict[str, str]:
    return {
        **_who_we_are(_origin(endpoint), int(at.timestamp()) // 3600),
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(left),
        "Urgency": URGENCY,
        "Topic": _topic(text.tag),  # a newer one takes the place of one that is still on its way
    }


def _topic(tag: str) -> str:
    """Name what a newer one replaces, so that the service in between learns nothing from the name."""
    return salted_hmac("letterbox.topic", tag, algorithm="sha256").hexdigest()[:32]


def _origin(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}"


@lru_cache(maxsize=64)
def _who_we_are(origin: str, hour: int) -> dict[str, str]:
    """Sign, once an hour for each push service, that it is us who send."""
    ends = hour * 3600 + int(GOOD_FOR.total_seconds())
    return _signer().sign({"aud": origin, "exp": ends, "sub": f"mailto:{settings.PUSH_CONTACT}"})


@cache
def _signer() -> Vapid02:
    """Take the house's push key, made at its first use; browsers bind their yes to it, so it stays."""
    path = settings.KEYS / "push-key"
    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1())
        sealing.keep_key(
            path,
            made.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )
    return Vapid02.from_pem(path.read_bytes())


def public_key() -> str:
    """Give the half of the key that browsers are told."""
    point = _signer().public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def raw(told: str) -> bytes:
    return base64.urlsafe_b64decode(told + "=" * (-len(told) % 4))


def fits(keys: dict) -> bool:
    """Tell whether these are a browser's keys: a point on the curve, and sixteen secret bytes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(keys["p256dh"]))
        return len(raw(keys["p256dh"])) == 65 and len(raw(keys["auth"])) == 16
    except (ValueError, KeyError, TypeError):
        return False
