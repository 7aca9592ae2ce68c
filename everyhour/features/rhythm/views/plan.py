"""Planning a small moment into the day, and taking it out again."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from everyhour.domain.families.actions import ActionRefused
from everyhour.domain.families.permissions import InFamily, guardian
from everyhour.domain.rhythm import actions, planned, titles
from everyhour.domain.rhythm.models import Planned
from everyhour.features.rhythm import words
from everyhour.features.rhythm.forms import PlanForm
from everyhour.features.rhythm.pages import WRONG, children_around, found, sent, show
from everyhour.features.rhythm.views.days import back, places
from everyhour.foundation.ui.flash import say

FROM = (Planned.Origin.HELPS, Planned.Origin.LESSON, Planned.Origin.CARE)


@guardian
def plan(request: InFamily) -> HttpResponse:
    """Choose where a practice goes; other rooms lead here with ?practice=SLUG&from=helps."""
    me, at = request.place.caregiver, timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    practice, origin = asked.get("practice", "")[:80], asked.get("from", "")
    if not practice:
        return redirect("library")
    title = titles.titles_of([practice]).get(practice)
    if title is None:
        raise Http404
    children = children_around(request)
    chosen = asked.get("child", "")
    child = found(request, chosen) if chosen else next((child for child, _name in children), None)
    if child is None:
        return redirect("rhythm")
    form = PlanForm(sent(request), into=list(places(child, request).items()))
    if request.method == "POST" and form.is_valid():
        told = {"transition": form.cleaned_data["into"], "weekdays": form.cleaned_data["weekdays"]}
        try:
            made = actions.plan(
                child,
                practice=practice,
                origin=origin if origin in FROM else Planned.Origin.OWN,
                by=me,
                at=at,
                **told,
            )
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            say(
                request,
                _("Planned. Today will show it at the right time."),
                undo=reverse("rhythm-planned-removal", args=[made.pk]),
            )
            return redirect(f"{back(child)}#h-planned")
    context = {
        "form": form,
        "practice": practice,
        "title": title,
        "origin": origin,
        "children": children,
        "child": child,
        "name": words.child_name(child),
        "back": back(child),
        "first": not planned.for_child(child, me.household, at),
    }
    return show(request, "plan", status=WRONG if form.errors else 200, **context)


@guardian
@require_POST
def removal(request: InFamily, planned_id: str) -> HttpResponse:
    """Take a planned moment out; an undo that follows turns it round: what was planned goes, what was taken out is back."""
    me, at = request.place.caregiver, timezone.now()
    mine = Planned.objects.filter(
        household=me.household, child__in=me.household.children.all()
    ).select_related("child")
    made = get_object_or_404(mine, pk=planned_id)
    if made.until is None:
        actions.end(made, by=me, at=at)
        say(
            request, _("No longer planned."), undo=reverse("rhythm-planned-removal", args=[made.pk])
        )
    elif "undo" in request.POST:
        actions.reopen(made, by=me, at=at)
        say(request, _("Restored."))
    return redirect(f"{back(made.child)}#h-planned")
