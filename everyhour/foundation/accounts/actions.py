"""Writes to accounts: creation, sessions, password, address and second factors."""

from datetime import datetime
from zoneinfo import available_timezones

from django.contrib.auth import HASH_SESSION_KEY, login, logout
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from everyhour.foundation.accounts import factors
from everyhour.foundation.accounts.devices import describe_device
from everyhour.foundation.accounts.models import Person, SignIn
from everyhour.foundation.accounts.reauthentication import mark_reauthenticated
from everyhour.foundation.accounts.signals import signed_out_everywhere
from everyhour.foundation.audit.models import record
from everyhour.foundation.notifications import addresses

BACKEND = "django.contrib.auth.backends.ModelBackend"


class AddressTaken(Exception):
    """Another account has this address."""


def open_account(address: str, *, name: str, language: str, zone: str, at: datetime) -> Person:
    """Create an account for a confirmed address, or return the existing one."""
    zone = zone if zone in available_timezones() else "UTC"
    try:
        with transaction.atomic():
            person = Person.objects.create_user(address, name=name, language=language)
            person.move(zone, at=at)
            record("account opened", of=person.pk, by=person.pk, at=at)
    except IntegrityError:  # two windows at once
        person = Person.objects.get(email=address)
    return person


def start_session(request: HttpRequest, person: Person, *, way: str, at: datetime) -> None:
    """Sign a person in on this device, and record the sign-in."""
    for key in ("code", "confirmed", "half", "totp"):
        request.session.pop(key, None)
    factors.clear_passkey_challenge(request)
    with transaction.atomic():
        login(request, person, backend=BACKEND)
        request.session.set_expiry(None)
        request.session["since"] = request.session["seen"] = at.timestamp()
        mark_reauthenticated(request, now=at.timestamp())
        SignIn.objects.create(
            person=person,
            session=request.session.session_key or "",
            way=way,
            since=at,
            seen_at=at,
            device=describe_device(request.META.get("HTTP_USER_AGENT", "")),
        )
        record(f"signed in by {way}", of=person.pk, by=person.pk, at=at)


def end_session(request: HttpRequest) -> None:
    """Sign this device out."""
    SignIn.objects.filter(session=request.session.session_key).delete()
    logout(request)


def end_sign_in(sign_in: SignIn, *, by: Person, at: datetime) -> None:
    """End another device's session."""
    with transaction.atomic():
        record("signed out one device", of=by.pk, by=by.pk, at=at)
        by.sign_ins.filter(pk=sign_in.pk).end()


def sign_out_everywhere(
    person: Person, *, by: Person, at: datetime, keep: HttpRequest | None = None
) -> None:
    """End every session of a person except that of the request `keep`, and forget their phones.

    The epoch counts up, so that a session being created at this moment ends too. Phones get no
    push messages until their owner allows it again: nobody knows who holds them.
    `signed_out_everywhere` is sent on commit.
    """
    with transaction.atomic():
        person.epoch += 1
        person.save(update_fields=["epoch"])
        person.sign_ins.exclude(session=keep.session.session_key if keep else "").end()
        addresses.forget_phones(person)
        if keep:
            _rebind(keep, person)
        record("signed out everywhere", of=person.pk, by=by.pk, at=at)
        kept = keep.session.session_key if keep else ""
        transaction.on_commit(
            lambda: signed_out_everywhere.send(sender=Person, person=person, kept=kept)
        )


def change_password(
    person: Person, password: str | None, *, keep: HttpRequest, by: Person, at: datetime
) -> None:
    """Set the password, or remove it when None, and sign out every other device."""
    with transaction.atomic():
        person.set_password(password)
        person.save(update_fields=["password"])
        record(
            "password changed" if password else "password taken away", of=person.pk, by=by.pk, at=at
        )
        sign_out_everywhere(person, by=by, at=at, keep=keep)


def change_address(person: Person, address: str, *, by: Person, at: datetime) -> None:
    """Move an account to another, confirmed address; raise AddressTaken."""
    try:
        with transaction.atomic():
            person.email = address
            person.save(update_fields=["email"])
            record("address changed", of=person.pk, by=by.pk, at=at)
    except IntegrityError as error:
        person.refresh_from_db(fields=["email"])
        raise AddressTaken from error


def change_factor(act: str, *, by: Person, at: datetime) -> None:
    """Audit a change of second factors, and delete recovery codes that no longer protect any."""
    with transaction.atomic():
        factors.delete_orphaned_recovery_codes(by)
        record(act, of=by.pk, by=by.pk, at=at)


def _rebind(request: HttpRequest, person: Person) -> None:
    """Cycle the kept session's key, and bind it to the new password or epoch."""
    before = request.session.session_key
    request.session.cycle_key()
    request.session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    person.sign_ins.filter(session=before).update(session=request.session.session_key)
