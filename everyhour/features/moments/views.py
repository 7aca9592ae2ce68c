"""The list of moments, and the page that brings in a guest's moments."""

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
from everyhour.features.moments import presenters, wording
from everyhour.features.moments.entry_views import choosable, key
from everyhour.features.moments.forms import DeletionForm
from everyhour.foundation.lib.ids import LENGTH
from everyhour.foundation.live.hub import hub
from everyhour.foundation.ui.kept import kept_offline

AT_ONCE = timedelta(days=14)
MOST = 400


@belongs
@kept_offline
def moments(request: InFamily) -> HttpResponse:
    """Show two weeks of moments by day, with links further back."""
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
    rows = presenters.rows(found[:MOST], body, by)
    if len(found) > MOST:  # the rest of that day, and what was before it, is the next page
        earlier = found[MOST].wall
    else:
        earlier = (
            readable.filter(wall__lt=since).order_by("-wall").values_list("wall", flat=True).first()
        )
    saved = _one(readable, request.GET.get("saved", ""), body, by)
    context = {
        "nav": "moments",
        "live": live,
        "days": presenters.days(rows),
        "earlier": earlier and earlier[:10],
        "later": last is not None,
        "saved": saved,
        "danger": saved is not None and presenters.has_danger(saved["moment"], by),
        "gone": Moment.objects.visible_to(by)
        .filter(pk=request.GET.get("gone", "")[:40], deleted=True)
        .first(),
        "undo": DeletionForm(initial={"key": key(), "undo": True}, auto_id=False),
        "take_out": DeletionForm(initial={"key": key()}, auto_id=False),
        "may_log": by.can("log"),
    }
    return render(request, "moments/moments.html", context)


@logs
@kept_offline
def bring(request: InFamily) -> HttpResponse:
    """Offer to bring in what a guest saved on this phone."""
    by = request.place.caregiver
    children, _givers = choosable(by)
    context = {
        "nav": "moments",
        "words": wording.bring(),
        "children": children,
        "guardian": by.is_guardian,
    }
    return render(request, "moments/bring.html", context)


def _one(readable: QuerySet[Moment], pk: str, body: dict, by: Caregiver) -> dict | None:
    """Return the row of the moment just saved, which may be years back."""
    found = readable.filter(pk=pk).first() if 0 < len(pk) <= LENGTH else None
    return presenters.rows([found], body, by)[0] if found else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= EARLIEST.date() else None
