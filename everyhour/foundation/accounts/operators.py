"""The people who run this site."""

from django.conf import settings
from django.db.models import QuerySet

from everyhour.foundation.accounts.models import Person


def operators() -> QuerySet[Person]:
    """Return the accounts named in EVERYHOUR_OPERATORS, skipping addresses without an account."""
    return Person.objects.filter(email__in=settings.OPERATORS, is_active=True).order_by("pk")
