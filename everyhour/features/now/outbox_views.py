"""Where a phone's outbox arrives, and the caregiver a phone belongs to."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from everyhour.domain.families.models import Caregiver
from everyhour.domain.families.permissions import InFamily, logs
from everyhour.domain.moments import sync
from everyhour.domain.recommendations import bundle
from everyhour.features.now import child_bundles
from everyhour.foundation.lib.origins import from_our_pages

MAX_BATCH_BYTES = 262_144


class Refused(Exception):
    """A request that is not processed, with the response that says why."""

    def __init__(self, code: str, status: int) -> None:
        super().__init__(code)
        self.response = refusal(code, status)


# No form token: a phone that was offline for a week has none that is valid. Instead the request
# must come from our own pages (Sec-Fetch-Site or Origin) and be JSON, which no form or link of
# another site can send.
@logs
@csrf_exempt
@require_http_methods(["GET", "POST"])
@sensitive_variables()
def outbox(request: InFamily) -> HttpResponse:
    """GET: the caregiver this phone belongs to. POST: a batch of changes, each with a result."""
    caregiver = request.place.caregiver
    return _send(request, caregiver) if request.method == "GET" else _receive(request, caregiver)


def payload_from(request: HttpRequest, by: Caregiver, name: str) -> Any:
    """Return what a phone of this caregiver sends under a name, or raise Refused."""
    if not from_our_pages(request):
        raise Refused("elsewhere", 403)
    if request.content_type != "application/json":
        raise Refused("not-json", 415)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BATCH_BYTES:
        raise Refused("too-long", 413)
    try:
        body = json.loads(request.body)
        person, payload = body["person"], body[name]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused("not-json", 400) from None
    # Another caregiver has signed in on this phone since: the changes wait for their author.
    if person != by.pk:
        raise Refused("someone-else", 409)
    return payload


def _receive(request: HttpRequest, by: Caregiver) -> HttpResponse:
    try:
        changes = payload_from(request, by, "changes")
    except Refused as refused:
        return refused.response
    if not isinstance(changes, list) or len(changes) > sync.MOST:
        return refusal("too-many", 413)
    results = sync.receive(by.family, by=by, changes=changes, at=timezone.now())
    return JsonResponse(
        {"results": [vars(result) for result in results], "now": timezone.now().isoformat()}
    )


def _send(request: InFamily, to: Caregiver) -> HttpResponse:
    """Return whose phone this is, with a mark per child that says whether its bundle is current.

    Moments are left out: they are read on their pages, under the permissions of that minute.
    """
    at, children = timezone.now(), list(to.household.children.all())
    zone = request.person.zone_name_at(at)
    marks = child_bundles.marks(children, to, bundle.for_reader_or_empty(), zone=zone, at=at)
    rows = [
        {"id": child.pk, "nickname": child.nickname, "mark": marks[child.pk]} for child in children
    ]
    return JsonResponse({"person": to.pk, "guards": to.is_guardian, "children": rows})


def refusal(code: str, status: int) -> JsonResponse:
    return JsonResponse({"trouble": code}, status=status)
