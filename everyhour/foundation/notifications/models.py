"""Letters, the addresses they go to, and each attempt to bring one there. An attempt is on record before anything leaves."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from everyhour.foundation.lib.ids import LENGTH, new_id


class Channel(models.TextChoices):
    PUSH = "push"
    MAIL = "mail"


class Preferences(models.Model):
    """How one person wants to be reached. Without a row: push where a phone was allowed to, else mail, and neutral words."""

    personal = ("channels", "shows", "unwanted", "digest")

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences"
    )
    channels = models.JSONField(
        default=list, blank=True
    )  # in the order they are tried; empty: push, then mail
    shows = models.BooleanField(
        default=False
    )  # a notification says what it is about; else it is neutral
    unwanted = models.JSONField(
        default=list, blank=True
    )  # purposes that do not leave the house; one tap in a mail is enough
    digest = models.BooleanField(
        default=True
    )  # what was not seen, in one mail, when the host sends it

    class Meta:
        verbose_name_plural = "wishes"

    def __str__(self):
        return str(self.person_id)


class AddressQuerySet(models.QuerySet):
    def good(self):
        return self.filter(gone_at__isnull=True)


class Address(models.Model):
    """Where a person can be reached by one channel: a browser that was allowed to, or their mail address."""

    personal = (
        "channel",
        "target",
        "keys",
        "label",
        "created_at",
        "worked_at",
        "failing_since",
        "gone_at",
    )

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_addresses"
    )
    channel = models.CharField(max_length=8, choices=Channel)
    target = models.TextField(
        blank=True
    )  # a push endpoint; empty for mail: the person's own address, as it is now
    digest = models.CharField(max_length=64)  # of the target, so that the same browser is one row
    keys = models.JSONField(default=dict, blank=True)  # p256dh and auth of a push subscription
    label = models.CharField(max_length=60, blank=True)  # "Chromium on Linux"
    created_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    failing_since = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(
        null=True, blank=True
    )  # the push service, or a bounce, said that nobody is there

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "addresses"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "channel", "digest"], name="one_address_per_person_and_target"
            )
        ]

    def __str__(self):
        return self.pk


class NotificationQuerySet(models.QuerySet):
    def due(self, at: datetime):
        """Give those that may leave now, the one that waited longest first."""
        free = Q(held_until__isnull=True) | Q(held_until__lte=at)
        return self.filter(free, state=Notification.State.WAITING, send_at__lte=at).order_by(
            "send_at", "id"
        )

    def late(self, at: datetime):
        """Give those whose time is over before they left."""
        return self.filter(state=Notification.State.WAITING, expires_at__lte=at)


class Notification(models.Model):
    """Something to tell one person. The same key twice is one letter; whether it may go out twice is its purpose's to say."""

    personal = (
        "purpose",
        "title",
        "body",
        "path",
        "made_at",
        "send_at",
        "expires_at",
        "sent_at",
        "seen_at",
        "state",
        "reason",
        "channel",
    )

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"  # an attempt is on record; whether it arrived is not known yet
        SENT = "sent"
        UNSURE = (
            "unsure"  # the worker ended in between: what may go out once only is not tried again
        )
        FAILED = "failed"  # no channel took it
        EXPIRED = "expired"  # its time was over; never replayed
        CANCELLED = "cancelled"

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    purpose = models.CharField(max_length=20)
    key = models.CharField(max_length=160, unique=True)
    title = models.CharField(max_length=120)
    body = models.TextField(blank=True)
    path = models.CharField(max_length=300, blank=True)  # where a tap leads, in this house
    only = models.ForeignKey(
        Address, on_delete=models.CASCADE, null=True, related_name="+"
    )  # this one address, and no other
    made_at = models.DateTimeField()
    send_at = models.DateTimeField()
    expires_at = models.DateTimeField(
        null=True
    )  # it must have arrived by then: what a channel keeps for later ends here too
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=80, blank=True)
    channel = models.CharField(max_length=8, blank=True)  # the one that took it
    held_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-send_at", "id"]
        indexes = [
            models.Index(fields=["state", "send_at"]),
            models.Index(fields=["person", "-send_at"]),
        ]

    def __str__(self):
        return self.pk


class DeliveryAttempt(models.Model):
    """One try to bring a letter to one address, written before anything leaves the house, and what came of it."""

    personal = ("at", "ended_at", "result")

    letter = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=8, choices=Channel)
    address = models.ForeignKey(Address, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(
        max_length=80, blank=True
    )  # "taken", "gone", "refused 413", …; empty: not known

    class Meta:
        ordering = ["letter", "number"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "number"], name="one_attempt_per_number")
        ]

    def __str__(self):
        return f"{self.letter_id} {self.number}"
