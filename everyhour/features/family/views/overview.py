"""The family at a glance, and the simple page of a giver."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from everyhour.domain.families.middleware import CHOSEN
from everyhour.domain.families.models import Caregiver, Household, Invitation
from everyhour.domain.families.permissions import InFamily, belongs
from everyhour.features.family import words
from everyhour.features.family.pages import show
from everyhour.foundation.accounts.permissions import signed_in


@signed_in
def family(request: InFamily) -> HttpResponse:
    """Show who belongs here. Who has no family yet is led to set one up; a giver has a simpler page."""
    me = request.place.caregiver
    if me is None:
        return redirect("start")
    if not me.is_guardian:
        return redirect("mine")
    waiting = Invitation.objects.filter(
        household=me.household,
        used_at__isnull=True,
        revoked_at__isnull=True,
        expires_at__gt=timezone.now(),
    )
    context = {
        "me": me,
        "people": [
            told(caregiver)
            for caregiver in me.household.caregivers.present().select_related("person")
        ],
        "children": [
            {"child": child, "name": words.child_name(child)}
            for child in me.household.children.all()
        ],
        "invitations": waiting.order_by("created_at"),
        "households": elsewhere(me),
        "places": places(request),
    }
    return show(request, "family", **context)


@belongs
def mine(request: InFamily) -> HttpResponse:
    """The page of a giver with an account: the children, what they may do, and their own moments."""
    me = request.place.caregiver
    context = {
        "me": me,
        "children": [
            {"child": child, "name": words.child_name(child)}
            for child in me.household.children.all()
        ],
        "may": [label for what, label in words.mays() if me.can(what)],
        "logs": me.can(Caregiver.LOG),
        "places": places(request),
    }
    return show(request, "mine", **context)


@signed_in
@require_POST
def place(request: InFamily) -> HttpResponse:
    """Choose the family to be in, for those who belong to several."""
    chosen = request.POST.get("family", "")
    if not Caregiver.objects.present().filter(person=request.person, family=chosen).exists():
        raise Http404
    request.session[CHOSEN] = chosen
    return redirect("family")


def told(caregiver: Caregiver) -> dict:
    return {
        "caregiver": caregiver,
        "name": words.called(caregiver),
        "relation": dict(words.relations()).get(caregiver.relation, ""),
        "account": caregiver.person_id is not None,
    }


def elsewhere(me: Caregiver) -> list[Household]:
    """Give the other households of the family. Their name is all that is told: who lives there is theirs to tell."""
    return list(me.family.households.exclude(pk=me.household_id))


def places(request: InFamily) -> list[dict]:
    """Give the families somebody belongs to, when there are several; each goes by the names of its children."""
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
                words.child_name(child) for child in place.household.children.all()
            ),
        }
        for place in found
    ]
    return listed if len(listed) > 1 else []
