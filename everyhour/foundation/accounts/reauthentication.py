"""Before something that would let somebody else in is changed, we ask once more that it is you."""

import functools
import time
from urllib.parse import urlencode

from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse

from everyhour.foundation.accounts import codes

MINUTES = 15


def is_sure(request: HttpRequest, *, now: float) -> bool:
    since = request.session.get("sure")
    return since is not None and codes.lasts(since + MINUTES * 60, MINUTES * 60, now=now)


def be_sure(request: HttpRequest, *, now: float) -> None:
    request.session["sure"] = now


def sure(view):
    """Let a view answer only for somebody who showed in the last quarter of an hour that it is them."""

    @functools.wraps(view)
    def guarded(request, *args, **kwargs):
        if is_sure(request, now=time.time()):
            return view(request, *args, **kwargs)
        return redirect(f"{reverse('account-again')}?{urlencode({'next': request.path})}")

    return guarded
