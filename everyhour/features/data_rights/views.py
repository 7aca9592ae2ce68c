"""Take everything along, bring it, or go."""

from django.contrib.auth import logout
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from everyhour.domain.families import data_rights as families
from everyhour.domain.families.permissions import InFamily
from everyhour.domain.moments.data_rights import moments_of
from everyhour.features.data_rights import actions, archive
from everyhour.features.data_rights.forms import BringingForm, GoingForm
from everyhour.features.data_rights.models import ErasureRequest
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.accounts.permissions import signed_in
from everyhour.foundation.accounts.reauthentication import require_reauthentication
from everyhour.foundation.data_rights import ImportRejected
from everyhour.foundation.lib.permissions import public


@signed_in
def data_rights(request: InFamily) -> HttpResponse:
    """Show the three ways: along, in, out."""
    return render(
        request, "data_rights/data_rights.html", {"nav": "family", "asked": _asked(request.person)}
    )


@signed_in
@require_reauthentication
def export(request: InFamily) -> HttpResponseBase:
    """Say what the file holds; give it."""
    if request.method != "POST":
        return render(request, "data_rights/export.html", {"nav": "family"})
    packed = archive.archive(request.person, at=timezone.now())
    return FileResponse(
        packed,
        as_attachment=True,
        filename=f"everyhour-{timezone.now():%Y-%m-%d}.zip",
        content_type="application/zip",
    )


@signed_in
@require_reauthentication
def bring(request: InFamily) -> HttpResponse:
    """Bring in a file while nothing is here yet."""
    person, status = request.person, 200
    form = (
        BringingForm(request.POST or None, request.FILES or None)
        if request.method == "POST"
        else BringingForm()
    )
    if form.is_bound and form.is_valid():
        try:
            archive.bring(
                archive.unpack(form.cleaned_data["file"]), person=person, at=timezone.now()
            )
            return redirect("data-rights-brought")
        except ImportRejected as unfit:
            form.add_error("file", str(unfit))
    if form.errors:
        status = 400
    return render(
        request,
        "data_rights/import.html",
        {"nav": "family", "form": form, "empty": archive.is_empty(person)},
        status=status,
    )


@signed_in
def brought(request: HttpRequest) -> HttpResponse:
    """Say that it is all there."""
    return render(request, "data_rights/brought.html", {"nav": "family"})


@signed_in
@require_reauthentication
def erase(request: InFamily) -> HttpResponse:
    """Say what goes and what stays; go, or begin to."""
    form = GoingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        if form.cleaned_data["when"] == GoingForm.LATER:
            actions.ask_to_go(request.person, by=request.person, at=now)
            return redirect("data-rights")
        actions.erase(Person.objects.get(pk=request.person.pk), at=now)
        logout(request)
        return redirect("data-rights-gone")
    told = [_told(place) for place in families.memberships(request.person) if place.present]
    context = {"nav": "family", "form": form, "places": told, "asked": _asked(request.person)}
    return render(request, "data_rights/erase.html", context, status=400 if form.errors else 200)


@signed_in
def stay(request: InFamily) -> HttpResponse:
    """Take back the wish to go."""
    if request.method == "POST":
        actions.stay(request.person, by=request.person, at=timezone.now())
    return redirect("data-rights")


@public
def gone(request: HttpRequest) -> HttpResponse:
    """Say that it is done, to somebody we no longer know."""
    return render(request, "data_rights/gone.html", {})


def _asked(person: Person) -> ErasureRequest | None:
    return ErasureRequest.objects.filter(person=person).first()


def _told(place: families.Membership) -> dict:
    """Say of one place whether its family ends, and how much goes."""
    own = moments_of(place)
    return {
        "name": place.family.name,
        "ends": families.family_ends(place),
        "closes": families.household_closes(place),
        "guardian": place.whole,
        "moments": own.count(),
        "children": [child.nickname for child in place.family.children.all() if child.nickname],
        "others": place.family.caregivers.present()
        .exclude(pk=place.caregiver.pk)
        .filter(person__isnull=False)
        .count(),
    }
