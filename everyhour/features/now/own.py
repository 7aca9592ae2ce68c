"""What was learned of a child, as a phone or a page may have it now. It is worked out once for all that it follows from."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import caches
from django.db.models import Count, Max
from django.http import HttpRequest

from everyhour.domain.families.models import BigChange, Caregiver, Child
from everyhour.domain.moments.models import Moment
from everyhour.domain.recommendations import child_bundle, context, observations, training
from everyhour.domain.recommendations.advisor import Wishes


@dataclass(frozen=True)
class About:
    """Whom a page is about: a child of the home of whoever is signed in, and the others it could be about."""

    by: Caregiver
    child: Child
    children: list[Child]
    zone: str
    at: datetime

    @property
    def wishes(self) -> Wishes:
        return child_bundle.on_the_phone(
            context.wishes(self.child, observations.now_in(self.zone, self.at))
        )

    def own(self, pocket: dict) -> dict:
        return composed(self.child, self.by, pocket, zone=self.zone, at=self.at)


def about(request: HttpRequest, *, at: datetime) -> About | None:
    """Find the child that was asked for, else the first of the home; None for a guest, and for who may not add moments."""
    by = request.place.caregiver if request.person is not None else None  # type: ignore[attr-defined]
    if by is None or not by.can(Caregiver.LOG):
        return None
    children = list(by.household.children.all())
    asked = request.GET.get("child", "")
    child = next((one for one in children if one.pk == asked), None) or next(iter(children), None)
    return (
        About(by, child, children, by.person.zone_name_at(at), at) if child and by.person else None
    )


def composed(child: Child, by: Caregiver, pocket: dict, *, zone: str, at: datetime) -> dict:
    """Give the chances of a child in the home of this caregiver; how often what was tried only to who may see what helps."""
    key = marks([child], by, pocket, zone=zone, at=at)[child.pk]
    if (made := caches["own"].get(key)) is None:
        made = child_bundle.compose(child, by.household, pocket, zone=zone, at=at)
        caches["own"].set(key, made)
    return {**made, "mark": key, **({} if by.can(Caregiver.SEE_HELPS) else {"tries": {}})}


def marks(
    children: Iterable[Child], by: Caregiver, pocket: dict, *, zone: str, at: datetime
) -> dict[str, str]:
    """Mark of each child all that its chances follow from: the fit, what is told of it, its moments here, the pocket, the day."""
    children, fit = list(children), training.in_force()
    here = {"child__in": children, "household": by.household_id}
    counted = (
        Moment.objects.filter(**here, private=False)
        .order_by()
        .values_list("child")
        .annotate(Count("pk"), Max("changed_at"))
    )
    changed = (
        BigChange.objects.filter(**here)
        .order_by()
        .values_list("child")
        .annotate(Count("pk"), Max("at"))
    )
    known = [{child: figures for child, *figures in rows} for rows in (counted, changed)]
    all_ = [by.household_id, fit and fit.version, pocket.get("version"), zone, at.date()]
    return {
        child.pk: _digest([*all_, *told(child), *(figures.get(child.pk) for figures in known)])
        for child in children
    }


def told(child: Child) -> list:
    """Give every column of a child: a new one may change what suits, and nobody has to remember it here."""
    columns = [getattr(child, column.attname) for column in child._meta.concrete_fields]
    return [
        bytes(value).hex() if isinstance(value, bytes | memoryview) else value for value in columns
    ]


def _digest(values: list) -> str:
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()[:32]
