"""Permissions within a family; /permissions/ lists them all."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from everyhour.domain.families.middleware import Place
from everyhour.domain.families.models import Caregiver
from everyhour.foundation.accounts.permissions import SignedIn
from everyhour.foundation.lib.permissions import Permission, requires


class InFamily(SignedIn):
    """A request with a `place`, whose caregiver may be None in `signed_in` views."""

    place: Place


def _can(permission: str):
    def check(request: HttpRequest) -> bool:
        caregiver = request.place.caregiver  # type: ignore[attr-defined]
        return caregiver is not None and caregiver.can(permission)

    return check


def _is_guardian(request: HttpRequest) -> bool:
    caregiver = request.place.caregiver  # type: ignore[attr-defined]
    return caregiver is not None and caregiver.is_guardian


def _belongs(request: HttpRequest) -> bool:
    return request.place.caregiver is not None  # type: ignore[attr-defined]


BELONGS = Permission(
    "belongs", _("Everyone in the family, for what is shared with them."), _belongs
)
GUARDIAN = Permission("guardian", _("The guardians of the family."), _is_guardian)
LOGS = Permission(
    "logs", _("Guardians, and safe grown-ups who can add moments."), _can(Caregiver.LOG)
)
SEES_WEEK = Permission(
    "sees week", _("Guardians, and safe grown-ups who can see the week."), _can(Caregiver.SEE_WEEK)
)
SEES_HELPS = Permission(
    "sees what helps",
    _("Guardians, and safe grown-ups who can see what helps."),
    _can(Caregiver.SEE_HELPS),
)
PERMISSIONS = (BELONGS, GUARDIAN, LOGS, SEES_WEEK, SEES_HELPS)

belongs, guardian, logs, sees_week, sees_helps = (requires(p) for p in PERMISSIONS)
