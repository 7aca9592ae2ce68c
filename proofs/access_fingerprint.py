"""The rows a visitor may never change, as values to compare."""

from typing import Any

from django.db.models import Q

from everyhour.domain.families.models import (
    Caregiver,
    Child,
    Family,
    Home,
    Household,
    HouseholdShare,
    Invitation,
)
from everyhour.domain.moments.models import Change, Moment, Note, Rest
from everyhour.domain.rhythm.models import Calendar, Custody, Part, Planned, Season
from everyhour.foundation.accounts.models import Person, SignIn, ZonePeriod
from proofs.access_world import World


class Fingerprint:
    """Records all rows of others before the first request.

    A family that a visitor creates later is their own.
    """

    def __init__(self, world: World):
        self.world = world
        self.families = {family for family, _roles in world.households.values()}
        self.people = set(Person.objects.values_list("pk", flat=True))
        self.near = {role: self._near(role) for role in world.sessions}
        self.before = {role: self._rows(role) for role in world.sessions}

    def changed(self, role: str) -> list[str]:
        """Return the tables in which a row of others changed."""
        before, now = self.before[role], self._rows(role)
        return [name for name in before if before[name] != now[name]]

    def _own(self, role: str) -> list[str]:
        return [
            household
            for household, (_family, roles) in self.world.households.items()
            if role in roles
        ]

    def _near(self, role: str) -> set[str]:
        """Return the people of the visitor's own household, including the visitor."""
        near = Caregiver.objects.filter(
            household__in=self._own(role), person__isnull=False
        ).values_list("person", flat=True)
        return {
            *near,
            *SignIn.objects.filter(session=self.world.sessions[role] or "none").values_list(
                "person", flat=True
            ),
        }

    def _rows(self, role: str) -> dict[str, Any]:
        own, strangers = self._own(role), self.people - self.near[role]
        families = {
            family
            for household, (family, _roles) in self.world.households.items()
            if household in own
        }
        others = Q(family__in=self.families) & ~Q(household__in=own)
        ours = Q(child__family__in=self.families)
        return {
            "families": rows(Family.objects.filter(pk__in=self.families - families)),
            "households": rows(
                Household.objects.exclude(pk__in=own).filter(pk__in=self.world.households)
            ),
            "caregivers": rows(Caregiver.objects.filter(others)),
            "children": rows(
                Child.objects.filter(family__in=self.families).exclude(households__in=own)
            ),
            "homes": rows(
                Home.objects.filter(ours)
                .exclude(household__in=own)
                .exclude(child__households__in=own)
            ),
            "sights": rows(HouseholdShare.objects.filter(ours).exclude(of__in=own)),
            "invitations": rows(Invitation.objects.filter(others)),
            "moments": rows(Moment.objects.filter(others)),
            "notes": rows(
                Note.objects.filter(moment__family__in=self.families).exclude(
                    moment__household__in=own
                )
            ),
            "changes": rows(Change.objects.filter(family__in=self.families - families)),
            "rests": rows(Rest.objects.filter(others)),
            "parts": rows(Part.objects.filter(others)),
            "seasons": rows(
                Season.objects.filter(family__in=self.families).exclude(child__households__in=own)
            ),
            "custodies": rows(Custody.objects.filter(others)),
            "planned": rows(Planned.objects.filter(others)),
            "calendars": rows(Calendar.objects.filter(others)),
            "people": rows(Person.objects.filter(pk__in=strangers)),
            "sign-ins": rows(SignIn.objects.filter(person__in=strangers)),
            "zones": rows(ZonePeriod.objects.filter(person__in=strangers)),
        }


def rows(found) -> list[tuple]:
    return [
        tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
        for row in found.order_by("pk").values_list()
    ]
