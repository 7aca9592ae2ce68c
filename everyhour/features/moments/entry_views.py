"""Views to log, edit, delete and restore a moment. Each form makes a change, as a phone does."""

import json
import uuid
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from everyhour.domain.families.permissions import InFamily, belongs, logs
from everyhour.domain.moments import actions, sync
from everyhour.domain.moments.models import Moment
from everyhour.domain.moments.quick_entry import Entry
from everyhour.domain.moments.sync import REJECTED
from everyhour.domain.practices import danger_files
from everyhour.domain.recommendations import bundle, offers
from everyhour.domain.rhythm import planned
from everyhour.features.moments import forms, presenters, wording
from everyhour.features.moments.form_building import build_form, key, zone_of
from everyhour.features.moments.forms import (
    AND,
    MOST_CHILDREN,
    DeletionForm,
    MomentForm,
    NoteForm,
    UndoForm,
)
from everyhour.features.moments.quick_form import IS_QUICK, complete
from everyhour.features.moments.saving import save_new
from everyhour.foundation.accounts.views.navigation import next_page
from everyhour.foundation.submissions.middleware import sent_at
from everyhour.foundation.ui.kept import kept_offline

WRONG = 422


@logs
@require_http_methods(["GET", "HEAD", "POST"])
@kept_offline
def log(request: InFamily) -> HttpResponse:
    """Log a moment in two taps: what, and save. Everything else is optional."""
    by, now = request.place.caregiver, timezone.now()
    initial = forms.initial_for_new(by, zone_of(by, now), now, **_preselected(request))
    data: Any = request.POST or None
    if IS_QUICK in request.POST:
        data = complete(request.POST, by=by, at=sent_at(request))
    form = build_form(by, data, at=now, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = save_new(form, by=by, at=now, origin=partial(_origin, request, form))
        if saved and form.is_valid():
            pks = AND.join(one.pk for one in saved)
            return HttpResponseRedirect(f"{_back(request)}?saved={pks}")
    rest = form.data.get("rest", "") if form.is_bound else ""
    return show_log(request, form, line=_line(request), rest=rest)


@belongs
@require_http_methods(["GET", "HEAD", "POST"])
@kept_offline
def moment(request: InFamily, moment: str) -> HttpResponse:
    """Show a moment with its notes; a POST edits it, if allowed."""
    by, found, now = request.place.caregiver, _find(request, moment), timezone.now()
    seen = forms.as_fields(found)
    form = build_form(
        by,
        request.POST or None,
        at=now,
        initial=forms.initial_for(found),
        also=found.practice,
        of=found,
    )
    if request.method == "POST":
        if not sync.may_write(found, by=by):
            raise Http404
        if form.is_valid():
            fields = form.changed_fields(_seen(request) or seen)
            key = str(form.cleaned_data["key"])
            result = (
                actions.change(found.key, by=by, at=now, key=key, fields=fields) if fields else None
            )
            if result is None or result.result != REJECTED:
                return HttpResponseRedirect(
                    f"{reverse('moment', args=[found.pk])}{f'?changed={key}' if fields else ''}"
                )
            form.add_error(None, wording.rejection(result.reason))
    return _show(request, found, form=form, seen=_seen(request) or seen)


@belongs
@require_POST
def note(request: InFamily, moment: str) -> HttpResponse:
    """Replace the versions of the note that the page showed; newer ones by others stay."""
    by, found = request.place.caregiver, _find(request, moment)
    if not sync.may_write(found, by=by):
        raise Http404
    form = NoteForm(request.POST)
    if form.is_valid():
        key = str(form.cleaned_data["key"])
        result = actions.change(
            found.key, by=by, at=timezone.now(), key=key, note=form.changed_fields()
        )
        if result.result != REJECTED:
            return HttpResponseRedirect(f"{reverse('moment', args=[found.pk])}?changed={key}")
        form.add_error("text", wording.rejection(result.reason))
    return _show(request, found, note=form)


@belongs
@require_POST
def change(request: InFamily, moment: str, change: str) -> HttpResponse:
    """Undo a change."""
    by, found, form = request.place.caregiver, _find(request, moment), UndoForm(request.POST)
    if not sync.may_write(found, by=by) or not form.is_valid():
        raise Http404
    actions.undo(change, of=found, by=by, at=timezone.now(), key=str(form.cleaned_data["key"]))
    return HttpResponseRedirect(reverse("moment", args=[found.pk]))


@belongs
@require_POST
def deletions(request: InFamily) -> HttpResponse:
    """Delete moments, or restore them: all of them, or none if one is not ours."""
    form, by = DeletionForm(request.POST), request.place.caregiver
    found = [_find(request, pk) for pk in request.POST.getlist("moments")[:MOST_CHILDREN]]
    if not found or not form.is_valid() or not all(sync.may_write(one, by=by) for one in found):
        raise Http404
    undo = form.cleaned_data["undo"]
    for one in found:
        change = str(uuid.uuid5(form.cleaned_data["key"], one.pk))
        actions.change(one.key, by=by, at=timezone.now(), key=change, gone=not undo)
    gone = "" if undo else f"?gone={AND.join(one.pk for one in found)}"
    return HttpResponseRedirect(_back(request) + gone)


def _line(request: HttpRequest) -> str:
    """Return the line that a moment was read from; beside a tapped practice it is a note."""
    return "" if IS_QUICK in request.POST else request.POST.get("line", "")


def _back(request: HttpRequest) -> str:
    """Return the path of the page a form was on, where it says so."""
    return urlsplit(next_page(request)).path or reverse("moments")


def _find(request: InFamily, pk: str) -> Moment:
    by = request.place.caregiver
    return get_object_or_404(
        Moment.objects.visible_to(by).select_related(
            "family", "child", "caregiver", "edition__item"
        ),
        pk=pk,
    )


def _origin(request: InFamily, form: MomentForm, child: str) -> dict[str, Any]:
    """Return a moment's origin: a line, an offer of Today (with its decision), a plan, or none."""
    if _line(request):
        return {"origin": Moment.Origin.LINE}
    cleaned, by = form.cleaned_data, request.place.caregiver
    given = cleaned["kind"] == Moment.Kind.GIVEN
    offered = (
        offers.find_for_moment(cleaned["what"], child=child, by=by, at=form.at) if given else []
    )
    if offered:
        return {"origin": Moment.Origin.PLAN, "decision": offered}
    planned_here = given and planned.is_planned(
        cleaned["what"], child=child, household=by.household_id, at=form.at
    )
    return {"origin": Moment.Origin.PLAN if planned_here else Moment.Origin.SPONTANEOUS}


def _preselected(request: InFamily) -> dict[str, str]:
    """Return the practice another page hands over: /moments/log/?what=wall-push."""
    what = request.GET.get("what", "")[:80]
    return {"what": what} if what in presenters.titles(bundle.for_reader()) else {}


def _seen(request: HttpRequest) -> dict | None:
    """Return the fields the page showed; as browser input they can only narrow a change."""
    try:
        seen = json.loads(request.POST.get("seen", ""))
    except ValueError:
        return None
    return seen if isinstance(seen, dict) else None


def show_log(
    request: InFamily,
    form: MomentForm,
    *,
    line: str = "",
    rest: str = "",
    entry: Entry | None = None,
) -> HttpResponse:
    """Show the log page, with a line as it was read."""
    context = {
        "nav": "moments",
        "form": form,
        "line": line,
        "rest": rest or request.POST.get("rest", ""),
        "read": bool(line) and not form.is_bound,
        "entry": entry,
        "plans": request.place.caregiver.is_guardian,
        "plan_url": _plan_url(entry) if entry else "",
        "danger": danger_files.has_danger(line, rest or request.POST.get("rest", "")),
    }
    return render(request, "moments/log.html", context, status=WRONG if form.is_bound else 200)


def _plan_url(entry: Entry) -> str:
    """Return where a practice is planned into the day, for the child if one is named."""
    child = {"child": entry.children[0]} if len(entry.children) == 1 else {}
    return f"{reverse('rhythm-plan')}?{urlencode({'practice': entry.practice, **child})}"


def _show(
    request: InFamily,
    found: Moment,
    *,
    form: MomentForm | None = None,
    note: NoteForm | None = None,
    seen: dict | None = None,
) -> HttpResponse:
    by, body = request.place.caregiver, bundle.for_reader()
    notes = presenters.readable_notes(found, by)
    writes = sync.may_write(found, by=by)
    text = "\n\n".join(note.opened for note in notes)
    wrong = bool(note) or bool(form and form.is_bound)
    changed = request.GET.get("changed", "")[:36]
    context = {
        "nav": "moments",
        "danger": bool(changed and writes) and presenters.has_danger(found, by),
        "row": presenters.rows([found], body, by)[0],
        "moment": found,
        "notes": notes,
        "writes": writes,
        "form": form
        or build_form(
            by,
            None,
            at=timezone.now(),
            initial=forms.initial_for(found),
            also=found.practice,
            of=found,
        ),
        "changed": changed,
        "take_back": UndoForm(initial={"key": key()}, auto_id=False),
        "open": bool(form and form.is_bound),
        "seen": json.dumps(seen or forms.as_fields(found)),
        "note": note
        or NoteForm(
            initial={"key": key(), "text": text, "replaces": " ".join(n.change_key for n in notes)},
            auto_id="n-%s",
        ),
        "take_out": DeletionForm(initial={"key": key()}, auto_id=False),
        "decided": [
            presenters.titles(body).get(offer.get("practice", ""), "") for offer in found.decision
        ],
        "label": _("Write one note instead") if len(notes) > 1 else _("A note"),
    }
    return render(request, "moments/moment.html", context, status=WRONG if wrong else 200)
