"""The line a person types or speaks: read, and shown before anything is saved."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from everyhour.domain.families.models import Caregiver
from everyhour.domain.families.permissions import InFamily, logs
from everyhour.domain.moments import quick_entry
from everyhour.domain.moments.models import Moment
from everyhour.domain.moments.quick_entry import Entry
from everyhour.domain.moments.validation import LONGEST_TITLE
from everyhour.domain.recommendations import bundle
from everyhour.features.moments import forms, presenters
from everyhour.features.moments.entry_views import show_log
from everyhour.features.moments.form_building import build_form, choosable, zone_of
from everyhour.features.moments.saving import save_new
from everyhour.foundation.submissions.middleware import is_kept, sent_at

LONGEST_LINE = 4000  # characters


@logs
@require_POST
def line(request: InFamily) -> HttpResponse:
    """Parse one line of text, and show the result before anything is saved."""
    by, now = request.place.caregiver, sent_at(request)
    text = request.POST.get("line", "")[:LONGEST_LINE].strip()
    if not text:
        return HttpResponseRedirect(reverse("log"))
    entry = _read(text, by=by, at=now)
    shown = _initial(entry, by, now, answer=request.POST.get("child", ""))
    if is_kept(request):
        return _save(request, entry, shown, text, at=now)
    form = build_form(by, None, at=now, initial=shown, also=entry.practice)
    return show_log(request, form, line=text, rest=_left_over(entry, text), entry=entry)


def _save(request: InFamily, entry: Entry, shown: dict[str, Any], text: str, *, at: datetime):
    """Save a line that a phone kept, as it is understood: nobody is there to look it over."""
    by = request.place.caregiver
    data = {name: str(value) for name, value in shown.items() if value is not None}
    data["rest"] = _left_over(entry, text)
    form = build_form(by, data, at=at, initial={}, also=entry.practice)
    if form.is_valid():
        saved = save_new(form, by=by, at=at, origin=lambda _child: {"origin": Moment.Origin.LINE})
        if saved and form.is_valid():
            return HttpResponseRedirect(reverse("moments"))
    return show_log(request, form, line=text)


def _read(text: str, *, by: Caregiver, at: datetime) -> Entry:
    """Read a line with the names of the caregiver's family, at their local time."""
    children, givers = choosable(by)
    return quick_entry.read(
        text,
        now=at.astimezone(ZoneInfo(zone_of(by, at))),
        titles=presenters.titles(bundle.for_reader()),
        children={child.pk: child.nickname for child in children},
        givers={one.pk: one.name for one in givers if one.pk != by.pk},
        day_first=get_language() != "en",
    )


def _initial(entry: Entry, by: Caregiver, at: datetime, *, answer: str) -> dict[str, Any]:
    """Return what the form shows of an entry; what it does not say stays for the person to say.

    `answer` is what the person chose, where the line does not say whom it was for.
    """
    known: dict[str, Any] = {
        "what": entry.practice,
        "kind": entry.kind,
        "minutes": entry.minutes,
        "outcome": entry.outcome,
        "situation": entry.situation,
        "state_before": entry.state,
        "title": entry.text if len(entry.text) <= LONGEST_TITLE else "",
    }
    if whose := _whose(entry, by.household.children.count()) or answer:
        known["child"] = whose
    if entry.giver:
        known["giver"] = entry.giver
    if entry.ahead:  # not a moment yet: a day and time only once it has happened
        known |= {"day": None, "time": None}
    elif entry.wall:
        known |= {"day": entry.wall.date(), "time": entry.wall.time()}
    if entry.at:  # so exact that a repeated hour need not be asked
        known["opened"] = entry.at.isoformat()
    return forms.initial_for_new(by, zone_of(by, at), at, **known)


def _left_over(entry: Entry, text: str) -> str:
    """Return the whole line as a note when it does not fit into a title, or was not read whole."""
    return text if len(entry.text) > LONGEST_TITLE or len(text) > quick_entry.LONGEST else ""


def _whose(entry: Entry, count: int) -> str:
    """Return the form's answer to whom it was for; `count` is how many children there are."""
    if entry.kind == "got":
        return forms.ME
    if len(entry.children) > 1 and len(entry.children) == count:
        return forms.ALL
    return forms.AND.join(entry.children)
