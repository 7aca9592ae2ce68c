"""Tell of a moment, change it, take it out and bring it back. Each form makes a change, as a phone does."""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.families.permissions import InFamily, belongs, logs
from everyhour.domain.moments import actions, quick_entry, sync, wall_time
from everyhour.domain.moments.models import Moment
from everyhour.domain.moments.sync import REJECTED
from everyhour.domain.moments.validation import LONGEST_TITLE
from everyhour.domain.recommendations import bundle, decisions
from everyhour.domain.rhythm import planned
from everyhour.features.moments import forms, showing, words
from everyhour.features.moments.forms import GoneForm, LineForm, MomentForm, NoteForm, TakenBackForm

WRONG = 422


@logs
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: InFamily) -> HttpResponse:
    """Tell of a moment in two taps: what, and save. Everything else is there for those who want it."""
    by, now = request.place.caregiver, timezone.now()
    form = _form(
        by,
        request.POST or None,
        at=now,
        initial=forms.fresh(by, zone_of(by, now), now, **_asked(request)),
    )
    if request.method == "POST" and form.is_valid():
        key, moment, rest = (
            str(form.cleaned_data["key"]),
            str(form.cleaned_data["moment"]),
            form.cleaned_data["rest"],
        )
        told = {**form.told(), **_came_of(request, form)}
        result = actions.tell(
            moment, by=by, at=now, key=key, told=told, note={"text": rest} if rest else None
        )
        if result.result != REJECTED:
            return _back(by, moment, "saved")
        form.add_error(None, words.refused(result.reason))
    return _show_log(request, form, line=request.POST.get("line", ""))


@logs
@require_POST
def line(request: InFamily) -> HttpResponse:
    """Read one line of text, and show what was understood before anything is kept."""
    by, now = request.place.caregiver, timezone.now()
    typed = LineForm(request.POST)
    text = (
        typed.cleaned_data["line"].strip()
        if typed.is_valid()
        else request.POST.get("line", "")[:4000].strip()
    )
    if not text:
        return HttpResponseRedirect(reverse("log"))
    zone, (children, givers), body = zone_of(by, now), may_choose(by), bundle.for_reader()
    told = quick_entry.read(
        text,
        now=now.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
        titles=showing.titles(body),
        children={child.pk: child.nickname for child in children},
        givers={one.pk: one.name for one in givers},
    )
    known: dict[str, Any] = {
        "what": told.practice,
        "kind": told.kind,
        "minutes": told.minutes,
        "outcome": told.outcome,
        "situation": told.situation,
        "state_before": told.state,
        "title": told.text if len(told.text) <= LONGEST_TITLE else "",
    }
    known |= {
        name: value for name, value in (("child", told.child), ("giver", told.giver)) if value
    }
    if told.wall:
        known |= {"day": told.wall.date(), "time": told.wall.time()}
    form = _form(by, None, at=now, initial=forms.fresh(by, zone, now, **known), also=told.practice)
    # What does not fit into a title goes with it as a note, whole.
    return _show_log(request, form, line=text, rest=text if len(told.text) > LONGEST_TITLE else "")


@belongs
@require_http_methods(["GET", "HEAD", "POST"])
def moment(request: InFamily, moment: str) -> HttpResponse:
    """Show a moment with its notes; who may, changes it here."""
    by, found, now = request.place.caregiver, _find(request, moment), timezone.now()
    seen = forms.seen_of(found)
    form = _form(
        by,
        request.POST or None,
        at=now,
        initial=forms.standing(found),
        also=found.practice,
        of=found,
    )
    if request.method == "POST":
        if not sync.may_write(found, by=by):
            raise Http404
        if form.is_valid():
            told = form.told(_seen(request) or seen)
            key = str(form.cleaned_data["key"])
            result = actions.tell(found.key, by=by, at=now, key=key, told=told) if told else None
            if result is None or result.result != REJECTED:
                return HttpResponseRedirect(
                    f"{reverse('moment', args=[found.pk])}{f'?changed={key}' if told else ''}"
                )
            form.add_error(None, words.refused(result.reason))
    return _show(request, found, form=form, seen=_seen(request) or seen)


@belongs
@require_POST
def note(request: InFamily, moment: str) -> HttpResponse:
    """Write a note, in place of the versions the page showed; what somebody else wrote meanwhile stays beside it."""
    by, found = request.place.caregiver, _find(request, moment)
    if not sync.may_write(found, by=by):
        raise Http404
    form = NoteForm(request.POST)
    if form.is_valid():
        key = str(form.cleaned_data["key"])
        result = actions.tell(found.key, by=by, at=timezone.now(), key=key, note=form.told())
        if result.result != REJECTED:
            return HttpResponseRedirect(f"{reverse('moment', args=[found.pk])}?changed={key}")
        form.add_error("text", words.refused(result.reason))
    return _show(request, found, note=form)


@belongs
@require_POST
def change(request: InFamily, moment: str, change: str) -> HttpResponse:
    """Take back a change of one's own."""
    by, found, form = request.place.caregiver, _find(request, moment), TakenBackForm(request.POST)
    if not sync.may_write(found, by=by) or not form.is_valid():
        raise Http404
    actions.take_back(change, of=found, by=by, at=timezone.now(), key=str(form.cleaned_data["key"]))
    return HttpResponseRedirect(reverse("moment", args=[found.pk]))


@belongs
@require_POST
def gone(request: InFamily, moment: str) -> HttpResponse:
    """Take a moment out, or bring it back."""
    by, found = request.place.caregiver, _find(request, moment)
    form = GoneForm(request.POST)
    if not sync.may_write(found, by=by) or not form.is_valid():
        raise Http404
    undo = form.cleaned_data["undo"]
    actions.tell(
        found.key, by=by, at=timezone.now(), key=str(form.cleaned_data["key"]), gone=not undo
    )
    return HttpResponseRedirect(f"{reverse('moments')}{'' if undo else f'?gone={found.pk}'}")


def may_choose(by: Caregiver) -> tuple[list[Child], list[Caregiver]]:
    """Give the children and the givers this caregiver can tell a moment of; a giver tells only their own."""
    children = by.household.children.all()
    givers = [by, *by.household.caregivers.present().exclude(pk=by.pk)] if by.is_guardian else [by]
    return list(children), givers


def zone_of(by: Caregiver, at: datetime) -> str:
    return by.person.zone_name_at(at) if by.person else "UTC"


def zones_of(by: Caregiver) -> wall_time.Zones:
    """Give the clocks this caregiver lived by, oldest first."""
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
    (children, givers), body = may_choose(by), bundle.for_reader()
    editions, zones = showing.editions(body), zones_of(by) or [(at, "UTC")]
    if of:  # a child or a giver who is not here any more can stay as they were told
        children += [of.child] if of.child and of.child not in children else []
        givers += [of.caregiver] if of.caregiver and of.caregiver not in givers else []
        editions, zones = (
            {**editions, of.practice: of.edition.number if of.edition else None},
            [(at, of.zone)],
        )
    choices = showing.choices(body, by, also=also or str((data or {}).get("what", ""))[:80])
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


def _came_of(request: InFamily, form: MomentForm) -> dict[str, Any]:
    """Tell where a moment came from: a line, what Today offered before it (with its decision), the family's plan, or by itself."""
    if request.POST.get("line"):
        return {"origin": Moment.Origin.LINE}
    cleaned, by = form.cleaned_data, request.place.caregiver
    given = cleaned["kind"] == Moment.Kind.GIVEN
    offered = (
        decisions.that_led_to(cleaned["what"], child=cleaned["child"], by=by, at=form.at)
        if given
        else []
    )
    if offered:
        return {"origin": Moment.Origin.PLAN, "decision": offered}
    planned_here = given and planned.is_planned(
        cleaned["what"], child=cleaned["child"], household=by.household_id, at=form.at
    )
    return {"origin": Moment.Origin.PLAN if planned_here else Moment.Origin.SPONTANEOUS}


def _asked(request: InFamily) -> dict[str, str]:
    """Other pages may hand over what it was: /moments/log/?what=wall-push."""
    what = request.GET.get("what", "")[:80]
    return {"what": what} if what in showing.titles(bundle.for_reader()) else {}


def _seen(request: HttpRequest) -> dict | None:
    """Read what the page showed. It comes back from the browser, so it decides only what is left out, never what is kept."""
    try:
        seen = json.loads(request.POST.get("seen", ""))
    except ValueError:
        return None
    return seen if isinstance(seen, dict) else None


def _back(by: Caregiver, key: str, told: str) -> HttpResponse:
    pk = Moment.objects.filter(family=by.family_id, key=key).values_list("pk", flat=True).first()
    return HttpResponseRedirect(f"{reverse('moments')}?{told}={pk or ''}")


def _show_log(
    request: InFamily, form: MomentForm, *, line: str = "", rest: str = ""
) -> HttpResponse:
    context = {
        "nav": "moments",
        "form": form,
        "line": line,
        "rest": rest or request.POST.get("rest", ""),
        "read": bool(line) and not form.is_bound,
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
    notes = showing.readable_notes(found, by)
    writes = sync.may_write(found, by=by)
    text = "\n\n".join(note.opened for note in notes)
    wrong = bool(note) or bool(form and form.is_bound)
    context = {
        "nav": "moments",
        "row": showing.rows([found], body, by)[0],
        "moment": found,
        "notes": notes,
        "writes": writes,
        "form": form
        or _form(
            by,
            None,
            at=timezone.now(),
            initial=forms.standing(found),
            also=found.practice,
            of=found,
        ),
        "changed": request.GET.get("changed", "")[:36],
        "take_back": TakenBackForm(initial={"key": key()}, auto_id=False),
        "open": bool(form and form.is_bound),
        "seen": json.dumps(seen or forms.seen_of(found)),
        "note": note
        or NoteForm(
            initial={"key": key(), "text": text, "replaces": " ".join(n.change_key for n in notes)},
            auto_id="n-%s",
        ),
        "take_out": GoneForm(initial={"key": key()}, auto_id=False),
        "decided": [
            showing.titles(body).get(offer.get("practice", ""), "") for offer in found.decision
        ],
        "label": _("Write one note instead") if len(notes) > 1 else _("A note"),
    }
    return render(request, "moments/moment.html", context, status=WRONG if wrong else 200)
