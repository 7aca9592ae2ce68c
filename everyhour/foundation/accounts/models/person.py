"""Persons who sign in, and the time zones they lived in."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from everyhour.foundation.lib.ids import LENGTH, new_id


def known_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError("This time zone is not known.")


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **columns):
        person = self.model(email=self.normalize_email(email).lower(), **columns)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None):
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """A grown-up with an account. Permissions come from their families, never from a flag here."""

    personal = (
        "email",
        "name",
        "language",
        "light",
        "neutral",
        "password",
        "created_at",
        "last_login",
    )

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=60, blank=True)  # as the family calls them
    language = models.CharField(max_length=8, default=settings.LANGUAGE_CODE)
    light = models.CharField(
        max_length=8, blank=True
    )  # light, dim or night; empty follows the device
    neutral = models.BooleanField(
        default=False
    )  # a plain name and icon, for homes where this must not be seen
    is_active = models.BooleanField(default=True)
    epoch = models.PositiveIntegerField(
        default=0
    )  # incremented to end every session, also one being created
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = PersonManager()

    class Meta:
        verbose_name_plural = "people"
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_per_address")]

    def __str__(self):
        return self.pk

    def get_session_auth_hash(self) -> str:
        """Bind each session to the password and the epoch: a change of either ends it."""
        return self._session_hash()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | bytes | None = None) -> str:
        return salted_hmac(
            "everyhour.accounts.session",
            f"{self.epoch}:{self.password}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def zone_name_at(self, at: datetime) -> str:
        """Return the time zone at a moment; the first known one also covers the time before it."""
        periods = list(self.zone_periods.all())
        if not periods:
            return "UTC"
        return max(
            (p for p in periods if p.since <= at), key=lambda p: p.since, default=periods[0]
        ).zone

    def zone_at(self, at: datetime) -> ZoneInfo:
        return ZoneInfo(self.zone_name_at(at))

    def move(self, zone: str, *, at: datetime) -> None:
        """Start a new zone period unless the zone is the same; raise ValidationError if unknown."""
        known_zone(zone)
        if not self.zone_periods.exists() or self.zone_name_at(at) != zone:
            self.zone_periods.update_or_create(since=at, defaults={"zone": zone})


class ZonePeriod(models.Model):
    """A time zone from one moment on, until the next period begins."""

    personal = ("zone", "since")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="zone_periods")
    zone = models.CharField(max_length=64, validators=[known_zone])
    since = models.DateTimeField()

    class Meta:
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(fields=["person", "since"], name="one_zone_at_a_time")
        ]

    def __str__(self):
        return f"{self.zone} since {self.since:%Y-%m-%d}"
