"""The public timetable of background jobs."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.module_loading import import_string

from everyhour.foundation.jobs.presenters import present
from everyhour.foundation.lib.permissions import public


@public
def timetable(request: HttpRequest) -> HttpResponse:
    """Show every job with its last and next run, in the reader's zone, or in UTC to strangers."""
    at = timezone.now()
    person = getattr(request, "person", None)
    zone = person.zone_at(at) if person else ZoneInfo("UTC")
    shown = present(import_string(settings.TIMETABLE), at=at)
    context = {
        "shown": shown,
        "zone": zone.key.replace("_", " "),
        "notices": [
            text for notice in import_string(settings.OPERATOR_NOTICES) for text in notice(at)
        ],
        "today": at.astimezone(zone).date().isoformat(),
    }
    with timezone.override(zone):
        return render(request, "jobs/timetable.html", context)
