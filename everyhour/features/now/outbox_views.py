"""Where the phone's outbox arrives, and whom a phone belongs to."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from everyhour.domain.families.models import Caregiver
from everyhour.domain.families.permissions import InFamily, logs
from everyhour.domain.moments import sync
from everyhour.domain.recommendations import bundle as pockets
from everyhour.features.now import own
from everyhour.foundation.lib.origins import from_our_pages

BIGGEST = 262_144  # bytes of one batch


# No form token: a phone that was offline for a week has none that is still good. In its place the request must come from
# our own pages (Sec-Fetch-Site or Origin) and be JSON, which no form and no link of another site can send.
@logs
@csrf_exempt
@require_http_methods(["GET", "POST"])
@sensitive_variables()
def outbox(request: InFamily) -> HttpResponse:
    """GET: who this phone belongs to. POST: a batch of changes, each answered by name."""
    caregiver = request.place.caregiver
    return _send(request, caregiver) if request.method == "GET" else _receive(request, caregiver)


def sent(request: HttpRequest, by: Caregiver, what: str) -> Any:
    """Give what a phone of this caregiver sends under a name, or the response that says why it is not taken."""
    if not from_our_pages(request):
        return trouble("elsewhere", 403)
    if request.content_type != "application/json":
        return trouble("not-json", 415)
    if int(request.META.get("CONTENT_LENGTH") or 0) > BIGGEST:
        return trouble("too-long", 413)
    try:
        told = json.loads(request.body)
        person, found = told["person"], told[what]
    except (ValueError, KeyError, TypeError, RecursionError):
        return trouble("not-json", 400)
    if (
        person != by.pk
    ):  # somebody else has signed in on this phone since: what the first one wrote waits for them
        return trouble("someone-else", 409)
    return found


def _receive(request: HttpRequest, by: Caregiver) -> HttpResponse:
    changes = sent(request, by, "changes")
    if isinstance(changes, HttpResponse):
        return changes
    if not isinstance(changes, list) or len(changes) > sync.MOST:
        return trouble("too-many", 413)
    results = sync.receive(by.family, by=by, changes=changes, at=timezone.now())
    return JsonResponse(
        {"results": [vars(result) for result in results], "now": timezone.now().isoformat()}
    )


def _send(request: InFamily, to: Caregiver) -> HttpResponse:
    """Say whom this phone belongs to, and by a mark of each child whether what it keeps of them is still so.

    Moments are not in it: they are read on their pages, by whoever may at that minute.
    """
    at, children = timezone.now(), list(to.household.children.all())
    marks = own.marks(
        children,
        to,
        pockets.at_hand(get_language() or "en"),
        zone=request.person.zone_name_at(at),
        at=at,
    )
    told = [
        {"id": child.pk, "nickname": child.nickname, "mark": marks[child.pk]} for child in children
    ]
    return JsonResponse({"person": to.pk, "guards": to.is_guardian, "children": told})


def trouble(what: str, status: int) -> JsonResponse:
    return JsonResponse({"trouble": what}, status=status)
