"""Who is asking, and whether this page says who may ask."""

import logging
import time
from datetime import UTC, datetime

from django.contrib.auth import logout
from django.http import Http404

logger = logging.getLogger(__name__)
DAY = 24 * 3600
LONGEST = 180 * DAY  # however often somebody comes by, after this they sign in anew


def person(get_response):
    """Give every request its `person`, or None; without a session cookie nothing is read. What a person sees is kept nowhere."""

    def middleware(request):
        request.person = (
            request.user
            if request.COOKIES.get("sessionid") and request.user.is_authenticated
            else None
        )
        if request.person is not None:
            _renew(request, now=time.time())
        response = get_response(request)
        if request.person is not None:
            response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


def _renew(request, *, now: float) -> None:
    """Once a day a session that is used lives on; one that is too old ends."""
    session = request.session
    if now - session.setdefault("since", now) > LONGEST:
        logout(request)
        request.person = None
    elif now - session.get("seen", 0) > DAY:
        session["seen"] = now
        request.person.sign_ins.filter(session=session.session_key).update(
            seen_at=datetime.fromtimestamp(now, UTC)
        )


class Closed:
    """Closed by default: a view that does not say who may open it opens for nobody."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, _arguments, _named):
        if getattr(view, "permission", None) is None:
            logger.error(
                "The view %s.%s does not say who may open it; it stays closed.",
                view.__module__,
                getattr(view, "__name__", ""),
            )
            raise Http404
