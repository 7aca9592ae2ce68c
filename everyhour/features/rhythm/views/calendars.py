"""Calendars that are read, and the private feed that one's own calendar app reads."""

from datetime import datetime

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
from everyhour.features.rhythm import wording
from everyhour.features.rhythm.forms import CalendarForm
from everyhour.features.rhythm.pages import INVALID, post_data, show
from everyhour.foundation.lib.permissions import public
from everyhour.foundation.lib.public_address import absolute
from everyhour.foundation.ui.flash import say


@guardian
def all_(request: InFamily) -> HttpResponse:
    """List the calendars of this home, and add one from a file or an address."""
    me, at = request.place.caregiver, timezone.now()
    files = request.FILES if request.method == "POST" else None
    form = CalendarForm(post_data(request), files, initial={"means": Calendar.Means.APPOINTMENTS})
    if request.method == "POST" and form.is_valid() and (made := add(form, by=me, at=at)):
        count = made.occurrences.count()
        if count == ics.MOST:
            sentence = _(
                "Calendar added. It has more entries than fit here, so we kept the first {count}."
            )
        else:
            sentence = _("Calendar added. Entries in the coming weeks: {count}.")
        say(request, sentence.format(count=count))
        return redirect("rhythm-calendars")
    shown = [
        {
            "calendar": calendar,
            "name": calendar.name or _("A calendar"),
            "error": wording.calendar_error(calendar.trouble) if calendar.trouble else "",
        }
        for calendar in Calendar.objects.present().filter(household=me.household)
    ]
    status = INVALID if form.errors else 200
    return show(request, "calendars", status=status, form=form, calendars=shown)


def add(form: CalendarForm, *, by: Caregiver, at: datetime) -> Calendar | None:
    """Add the calendar of a valid form; on failure add the error to the form and return None."""
    data = form.cleaned_data
    columns = {"name": data["called"], "means": data["means"] or Calendar.Means.APPOINTMENTS}
    field = "file" if data["file"] else "address"
    try:
        if field == "address":
            return calendars.subscribe(data["address"], **columns, by=by, at=at)
        if data["file"].size > ics.LARGEST:
            raise calendars.CalendarError(calendars.TOO_LARGE)
        return calendars.add_file(data["file"].read(), **columns, by=by, at=at)
    except calendars.CalendarError as error:
        form.add_error(field, wording.calendar_error(error.why))
    except ActionRefused as refused:
        form.add_error(None, str(refused))
    return None


@guardian
@require_POST
def removal(request: InFamily, calendar_id: str) -> HttpResponse:
    """Delete a calendar, or restore it within a day."""
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
    """Show the caregiver's feed, create one (its address is shown this once), or end it."""
    me, at, address = request.place.caregiver, timezone.now(), ""
    current = Feed.objects.filter(caregiver=me, ended_at__isnull=True).first()
    if request.method == "POST" and "end" in request.POST:
        if current:
            actions.end(current, by=me, at=at)
        say(request, _("Turned off. No one can read it any more."))
        return redirect("rhythm-feed")
    if request.method == "POST":
        token = feeds.new_token()
        current = actions.open_feed(
            token_digest=feeds.digest(token), shows="shows" in request.POST, by=me, at=at
        )
        address = absolute(reverse("rhythm-feed-read", args=[token]), request)
    return show(request, "feed", feed=current, address=address)


@public
@require_safe
def feed_read(request: HttpRequest, token: str) -> HttpResponse:
    """Return the feed as iCalendar, or 304 if the client has it; needs the address, no session."""
    feed, at = feeds.find(token), timezone.now()
    if feed is None:
        raise Http404
    body = feeds.render(feed, at=at)
    tag = feeds.etag(body)
    if tag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="everyhour.ics"'
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response
