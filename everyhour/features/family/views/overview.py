"""The overview of a family, and the simpler page of a giver."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from everyhour.domain.families.middleware import CHOSEN
from everyhour.domain.families.models import Caregiver, Household, Invitation
from everyhour.domain.families.permissions import InFamily, belongs
from everyhour.domain.families.setup import unfinished
from everyhour.features.family import wording
from everyhour.features.family.pages import show
from everyhour.foundation.accounts.permissions import signed_in
from everyhour.foundation.ui.kept import kept_offline


@signed_in
@kept_offline
def family(request: InFamily) -> HttpResponse:
    """Show who belongs here; redirect people without a family to setup, givers to their page."""
    me = request.place.caregiver
    if me is None:
        return redirect("start")
    if not me.is_guardian:
        return redirect("mine")
    waiting = Invitation.objects.unused().filter(
        household=me.household, expires_at__gt=timezone.now()
    )
    context = {
        "me": me,
        "people": [
            caregiver_row(caregiver)
            for caregiver in me.household.caregivers.present().select_related("person")
        ],
        "children": [
            {"child": child, "name": wording.child_name(child)}
            for child in me.household.children.all()
        ],
        "invitations": waiting.order_by("created_at"),
        "households": other_households(me),
        "places": places(request),
        "unfinished": unfinished(request.session),
    }
    return show(request, "family", **context)


@belongs
@kept_offline
def mine(request: InFamily) -> HttpResponse:
    """Show a giver with an account the children, their permissions and their own moments."""
    me = request.place.caregiver
    context = {
        "me": me,
        "children": [
            {"child": child, "name": wording.child_name(child), "notes": wording.limits(child)}
            for child in me.household.children.all()
        ],
        "may": [label for permission, label in wording.permissions() if me.can(permission)],
        "logs": me.can(Caregiver.LOG),
        "places": places(request),
    }
    return show(request, "mine", **context)


@signed_in
@require_POST
def place(request: InFamily) -> HttpResponse:
    """Switch to another of the person's families."""
    chosen = request.POST.get("family", "")
    if not Caregiver.objects.present().filter(person=request.person, family=chosen).exists():
        raise Http404
    request.session[CHOSEN] = chosen
    return redirect("family")


def caregiver_row(caregiver: Caregiver) -> dict:
    return {
        "caregiver": caregiver,
        "name": wording.caregiver_name(caregiver),
        "relation": dict(wording.relations()).get(caregiver.relation, ""),
        "account": caregiver.person_id is not None,
    }


def other_households(me: Caregiver) -> list[Household]:
    """Return the other households of the family; pages show only their names."""
    return list(me.family.households.exclude(pk=me.household_id))


def places(request: InFamily) -> list[dict]:
    """Return the person's families with their children's names, if there are several."""
    found = (
        Caregiver.objects.present()
        .filter(person=request.person)
        .select_related("household")
        .prefetch_related("household__children")
    )
    listed = [
        {
            "family": place.family_id,
            "children": ", ".join(
                wording.child_name(child) for child in place.household.children.all()
            ),
        }
        for place in found
    ]
    return listed if len(listed) > 1 else []
