"""A child's bundle for the phone, and what the family never wants suggested."""

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from everyhour.domain.families import actions
from everyhour.domain.families.permissions import InFamily, guardian, logs
from everyhour.domain.practices.models import Item
from everyhour.domain.recommendations import bundle
from everyhour.features.now import child_bundles
from everyhour.features.now.outbox_views import Refused, read_payload, refuse

MAX_PRACTICES = 200  # in one request


@logs
@require_safe
def child_bundle(request: InFamily, child: str) -> HttpResponse:
    """Return the bundle of a child of this household; its version is the ETag."""
    by, at = request.place.caregiver, timezone.now()
    found = get_object_or_404(by.household.children, pk=child)
    zone = request.person.zone_name_at(at)
    body = child_bundles.compose(found, by, bundle.for_reader(), zone=zone, at=at)
    etag = f'"{body["version"]}"'
    unchanged = request.headers.get("If-None-Match") == etag
    response = HttpResponse(status=304) if unchanged else JsonResponse(body)
    # New moments can lead to the same probabilities: a new mark, but the same version.
    response["ETag"], response["Everyhour-Mark"] = etag, body["mark"]
    return response


# No form token, as for the outbox: a phone that was offline for a week has none that is valid.
@guardian
@csrf_exempt
@require_POST
def never(request: InFamily, child: str) -> HttpResponse:
    """Turn practices off and on for a child, as a phone asks. The last arrival wins."""
    by, at = request.place.caregiver, timezone.now()
    get_object_or_404(by.household.children, pk=child)
    try:
        changes = read_payload(request, by, "never")
        is_off = {str(change["slug"])[:80]: change["off"] is True for change in changes}
    except Refused as refused:
        return refused.response
    except (KeyError, TypeError):
        return refuse("not-json", 400)
    if len(changes) > MAX_PRACTICES:
        return refuse("too-many", 413)
    known = Item.objects.filter(kind="activity", slug__in=is_off).values_list("slug", flat=True)
    turned_off = {slug for slug in known if is_off[slug]}
    turned_on = {slug for slug, off in is_off.items() if not off}
    with transaction.atomic():
        # Locked, so that two phones that send at once do not overwrite each other.
        found = by.household.children.select_for_update().get(pk=child)
        slugs = (set(found.never) | turned_off) - turned_on
        if slugs != set(found.never):
            actions.change_child(found, never=sorted(slugs), by=by, at=at)
    return JsonResponse({"never": sorted(slugs)})
