"""What changes an account: coming in, going out, and what one signs in with."""

from datetime import datetime
from zoneinfo import available_timezones

from django.contrib.auth import HASH_SESSION_KEY, login, logout
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from everyhour.foundation.accounts import factors
from everyhour.foundation.accounts.devices import device
from everyhour.foundation.accounts.models import Person, SignIn
from everyhour.foundation.accounts.reauthentication import be_sure
from everyhour.foundation.accounts.signals import signed_out_everywhere
from everyhour.foundation.audit.models import record
from everyhour.foundation.notifications import addresses

BACKEND = "django.contrib.auth.backends.ModelBackend"


class Taken(Exception):
    """Another account has this address."""


def open_account(address: str, *, name: str, language: str, zone: str, at: datetime) -> Person:
    """Make an account for somebody who has shown that the address is theirs; the one there is, if they already have one."""
    zone = zone if zone in available_timezones() else "UTC"
    try:
        with transaction.atomic():
            person = Person.objects.create_user(address, name=name, language=language)
            person.move(zone, at=at)
            record("account opened", of=person.pk, by=person.pk, at=at)
    except IntegrityError:  # two windows at once
        person = Person.objects.get(email=address)
    return person


def enter(request: HttpRequest, person: Person, *, way: str, at: datetime) -> None:
    """Begin a session for this person on this device."""
    for left in ("code", "proven", "half", "totp"):
        request.session.pop(left, None)
    factors.forget_question(request)
    with transaction.atomic():
        login(request, person, backend=BACKEND)
        request.session.set_expiry(None)
        request.session["since"] = request.session["seen"] = at.timestamp()
        be_sure(request, now=at.timestamp())
        SignIn.objects.create(
            person=person,
            session=request.session.session_key or "",
            way=way,
            since=at,
            seen_at=at,
            device=device(request.META.get("HTTP_USER_AGENT", "")),
        )
        record(f"signed in by {way}", of=person.pk, by=person.pk, at=at)


def leave(request: HttpRequest) -> None:
    """End the session of this device."""
    SignIn.objects.filter(session=request.session.session_key).delete()
    logout(request)


def end_sign_in(sign_in: SignIn, *, by: Person, at: datetime) -> None:
    """End one session from another device."""
    with transaction.atomic():
        record("signed out one device", of=by.pk, by=by.pk, at=at)
        by.sign_ins.filter(pk=sign_in.pk).end()


def sign_out_everywhere(
    person: Person, *, by: Person, at: datetime, keep: HttpRequest | None = None
) -> None:
    """End every session of a person, but the one that asks when it is handed in as `keep`.

    Rows of sessions go, and the epoch counts up, so that a session that is only just being made ends too. No phone is told anything
    any more: nobody knows who holds it. One that is still theirs is allowed again on the page about it.
    """
    with transaction.atomic():
        person.epoch += 1
        person.save(update_fields=["epoch"])
        person.sign_ins.exclude(session=keep.session.session_key if keep else "").end()
        addresses.forget_phones(person)
        if keep:
            _renew(keep, person)
        record("signed out everywhere", of=person.pk, by=by.pk, at=at)
        kept = keep.session.session_key if keep else ""
        transaction.on_commit(
            lambda: signed_out_everywhere.send(sender=Person, person=person, kept=kept)
        )


def change_password(
    person: Person, password: str | None, *, keep: HttpRequest, by: Person, at: datetime
) -> None:
    """Set or take away the password; every other device signs in anew."""
    with transaction.atomic():
        person.set_password(password)
        person.save(update_fields=["password"])
        record(
            "password changed" if password else "password taken away", of=person.pk, by=by.pk, at=at
        )
        sign_out_everywhere(person, by=by, at=at, keep=keep)


def change_address(person: Person, address: str, *, by: Person, at: datetime) -> None:
    """Move an account to another address, which was shown to be theirs."""
    try:
        with transaction.atomic():
            person.email = address
            person.save(update_fields=["email"])
            record("address changed", of=person.pk, by=by.pk, at=at)
    except IntegrityError as error:
        person.refresh_from_db(fields=["email"])
        raise Taken from error


def change_factor(act: str, *, by: Person, at: datetime) -> None:
    """Note that a way to sign in came or went, and let go of recovery codes that recover nothing."""
    with transaction.atomic():
        factors.forget_loose_codes(by)
        record(act, of=by.pk, by=by.pk, at=at)


def _renew(request: HttpRequest, person: Person) -> None:
    """Give the session that stays a new key and bind it to the new password or epoch."""
    before = request.session.session_key
    request.session.cycle_key()
    request.session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    person.sign_ins.filter(session=before).update(session=request.session.session_key)
