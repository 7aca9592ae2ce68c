"""The moments of a family, day by day, and what a guest brings along."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from everyhour.domain.families.models import Caregiver
from everyhour.domain.families.permissions import InFamily, belongs, logs
from everyhour.domain.moments.models import Moment
from everyhour.domain.moments.validation import EARLIEST
from everyhour.domain.recommendations import bundle
from everyhour.features.moments import showing, words
from everyhour.features.moments.forms import GoneForm
from everyhour.features.moments.writing_views import key, may_choose
from everyhour.foundation.lib.ids import LENGTH
from everyhour.foundation.live.hub import hub

AT_ONCE = timedelta(days=14)
MOST = 400


@belongs
def moments(request: InFamily) -> HttpResponse:
    """Show two weeks of moments by day; further back by link."""
    live, by = hub.here(), request.place.caregiver
    today, last = timezone.now().date(), _day(request.GET.get("until", ""))
    readable = (
        Moment.objects.visible_to(by)
        .filter(deleted=False)
        .select_related("family", "child", "caregiver")
    )
    until = f"{last or today + timedelta(days=2)}T24"
    since = f"{(last or today) - AT_ONCE}"
    found = list(
        readable.filter(wall__lt=until, wall__gte=since)
        .prefetch_related("notes")
        .order_by("-wall", "-id")[: MOST + 1]
    )
    body = bundle.for_reader()
    rows = showing.rows(found[:MOST], body, by)
    if len(found) > MOST:  # the rest of that day, and what was before it, is the next page
        earlier = found[MOST].wall
    else:
        earlier = (
            readable.filter(wall__lt=since).order_by("-wall").values_list("wall", flat=True).first()
        )
    context = {
        "nav": "moments",
        "live": live,
        "days": showing.days(rows),
        "earlier": earlier and earlier[:10],
        "later": last is not None,
        "saved": _one(readable, request.GET.get("saved", ""), body, by),
        "gone": Moment.objects.visible_to(by)
        .filter(pk=request.GET.get("gone", "")[:40], deleted=True)
        .first(),
        "undo": GoneForm(initial={"key": key(), "undo": True}, auto_id=False),
        "take_out": GoneForm(initial={"key": key()}, auto_id=False),
        "may_log": by.can("log"),
    }
    return render(request, "moments/moments.html", context)


@logs
def bring(request: InFamily) -> HttpResponse:
    """Offer to take along what a guest kept on this phone."""
    by = request.place.caregiver
    children, _givers = may_choose(by)
    context = {
        "nav": "moments",
        "words": words.bring(),
        "children": children,
        "guardian": by.is_guardian,
    }
    return render(request, "moments/bring.html", context)


def _one(readable: QuerySet[Moment], pk: str, body: dict, by: Caregiver) -> dict | None:
    """Find what was told a minute ago; it may lie years back."""
    found = readable.filter(pk=pk).first() if 0 < len(pk) <= LENGTH else None
    return showing.rows([found], body, by)[0] if found else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= EARLIEST.date() else None
