"""Notifications, the addresses they go to, and each attempt, recorded before anything is sent."""

from datetime import datetime

from django.conf import settings
from django.db import models

from everyhour.foundation.lib import leases
from everyhour.foundation.lib.ids import LENGTH, new_id


class Channel(models.TextChoices):
    PUSH = "push"
    MAIL = "mail"


class Preferences(models.Model):
    """How one person wants to be reached. Without a row: push, then mail, in neutral words."""

    personal = ("channels", "shows", "unwanted", "wanted", "digest")

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences"
    )
    # In the order they are tried; empty: push, then mail.
    channels = models.JSONField(default=list, blank=True)
    shows = models.BooleanField(default=False)  # show what it is about, instead of neutral words
    unwanted = models.JSONField(default=list, blank=True)  # purposes that are not sent
    wanted = models.JSONField(default=list, blank=True)  # purposes sent only on request
    digest = models.BooleanField(default=True)  # one mail about what was not seen

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self):
        return str(self.person_id)


class AddressQuerySet(models.QuerySet):
    def good(self):
        return self.filter(gone_at__isnull=True)


class Address(models.Model):
    """An address of one channel: a push subscription, or the person's mail address."""

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
    target = models.TextField(blank=True)  # a push endpoint; empty: the person's current address
    digest = models.CharField(max_length=64)  # of the target, so that one browser is one row
    keys = models.JSONField(default=dict, blank=True)  # p256dh and auth of a push subscription
    label = models.CharField(max_length=60, blank=True)  # "Chromium on Linux"
    created_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    failing_since = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)  # the service, or a bounce, said so

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
        """Filter to what may be sent now, the longest waiting first."""
        waiting = self.filter(leases.free(at), state=Notification.State.WAITING, send_at__lte=at)
        return waiting.order_by("send_at", "id")

    def late(self, at: datetime):
        """Filter to waiting notifications that have expired."""
        return self.filter(state=Notification.State.WAITING, expires_at__lte=at)


class Notification(models.Model):
    """A notification to one person, unique by key. Its purpose says if it may be sent twice."""

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
        SENDING = "sending"  # leased by a worker
        SENT = "sent"
        UNSURE = "unsure"  # it may have arrived, and is for sending once only: not retried
        FAILED = "failed"  # no channel accepted it
        EXPIRED = "expired"  # never sent late
        CANCELLED = "cancelled"

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    purpose = models.CharField(max_length=20)
    key = models.CharField(max_length=160, unique=True)
    title = models.CharField(max_length=120)
    body = models.TextField(blank=True)
    path = models.CharField(max_length=300, blank=True)  # on this site, opened by a tap
    # Send to this address and no other.
    only = models.ForeignKey(Address, on_delete=models.CASCADE, null=True, related_name="+")
    made_at = models.DateTimeField()
    send_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)  # also limits how long a push service keeps it
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=80, blank=True)
    channel = models.CharField(max_length=8, blank=True)  # the channel that accepted it
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
    """One attempt at one address, recorded before anything is sent, and its result."""

    personal = ("at", "ended_at", "result")

    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="attempts"
    )
    number = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=8, choices=Channel)
    address = models.ForeignKey(Address, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=80, blank=True)  # "taken", "refused 413"; empty: unknown

    class Meta:
        ordering = ["notification", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "number"], name="one_attempt_per_number"
            )
        ]

    def __str__(self):
        return f"{self.notification_id} {self.number}"
