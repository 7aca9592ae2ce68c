"""The signed-in person of a request, and views closed by default."""

import logging
import time
from datetime import UTC, datetime

from django.contrib.auth import logout
from django.http import Http404

from everyhour.foundation.ui.formats import SPAIN, reading

logger = logging.getLogger(__name__)
DAY = 24 * 3600
LONGEST = 180 * DAY  # of a session, however often it is used


def person(get_response):
    """Set `request.person` (None for guests), and keep a person's pages out of every cache.

    Without a session cookie, nothing is read from the database.
    """

    def middleware(request):
        request.person = (
            request.user
            if request.COOKIES.get("sessionid") and request.user.is_authenticated
            else None
        )
        if request.person is not None:
            _extend(request, now=time.time())
        with reading(lambda: _zone_of(request)):
            response = get_response(request)
        if request.person is not None:
            response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


def _zone_of(request) -> str:
    """Return the zone whose formats the reader knows; of a guest, by the browser's language."""
    if request.person is None:
        preferred = request.headers.get("Accept-Language", "").lower()
        return SPAIN[0] if preferred.startswith("es-es") else ""
    if not hasattr(request, "zone_read"):
        request.zone_read = request.person.zone_name_at(datetime.fromtimestamp(time.time(), UTC))
    return request.zone_read


def _extend(request, *, now: float) -> None:
    """Mark a session as used, at most once a day; sign out one that is too old."""
    session = request.session
    if now - session.setdefault("since", now) > LONGEST:
        logout(request)
        request.person = None
    elif now - session.get("seen", 0) > DAY:
        session["seen"] = now
        request.person.sign_ins.filter(session=session.session_key).update(
            seen_at=datetime.fromtimestamp(now, UTC)
        )


class ClosedByDefault:
    """Answers 404 for every view that declares no permission."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, _arguments, _named):
        if getattr(view, "permission", None) is None:
            logger.error(
                "The view %s.%s declares no permission and answers 404. Add @public or @signed_in.",
                view.__module__,
                getattr(view, "__name__", ""),
            )
            raise Http404
