"""Calendars that come in, and the private address at which one's own calendar program reads what is planned."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from everyhour.domain.families.actions import ActionRefused
from everyhour.domain.families.models import Caregiver
from everyhour.domain.families.permissions import InFamily, guardian, sees_week
from everyhour.domain.rhythm import actions, calendars, ics
from everyhour.domain.rhythm import feed as feeds
from everyhour.domain.rhythm.models import Calendar, Feed
from everyhour.features.rhythm import words
from everyhour.features.rhythm.forms import CalendarForm
from everyhour.features.rhythm.pages import WRONG, sent, show
from everyhour.foundation.lib.permissions import public
from everyhour.foundation.ui.flash import say


@guardian
def all_(request: InFamily) -> HttpResponse:
    """Show the calendars of this home, bring a file, or subscribe to an address."""
    me, at = request.place.caregiver, timezone.now()
    form = CalendarForm(
        sent(request),
        request.FILES if request.method == "POST" else None,
        initial={"means": Calendar.Means.APPOINTMENTS},
    )
    if request.method == "POST" and form.is_valid() and (made := brought(form, by=me, at=at)):
        count = made.occurrences.count()
        if count == ics.MOST:
            say(
                request,
                _(
                    "Calendar added. It has more entries than fit here, so we kept the first {count}."
                ).format(count=count),
            )
        else:
            say(
                request,
                _("Calendar added. Entries in the coming weeks: {count}.").format(count=count),
            )
        return redirect("rhythm-calendars")
    mine = Calendar.objects.present().filter(household=me.household)
    known: list[tuple[Calendar, dict[str, Any]]] = [
        (
            one,
            {
                "name": one.name or _("A calendar"),
                "trouble": words.trouble(one.trouble) if one.trouble else "",
            },
        )
        for one in mine
    ]
    return show(
        request, "calendars", status=WRONG if form.errors else 200, form=form, calendars=known
    )


def brought(form: CalendarForm, *, by: Caregiver, at: datetime) -> Calendar | None:
    """Bring what the form holds; what goes wrong is said in the form."""
    data = form.cleaned_data
    told = {
        "name": data["called"],
        "means": data["means"] or Calendar.Means.APPOINTMENTS,
        "by": by,
        "at": at,
    }
    field = "file" if data["file"] else "address"
    try:
        if field == "address":
            return calendars.subscribe(data["address"], **told)
        if data["file"].size > ics.LARGEST:
            raise calendars.CalendarError(calendars.TOO_LARGE)
        return calendars.add_file(data["file"].read(), **told)
    except calendars.CalendarError as trouble:
        form.add_error(field, words.trouble(trouble.why))
    except ActionRefused as refused:
        form.add_error(None, str(refused))
    return None


@guardian
@require_POST
def removal(request: InFamily, calendar_id: str) -> HttpResponse:
    """Take a calendar out, or put it back within a day."""
    me, at = request.place.caregiver, timezone.now()
    calendar = get_object_or_404(Calendar, pk=calendar_id, household=me.household)
    if "undo" in request.POST and calendar.ended_at:
        actions.reopen(calendar, by=me, at=at)
        say(request, _("Restored."))
    elif "undo" not in request.POST:
        actions.end(calendar, by=me, at=at)
        say(request, _("Deleted."), undo=reverse("rhythm-calendar-removal", args=[calendar.pk]))
    return redirect("rhythm-calendars")


@sees_week
def feed(request: InFamily) -> HttpResponse:
    """Show whether there is a private address, make one (shown this once), or end it."""
    me, at, address = request.place.caregiver, timezone.now(), ""
    open_ = Feed.objects.filter(caregiver=me, ended_at__isnull=True).first()
    if request.method == "POST" and "end" in request.POST:
        if open_:
            actions.end(open_, by=me, at=at)
        say(request, _("Turned off. No one can read it any more."))
        return redirect("rhythm-feed")
    if request.method == "POST":
        token = feeds.new_token()
        open_ = actions.open_feed(
            token_digest=feeds.digest(token), shows="shows" in request.POST, by=me, at=at
        )
        address = request.build_absolute_uri(reverse("rhythm-feed-read", args=[token]))
    return show(request, "feed", feed=open_, address=address)


@public
@require_safe
def feed_read(request: HttpRequest, token: str) -> HttpResponse:
    """Give the feed to a calendar program that knows the address. It needs no session, and ends with its caregiver's place."""
    feed, at = feeds.find(token), timezone.now()
    if feed is None:
        raise Http404
    body = feeds.render(feed, at=at)
    tag = feeds.etag(body)
    if tag in request.headers.get("If-None-Match", ""):
        answer = HttpResponse(status=304)
    else:
        answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = 'inline; filename="everyhour.ics"'
    answer["ETag"], answer["Cache-Control"], answer["X-Robots-Tag"] = (
        tag,
        "private, no-cache",
        "noindex",
    )
    return answer
