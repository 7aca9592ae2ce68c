"""What somebody signs in with besides a code by mail and a password: passkeys, an authenticator app, recovery codes.

allauth.mfa keeps and checks them; this is the one file that knows it.
"""

import binascii
import json
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from everyhour.foundation.accounts.models import Person

Type = Authenticator.Type


def of(person: Person, kind: str) -> Any:
    return Authenticator.objects.filter(user=person, type=kind)


def asks_for_second(person: Person) -> bool:
    return Authenticator.objects.filter(user=person, type__in=(Type.TOTP, Type.WEBAUTHN)).exists()


# An authenticator app


def app(person: Person) -> Authenticator | None:
    return of(person, Type.TOTP).first()


def new_app_secret() -> str:
    return totp.generate_totp_secret()


def app_picture(person: Person, secret: str) -> SafeString:
    """Draw the secret as a QR code; it never leaves the page as a file."""
    svg = get_adapter().build_totp_svg(get_adapter().build_totp_url(person, secret))
    return mark_safe(svg[svg.index("<svg") :])  # noqa: S308  drawn by us from letters of ours


def app_code_fits(secret: str, code: str) -> bool:
    return totp.validate_totp_code(secret, _digits(code))


def add_app(person: Person, secret: str) -> Authenticator:
    return totp.TOTP.activate(person, secret).instance


def second_fits(person: Person, typed: str) -> bool:
    """Try a code of the authenticator app, each only once, or a recovery code, each only once."""
    found, code = app(person), _digits(typed)
    if len(code) == 6 and found and found.wrap().validate_code(code):
        return True
    recovery = of(person, Type.RECOVERY_CODES).first()
    return bool(recovery and recovery.wrap().validate_code(code))


# Recovery codes


def new_recovery_codes(person: Person) -> list[str]:
    """Make ten new ones; those made before are worth nothing any more."""
    with transaction.atomic():
        of(person, Type.RECOVERY_CODES).delete()
        return RecoveryCodes.activate(person).generate_codes()


def recovery_codes_left(person: Person) -> int:
    found = of(person, Type.RECOVERY_CODES).first()
    return len(found.wrap().get_unused_codes()) if found else 0


def forget_loose_codes(person: Person) -> None:
    """Recovery codes without anything to recover from would be one more way in."""
    if not asks_for_second(person):
        of(person, Type.RECOVERY_CODES).delete()


# Passkeys


def passkeys(person: Person) -> Any:
    return of(person, Type.WEBAUTHN).order_by("created_at")


def begin_passkey(person: Person) -> dict:
    return webauthn.begin_registration(person, passwordless=True)


def add_passkey(person: Person, name: str, told: str) -> Authenticator:
    """Keep what a phone's or key's registration told; raises ValidationError when it is not for us or not for now."""
    credential = _read(told)
    with _refusals():
        webauthn.parse_registration_response(credential)
        webauthn.complete_registration(credential)
    return webauthn.WebAuthn.add(person, name, credential).instance


def ask_passkey(person: Person | None = None) -> dict:
    """Ask for a passkey: of this person, or of whoever holds one for this site."""
    return webauthn.begin_authentication(person)


def passkey_owner(told: str, *, person: Person | None = None) -> Person:
    """Check a passkey's answer and give whose it is; raises ValidationError when it fits nobody."""
    credential = _read(told)
    with _refusals():
        owner = person or webauthn.extract_user_from_response(credential)
        webauthn.parse_authentication_response(credential)
        found = webauthn.complete_authentication(owner, credential)
    found.record_usage()
    if not owner.is_active:
        raise ValidationError("closed")
    return owner


def forget_question(request: HttpRequest) -> None:
    request.session.pop(webauthn.STATE_SESSION_KEY, None)


def _read(told: str) -> dict:
    try:
        read = json.loads(told)
    except ValueError as error:
        raise ValidationError("unreadable") from error
    if not isinstance(read, dict) or not isinstance(read.get("response"), dict):
        raise ValidationError("unreadable")
    return read


class _refusals:
    """Whatever a browser sends that cannot be read is refused as a wrong answer, never an error of ours."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(
            error, (ValueError, TypeError, KeyError, AttributeError, binascii.Error)
        ) and not isinstance(error, ValidationError):
            raise ValidationError("unreadable") from error


def _digits(typed: str) -> str:
    return "".join(c for c in typed if c.isdigit())
