"""Passkeys, authenticator app and recovery codes. The only module that knows allauth.mfa."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
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


def authenticators(person: Person, kind: str) -> Any:
    return Authenticator.objects.filter(user=person, type=kind)


def requires_second_factor(person: Person) -> bool:
    return Authenticator.objects.filter(user=person, type__in=(Type.TOTP, Type.WEBAUTHN)).exists()


# An authenticator app


def app(person: Person) -> Authenticator | None:
    return authenticators(person, Type.TOTP).first()


def new_app_secret() -> str:
    return totp.generate_totp_secret()


def app_picture(person: Person, secret: str) -> SafeString:
    """Draw the secret as an inline QR code, so that it is never a file of its own."""
    svg = get_adapter().build_totp_svg(get_adapter().build_totp_url(person, secret))
    return mark_safe(svg[svg.index("<svg") :])  # noqa: S308  our own markup


def check_app_code(secret: str, code: str) -> bool:
    return totp.validate_totp_code(secret, _digits(code))


def add_app(person: Person, secret: str) -> Authenticator:
    return totp.TOTP.activate(person, secret).instance


def check_second_factor(person: Person, typed: str) -> bool:
    """Check a code of the authenticator app, or a recovery code; each works once."""
    found, code = app(person), _digits(typed)
    if len(code) == 6 and found and found.wrap().validate_code(code):
        return True
    recovery = authenticators(person, Type.RECOVERY_CODES).first()
    return bool(recovery and recovery.wrap().validate_code(code))


# Recovery codes


def new_recovery_codes(person: Person) -> list[str]:
    """Replace a person's recovery codes by ten new ones."""
    with transaction.atomic():
        authenticators(person, Type.RECOVERY_CODES).delete()
        return RecoveryCodes.activate(person).generate_codes()


def recovery_codes_left(person: Person) -> int:
    found = authenticators(person, Type.RECOVERY_CODES).first()
    return len(found.wrap().get_unused_codes()) if found else 0


def delete_orphaned_recovery_codes(person: Person) -> None:
    """Delete recovery codes of a person without a second factor: they would be one more way in."""
    if not requires_second_factor(person):
        authenticators(person, Type.RECOVERY_CODES).delete()


# Passkeys


def passkeys(person: Person) -> Any:
    return authenticators(person, Type.WEBAUTHN).order_by("created_at")


def begin_passkey_registration(person: Person) -> dict:
    return webauthn.begin_registration(person, passwordless=True)


def add_passkey(person: Person, name: str, response: str) -> Authenticator:
    """Store a passkey from a registration response; raise ValidationError when it is invalid."""
    credential = _parse(response)
    with _invalid_responses():
        webauthn.parse_registration_response(credential)
        webauthn.complete_registration(credential)
    return webauthn.WebAuthn.add(person, name, credential).instance


def begin_passkey_sign_in(person: Person | None = None) -> dict:
    """Return a challenge for one person's passkeys, or for any passkey of this site."""
    return webauthn.begin_authentication(person)


def verify_passkey(response: str, *, person: Person | None = None) -> Person:
    """Verify a passkey's response and return its owner; raise ValidationError when invalid."""
    credential = _parse(response)
    with _invalid_responses():
        owner = person or webauthn.extract_user_from_response(credential)
        webauthn.parse_authentication_response(credential)
        found = webauthn.complete_authentication(owner, credential)
    found.record_usage()
    if not owner.is_active:
        raise ValidationError("closed")
    return owner


def clear_passkey_challenge(request: HttpRequest) -> None:
    request.session.pop(webauthn.STATE_SESSION_KEY, None)


def _parse(response: str) -> dict:
    try:
        credential = json.loads(response)
    except ValueError as error:
        raise ValidationError("unreadable") from error
    if not isinstance(credential, dict) or not isinstance(credential.get("response"), dict):
        raise ValidationError("unreadable")
    return credential


@contextmanager
def _invalid_responses() -> Iterator[None]:
    """Turn errors of parsing what a browser sent into ValidationError."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValidationError("unreadable") from error


def _digits(typed: str) -> str:
    return "".join(c for c in typed if c.isdigit())
