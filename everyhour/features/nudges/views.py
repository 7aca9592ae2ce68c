"""Pages of reminders: this week, settings, pause, and answers."""

from datetime import date, datetime, time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from everyhour.domain.families.models import Caregiver
from everyhour.domain.families.permissions import InFamily, sees_week
from everyhour.domain.nudges import actions, rules
from everyhour.domain.nudges.models import Nudge, NudgeSettings
from everyhour.domain.rhythm.models import Part
from everyhour.features.nudges import week as weeks
from everyhour.features.nudges.forms import PauseForm, SettingsForm
from everyhour.foundation.lib import wall_clock
from everyhour.foundation.lib.origins import from_our_pages
from everyhour.foundation.ui.flash import say
from everyhour.foundation.ui.kept import kept_offline


@sees_week
@kept_offline
def nudges(request: InFamily) -> HttpResponse:
    """Show the reminders of this week and of the last days."""
    me, at = request.place.caregiver, timezone.now()
    settings = settings_of(request)
    missing = what_is_missing(me)
    if settings.agreed_at is None:
        return show(request, "nudges", settings=settings, said_no=True, **missing)
    zone, here = request.person.zone_at(at), weeks.here_now(me, at)
    return show(
        request,
        "nudges",
        settings=settings,
        paused=rules.is_paused(settings, at),
        until=_day(settings.paused_until, zone),
        week=weeks.week(settings, at),
        came=weeks.past(me, at),
        here=here,
        today=at.astimezone(zone).date(),
        title=weeks.titles().get(here.practice, "") if here else "",
        still=settings.not_until is not None and at.astimezone(zone).date() < settings.not_until,
        **missing,
    )


def what_is_missing(me: Caregiver) -> dict[str, Any]:
    """Return what reminders still need: a child, a hard part of the day, or when it is."""
    children = list(me.household.children.all())
    parts = Part.objects.filter(household=me.household_id, child__in=children)
    hard = any(child.hard for child in children) or parts.filter(hard=True).exists()
    timed = any(child.day for child in children) or parts.exists()
    return {
        "no_child": not children,
        "child": next(iter(children), None),
        "lacks": "" if hard and timed else "day" if hard else "hard",
        "guardian": me.is_guardian,
    }


@sees_week
@kept_offline
def settings(request: InFamily) -> HttpResponse:
    """Choose limits and quiet hours."""
    settings = settings_of(request)
    form = (
        SettingsForm(request.POST)
        if request.method == "POST"
        else SettingsForm.from_settings(settings)
    )
    if request.method == "POST" and form.is_valid() and settings.pk:
        form.save(settings)
        say(request, _("Saved. Today’s plan stays as it is, outside your quiet hours."))
        return redirect("nudges")
    family = request.place.caregiver.family
    wrong = 422 if form.is_bound else 200
    return show(
        request,
        "settings",
        status=wrong,
        settings=settings,
        form=form,
        quiet=(_wall(family.quiet_from), _wall(family.quiet_until)),
    )


@sees_week
@require_POST
def agreement(request: InFamily) -> HttpResponse:
    """Record consent, or withdraw it."""
    me, at = request.place.caregiver, timezone.now()
    if "undo" in request.POST:
        actions.decline(by=me, at=at)
        say(request, _("Reminders are off. You won’t get any more."))
    else:
        actions.agree(by=me, at=at)
        say(
            request,
            _("Thank you. Your first reminder may come today, if there’s a hard part ahead."),
        )
    return redirect("nudges")


@sees_week
@require_POST
def pause(request: InFamily) -> HttpResponse:
    """Pause everything, or end a pause."""
    me, at = request.place.caregiver, timezone.now()
    if "undo" in request.POST:
        actions.resume(by=me, at=at)
        say(request, _("Reminders are back on."))
        return redirect("nudges")
    form = PauseForm(request.POST)
    until = form.cleaned_data["until"] if form.is_valid() else None
    actions.pause(by=me, at=at, until=_begins(until, request, at) if until else None)
    say(request, _("Paused. We won’t send any reminders, not even those already waiting to go."))
    return redirect("nudges")


@sees_week
@require_POST
def skipped(request: InFamily) -> HttpResponse:
    """Skip one part of a date, or undo that."""
    me, at = request.place.caregiver, timezone.now()
    child = get_object_or_404(me.household.children, pk=request.POST.get("child", ""))
    on, rule = _date(request.POST.get("on", "")), request.POST.get("rule", "")[:40]
    if on is None:
        raise Http404
    change = actions.unskip if "undo" in request.POST else actions.skip
    if not change(rule, child=child, on=on, by=me, at=at):
        say(request, _("Nothing changed. The plan for that day is different now."))
    return redirect("nudges")


# Without a CSRF token: a notification answers without a page. Only our own origin is accepted.
@sees_week
@csrf_exempt
@require_POST
def answer(request: InFamily, nudge: str) -> HttpResponse:
    """Record an answer, from the page or from a notification."""
    if not from_our_pages(request):
        raise Http404
    mine = get_object_or_404(
        Nudge.objects.select_related("caregiver__person"),
        pk=nudge,
        caregiver=request.place.caregiver,
    )
    what = request.POST.get("what", "")
    if what not in Nudge.Answer.values:
        return answered(request, _("Nothing changed."), status=400)
    in_time = actions.answer(mine, what, at=timezone.now())
    return answered(request, WORDS[what]() if in_time else _too_late(what))


WORDS = {
    "opened": lambda: _("Good."),
    "not_now": lambda: _("OK, not now."),
    "later": lambda: _("OK. We’ll remind you once more in ten minutes."),
    "not_today": lambda: _("OK. No more reminders today."),
    "not_this_week": lambda: _("OK. No reminders for seven days. You can undo that here."),
}


def _too_late(what: str) -> str:
    if what == Nudge.Answer.LATER:
        return _("The hard part will have started by then. Try “Right now” instead.")
    return _("That one is over. There’s nothing left to do.")


def answered(request: HttpRequest, sentence: str, *, status: int = 200) -> HttpResponse:
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"said": sentence}, status=status)
    say(request, sentence)
    return redirect("nudges")


def settings_of(request: InFamily) -> NudgeSettings:
    """Return the caregiver's settings, or unsaved ones without consent."""
    me = request.place.caregiver
    settings = NudgeSettings.objects.filter(caregiver=me).first() or NudgeSettings(
        caregiver=me, family_id=me.family_id
    )
    settings.caregiver = me
    return settings


def show(request: HttpRequest, template: str, *, status: int = 200, **context) -> HttpResponse:
    return render(request, f"nudges/{template}.html", {"nav": "today", **context}, status=status)


def _begins(on: date, request: InFamily, at: datetime) -> datetime | None:
    """Return the start of a local day, where a pause ends; None if it has passed."""
    begins = wall_clock.instant(on, 0, request.person.zone_name_at(at))
    return begins if begins and begins > at else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day(at: datetime | None, zone):
    return at.astimezone(zone).date() if at else None


def _wall(minute: int) -> time:
    return time(minute // 60, minute % 60)
