"""Web push: encrypted for one browser (RFC 8188, 8291), delivered by its push service (RFC 8030).

The service learns that something was sent, when, and to which browser; not what, nor its length.
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

PADDED = 2048  # bytes; every notification has the same length
WORDS = 400
PATIENCE = 10  # seconds
GOOD_FOR = timedelta(hours=12)  # validity of a VAPID token; the standard allows a day
NO_END = 28 * 24 * 3600
URGENCY = "normal"


class TooLate(Exception):
    """It can no longer arrive in time."""


def send(
    text: Text, *, endpoint: str, keys: dict, clock: Callable[[], datetime], until: datetime | None
) -> Result:
    """Send one notification to a push service, which keeps it until `until` at the latest."""
    try:
        body, left = encrypt(text, keys), seconds(until, clock())
        # Computed again once connected: the service counts the time to live from then.
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
    except safe_http.Unanswered as error:
        return Result(Outcome.UNSURE, str(error), again=True)
    except safe_http.Unreachable as error:
        return Result(Outcome.UNREACHED, str(error), again=True)
    return classify(answer.status, answer.headers.get("retry-after", ""))


def seconds(until: datetime | None, at: datetime) -> int:
    """Return the whole seconds left; raise TooLate when there are none."""
    left = NO_END if until is None else int((until - at).total_seconds())
    if left < 1:
        raise TooLate
    return left


def classify(status: int, retry_after: str) -> Result:
    """Classify a push service's response.

    >>> classify(410, "").outcome, classify(429, "30").wait
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


def encrypt(text: Text, keys: dict) -> bytes:
    payload = {
        "title": text.title,
        "body": text.body[:WORDS],
        "path": text.path,
        "tag": text.tag,
        "lang": text.language,
        "plain": text.plain,
        "opened": text.opened,
        "answers": text.answers,
    }
    data = json.dumps(payload, ensure_ascii=False).encode()
    if len(data) > PADDED:
        data = json.dumps(payload | {"body": ""}, ensure_ascii=False).encode()
    key = ec.generate_private_key(ec.SECP256R1())
    return http_ece.encrypt(
        data.ljust(PADDED),
        salt=os.urandom(16),
        private_key=key,
        dh=raw(keys["p256dh"]),
        auth_secret=raw(keys["auth"]),
    )


def _headers(text: Text, endpoint: str, at: datetime, left: int) -> dict[str, str]:
    return {
        **_authorization(_origin(endpoint), int(at.timestamp()) // 3600),
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(left),
        "Urgency": URGENCY,
        "Topic": _topic(text.tag),  # a newer one replaces one that is still on its way
    }


def _topic(tag: str) -> str:
    """Return a topic from which the push service learns nothing; it keys replacement."""
    return salted_hmac("letterbox.topic", tag, algorithm="sha256").hexdigest()[:32]


def _origin(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}"


@lru_cache(maxsize=64)
def _authorization(origin: str, hour: int) -> dict[str, str]:
    """Return a VAPID token for a push service, signed once an hour."""
    ends = hour * 3600 + int(GOOD_FOR.total_seconds())
    return _signer().sign({"aud": origin, "exp": ends, "sub": f"mailto:{settings.PUSH_CONTACT}"})


@cache
def _signer() -> Vapid02:
    """Return the push key of this server, created at first use; subscriptions are bound to it."""
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
    """Return the public key for browsers, in URL-safe base64."""
    point = _signer().public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def fits(keys: dict) -> bool:
    """Return whether these are a browser's keys: a point on the curve, and sixteen secret bytes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(keys["p256dh"]))
        return len(raw(keys["p256dh"])) == 65 and len(raw(keys["auth"])) == 16
    except (ValueError, KeyError, TypeError):
        return False
