"""Each form is carried out once, however often it arrives.

A page gives each form a key (`ui/js/kept_forms.js`). The key is stored in the transaction of the
write; a repeat gets the first answer, where that leads to another page. A form with an error
stores nothing, so it can be corrected.

A phone that kept a form while there was no network (`ui/js/service-worker-forms.js`) says how long
ago it was sent off and by whom, and asks for an answer it can read instead of a page.
"""

import re
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from everyhour.foundation.submissions.models import Submission
from everyhour.foundation.ui import kept

FIELD = "submission"
KEPT = "Everyhour-Kept"  # milliseconds since a person sent the form off, by their phone's clock
KEY = re.compile(r"[0-9a-f-]{36}")
KEPT_FOR = timedelta(days=30)
URLENCODED = "application/x-www-form-urlencoded"
REDIRECTS = (301, 302, 303, 307, 308)


def once(get_response):
    """Carry out a form with a key once; answer a phone that kept it in JSON."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST" or request.content_type != URLENCODED:
            return get_response(request)
        if KEPT in request.headers and not _is_theirs(request):
            return JsonResponse({"state": "signed-out"}, status=401)
        key = request.POST.get(FIELD, "")
        if request.person is None or not KEY.fullmatch(key):  # type: ignore[attr-defined]
            return get_response(request)
        return _answer(request, _once(request, key, get_response))

    return middleware


def is_kept(request: HttpRequest) -> bool:
    """Return whether a phone kept this form, so that nobody looks at its answer."""
    return KEPT in request.headers


def sent_at(request: HttpRequest) -> datetime:
    """Return when a person sent the form off: now, unless their phone kept it."""
    now = timezone.now()
    try:
        waited = timedelta(milliseconds=int(request.headers.get(KEPT, "0")))
    except (ValueError, OverflowError):
        return now
    # A phone whose clock was set meanwhile says nothing that helps.
    return now - waited if timedelta() <= waited <= KEPT_FOR else now


def _is_theirs(request: HttpRequest) -> bool:
    """Return whether the person who sent a kept form off is the one who is signed in."""
    sender = request.headers.get(kept.PERSON, "").partition(".")[0]
    return sender == kept.digest_of(request).partition(".")[0] != kept.NOBODY


def _once(request: HttpRequest, key: str, get_response) -> HttpResponseBase:
    person = request.person  # type: ignore[attr-defined]
    if (known := Submission.objects.filter(person=person, key=key).first()) is not None:
        return HttpResponseRedirect(known.location)
    try:
        with transaction.atomic():
            row = Submission.objects.create(person=person, key=key, at=timezone.now())
            response = get_response(request)
            if response.status_code in REDIRECTS:
                # A view may give repeats another address: one that is fit to be stored.
                location = getattr(response, "repeated_location", response.headers["Location"])
                Submission.objects.filter(pk=row.pk).update(location=location[:500])
            else:
                # A form with an error, or one whose answer is a page: it may come again.
                row.delete()
            return response
    except IntegrityError:
        # Two arrived at the same time; the other one was carried out.
        known = Submission.objects.filter(person=person, key=key).first()
        if known is None:
            raise
        return HttpResponseRedirect(known.location)


def _answer(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if KEPT not in request.headers:
        return response
    if response.status_code in REDIRECTS:
        return JsonResponse({"state": "done", "location": response.headers["Location"]})
    if response.status_code == 403 or response.status_code >= 500:
        return response
    return JsonResponse({"state": "refused"}, status=422)
