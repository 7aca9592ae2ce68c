"""The moments of a family, day by day, and what a guest brings along."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from everyhour.domain.families.permissions import InFamily, belongs, logs
from everyhour.domain.moments.models import Moment
from everyhour.features.moments import showing, words
from everyhour.features.moments.forms import GoneForm
from everyhour.features.moments.writing_views import key, may_choose

AT_ONCE = timedelta(days=14)
MOST = 400


@belongs
def moments(request: InFamily) -> HttpResponse:
    """Show two weeks of moments by day; further back by link."""
    by = request.place.caregiver
    last = _day(request.GET.get("until", ""))
    readable = Moment.objects.visible_to(by).filter(deleted=False)
    until = f"{last or timezone.now().date() + timedelta(days=2):%Y-%m-%d}T24"
    since = f"{(last or timezone.now().date()) - AT_ONCE:%Y-%m-%d}"
    found = readable.filter(wall__lt=until, wall__gte=since).select_related("family", "child", "caregiver").prefetch_related("notes")
    body = showing.carried()
    rows = showing.rows(found.order_by("-at")[:MOST], body, by)
    earlier = readable.filter(wall__lt=since).order_by("-wall").values_list("wall", flat=True).first()
    context = {
        "nav": "moments",
        "days": showing.days(rows),
        "earlier": earlier and earlier[:10],
        "later": last is not None,
        "saved": _one(request.GET.get("saved", ""), rows),
        "gone": Moment.objects.visible_to(by).filter(pk=request.GET.get("gone", "")[:40], deleted=True).first(),
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
    context = {"nav": "moments", "words": words.bring(), "children": children, "guardian": by.is_guardian}
    return render(request, "moments/bring.html", context)


def _one(pk: str, rows: list[dict]) -> dict | None:
    return next((row for row in rows if row["moment"].pk == pk), None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
