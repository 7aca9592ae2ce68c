"""Where somebody is signed in, so that they can see it and end it."""

from django.contrib.sessions.models import Session
from django.db import models

from everyhour.foundation.accounts.models.person import Person


class SignIns(models.QuerySet):
    def end(self) -> int:
        """End these sessions: whoever holds them is a stranger at their next request."""
        keys = list(self.values_list("session", flat=True))
        Session.objects.filter(session_key__in=keys).delete()
        return self.delete()[0]

    def over(self):
        """Those whose session is gone already: it ran out, or its person signed out."""
        return self.exclude(session__in=Session.objects.values("session_key"))


class SignIn(models.Model):
    """One session of one person: on what kind of device, since when, last seen on which day. No address of a network is kept."""

    class Way(models.TextChoices):
        CODE = "code"
        PASSWORD = "password"
        PASSKEY = "passkey"

    personal = ("session", "device", "way", "since", "seen_at")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sign_ins")
    session = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=60, blank=True)
    way = models.CharField(max_length=10, choices=Way)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()  # renewed at most once a day

    objects = SignIns.as_manager()

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self):
        return f"{self.person_id} {self.way}"
