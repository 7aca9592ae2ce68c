"""What a phone carries for one child, and what the family said on it never to suggest."""

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from everyhour.domain.families import actions
from everyhour.domain.families.permissions import InFamily, guardian, logs
from everyhour.domain.practices.models import Item
from everyhour.features.now import own as owns
from everyhour.features.now.outbox_views import sent, trouble
from everyhour.features.now.views import carry

MOST = 200  # practices in one telling


@logs
@require_safe
def own(request: InFamily, child: str) -> HttpResponse:
    """Give the chances of one child of this home; the same under the same version."""
    by, at = request.place.caregiver, timezone.now()
    found = get_object_or_404(by.household.children, pk=child)
    told = owns.composed(found, by, carry(), zone=request.person.zone_name_at(at), at=at)
    etag = f'"{told["version"]}"'
    response = (
        HttpResponse(status=304)
        if request.headers.get("If-None-Match") == etag
        else JsonResponse(told)
    )
    response["ETag"], response["Everyhour-Mark"] = (
        etag,
        told["mark"],
    )  # the same chances may follow from something new
    return response


# No form token, as for the outbox: a phone that was offline for a week has none that is still good.
@guardian
@csrf_exempt
@require_POST
def never(request: InFamily, child: str) -> HttpResponse:
    """Take what was said on a phone: never suggest this, or suggest it again. What reaches us last holds."""
    by, at = request.place.caregiver, timezone.now()
    get_object_or_404(by.household.children, pk=child)
    said = sent(request, by, "never")
    if isinstance(said, HttpResponse):
        return said
    try:
        told = [(str(one["slug"])[:80], one["off"] is True) for one in said]
    except (KeyError, TypeError):
        return trouble("not-json", 400)
    if len(told) > MOST:
        return trouble("too-many", 413)
    known = set(
        Item.objects.filter(kind="activity", slug__in=[slug for slug, _off in told]).values_list(
            "slug", flat=True
        )
    )
    with transaction.atomic():
        found = by.household.children.select_for_update().get(
            pk=child
        )  # two phones that say it at once are both heard
        slugs = set(found.never)
        for slug, off in told:
            slugs = slugs | {slug} & known if off else slugs - {slug}
        if slugs != set(found.never):
            actions.change_child(found, never=sorted(slugs), by=by, at=at)
    return JsonResponse({"never": sorted(slugs)})
