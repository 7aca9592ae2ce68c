"""Regular jobs of accounts."""

from datetime import datetime

from django.contrib.sessions.models import Session

from everyhour.foundation.accounts.models import SignIn


def forget_old_sessions(at: datetime) -> None:
    Session.objects.filter(expire_date__lt=at).delete()
    SignIn.objects.all().expired().delete()
