"""Safe at home: the plain name and icon, the phone lock, and the safety reset."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from everyhour.domain.families import actions
from everyhour.domain.families.actions import ActionRefused
from everyhour.domain.families.permissions import InFamily, guardian
from everyhour.features.family.pages import show
from everyhour.features.family.views.overview import caregiver_row
from everyhour.foundation.accounts.actions import sign_out_everywhere
from everyhour.foundation.accounts.permissions import signed_in
from everyhour.foundation.ui.flash import say


@signed_in
def safety(request: InFamily) -> HttpResponse:
    """Choose the plain name; the lock is stored only on the phone, by static/family/lock.js."""
    person = request.person
    if request.method == "POST":
        person.neutral = "neutral" in request.POST
        person.save(update_fields=["neutral"])
        say(
            request,
            _(
                "Saved. If the app is installed, remove it from the phone and add it again, "
                "so its icon changes too."
            ),
        )
        return redirect("safety")
    me = request.place.caregiver
    return show(
        request, "safety", neutral=person.neutral, guardian=me is not None and me.is_guardian
    )


@guardian
def reset(request: InFamily) -> HttpResponse:
    """Show what the reset ends, then end it without telling anyone."""
    me, at = request.place.caregiver, timezone.now()
    others = me.household.caregivers.present().filter(person__isnull=False).exclude(pk=me.pk)
    refused = ""
    if request.method == "POST":
        chosen = others.filter(pk__in=request.POST.getlist("without"))

        def sign_out(person):
            sign_out_everywhere(person, by=person, at=at, keep=request)

        try:
            actions.reset_safety(by=me, at=at, without=list(chosen), sign_out_elsewhere=sign_out)
        except ActionRefused as reason:
            refused = str(reason)
        else:
            return show(request, "reset_done")
    people = [caregiver_row(caregiver) for caregiver in others.select_related("person")]
    return show(request, "reset", people=people, refused=refused, status=409 if refused else 200)
