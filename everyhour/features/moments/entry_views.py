"""Views to log, edit, delete and restore a moment. Each form makes a change, as a phone does."""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from everyhour.domain.families.actions import add_first_child
from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.families.permissions import InFamily, belongs, logs
from everyhour.domain.moments import actions, quick_entry, sync, wall_time
from everyhour.domain.moments.models import Moment
from everyhour.domain.moments.sync import REJECTED
from everyhour.domain.moments.validation import LONGEST_TITLE
from everyhour.domain.practices import danger_files
from everyhour.domain.recommendations import bundle, offers
from everyhour.domain.rhythm import planned
from everyhour.features.moments import forms, presenters, wording
from everyhour.features.moments.forms import DeletionForm, LineForm, MomentForm, NoteForm, UndoForm
from everyhour.foundation.submissions.middleware import is_kept, sent_at
from everyhour.foundation.ui.kept import kept_offline

WRONG = 422


@logs
@require_http_methods(["GET", "HEAD", "POST"])
@kept_offline
def log(request: InFamily) -> HttpResponse:
    """Log a moment in two taps: what, and save. Everything else is optional."""
    by, now = request.place.caregiver, timezone.now()
    form = _form(
        by,
        request.POST or None,
        at=now,
        initial=forms.initial_for_new(
            by, zone_of(by, now), now, **{**_whose(by), **_preselected(request)}
        ),
    )
    if request.method == "POST" and form.is_valid():
        add_child(form, by=by, at=now)
        key, moment, rest = (
            str(form.cleaned_data["key"]),
            str(form.cleaned_data["moment"]),
            form.cleaned_data["rest"],
        )
        fields = {**form.changed_fields(), **_origin(request, form)}
        result = actions.change(
            moment, by=by, at=now, key=key, fields=fields, note={"text": rest} if rest else None
        )
        if result.result != REJECTED:
            return _back(by, moment, "saved")
        form.add_error(None, wording.rejection(result.reason))
    return _show_log(request, form, line=request.POST.get("line", ""))


@logs
@require_POST
def line(request: InFamily) -> HttpResponse:
    """Parse one line of text, and show the result before anything is saved."""
    by, now = request.place.caregiver, sent_at(request)
    typed = LineForm(request.POST)
    text = (
        typed.cleaned_data["line"].strip()
        if typed.is_valid()
        else request.POST.get("line", "")[:4000].strip()
    )
    if not text:
        return HttpResponseRedirect(reverse("log"))
    zone, (children, givers), body = zone_of(by, now), choosable(by), bundle.for_reader()
    entry = quick_entry.read(
        text,
        now=now.astimezone(ZoneInfo(zone)),
        titles=presenters.titles(body),
        children={child.pk: child.nickname for child in children},
        givers={one.pk: one.name for one in givers if one.pk != by.pk},
        day_first=get_language() != "en",
    )
    known: dict[str, Any] = {
        "what": entry.practice,
        "kind": entry.kind,
        "minutes": entry.minutes,
        "outcome": entry.outcome,
        "situation": entry.situation,
        "state_before": entry.state,
        "title": entry.text if len(entry.text) <= LONGEST_TITLE else "",
    }
    if len(entry.children) == 1:
        known["child"] = entry.children[0]
    if entry.giver:
        known["giver"] = entry.giver
    if entry.ahead:  # not a moment yet: a day and time only once it has happened
        known |= {"day": None, "time": None}
    elif entry.wall:
        known |= {"day": entry.wall.date(), "time": entry.wall.time()}
    if entry.at:  # so exact that a repeated hour need not be asked
        known["opened"] = entry.at.isoformat()
    initial = forms.initial_for_new(by, zone, now, **known)
    if is_kept(request):
        return _save_line(request, initial, text, at=now)
    form = _form(by, None, at=now, initial=initial, also=entry.practice)
    # What does not fit into a title goes with it as a note, whole.
    rest = text if len(entry.text) > LONGEST_TITLE or len(text) > quick_entry.LONGEST else ""
    return _show_log(request, form, line=text, rest=rest, ahead=entry.ahead)


def _save_line(request: InFamily, initial: dict[str, Any], text: str, *, at: datetime):
    """Save a line that a phone kept, as it is understood: nobody is there to look it over."""
    by = request.place.caregiver
    whose = {"child": by.household.children.values_list("pk", flat=True).first(), **_whose(by)}
    data = {name: str(value) for name, value in {**whose, **initial}.items() if value is not None}
    form = _form(by, data, at=at, initial={}, also=data["what"])
    if form.is_valid():
        result = actions.change(
            str(form.cleaned_data["moment"]),
            by=by,
            at=at,
            key=str(form.cleaned_data["key"]),
            fields={**form.changed_fields(), "origin": Moment.Origin.LINE},
            note={"text": text} if len(text) > LONGEST_TITLE else None,
        )
        if result.result != REJECTED:
            return HttpResponseRedirect(reverse("moments"))
    return _show_log(request, form, line=text)


@belongs
@require_http_methods(["GET", "HEAD", "POST"])
@kept_offline
def moment(request: InFamily, moment: str) -> HttpResponse:
    """Show a moment with its notes; a POST edits it, if allowed."""
    by, found, now = request.place.caregiver, _find(request, moment), timezone.now()
    seen = forms.as_fields(found)
    form = _form(
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
def deletion(request: InFamily, moment: str) -> HttpResponse:
    """Delete a moment, or restore it."""
    by, found = request.place.caregiver, _find(request, moment)
    form = DeletionForm(request.POST)
    if not sync.may_write(found, by=by) or not form.is_valid():
        raise Http404
    undo = form.cleaned_data["undo"]
    actions.change(
        found.key, by=by, at=timezone.now(), key=str(form.cleaned_data["key"]), gone=not undo
    )
    return HttpResponseRedirect(f"{reverse('moments')}{'' if undo else f'?gone={found.pk}'}")


def choosable(by: Caregiver) -> tuple[list[Child], list[Caregiver]]:
    """Return the children and givers a caregiver may log for; a giver logs only their own."""
    children = by.household.children.all()
    givers = [by, *by.household.caregivers.present().exclude(pk=by.pk)] if by.is_guardian else [by]
    return list(children), givers


def add_child(form: MomentForm, *, by: Caregiver, at: datetime) -> None:
    """Add the family's first child, named in the form of the moment that was for it."""
    cleaned = form.cleaned_data
    if form.adds_child and cleaned["kind"] == Moment.Kind.GIVEN:
        cleaned["child"] = add_first_child(nickname=cleaned["nickname"], by=by, at=at).pk


def zone_of(by: Caregiver, at: datetime) -> str:
    return by.person.zone_name_at(at) if by.person else "UTC"


def zones_of(by: Caregiver) -> wall_time.Zones:
    """Return the caregiver's time zones with their starts, oldest first."""
    return (
        [(period.since, period.zone) for period in by.person.zone_periods.all()]
        if by.person
        else []
    )


def key() -> str:
    return str(uuid.uuid4())


def _find(request: InFamily, pk: str) -> Moment:
    by = request.place.caregiver
    return get_object_or_404(
        Moment.objects.visible_to(by).select_related(
            "family", "child", "caregiver", "edition__item"
        ),
        pk=pk,
    )


def _form(
    by: Caregiver,
    data: Any,
    *,
    at: datetime,
    initial: dict,
    also: str = "",
    of: Moment | None = None,
) -> MomentForm:
    (children, givers), body = choosable(by), bundle.for_reader()
    editions, zones = presenters.editions(body), zones_of(by) or [(at, "UTC")]
    if of:  # a former child or giver stays selectable
        children += [of.child] if of.child and of.child not in children else []
        givers += [of.caregiver] if of.caregiver and of.caregiver not in givers else []
        editions, zones = (
            {**editions, of.practice: of.edition.number if of.edition else None},
            [(at, of.zone)],
        )
    choices = presenters.choices(
        body, by, also=also or str((data or {}).get("what", ""))[:80], for_oneself=not children
    )
    if children and not initial.get("child") and not of:
        initial["child"] = children[0].pk
    return MomentForm(
        data,
        by=by,
        zones=zones,
        choices=choices,
        children=children,
        givers=givers,
        initial=initial,
        editions=editions,
        latest=(at + timedelta(days=1)).date(),
    )


def _origin(request: InFamily, form: MomentForm) -> dict[str, Any]:
    """Return a moment's origin: a line, an offer of Today (with its decision), a plan, or none."""
    if request.POST.get("line"):
        return {"origin": Moment.Origin.LINE}
    cleaned, by = form.cleaned_data, request.place.caregiver
    given = cleaned["kind"] == Moment.Kind.GIVEN
    offered = (
        offers.find_for_moment(cleaned["what"], child=cleaned["child"], by=by, at=form.at)
        if given
        else []
    )
    if offered:
        return {"origin": Moment.Origin.PLAN, "decision": offered}
    planned_here = given and planned.is_planned(
        cleaned["what"], child=cleaned["child"], household=by.household_id, at=form.at
    )
    return {"origin": Moment.Origin.PLAN if planned_here else Moment.Origin.SPONTANEOUS}


def _whose(by: Caregiver) -> dict[str, str]:
    """Without a child, a moment is the caregiver's own until they say otherwise."""
    return {} if by.household.children.exists() else {"kind": Moment.Kind.GOT}


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


def _back(by: Caregiver, key: str, key_name: str) -> HttpResponse:
    pk = Moment.objects.filter(family=by.family_id, key=key).values_list("pk", flat=True).first()
    return HttpResponseRedirect(f"{reverse('moments')}?{key_name}={pk or ''}")


def _show_log(
    request: InFamily, form: MomentForm, *, line: str = "", rest: str = "", ahead: bool = False
) -> HttpResponse:
    context = {
        "nav": "moments",
        "form": form,
        "line": line,
        "rest": rest or request.POST.get("rest", ""),
        "read": bool(line) and not form.is_bound,
        "ahead": ahead,
        "plans": request.place.caregiver.is_guardian,
        "danger": danger_files.has_danger(line, rest or request.POST.get("rest", "")),
    }
    return render(request, "moments/log.html", context, status=WRONG if form.is_bound else 200)


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
        or _form(
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
