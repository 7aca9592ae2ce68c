"""Reauthentication before sensitive pages."""

import functools
import time
from urllib.parse import urlencode

from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse

from everyhour.foundation.accounts import codes

SECONDS = 15 * 60
SESSION_KEY = "reauthenticated_at"


def recently_authenticated(request: HttpRequest, *, now: float) -> bool:
    since = request.session.get(SESSION_KEY)
    return since is not None and codes.is_current(since + SECONDS, SECONDS, now=now)


def mark_reauthenticated(request: HttpRequest, *, now: float) -> None:
    request.session[SESSION_KEY] = now


def require_reauthentication(view):
    """Send a person who has not authenticated in the last 15 minutes to do so first."""

    @functools.wraps(view)
    def guarded(request, *args, **kwargs):
        if recently_authenticated(request, now=time.time()):
            return view(request, *args, **kwargs)
        return redirect(f"{reverse('account-again')}?{urlencode({'next': request.path})}")

    return guarded
