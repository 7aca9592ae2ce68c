"""Creating invitations, and the page an invited person sees."""

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
from everyhour.features.family import wording
from everyhour.features.family.forms import NAME, InvitationForm
from everyhour.features.family.mail import send_link
from everyhour.features.family.pages import show
from everyhour.foundation.lib.permissions import public
from everyhour.foundation.lib.text import clean
from everyhour.foundation.ui.flash import say


@guardian
def new(request: InFamily) -> HttpResponse:
    """Create a link and show it this once; with ?for=ID, for a giver who has no account."""
    me, at = request.place.caregiver, timezone.now()
    giver = None
    if asked := request.GET.get("for"):
        giver = get_object_or_404(
            me.household.caregivers.present().filter(person__isnull=True), pk=asked
        )
    initial = {
        "role": giver.role if giver else Caregiver.Role.GUARDIAN,
        "relation": giver.relation if giver else Caregiver.Relation.PARENT,
    }
    initial |= {"may": giver.may if giver else [Caregiver.LOG], "name": giver.name if giver else ""}
    data = {**initial, "email": request.POST.get("email", "")} if giver else request.POST
    form = InvitationForm(data if request.method == "POST" else None, initial=initial)
    homes, refused = invitable_homes(me), ""
    if request.method == "POST" and form.is_valid():
        household = next(
            (home for home in homes if home.pk == request.POST.get("household")), me.household
        )
        try:
            made, token = actions.invite(
                **form.cleaned_data, caregiver=giver, household=household, by=me, at=at
            )
        except ActionRefused as reason:
            refused = str(reason)
        else:
            link = request.build_absolute_uri(reverse("invitation", args=[token]))
            sent = send_link(made.email, link) if made.email else None
            return show(
                request,
                "invitation_made",
                link=link,
                until=made.expires_at,
                sent=sent,
                email=made.email,
            )
    name = wording.caregiver_name(giver) if giver else ""
    return show(
        request,
        "invitation_new",
        form=form,
        giver=giver,
        name=name,
        homes=homes,
        me=me,
        refused=refused,
        status=409 if refused else 200,
    )


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
    """Show who invites, by first name only, and join; every closed link gives the same 404."""
    at, person = timezone.now(), request.person  # type: ignore[attr-defined]
    found = actions.open_invitation(token, at=at)
    if found is None:
        return show(request, "invitation_closed", status=404, nav="")
    name, refused = clean(request.POST.get("name", ""), most=NAME), ""
    if request.method == "POST" and person:
        try:
            place = actions.accept(token, by=person, at=at, name=name)
        except ActionRefused as reason:
            refused = str(reason)
        else:
            request.session[CHOSEN] = place.family_id
            say(request, _("You are in."))
            return redirect("family")
    back = urlencode({"next": request.path})
    context = {
        "host": first_name(found.by),
        "guardian": found.role == Caregiver.Role.GUARDIAN,
        "name": name or found.name or (person.name if person else ""),
        "sign_in": f"{reverse('sign-in')}?{back}",
        "sign_up": f"{_url_or_sign_in('sign-up')}?{back}",
        "refused": refused,
        "nav": "",
    }
    return show(request, "invitation", status=409 if refused else 200, **context)


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


def _url_or_sign_in(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:  # an operator may close sign-up
        return reverse("sign-in")
