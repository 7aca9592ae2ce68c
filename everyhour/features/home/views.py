"""The home page, Today for a caregiver, and the about page."""

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_POST

from everyhour.domain.families.models import Caregiver
from everyhour.domain.families.permissions import InFamily, belongs, guardian
from everyhour.domain.recommendations import bundle
from everyhour.features.home import actions
from everyhour.features.home.next_moment import names
from everyhour.features.home.today import compose
from everyhour.foundation.accounts.permissions import signed_in
from everyhour.foundation.lib.permissions import public
from everyhour.foundation.live.hub import hub

NOT_NOW = "not_now"  # in the session: the parts of today that are let go
MOST_KEPT = 12


@public
def language_door(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Redirect an address without a language to the language the browser asks for."""
    response = redirect(f"/{get_language_from_request(request)}/{rest}")
    patch_vary_headers(response, ["Accept-Language"])
    return response


@public
def home(request: HttpRequest) -> HttpResponse:
    if request.person is not None:  # type: ignore[attr-defined]
        return redirect("today")
    return render(request, "home/home.html", {"nav": "home"})


@public
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "home/about.html", {"nav": "about", "source": settings.SOURCE})


@signed_in
def today(request: InFamily) -> HttpResponse:
    """Show Today; a person without a family is sent to set one up."""
    live, caregiver, at = hub.here(), request.place.caregiver, timezone.now()
    if caregiver is None:
        return redirect("start")
    carried = bundle.for_reader_or_empty()
    refused, keep = request.session.get(NOT_NOW, []), is_person_looking(request)
    composed = compose(
        caregiver, carried, at=at, zones=zones_of(request), not_now=refused, keep=keep
    )
    name = names(composed.child, carried)
    context = {
        "nav": "today",
        "live": live,
        "today": composed,
        "name": name,
        "caregiver": caregiver,
        "sees_week": caregiver.can(Caregiver.SEE_WEEK),
        "logs": caregiver.can(Caregiver.LOG),
        "sees_helps": caregiver.can(Caregiver.SEE_HELPS),
    }
    return render(request, "home/today.html", context)


@belongs
@require_POST
def not_now(request: HttpRequest) -> HttpResponse:
    """Skip a part of today, or undo that. Kept in the session, because it matters only until tomorrow."""
    part = request.POST.get("part", "")[:40]
    kept = [p for p in request.session.get(NOT_NOW, []) if p != part]
    request.session[NOT_NOW] = kept if "undo" in request.POST else [*kept, part][-MOST_KEPT:]
    return redirect("today")


@guardian
@require_POST
def rest(request: InFamily) -> HttpResponse:
    """Take a day off for the household, or undo that."""
    caregiver, at = request.place.caregiver, timezone.now()
    if "undo" in request.POST:
        actions.work_after_all(by=caregiver, at=at)
    else:
        actions.rest_today(zone=request.person.zone_at(at), by=caregiver, at=at)
    return redirect("today")


@belongs
def live(request: InFamily) -> HttpResponse:
    """Return the channels this person's pages may listen to; the gateway asks when a stream opens."""
    caregiver = request.place.caregiver
    return JsonResponse({"person": request.person.pk, "channels": [f"caregiver:{caregiver.pk}"]})


def is_person_looking(request: HttpRequest) -> bool:
    """Return whether a person looks, rather than a browser that prefetches or sends HEAD.

    Only what a person saw is recorded as offered.
    """
    ahead = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}"
    return request.method == "GET" and "prefetch" not in ahead


def zones_of(request: InFamily) -> list[tuple[datetime, str]]:
    """Return this person's time zones, each with its start, oldest first."""
    known = [(period.since, period.zone) for period in request.person.zone_periods.all()]
    return known or [(datetime(2000, 1, 1, tzinfo=UTC), "UTC")]
