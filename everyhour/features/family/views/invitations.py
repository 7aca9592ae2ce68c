"""Creating invitations, and the page an invited person sees."""

from datetime import UTC, date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from everyhour.domain.families import actions
from everyhour.domain.families.actions import ActionRefused
from everyhour.domain.families.middleware import CHOSEN
from everyhour.domain.families.models import Caregiver, Household, Invitation
from everyhour.domain.families.permissions import InFamily, guardian
from everyhour.features.family import rights, wording
from everyhour.features.family.forms import InvitationForm, JoiningForm
from everyhour.features.family.mail import send_link
from everyhour.features.family.pages import show
from everyhour.foundation.accounts.views.navigation import page_url
from everyhour.foundation.lib.permissions import public
from everyhour.foundation.lib.public_address import absolute
from everyhour.foundation.ui.flash import say


@guardian
def new(request: InFamily) -> HttpResponse:
    """Ask who it is first, then what they may do; create a link and show it this once.

    With ?for=ID, for a giver who has no account: who they are and what they may do is known.
    """
    me = request.place.caregiver
    giver = None
    if asked := request.GET.get("for"):
        giver = get_object_or_404(
            me.household.caregivers.present().filter(person__isnull=True), pk=asked
        )
    relation = giver.relation if giver else _relation(request)
    if not relation:
        return show(request, "invitation_relation", relations=wording.relations())
    homes, data = invitable_homes(me), request.POST if request.method == "POST" else None
    form = InvitationForm(data, initial={"discreet": me.person.neutral if me.person else False})
    refused = ""
    if request.method == "POST" and form.is_valid():
        household = next(
            (home for home in homes if home.pk == request.POST.get("household")), me.household
        )
        try:
            return _create(request, form, giver=giver, relation=relation, household=household)
        except ActionRefused as reason:
            refused = str(reason)
    context: dict[str, Any] = {
        "form": form,
        "giver": giver,
        "name": wording.caregiver_name(giver) if giver else "",
        "relation": relation,
        "relation_name": dict(wording.relations())[relation],
        "raising": relation in rights.RAISING,
        "rights": _rights(giver.role, giver.may, me.household) if giver else None,
        "homes": homes,
        "me": me,
        "refused": refused,
    }
    return show(request, "invitation_new", status=409 if refused else 200, **context)


def _create(
    request: InFamily,
    form: InvitationForm,
    *,
    giver: Caregiver | None,
    relation: str,
    household: Household,
) -> HttpResponse:
    """Create the invitation, send its link if there is an address, and show it."""
    me, asked = request.place.caregiver, form.cleaned_data
    role, may = rights.GRANTS[asked["access"]]
    made, token = actions.invite(
        role=role,
        may=may,
        relation=relation,
        name=asked["name"],
        email=asked["email"],
        discreet=asked["discreet"],
        caregiver=giver,
        household=household,
        by=me,
        at=timezone.now(),
    )
    link = absolute(reverse("invitation", args=[token]), request)
    context: dict[str, Any] = {
        "link": link,
        "until": last_day(made),
        "email": made.email,
        "name": made.name,
        "discreet": made.discreet,
        "rights": _rights(made.role, made.may, made.household),
    }
    sent = send_link(made.email, link, letter(made)) if made.email else None
    return show(request, "invitation_made", sent=sent, **context)


@guardian
@require_POST
def revocation(request: InFamily, invitation_id: str) -> HttpResponse:
    """Revoke an unused invitation."""
    me = request.place.caregiver
    found = get_object_or_404(Invitation.objects.filter(household=me.household), pk=invitation_id)
    actions.revoke(found, by=me, at=timezone.now())
    say(request, _("That link no longer works."))
    return redirect("family")


@public
@cache_control(no_store=True)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show who invites and to what, and join; every closed link gives the same 404."""
    at, person = timezone.now(), request.person  # type: ignore[attr-defined]
    found = actions.open_invitation(token, at=at)
    if found is None:
        return show(request, "invitation_closed", status=404, nav="")
    data = request.POST if request.method == "POST" else None
    name = found.name or (person.name if person else "")
    form, refused = JoiningForm(data, initial={"name": name}), ""
    if request.method == "POST" and person and form.is_valid():
        try:
            place = actions.accept(token, by=person, at=at, name=form.cleaned_data["name"])
        except ActionRefused as reason:
            refused = str(reason)
        else:
            request.session[CHOSEN] = place.family_id
            say(request, welcome(place))
            return redirect(page_url("today"))
    back = urlencode({"next": request.path})
    context: dict[str, Any] = {
        **letter(found),
        "form": form,
        "member": person and found.family.caregivers.present().filter(person=person).exists(),
        "own": person and found.by is not None and found.by.person_id == person.pk,
        "elsewhere": bool(person and found.email and found.email.lower() != person.email.lower()),
        "sign_in": f"{reverse('sign-in')}?{back}",
        "sign_up": f"{_url_or_sign_in('sign-up')}?{back}",
        "refused": refused,
        "nav": "",
    }
    return show(request, "invitation", status=409 if refused else 200, **context)


def letter(invitation: Invitation) -> dict[str, Any]:
    """Return what an invitation tells its reader; a discreet one names no child."""
    children = [] if invitation.discreet else list(invitation.household.children.all())
    caregiver = invitation.caregiver
    role, may = (caregiver.role, caregiver.may) if caregiver else (invitation.role, invitation.may)
    child = rights.names_of(children)
    return {
        "host": first_name(invitation.by),
        "child": child,
        "discreet": invitation.discreet,
        "rights": rights.describe(role, may, child),
        "until": last_day(invitation),
    }


def last_day(invitation: Invitation) -> date:
    """Return the last day of a link, in the zone of whoever invites."""
    by = invitation.by.person if invitation.by else None
    at = invitation.expires_at
    return at.astimezone(by.zone_at(at) if by else UTC).date()


def welcome(place: Caregiver) -> str:
    """Return the first sentence for somebody who has just joined."""
    children = list(place.household.children.all())
    words = {"name": first_name(place), "child": rights.names_of(children)}
    if not any(child.nickname for child in children):
        return _("Welcome, %(name)s. Here’s Today.") % words if words["name"] else _("Welcome.")
    if not words["name"]:
        return _("Welcome. Here’s Today, with %(child)s.") % words
    return _("Welcome, %(name)s. Here’s Today, with %(child)s.") % words


def invitable_homes(me: Caregiver) -> list[Household]:
    """Return the households to invite into: one's own, and the family's empty ones."""
    empty = [
        home
        for home in me.family.households.exclude(pk=me.household_id)
        if not home.caregivers.present().exists()
    ]
    return [me.household, *empty]


def first_name(caregiver: Caregiver | None) -> str:
    return (
        wording.caregiver_name(caregiver).split(" ")[0]
        if caregiver and (caregiver.name or caregiver.person)
        else ""
    )


def _relation(request: HttpRequest) -> str:
    """Return the chosen relation, or "" when it was not chosen yet."""
    asked = request.POST.get("relation") or request.GET.get("relation") or ""
    return asked if asked in Caregiver.Relation.values else ""


def _rights(role: str, may: list[str], household: Household) -> rights.Rights:
    return rights.describe(role, may, rights.names_of(household.children.all()))


def _url_or_sign_in(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:  # an operator may close sign-up
        return reverse("sign-in")
