"""The list of moments, and the page that brings in a guest's moments."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from everyhour.domain.families.permissions import InFamily, belongs, logs
from everyhour.domain.moments.models import Moment
from everyhour.domain.moments.validation import EARLIEST
from everyhour.domain.practices import danger_files
from everyhour.domain.recommendations import bundle
from everyhour.features.moments import finding, presenters, wording
from everyhour.features.moments.form_building import choosable
from everyhour.foundation.lib.text import clean
from everyhour.foundation.live.hub import hub
from everyhour.foundation.ui.kept import kept_offline

AT_ONCE = timedelta(days=14)
MOST = 400


@belongs
@kept_offline
def moments(request: InFamily) -> HttpResponse:
    """Show two weeks of moments by day, with links further back; or what a search found."""
    search = clean(request.GET.get("q", ""), most=finding.LONGEST_SEARCH)
    live, by = hub.here(), request.place.caregiver
    today, last = timezone.now().date(), _day(request.GET.get("until", ""))
    readable = (
        Moment.objects.visible_to(by)
        .filter(deleted=False)
        .select_related("family", "child", "caregiver")
    )
    until = f"{last or today + timedelta(days=2)}T24"
    body = bundle.for_reader()
    if search:
        found = finding.find(readable.filter(wall__lt=until), search, by)
        shown, earlier, excerpts = found.moments, found.rest_from, found.excerpts
    else:
        shown, earlier = _two_weeks(readable, until, f"{(last or today) - AT_ONCE}")
        excerpts = {}
    rows = presenters.rows(shown, body, by)
    context = {
        "nav": "moments",
        "live": live,
        "q": search,
        "excerpts": excerpts,
        "counted": wording.found(len(rows)) if rows else "",
        "days": presenters.days(rows),
        "earlier": earlier and earlier[:10],
        "later": last is not None,
        "danger": danger_files.has_danger(search),
        "may_log": by.can("log"),
    }
    response = render(request, "moments/moments.html", context)
    if search:
        response.headers["Cache-Control"] = "no-store"
    return response


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


def _two_weeks(
    readable: QuerySet[Moment], until: str, since: str
) -> tuple[list[Moment], str | None]:
    """Return the moments of these days, newest first, and the time of what comes before them."""
    found = list(
        readable.filter(wall__lt=until, wall__gte=since)
        .prefetch_related("notes")
        .order_by("-wall", "-id")[: MOST + 1]
    )
    if len(found) > MOST:  # the rest of that day, and what was before it, is the next page
        return found[:MOST], found[MOST].wall
    before = readable.filter(wall__lt=since).order_by("-wall")
    return found, before.values_list("wall", flat=True).first()


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= EARLIEST.date() else None
