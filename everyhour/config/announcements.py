"""What open pages are told: a domain announces, and this is where it is carried to those who listen."""

import contextlib
import logging

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

logger = logging.getLogger("everyhour.live")


def connect() -> None:
    """Listen to what the rooms announce; twice is once."""
    moments_changed.connect(on_moments, dispatch_uid="live")
    post_save.connect(on_caregiver, sender=Caregiver, dispatch_uid="live")
    access_changed.connect(on_access, dispatch_uid="live")
    post_save.connect(on_sight, sender=HouseholdShare, dispatch_uid="live")
    post_delete.connect(on_sight, sender=HouseholdShare, dispatch_uid="live")
    signed_out_everywhere.connect(on_signed_out, dispatch_uid="live")
    post_delete.connect(on_session_gone, sender=Session, dispatch_uid="live")


def listen() -> None:
    """Begin to hear other processes; a database that is away must not keep the door shut."""
    with contextlib.suppress(DatabaseError):
        announcing.bridge()


def on_moments(sender, *, family, moments, **_) -> None:
    """Tell each caregiver of the moments they may see or know the hour of, and of no other: not even that there was one."""
    moments = tuple(str(getattr(moment, "pk", moment)) for moment in moments)
    for caregiver in Caregiver.objects.present().filter(family=family, person__isnull=False):
        channel = channel_of(caregiver)
        if not announcing.several() and not hub.heard(channel):
            continue
        changed = Moment.objects.filter(pk__in=moments)
        seen = {
            *changed.visible_to(caregiver).values_list("pk", flat=True),
            *changed.hinted_to(caregiver).values_list("pk", flat=True),
        }
        if seen:
            announcing.announce(channel, "moments", tuple(pk for pk in moments if pk in seen))


def on_caregiver(sender, instance: Caregiver, created: bool, **_) -> None:
    """Close the open pages of somebody who left or was removed, or who may see something else now."""
    if not created and instance.person_id:
        announcing.close(instance.person_id)


def on_access(sender, *, people, **_) -> None:
    """Close them again after the commit: a page that opened anew in between was still shown what held before."""
    for person in people:
        announcing.close(person)


def on_sight(sender, instance: HouseholdShare, **_) -> None:
    """What one home shows another is more or less from now on: the other one's open pages look again."""
    for pk in (
        Caregiver.objects.present()
        .filter(household=instance.to_id, person__isnull=False)
        .values_list("pk", flat=True)
    ):
        announcing.announce(f"caregiver:{pk}", "refresh")


def on_signed_out(sender, person, **_) -> None:
    announcing.close(str(person.pk))


def on_session_gone(sender, instance: Session, **_) -> None:
    """Close a person's open pages when one of their sessions ends; those of another phone open again by themselves."""
    person = instance.get_decoded().get("_auth_user_id")
    if person:
        announcing.close(str(person))


def channel_of(caregiver: Caregiver) -> str:
    return f"caregiver:{caregiver.pk}"
