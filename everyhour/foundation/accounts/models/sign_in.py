"""Sign-ins: one row per session, so that a person can see and end them."""

from django.contrib.sessions.models import Session
from django.db import models

from everyhour.foundation.accounts.models.person import Person


class SignInQuerySet(models.QuerySet):
    def end(self) -> int:
        """Delete these rows and their sessions; return the number of rows."""
        keys = list(self.values_list("session", flat=True))
        Session.objects.filter(session_key__in=keys).delete()
        return self.delete()[0]

    def expired(self):
        """Return the sign-ins whose session no longer exists."""
        return self.exclude(session__in=Session.objects.values("session_key"))


class SignIn(models.Model):
    """One session: kind of device, since when, last seen on which day. No IP address is stored."""

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

    objects = SignInQuerySet.as_manager()

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self):
        return f"{self.person_id} {self.way}"
