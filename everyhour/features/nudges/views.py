"""What may come this week, how much of it, and one tap to pause everything."""

from datetime import date, datetime, time

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from everyhour.domain.families.permissions import InFamily, sees_week
from everyhour.domain.nudges import actions, rules
from everyhour.domain.nudges.models import Nudge, NudgeSettings
from everyhour.features.nudges import coming
from everyhour.features.nudges.forms import PauseForm, SettingsForm
from everyhour.foundation.lib import wall_clock
from everyhour.foundation.lib.origins import from_our_pages
from everyhour.foundation.ui.flash import say


@sees_week
def nudges(request: InFamily) -> HttpResponse:
    """Show what may come this week and why, and what came."""
    me, at = request.place.caregiver, timezone.now()
    reach = reach_of(request)
    if reach.agreed_at is None:
        return show(request, "nudges", reach=reach, said_no=True)
    zone, here = request.person.zone_at(at), coming.here_now(me, at)
    return show(
        request,
        "nudges",
        reach=reach,
        paused=rules.is_paused(reach, at),
        until=_day(reach.paused_until, zone),
        week=coming.week(reach, at),
        came=coming.came(me, at),
        here=here,
        today=at.astimezone(zone).date(),
        title=coming.titles().get(here.practice, "") if here else "",
        still=reach.not_until is not None and at.astimezone(zone).date() < reach.not_until,
        guardian=me.is_guardian,
    )


@sees_week
def settings(request: InFamily) -> HttpResponse:
    """Choose how many may come, and when not."""
    reach = reach_of(request)
    form = SettingsForm(request.POST) if request.method == "POST" else SettingsForm.of(reach)
    if request.method == "POST" and form.is_valid() and reach.pk:
        form.save(reach)
        say(request, _("Saved. Today’s plan stays as it is, outside your quiet hours."))
        return redirect("nudges")
    family = request.place.caregiver.family
    wrong = 422 if form.is_bound else 200
    return show(
        request,
        "settings",
        status=wrong,
        reach=reach,
        form=form,
        quiet=(_wall(family.quiet_from), _wall(family.quiet_until)),
    )


@sees_week
@require_POST
def agreement(request: InFamily) -> HttpResponse:
    """Say yes, or no again."""
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
    """Pause everything, or go on."""
    me, at = request.place.caregiver, timezone.now()
    if "undo" in request.POST:
        actions.go_on(by=me, at=at)
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
    """Take one coming part out, or take that back."""
    me, at = request.place.caregiver, timezone.now()
    child = get_object_or_404(me.household.children, pk=request.POST.get("child", ""))
    on, rule = _date(request.POST.get("on", "")), request.POST.get("rule", "")[:40]
    if on is None:
        raise Http404
    took = actions.bring_back if "undo" in request.POST else actions.take_out
    if not took(rule, child=child, on=on, by=me, at=at):
        say(request, _("Nothing changed. The plan for that day is different now."))
    return redirect("nudges")


# No form token: the notification answers without a page. It must come from our own pages or our own service worker.
@sees_week
@csrf_exempt
@require_POST
def answer(request: InFamily, nudge: str) -> HttpResponse:
    """Take an answer; kind also when its time is over."""
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


def reach_of(request: InFamily) -> NudgeSettings:
    """Give their row, or one that was never saved: nobody is reached without a yes."""
    me = request.place.caregiver
    reach = NudgeSettings.objects.filter(caregiver=me).first() or NudgeSettings(
        caregiver=me, family_id=me.family_id
    )
    reach.caregiver = me
    return reach


def show(request: HttpRequest, template: str, *, status: int = 200, **context) -> HttpResponse:
    return render(request, f"nudges/{template}.html", {"nav": "today", **context}, status=status)


def _begins(on: date, request: InFamily, at: datetime) -> datetime | None:
    """A pause until a day ends as that day begins; one that is over already is none."""
    begins = wall_clock.moment(on, 0, request.person.zone_name_at(at))
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
