"""Child bundles: what was learned of a child, cached, for phones and for pages."""

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
class ChosenChild:
    """The child a page is about, with all children of the household."""

    by: Caregiver
    child: Child
    children: list[Child]
    zone: str
    at: datetime

    @property
    def wishes(self) -> Wishes:
        return child_bundle.phone_wishes(
            context.wishes(self.child, observations.year_and_month(self.zone, self.at))
        )

    def bundle(self, offline_bundle: dict) -> dict:
        return compose(self.child, self.by, offline_bundle, zone=self.zone, at=self.at)


def find_chosen_child(request: HttpRequest, *, at: datetime) -> ChosenChild | None:
    """Return the child in the address, else the household's first.

    None for a guest, for a caregiver who may not add moments, and without children.
    """
    if request.person is None:  # type: ignore[attr-defined]
        return None
    by = request.place.caregiver  # type: ignore[attr-defined]
    if by is None or by.person is None or not by.can(Caregiver.LOG):
        return None
    children = list(by.household.children.all())
    if not children:
        return None
    wanted = request.GET.get("child", "")
    child = next((child for child in children if child.pk == wanted), children[0])
    return ChosenChild(by, child, children, by.person.zone_name_at(at), at)


def compose(child: Child, by: Caregiver, offline_bundle: dict, *, zone: str, at: datetime) -> dict:
    """Return the child's bundle; without counts of tries for a caregiver who may not see them."""
    mark = compute_marks([child], by, offline_bundle, zone=zone, at=at)[child.pk]
    if (composed := caches["own"].get(mark)) is None:
        composed = child_bundle.compose(child, by.household, offline_bundle, zone=zone, at=at)
        caches["own"].set(mark, composed)
    return {**composed, "mark": mark, **({} if by.can(Caregiver.SEE_HELPS) else {"tries": {}})}


def compute_marks(
    children: Iterable[Child], by: Caregiver, offline_bundle: dict, *, zone: str, at: datetime
) -> dict[str, str]:
    """Return a digest of everything each child's bundle depends on, by the child's id.

    That is the model version, the child's columns and moments, big changes, the offline bundle,
    the time zone and the day: when one of them changes, so does the mark, and a phone fetches the
    bundle again. Private moments do not count.
    """
    children, model = list(children), training.in_force()
    in_household = {"child__in": children, "household": by.household_id}
    moments = Moment.objects.filter(**in_household, private=False).order_by().values_list("child")
    changes = BigChange.objects.filter(**in_household).order_by().values_list("child")
    figures = [
        {child: counts for child, *counts in rows}
        for rows in (
            moments.annotate(Count("pk"), Max("changed_at")),
            changes.annotate(Count("pk"), Max("at")),
        )
    ]
    for_all = [
        by.household_id,
        model and model.version,
        offline_bundle.get("version"),
        zone,
        at.date(),
    ]
    return {
        child.pk: _digest(
            [*for_all, *column_values(child), *(rows.get(child.pk) for rows in figures)]
        )
        for child in children
    }


def column_values(child: Child) -> list:
    """Return the value of every column, so that a new column counts without a change here."""
    values = [getattr(child, column.attname) for column in child._meta.concrete_fields]
    return [
        bytes(value).hex() if isinstance(value, bytes | memoryview) else value for value in values
    ]


def _digest(values: list) -> str:
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()[:32]
