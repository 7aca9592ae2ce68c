"""Caregivers: adding a giver, changing, removing and restoring one, leaving."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from everyhour.domain.families import actions
from everyhour.domain.families.actions import ActionRefused
from everyhour.domain.families.models import Caregiver
from everyhour.domain.families.permissions import InFamily, belongs, guardian
from everyhour.features.family import wording
from everyhour.features.family.forms import GiverForm, PersonForm
from everyhour.features.family.pages import show
from everyhour.foundation.ui.flash import say
from everyhour.foundation.ui.kept import kept_offline

REMOVED = "removed from the family"  # session key: ids that can be restored


@guardian
@kept_offline
def new(request: InFamily) -> HttpResponse:
    """Add a safe grown-up who needs no account."""
    form = GiverForm(
        request.POST or None,
        initial={"relation": Caregiver.Relation.GRANDPARENT, "may": [Caregiver.LOG]},
    )
    if request.method == "POST" and form.is_valid():
        columns = {name: form.cleaned_data[name] for name in ("name", "relation", "may")}
        giver = actions.add_giver(**columns, by=request.place.caregiver, at=timezone.now())
        say(request, _("%(name)s was added.") % {"name": wording.caregiver_name(giver)})
        return redirect("family")
    return show(request, "giver_new", form=form)


@guardian
@kept_offline
def caregiver(request: InFamily, caregiver_id: str) -> HttpResponse:
    """Show and change a caregiver."""
    me = request.place.caregiver
    found = get_object_or_404(
        me.household.caregivers.present().select_related("person", "family"), pk=caregiver_id
    )
    initial = {"name": found.name, "relation": found.relation, "role": found.role, "may": found.may}
    form = PersonForm(request.POST or None, initial=initial)
    refused = ""
    if request.method == "POST" and form.is_valid():
        columns = {**form.cleaned_data, "role": form.cleaned_data["role"] or found.role}
        try:
            actions.change_caregiver(found, **columns, by=me, at=timezone.now())
        except ActionRefused as reason:
            refused = str(reason)
        else:
            say(request, _("Saved."))
            return redirect("family")
    status = 409 if refused else 200
    return show(
        request,
        "caregiver",
        caregiver=found,
        name=wording.caregiver_name(found),
        form=form,
        mine=found.pk == me.pk,
        refused=refused,
        status=status,
    )


@guardian
@require_POST
def removal(request: InFamily, caregiver_id: str) -> HttpResponse:
    """Remove a caregiver, or restore one removed in this session."""
    me, at = request.place.caregiver, timezone.now()
    removed = request.session.get(REMOVED, [])
    if "undo" in request.POST:
        found = get_object_or_404(
            me.household.caregivers.filter(until__isnull=False, pk__in=removed), pk=caregiver_id
        )
        try:
            actions.restore_caregiver(found, by=me, at=at)
        except ActionRefused as reason:
            messages.warning(request, str(reason))
        else:
            say(request, _("They’re back, as before."))
    else:
        found = get_object_or_404(
            me.household.caregivers.present().exclude(pk=me.pk), pk=caregiver_id
        )
        try:
            actions.remove_caregiver(found, by=me, at=at)
        except ActionRefused as reason:
            messages.warning(request, str(reason))
        else:
            request.session[REMOVED] = [*removed, found.pk]
            undo = reverse("caregiver-removal", args=[found.pk])
            say(
                request,
                _("%(name)s no longer has access to this family.")
                % {"name": wording.caregiver_name(found)},
                undo=undo,
            )
    return redirect("family")


@belongs
def departure(request: InFamily) -> HttpResponse:
    """Leave this family; the last guardian gets 409 with what to do instead."""
    me = request.place.caregiver
    refused = ""
    if request.method == "POST":
        try:
            actions.leave_family(by=me, at=timezone.now())
        except ActionRefused as reason:
            refused = str(reason)
        else:
            return show(request, "departed", nav="")
    return show(request, "departure", me=me, refused=refused, status=409 if refused else 200)
