"""Inviting: a link with 256 random bits, of which only the digest is kept. It opens once, within seven days."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from everyhour.domain.families.actions.people import hold, known, require_guardian, tell_of_access
from everyhour.domain.families.actions.refused import Refused
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
    household: Household | None = None,
    caregiver: Caregiver | None = None,
) -> tuple[Invitation, str]:
    """Make an invitation and give its token, which nobody can read again; for a giver who is here already, pass `caregiver`."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        hold(by.family)
        require_guardian(by)
        if caregiver is not None:
            if caregiver.person_id or caregiver.until:
                raise Refused(_("They already have an account here."))
            role, relation, may, name = (
                caregiver.role,
                caregiver.relation,
                caregiver.may,
                caregiver.name,
            )
        invitation = Invitation.objects.create(
            family=by.family,
            household=caregiver.household if caregiver else household or by.household,
            caregiver=caregiver,
            token_digest=digest(token),
            role=role,
            relation=relation,
            may=known(may),
            name=name,
            email=email,
            by=by,
            created_at=at,
            expires_at=at + OPEN_FOR,
        )
        record("caregiver invited", of=by.family_id, by=by.pk, object=invitation.pk, at=at)
        return invitation, token


def open_invitation(token: str, *, at: datetime) -> Invitation | None:
    """Find the invitation a token opens now. Used, revoked, expired and unknown are the same: None."""
    found = (
        Invitation.objects.filter(token_digest=digest(token))
        .select_related("by__person", "family")
        .first()
    )
    return found if found and found.is_open(at) else None


def accept(token: str, *, by: Person, at: datetime, name: str = "") -> Caregiver:
    """Take the place an invitation offers, once."""
    closed = Refused(_("This link no longer works. Ask for a new one; it takes a minute."))
    with transaction.atomic():
        invitation = open_invitation(token, at=at)
        if invitation is None:
            raise closed
        hold(invitation.family)
        invitation.refresh_from_db()
        if not invitation.is_open(at):
            raise closed
        if Caregiver.objects.present().filter(family=invitation.family, person=by).exists():
            raise Refused(
                _(
                    "You are already in this family. The link still works for the person it was made for."
                )
            )
        place = _placed(invitation, by, name=name, at=at)
        invitation.used_at, invitation.email, invitation.name = at, "", ""
        invitation.save(update_fields=["used_at", "email", "name"])
        record("invitation accepted", of=place.family_id, by=place.pk, object=invitation.pk, at=at)
        tell_of_access([place])
        return place


def revoke(invitation: Invitation, *, by: Caregiver, at: datetime) -> None:
    """Close a link that nobody has used; a used or closed one stays as it is."""
    with transaction.atomic():
        hold(by.family)
        waiting = Invitation.objects.filter(
            pk=invitation.pk, used_at__isnull=True, revoked_at__isnull=True
        )
        if waiting.update(revoked_at=at, email=""):
            record("invitation revoked", of=by.family_id, by=by.pk, object=invitation.pk, at=at)


def close_old_invitations(*, at: datetime) -> int:
    """Close links whose time is over, so that no clock set back opens them again, and let go of the address each was sent to."""
    over = Invitation.objects.filter(
        used_at__isnull=True, revoked_at__isnull=True, expires_at__lte=at
    )
    return over.update(revoked_at=F("expires_at"), email="")


def _placed(invitation: Invitation, person: Person, *, name: str, at: datetime) -> Caregiver:
    called = name or invitation.name or person.name
    if invitation.caregiver:
        place = invitation.caregiver
        place.person, place.name = person, called
        place.save(update_fields=["person", "name"])
        return place
    return Caregiver.objects.create(
        family=invitation.family,
        household=invitation.household,
        person=person,
        name=called,
        role=invitation.role,
        relation=invitation.relation,
        may=invitation.may,
        since=at,
    )


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
