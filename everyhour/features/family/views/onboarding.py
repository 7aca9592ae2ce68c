"""Setting up in five small steps. Each one can be skipped, and nothing is made before the first answer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from everyhour.domain.families import actions
from everyhour.domain.families.middleware import CHOSEN
from everyhour.domain.families.models import Caregiver, Child, Family
from everyhour.domain.families.permissions import InFamily
from everyhour.features.family import dayline, words
from everyhour.features.family.forms import ChildForm, DayForm, HardForm, HelpsForm, QuietForm
from everyhour.features.family.pages import show
from everyhour.foundation.accounts.permissions import signed_in
from everyhour.foundation.accounts.views.navigation import page_url

STEPS = ("child", "day", "hard", "helps", "quiet", "ready")


@signed_in
def start(request: HttpRequest) -> HttpResponse:
    return redirect("start-step", STEPS[0])


@signed_in
def step(request: InFamily, step: str) -> HttpResponse:
    """Ask one thing, keep the answer, go on to the next."""
    if step not in STEPS:
        raise Http404
    me = guardian(request)
    if step == "ready":
        return show(request, "ready", step=step, back=address("quiet")) if me else redirect("start")
    child = me.household.children.first() if me else None
    form = asked(step, request, me, child)
    if request.method == "POST" and ("skip" in request.POST or form.is_valid()):
        me = me or settled(request)
        if "skip" not in request.POST:
            keep(step, form, child, me)
        return redirect(
            "family" if request.GET.get("then") == "family" else address(following(step))
        )
    then = "?then=family" if request.GET.get("then") == "family" else ""
    return show(
        request,
        f"start_{step}",
        step=step,
        form=form,
        child=child,
        back=reverse("family") if then else back(step, me),
        then=then,
        first=words.FIRST,
        **drawn(step, form, child),
    )


def asked(step: str, request: InFamily, me: Caregiver | None, child: Child | None):
    """Give the form of a step, filled with what was sent, or with what is known."""
    data = request.POST if request.method == "POST" and "skip" not in request.POST else None
    family = me.family if me else Family()
    if step == "child":
        return (
            ChildForm(data, today=timezone.now().date())
            if data
            else ChildForm.of(child, today=timezone.now().date())
        )
    if step == "day":
        return DayForm(data, initial=(child.day if child and child.day else words.USUAL))
    if step == "hard":
        return HardForm(data, initial={"hard": child.hard if child else []})
    if step == "helps":
        return HelpsForm(data, helps=child.helps if child else {})
    quiet = {
        "quiet_from": family.quiet_from,
        "quiet_until": family.quiet_until,
        "quiet_in_school": child.quiet_in_school if child else True,
    }
    return QuietForm(data, initial=quiet)


def keep(step: str, form, child: Child | None, me: Caregiver) -> None:
    """Keep what a step was told; the child begins with the first thing that is told of them."""
    at = timezone.now()
    if step in ("child", "day", "hard", "helps"):
        told = form.told if step != "hard" else {"hard": form.cleaned_data["hard"]}
    else:
        told = {"quiet_in_school": form.cleaned_data["quiet_in_school"]}
        family = me.family
        family.quiet_from = (
            form.cleaned_data["quiet_from"]
            if form.cleaned_data["quiet_from"] is not None
            else family.quiet_from
        )
        family.quiet_until = (
            form.cleaned_data["quiet_until"]
            if form.cleaned_data["quiet_until"] is not None
            else family.quiet_until
        )
        family.save(update_fields=["quiet_from", "quiet_until"])
    if child:
        actions.change_child(child, **told, by=me, at=at)
    else:
        actions.add_child(**told, by=me, at=at)


def guardian(request: InFamily) -> Caregiver | None:
    """Give the place one sets up from; a giver elsewhere who comes here begins a family of their own."""
    me = request.place.caregiver
    return me if me and me.is_guardian else None


def settled(request: InFamily) -> Caregiver:
    me = actions.create_family(by=request.person, at=timezone.now())
    request.session[CHOSEN] = me.family_id
    return me


def drawn(step: str, form, child: Child | None) -> dict:
    """Give what draws the day beside the times that are being set."""
    if step == "day":
        return dayline.of_times(dayline.told(form, words.TIMES))
    if step == "quiet":
        return dayline.of_quiet(
            dayline.known(child),
            dayline.told(form, ("quiet_from", "quiet_until", "quiet_in_school")),
        )
    return {}


def following(step: str) -> str:
    return STEPS[STEPS.index(step) + 1]


def back(step: str, me: Caregiver | None) -> str:
    """The step before; before the first one, where somebody came from: their family, or, without one, their account."""
    if step != STEPS[0]:
        return address(STEPS[STEPS.index(step) - 1])
    return reverse("family") if me else page_url("account")


def address(step: str) -> str:
    return reverse("start-step", args=[step])
