"""Updates of open pages: receivers of the domain's signals, which publish to the live hub."""

import contextlib

from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.db.models.signals import post_delete, post_save

from everyhour.domain.families.models import Caregiver, HouseholdShare
from everyhour.domain.families.signals import access_changed
from everyhour.domain.moments.models import Moment
from everyhour.domain.moments.signals import moments_changed
from everyhour.foundation.accounts.signals import signed_out_everywhere
from everyhour.foundation.live import announcing
from everyhour.foundation.live.hub import hub


def connect() -> None:
    """Connect the receivers; calling it again changes nothing."""
    moments_changed.connect(on_moments, dispatch_uid="live")
    post_save.connect(on_caregiver, sender=Caregiver, dispatch_uid="live")
    access_changed.connect(on_access, dispatch_uid="live")
    post_save.connect(on_share, sender=HouseholdShare, dispatch_uid="live")
    post_delete.connect(on_share, sender=HouseholdShare, dispatch_uid="live")
    signed_out_everywhere.connect(on_signed_out, dispatch_uid="live")
    post_delete.connect(on_session_deleted, sender=Session, dispatch_uid="live")


def listen() -> None:
    """Listen to other processes. Crisis help must start also when the database is down."""
    with contextlib.suppress(DatabaseError):
        announcing.bridge()


def on_moments(sender, *, family, moments, **_) -> None:
    """Announce moments to each caregiver who may see them, or their hour. Others get no event."""
    changed = tuple(str(getattr(moment, "pk", moment)) for moment in moments)
    for caregiver in Caregiver.objects.present().filter(family=family, person__isnull=False):
        channel = channel_of(caregiver)
        if not announcing.several() and not hub.heard(channel):
            continue
        rows = Moment.objects.filter(pk__in=changed)
        visible = {
            *rows.visible_to(caregiver).values_list("pk", flat=True),
            *rows.hinted_to(caregiver).values_list("pk", flat=True),
        }
        if visible:
            announcing.announce(channel, "moments", tuple(pk for pk in changed if pk in visible))


def on_caregiver(sender, instance: Caregiver, created: bool, **_) -> None:
    """Close the open pages of a caregiver who left, was removed, or may see something else now."""
    if not created and instance.person_id:
        announcing.close(instance.person_id)


def on_access(sender, *, people, **_) -> None:
    """Close the pages again after the commit: one opened in between had the old permissions."""
    for person in people:
        announcing.close(person)


def on_share(sender, instance: HouseholdShare, **_) -> None:
    """Refresh the open pages of the household that sees more or less from now on."""
    caregivers = Caregiver.objects.present().filter(household=instance.to_id, person__isnull=False)
    for caregiver in caregivers:
        announcing.announce(channel_of(caregiver), "refresh")


def on_signed_out(sender, person, **_) -> None:
    announcing.close(str(person.pk))


def on_session_deleted(sender, instance: Session, **_) -> None:
    """Close all open pages of the session's person; pages of other sessions reconnect."""
    person = instance.get_decoded().get("_auth_user_id")
    if person:
        announcing.close(str(person))


def channel_of(caregiver: Caregiver) -> str:
    return f"caregiver:{caregiver.pk}"
