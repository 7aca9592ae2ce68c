"""What a phone carries for one child, and what the family said on it never to suggest."""

import hashlib
import json
from datetime import datetime

from django.core.cache import caches
from django.db import transaction
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from everyhour.domain.families import actions
from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.families.permissions import InFamily, guardian, logs
from everyhour.domain.moments import child_pocket, learning
from everyhour.features.now.outbox_views import from_our_pages, trouble
from everyhour.features.now.views import carry

MOST = 200  # practices in one telling


@logs
@require_safe
def own(request: InFamily, child: str) -> HttpResponse:
    """Give the chances of one child of this home; the same under the same version."""
    by, at = request.place.caregiver, timezone.now()
    found = get_object_or_404(by.household.children, pk=child)
    told = _composed(found, by, carry(), zone=request.person.zone_name_at(at), at=at)
    if not by.can(Caregiver.SEE_HELPS):
        told = {**told, "tries": {}}
    etag = f'"{told["version"]}"'
    response = HttpResponse(status=304) if request.headers.get("If-None-Match") == etag else JsonResponse(told)
    response["ETag"] = etag
    return response


def _composed(child: Child, by: Caregiver, pocket: dict, *, zone: str, at: datetime) -> dict:
    """Work the chances out once for all that they follow from: the fit, the child, what was told, the pocket, the day."""
    fit = learning.in_force()
    known = child.moments.filter(household=by.household_id).aggregate(count=Count("pk"), newest=Max("changed_at"))
    facts = [child.born_in, child.functions_like_age, child.no_touch, sorted(child.never), bool(child.foods), bool(child.sounds)]
    follows_from = [
        child.pk,
        by.household_id,
        fit and fit.version,
        known["count"],
        known["newest"],
        facts,
        pocket["version"],
        zone,
        at.date(),
    ]
    key = hashlib.sha256(json.dumps(follows_from, default=str).encode()).hexdigest()
    if (made := caches["own"].get(key)) is None:
        made = child_pocket.compose(child, by.household, pocket, zone=zone, at=at)
        caches["own"].set(key, made)
    return made


# No form token, as for the outbox: a phone that was offline for a week has none that is still good.
@guardian
@csrf_exempt
@require_POST
def never(request: InFamily, child: str) -> HttpResponse:
    """Take what was said on a phone: never suggest this, or suggest it again."""
    if not from_our_pages(request):
        return trouble("elsewhere", 403)
    by, at = request.place.caregiver, timezone.now()
    get_object_or_404(by.household.children, pk=child)
    told = _read(request)
    if told is None or told[0] != by.pk:
        return trouble("not-json", 400) if told is None else trouble("someone-else", 409)
    with transaction.atomic():
        found = by.household.children.select_for_update().get(pk=child)  # two phones that say it at once are both heard
        slugs = set(found.never)
        for slug, off in told[1]:
            slugs = slugs | {slug} if off else slugs - {slug}
        if slugs != set(found.never):
            actions.change_child(found, never=sorted(slugs), by=by, at=at)
    return JsonResponse({"never": sorted(slugs)})


def _read(request: HttpRequest) -> tuple[str, list[tuple[str, bool]]] | None:
    try:
        told = json.loads(request.body)
        said = [(str(one["slug"])[:80], one["off"] is True) for one in told["never"][:MOST]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    known = {practice["slug"] for practice in carry()["practices"]}
    return str(told.get("person", "")), [(slug, off) for slug, off in said if slug in known or not off]
