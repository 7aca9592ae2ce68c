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
from everyhour.domain.families.setup import unfinished
from everyhour.domain.recommendations import bundle
from everyhour.features.home import actions
from everyhour.features.home.next_moment import child_names
from everyhour.features.home.today import MOST_OTHERS, compose
from everyhour.foundation.accounts.permissions import signed_in
from everyhour.foundation.lib.permissions import public
from everyhour.foundation.live.hub import hub
from everyhour.foundation.submissions.middleware import sent_at
from everyhour.foundation.ui.kept import kept_offline

NOT_NOW = "not_now"  # session key: the parts of the day that were skipped
ANOTHER = "another"  # session key: how many suggestions were passed over, by part of the day
MOST_KEPT = 12
NUMBERS = [str(number) for number in range(MOST_OTHERS + 2)]  # the last is "no more"


@public
def redirect_to_language(request: HttpRequest, rest: str = "") -> HttpResponse:
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
@kept_offline
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "home/about.html", {"nav": "about", "source": settings.SOURCE})


@signed_in
@kept_offline
def today(request: InFamily) -> HttpResponse:
    """Show Today; redirect a person without a family to the page that sets one up."""
    # Read before the page's data, so that no later announcement is missed.
    live, caregiver = hub.here(), request.place.caregiver
    if caregiver is None:
        return redirect("start")
    offline_bundle = bundle.for_reader_or_empty()
    composed = compose(
        caregiver,
        offline_bundle,
        at=timezone.now(),
        zones=zones_of(request),
        not_now=request.session.get(NOT_NOW, []),
        another=request.session.get(ANOTHER, {}),
        keep=is_person_looking(request),
    )
    context = {
        "nav": "today",
        "live": live,
        "today": composed,
        "name": child_names(composed.child, offline_bundle),
        "caregiver": caregiver,
        "sees_week": caregiver.can(Caregiver.SEE_WEEK),
        "logs": caregiver.can(Caregiver.LOG),
        "sees_helps": caregiver.can(Caregiver.SEE_HELPS),
        "unfinished": unfinished(request.session) if caregiver.is_guardian else None,
    }
    return render(request, "home/today.html", context)


@belongs
@require_POST
def not_now(request: HttpRequest) -> HttpResponse:
    """Skip a part of today, or undo that. The session keeps it: it matters only until tomorrow."""
    part = request.POST.get("part", "")[:40]
    kept = [p for p in request.session.get(NOT_NOW, []) if p != part]
    request.session[NOT_NOW] = kept if "undo" in request.POST else [*kept, part][-MOST_KEPT:]
    return redirect("today")


@belongs
@require_POST
def another(request: HttpRequest) -> HttpResponse:
    """Show another suggestion for a part of today: the first is number 0.

    The form names the number it wants, so a form that arrives twice moves on once.
    """
    part, number = request.POST.get("part", "")[:40], request.POST.get("number", "")
    wanted = int(number) if number in NUMBERS else 0
    kept = {p: n for p, n in request.session.get(ANOTHER, {}).items() if p != part}
    request.session[ANOTHER] = dict([*kept.items(), (part, wanted)][-MOST_KEPT:])
    return redirect("today")


@guardian
@require_POST
def rest(request: InFamily) -> HttpResponse:
    """Record a day off for the household, or undo that."""
    caregiver, at = request.place.caregiver, sent_at(request)
    if "undo" in request.POST:
        actions.cancel_rest_today(by=caregiver, at=at)
    else:
        actions.rest_today(zone=request.person.zone_at(at), by=caregiver, at=at)
    return redirect("today")


@belongs
def live(request: InFamily) -> HttpResponse:
    """Return the live channels of this person; the gateway asks when a stream opens."""
    caregiver = request.place.caregiver
    return JsonResponse({"person": request.person.pk, "channels": [f"caregiver:{caregiver.pk}"]})


def is_person_looking(request: HttpRequest) -> bool:
    """Return False for HEAD and for a browser that prefetches: nobody sees the answer yet.

    A suggestion counts as offered only once a person has seen it.
    """
    ahead = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}"
    return request.method == "GET" and "prefetch" not in ahead


def zones_of(request: InFamily) -> list[tuple[datetime, str]]:
    """Return this person's time zones, each with its start, oldest first."""
    known = [(period.since, period.zone) for period in request.person.zone_periods.all()]
    return known or [(datetime(2000, 1, 1, tzinfo=UTC), "UTC")]
