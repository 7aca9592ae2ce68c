"""Planning a small moment into the day, and removing it."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from everyhour.domain.families.actions import ActionRefused
from everyhour.domain.families.permissions import InFamily, guardian
from everyhour.domain.rhythm import actions, planned
from everyhour.domain.rhythm.models import Planned
from everyhour.domain.rhythm.titles import titles_of
from everyhour.features.rhythm import wording
from everyhour.features.rhythm.forms import PlanForm
from everyhour.features.rhythm.pages import INVALID, children_of_home, find_child, post_data, show
from everyhour.features.rhythm.plan_rows import why_not_suggested
from everyhour.features.rhythm.views.days import plannable_parts, rhythm_url
from everyhour.foundation.ui.flash import say
from everyhour.foundation.ui.kept import kept_offline

ORIGINS = (Planned.Origin.HELPS, Planned.Origin.LESSON, Planned.Origin.CARE)


@guardian
@kept_offline
def plan(request: InFamily) -> HttpResponse:
    """Choose where a practice goes; other packages link here with ?practice=SLUG&from=helps."""
    me, at = request.place.caregiver, timezone.now()
    query = request.POST if request.method == "POST" else request.GET
    practice, origin = query.get("practice", "")[:80], query.get("from", "")
    if not practice:
        return redirect("library")
    title = titles_of([practice]).get(practice)
    if title is None:
        raise Http404
    children = children_of_home(request)
    child_id = query.get("child", "")
    child = find_child(request, child_id) if child_id else children[0][0] if children else None
    if child is None:
        return redirect("rhythm")
    form = PlanForm(post_data(request), into=list(plannable_parts(child, request).items()))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.plan(
                child,
                practice=practice,
                origin=origin if origin in ORIGINS else Planned.Origin.OWN,
                transition=form.cleaned_data["into"],
                weekdays=form.cleaned_data["weekdays"],
                by=me,
                at=at,
            )
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            undo = reverse("rhythm-planned-removal", args=[made.pk])
            say(request, _("Planned. Today will show it at the right time."), undo=undo)
            return redirect(f"{rhythm_url(child)}#h-planned")
    anywhere, zone = (practice, "any"), request.person.zone_name_at(at)
    why = why_not_suggested(child, [anywhere], zone=zone, at=at)
    context = {
        "form": form,
        "practice": practice,
        "title": title,
        "origin": origin,
        "children": children,
        "child": child,
        "name": wording.child_name(child),
        "left_out": why.get(anywhere),
        "back": rhythm_url(child),
        "first": not planned.for_child(child, me.household, at),
    }
    return show(request, "plan", status=INVALID if form.errors else 200, **context)


@guardian
@require_POST
def removal(request: InFamily, planned_id: str) -> HttpResponse:
    """End a plan, or reopen an ended one when undo is posted.

    Undo posted for an open plan ends it: that undoes the planning itself.
    """
    me, at = request.place.caregiver, timezone.now()
    ours = Planned.objects.filter(
        household=me.household, child__in=me.household.children.all()
    ).select_related("child")
    made = get_object_or_404(ours, pk=planned_id)
    if made.until is None:
        actions.end(made, by=me, at=at)
        undo = reverse("rhythm-planned-removal", args=[made.pk])
        say(request, _("No longer planned."), undo=undo)
    elif "undo" in request.POST:
        actions.reopen(made, by=me, at=at)
        say(request, _("Restored."))
    return redirect(f"{rhythm_url(made.child)}#h-planned")
