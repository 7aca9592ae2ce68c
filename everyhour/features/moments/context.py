"""What every page shows of moments: the sheet of “+”, and a moment that was just saved."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from everyhour.domain.families.models import Caregiver
from everyhour.domain.moments.models import Moment
from everyhour.domain.recommendations import bundle
from everyhour.features.moments import presenters, wording
from everyhour.features.moments.form_building import key
from everyhour.features.moments.forms import AND, MOST_CHILDREN, DeletionForm
from everyhour.features.moments.quick_form import build_sheet
from everyhour.foundation.lib.ids import LENGTH

LOG_PAGES = ("log", "log-line")  # have the whole form


def moments(request: HttpRequest) -> dict[str, Any]:
    return {
        "on_top": ["moments/just_done.html"],
        "sheets": ["moments/add_sheet.html"],
        "add_sheet": partial(_add_sheet, request),
        "just_done": partial(_just_done, request),
    }


def _add_sheet(request: HttpRequest) -> dict[str, Any] | None:
    """Return the sheet for a caregiver who may add moments, once the library is loaded."""
    by, match = _caregiver(request), request.resolver_match
    is_log = match is not None and match.url_name in LOG_PAGES
    if (
        is_log
        or by is None
        or not by.can(Caregiver.LOG)
        or not (body := bundle.for_reader_or_empty())
    ):
        return None
    back = request.path if request.method in ("GET", "HEAD") else reverse("moments")
    return {**build_sheet(body, by), "back": back}


def _just_done(request: HttpRequest) -> dict[str, Any] | None:
    """Return what to say of moments that were just saved or deleted, and how to undo it."""
    by = _caregiver(request)
    if by is None:
        return None
    return _just_saved(request, by) or _just_deleted(request, by)


def _just_saved(request: HttpRequest, by: Caregiver) -> dict[str, Any] | None:
    """Moments just saved, which may be years back."""
    wanted = _named(request, "saved")
    found = (
        Moment.objects.visible_to(by)
        .filter(pk__in=wanted, deleted=False)
        .select_related("child", "caregiver", "edition__item")
        .prefetch_related("notes")
    )
    rows = presenters.rows(found, bundle.for_reader(), by) if wanted else []
    if not rows:
        return None
    return {
        "said": wording.saved(rows),
        "progress": rows[0]["progress"],
        "danger": presenters.has_danger(rows[0]["moment"], by),
        "moments": [row["moment"] for row in rows],
        "undo": DeletionForm(initial={"key": key()}, auto_id=False),
        "back": request.path,
    }


def _just_deleted(request: HttpRequest, by: Caregiver) -> dict[str, Any] | None:
    wanted = _named(request, "gone")
    found = Moment.objects.visible_to(by).filter(pk__in=wanted, deleted=True) if wanted else ()
    if not found:
        return None
    undo = DeletionForm(initial={"key": key(), "undo": True}, auto_id=False)
    return {"said": _("Deleted."), "moments": list(found), "undo": undo, "back": request.path}


def _caregiver(request: HttpRequest) -> Caregiver | None:
    place = getattr(request, "place", None)
    return place.caregiver if place else None


def _named(request: HttpRequest, name: str) -> list[str]:
    pks = request.GET.get(name, "").split(AND)[:MOST_CHILDREN]
    return [pk for pk in pks if 0 < len(pk) <= LENGTH]
