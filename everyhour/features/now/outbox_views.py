"""The endpoint of a phone's outbox: who owns the phone, and the changes it sends."""

import json
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from everyhour.domain.families.models import Caregiver
from everyhour.domain.families.permissions import InFamily, logs
from everyhour.domain.moments import sync
from everyhour.domain.moments.models import Moment
from everyhour.domain.recommendations import bundle
from everyhour.features.now import child_bundles
from everyhour.foundation.lib.origins import from_our_pages

MAX_BATCH_BYTES = 262_144
MOST_LIGHTS = 500


class Refused(Exception):
    """A request that is not processed, with the response that says why."""

    def __init__(self, code: str, status: int) -> None:
        super().__init__(code)
        self.response = refuse(code, status)


# No form token: a phone that was offline for a week has none that is valid. Instead the request
# must come from our own pages (Sec-Fetch-Site or Origin) and be JSON, which no form or link of
# another site can send.
@logs
@csrf_exempt
@require_http_methods(["GET", "POST"])
@sensitive_variables()
def outbox(request: InFamily) -> HttpResponse:
    """GET: return the phone's owner. POST: save a batch of changes; return a result for each."""
    caregiver = request.place.caregiver
    respond = _return_owner if request.method == "GET" else _receive_changes
    return respond(request, caregiver)


def read_payload(request: HttpRequest, by: Caregiver, name: str) -> Any:
    """Return one value of the JSON that a phone of this caregiver sends, or raise Refused."""
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
    # Another caregiver has signed in on this phone: the changes wait for their author.
    if person != by.pk:
        raise Refused("someone-else", 409)
    return payload


def _receive_changes(request: HttpRequest, by: Caregiver) -> HttpResponse:
    try:
        changes = read_payload(request, by, "changes")
    except Refused as refused:
        return refused.response
    if not isinstance(changes, list) or len(changes) > sync.MOST:
        return refuse("too-many", 413)
    results = sync.receive(by.family, by=by, changes=changes, at=timezone.now())
    return JsonResponse(
        {"results": [vars(result) for result in results], "now": timezone.now().isoformat()}
    )


def _return_owner(request: InFamily, by: Caregiver) -> HttpResponse:
    """Return the phone's owner, and each child with a mark that changes when its bundle does.

    Of moments it has only when they were, for the small week at the close of Right now, and only
    for those who see the week: moments are read on their pages, under the permissions of that time.
    """
    at, children = timezone.now(), list(by.household.children.all())
    zone = request.person.zone_name_at(at)
    marks = child_bundles.compute_marks(
        children, by, bundle.for_reader_or_empty(), zone=zone, at=at
    )
    lights = _lights(by, at) if by.can(Caregiver.SEE_WEEK) else {}
    rows = [
        {
            "id": child.pk,
            "nickname": child.nickname,
            "mark": marks[child.pk],
            "lights": lights.get(child.pk, []),
        }
        for child in children
    ]
    return JsonResponse({"person": by.pk, "guards": by.is_guardian, "children": rows})


def _lights(by: Caregiver, at: datetime) -> dict[str, list[int]]:
    """Return when each child's moments of this week were, in seconds; those the caregiver sees."""
    week = Moment.objects.of(by.family).visible_to(by).between(at - timedelta(days=7), at)
    lights: dict[str, list[int]] = defaultdict(list)
    given = week.filter(kind=Moment.Kind.GIVEN, child__isnull=False).order_by("-at")
    for child, moment in given.values_list("child", "at")[:MOST_LIGHTS]:
        lights[child].append(int(moment.timestamp()))
    return lights


def refuse(code: str, status: int) -> JsonResponse:
    return JsonResponse({"trouble": code}, status=status)
