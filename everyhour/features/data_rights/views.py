"""Pages of export, import and erasure."""

from django.contrib.auth import logout
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from everyhour.domain.families import data_rights as families
from everyhour.domain.families.permissions import InFamily
from everyhour.domain.moments.data_rights import moments_of
from everyhour.features.data_rights import actions, archive
from everyhour.features.data_rights.forms import ErasureForm, ImportForm
from everyhour.features.data_rights.models import ErasureRequest
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.accounts.permissions import signed_in
from everyhour.foundation.accounts.reauthentication import require_reauthentication
from everyhour.foundation.data_rights import ImportRejected
from everyhour.foundation.lib.permissions import public


@signed_in
def data_rights(request: InFamily) -> HttpResponse:
    """Link to export, import and erasure."""
    return render(
        request,
        "data_rights/data_rights.html",
        {"nav": "family", "asked": _scheduled(request.person)},
    )


@signed_in
@require_reauthentication
def export(request: InFamily) -> HttpResponseBase:
    """Describe the archive; a POST downloads it."""
    if request.method != "POST":
        return render(request, "data_rights/export.html", {"nav": "family"})
    packed = archive.create(request.person, at=timezone.now())
    return FileResponse(
        packed,
        as_attachment=True,
        filename=f"everyhour-{timezone.now():%Y-%m-%d}.zip",
        content_type="application/zip",
    )


@signed_in
@require_reauthentication
def import_copy(request: InFamily) -> HttpResponse:
    """Import a file into an account without moments."""
    person, status = request.person, 200
    form = (
        ImportForm(request.POST or None, request.FILES or None)
        if request.method == "POST"
        else ImportForm()
    )
    if form.is_bound and form.is_valid():
        try:
            archive.load(
                archive.unpack(form.cleaned_data["file"]), person=person, at=timezone.now()
            )
            return redirect("data-rights-imported")
        except ImportRejected as rejected:
            form.add_error("file", str(rejected))
    if form.errors:
        status = 400
    return render(
        request,
        "data_rights/import.html",
        {"nav": "family", "form": form, "empty": archive.is_empty(person)},
        status=status,
    )


@signed_in
def imported(request: HttpRequest) -> HttpResponse:
    return render(request, "data_rights/imported.html", {"nav": "family"})


@signed_in
@require_reauthentication
def erase(request: InFamily) -> HttpResponse:
    """List what is deleted and what is kept; a POST erases now or schedules it."""
    form = ErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        if form.cleaned_data["when"] == ErasureForm.LATER:
            actions.request_erasure(request.person, by=request.person, at=now)
            return redirect("data-rights")
        actions.erase(Person.objects.get(pk=request.person.pk), at=now)
        logout(request)
        return redirect("data-rights-erased")
    places = [_describe(place) for place in families.memberships(request.person) if place.present]
    context = {"nav": "family", "form": form, "places": places, "asked": _scheduled(request.person)}
    return render(request, "data_rights/erase.html", context, status=400 if form.errors else 200)


@signed_in
def cancel(request: InFamily) -> HttpResponse:
    """Cancel a scheduled erasure."""
    if request.method == "POST":
        actions.cancel_erasure(request.person, by=request.person, at=timezone.now())
    return redirect("data-rights")


@public
def erased(request: HttpRequest) -> HttpResponse:
    """Confirm the erasure to what is now a guest."""
    return render(request, "data_rights/erased.html", {})


def _scheduled(person: Person) -> ErasureRequest | None:
    return ErasureRequest.objects.filter(person=person).first()


def _describe(place: families.Membership) -> dict:
    """Return what the erasure deletes at one membership."""
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
