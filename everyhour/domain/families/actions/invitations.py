"""Invitation links: 256 random bits, stored as a digest, usable once within seven days."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from everyhour.domain.families.actions.errors import ActionRefused
from everyhour.domain.families.actions.people import (
    allowed_permissions,
    announce_access_change,
    lock_family,
    require_guardian,
)
from everyhour.domain.families.models import Caregiver, Household, Invitation
from everyhour.domain.families.models.caregiver import OPEN_FOR
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.audit.models import record

TOKEN_BYTES = 32


def invite(
    *,
    role: str,
    by: Caregiver,
    at: datetime,
    relation: str = Caregiver.Relation.PARENT,
    may: Iterable[str] = (),
    name: str = "",
    email: str = "",
    discreet: bool = False,
    household: Household | None = None,
    caregiver: Caregiver | None = None,
) -> tuple[Invitation, str]:
    """Create an invitation; return it with its token, which is not stored.

    Pass `caregiver` to give an account to a giver who has none: their place is used as it is.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        lock_family(by.family)
        require_guardian(by)
        if caregiver is not None:
            if caregiver.person_id or caregiver.until:
                raise ActionRefused(_("They already have an account here."))
            role, relation = caregiver.role, caregiver.relation
            may, name = caregiver.may, caregiver.name
        invitation = Invitation.objects.create(
            family=by.family,
            household=caregiver.household if caregiver else household or by.household,
            caregiver=caregiver,
            token_digest=digest(token),
            role=role,
            relation=relation,
            may=allowed_permissions(may),
            name=name,
            email=email,
            discreet=discreet,
            by=by,
            created_at=at,
            expires_at=at + OPEN_FOR,
        )
        record("caregiver invited", of=by.family_id, by=by.pk, object=invitation.pk, at=at)
        return invitation, token


def open_invitation(token: str, *, at: datetime) -> Invitation | None:
    """Return the invitation of a token; None if it is used, revoked, expired or unknown."""
    found = (
        Invitation.objects.filter(token_digest=digest(token))
        .select_related("by__person", "family", "household", "caregiver")
        .first()
    )
    return found if found and found.is_open(at) else None


def accept(token: str, *, by: Person, at: datetime, name: str = "") -> Caregiver:
    """Join the family of an invitation and mark it used, clearing its name and email."""
    closed = ActionRefused(_("This link no longer works. Ask for a new one; it takes a minute."))
    with transaction.atomic():
        invitation = open_invitation(token, at=at)
        if invitation is None:
            raise closed
        lock_family(invitation.family)
        invitation.refresh_from_db()
        if not invitation.is_open(at):
            raise closed
        if Caregiver.objects.present().filter(family=invitation.family, person=by).exists():
            raise ActionRefused(
                _(
                    "You are already in this family. "
                    "The link still works for the person it was made for."
                )
            )
        place = _join(invitation, by, name=name, at=at)
        invitation.used_at, invitation.email, invitation.name = at, "", ""
        invitation.save(update_fields=["used_at", "email", "name"])
        record("invitation accepted", of=place.family_id, by=place.pk, object=invitation.pk, at=at)
        announce_access_change([place])
        return place


def revoke(invitation: Invitation, *, by: Caregiver, at: datetime) -> None:
    """Close an unused invitation; leave a used or closed one as it is."""
    with transaction.atomic():
        lock_family(by.family)
        unused = Invitation.objects.filter(pk=invitation.pk).unused()
        if unused.update(revoked_at=at, email=""):
            record("invitation revoked", of=by.family_id, by=by.pk, object=invitation.pk, at=at)


def close_old_invitations(*, at: datetime) -> int:
    """Revoke expired invitations and clear their email addresses; return how many.

    Revoking keeps them closed even if the server's clock is set back.
    """
    expired = Invitation.objects.unused().filter(expires_at__lte=at)
    return expired.update(revoked_at=F("expires_at"), email="")


def _join(invitation: Invitation, person: Person, *, name: str, at: datetime) -> Caregiver:
    display_name = name or invitation.name or person.name
    if invitation.caregiver:
        place = invitation.caregiver
        place.person, place.name = person, display_name
        place.save(update_fields=["person", "name"])
        return place
    return Caregiver.objects.create(
        family=invitation.family,
        household=invitation.household,
        person=person,
        name=display_name,
        role=invitation.role,
        relation=invitation.relation,
        may=invitation.may,
        since=at,
    )


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
