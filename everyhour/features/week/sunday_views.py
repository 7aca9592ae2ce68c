"""Pages of the Sunday message: the paragraph with its picture, asking for it, and the sheet."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from everyhour.domain.families.permissions import sees_week
from everyhour.features.week import drawing, queries, sunday, wording
from everyhour.features.week.views import address, chooser
from everyhour.foundation.notifications import addresses
from everyhour.foundation.ui.flash import say
from everyhour.foundation.ui.formats import the_clock
from everyhour.foundation.ui.kept import kept_offline


@sees_week
@kept_offline
def sunday_page(request: HttpRequest) -> HttpResponse:
    """Show the week that ended on the latest Sunday."""
    at, viewer = timezone.now(), queries.load_viewer(request)
    on = sunday.last_sunday(viewer.today(at))
    shown = queries.load_picture(viewer, on, at=at)
    child = wording.name(viewer.child)
    preferences = addresses.preferences_of(request.person)  # type: ignore[attr-defined]
    return render(
        request,
        "week/sunday.html",
        {
            "nav": "week",
            "child": child,
            "dates": wording.days(shown.rows[0].on, on),
            "paragraph": sunday.paragraph(shown, child),
            "drawing": drawing.draw_small_week(shown),
            "week": address("week-of", viewer, on),
            "paper": address("week-fridge", viewer, on),
            "time": _time(),
            "wanted": sunday.PURPOSE.wanted_by(preferences),
            **chooser(viewer, "week-sunday"),
        },
    )


def _time() -> str:
    return the_clock(*divmod(sunday.MINUTE, 60))


@sees_week
@require_POST
def message(request: HttpRequest) -> HttpResponse:
    """Ask for the message every Sunday, or end it."""
    wanted = "wanted" in request.POST
    addresses.want(request.person, sunday.NAME, wanted=wanted)  # type: ignore[attr-defined]
    say(
        request,
        _("It’s on. The first one comes on Sunday at %(time)s.") % {"time": _time()}
        if wanted
        else _("It’s off. You can still read it here."),
    )
    return redirect("week-sunday")


@sees_week
def paper(request: HttpRequest, on: date) -> HttpResponse:
    """Return the sheet for the fridge; its file name does not name the child."""
    at, viewer = timezone.now(), queries.load_viewer(request)
    if on > viewer.today(at):
        raise Http404
    response = HttpResponse(sunday.fridge_sheet(viewer, on, at=at), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="week-{on}.pdf"'
    return response
