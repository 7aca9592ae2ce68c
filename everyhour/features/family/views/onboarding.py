"""Setup in five steps that can each be skipped; the first answer or skip creates the family.

The session keeps the step that comes next, so that somebody who was interrupted goes on there.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from everyhour.domain.families import actions, setup
from everyhour.domain.families.middleware import CHOSEN
from everyhour.domain.families.models import Caregiver, Child, Family
from everyhour.domain.families.permissions import InFamily
from everyhour.domain.families.setup import READY, STEPS
from everyhour.features.family import dayline, wording
from everyhour.features.family.forms import ChildForm, DayForm, HardForm, HelpsForm, QuietForm
from everyhour.features.family.pages import show
from everyhour.foundation.accounts.permissions import signed_in
from everyhour.foundation.accounts.views.navigation import page_url


@signed_in
def start(request: HttpRequest) -> HttpResponse:
    """Redirect to the first step, or to the one where setup was left."""
    left = setup.unfinished(request.session)
    return redirect("start-step", left.step if left else STEPS[0])


@signed_in
def step(request: InFamily, step: str) -> HttpResponse:
    """Show one step, save its answer, and go on to the next."""
    if step not in STEPS:
        raise Http404
    me = guardian(request)
    child = me.household.children.first() if me else None
    if step == READY:
        request.session.pop(setup.SESSION_KEY, None)
        return (
            show(request, "ready", step=step, back=step_url("quiet"), child=child)
            if me
            else redirect("start")
        )
    form = step_form(step, request, me, child)
    then = "?then=family" if request.GET.get("then") == "family" else ""
    going_back = "back" in request.POST
    if request.method == "POST" and ("skip" in request.POST or form.is_valid()):
        if going_back and not form.has_changed():
            return redirect(back(step, me))
        me = me or create_family(request)
        if "skip" not in request.POST:
            save(step, form, child, me)
        if then or going_back:
            return redirect("family" if then else back(step, me))
        request.session[setup.SESSION_KEY] = next_step(step)
        return redirect(step_url(next_step(step)))
    return show(
        request,
        f"start_{step}",
        step=step,
        number=None if then else STEPS.index(step) + 1,
        total=len(STEPS) - 1,
        form=form,
        child=child,
        back=reverse("family") if then else back(step, me),
        then=then,
        first=wording.FIRST,
        **dayline_context(step, form, child),
    )


def step_form(step: str, request: InFamily, me: Caregiver | None, child: Child | None):
    """Return the form of a step, bound to what was posted, or with saved values."""
    data = request.POST if request.method == "POST" and "skip" not in request.POST else None
    family = me.family if me else Family()
    if step == "child":
        return ChildForm.for_child(child, data=data, today=timezone.now().date())
    if step == "day":
        return DayForm(data, initial=(child.day if child and child.day else wording.USUAL))
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


def save(step: str, form, child: Child | None, me: Caregiver) -> None:
    """Save the answer of a step, adding the child with the first one."""
    at = timezone.now()
    if step in ("child", "day", "hard", "helps"):
        details = form.cleaned_data if step == "hard" else form.details
    else:
        details = {"quiet_in_school": form.cleaned_data["quiet_in_school"]}
        family = me.family
        for name in ("quiet_from", "quiet_until"):
            if form.cleaned_data[name] is not None:
                setattr(family, name, form.cleaned_data[name])
        family.save(update_fields=["quiet_from", "quiet_until"])
    if child:
        actions.change_child(child, **details, by=me, at=at)
    else:
        actions.add_child(**details, by=me, at=at)


def guardian(request: InFamily) -> Caregiver | None:
    """Return the caregiver if a guardian; a giver elsewhere sets up a family of their own."""
    me = request.place.caregiver
    return me if me and me.is_guardian else None


def create_family(request: InFamily) -> Caregiver:
    """Create the person's family and make it the chosen one of the session."""
    me = actions.create_family(by=request.person, at=timezone.now())
    request.session[CHOSEN] = me.family_id
    return me


def dayline_context(step: str, form, child: Child | None) -> dict:
    """Return the context of the row that draws the day, on the steps that have one."""
    if step == "day":
        return dayline.draw_times(dayline.form_values(form, wording.TIMES))
    if step == "quiet":
        return dayline.draw_quiet(
            dayline.times_of(child),
            dayline.form_values(form, ("quiet_from", "quiet_until", "quiet_in_school")),
        )
    return {}


def next_step(step: str) -> str:
    return STEPS[STEPS.index(step) + 1]


def back(step: str, me: Caregiver | None) -> str:
    """Return the URL of the step before; before the first, of the family or the account."""
    if step != STEPS[0]:
        return step_url(STEPS[STEPS.index(step) - 1])
    return reverse("family") if me else page_url("account")


def step_url(step: str) -> str:
    return reverse("start-step", args=[step])
