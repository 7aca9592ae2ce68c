"""Sync: store the changes that phones send, and update the moments they belong to.

Results are returned after the commit, so that no phone deletes a change that was not saved. A
change that is stored already gets `again`; an invalid one gets its reason, and stays on the phone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from everyhour.domain.families.models import Caregiver, Family
from everyhour.domain.moments import changes_codec, merging, projection, validation
from everyhour.domain.moments.models import Change, Moment
from everyhour.domain.moments.signals import moments_changed
from everyhour.domain.moments.validation import Rejected, ValidationContext
from everyhour.foundation.audit.models import record

SAVED, AGAIN, REJECTED = "saved", "again", "rejected"
MOST = 200  # changes in one batch


@dataclass(frozen=True)
class Result:
    """The result for one change: saved, again (already stored), or rejected with the reason."""

    key: str
    result: str
    reason: str = ""
    moment: str = ""
    counter: int = 0  # the moment's highest, so that the phone's next change ranks above it


def receive(family: Family, *, by: Caregiver, changes: Iterable[Any], at: datetime) -> list[Result]:
    """Store the valid changes of a batch in one transaction; return a result for each.

    Locks the family's row. Writes an audit record when anything was saved, and sends
    `moments_changed` after the commit when moments were updated.
    """
    results: list[Result] = []
    touched: dict[str, str] = {}
    with transaction.atomic():
        # Two phones folding the same moment at once would each miss the other's change.
        family = Family.objects.select_for_update().get(pk=family.pk)
        context = build_context(by, at=at)
        for raw in changes:
            result, moment = _receive_one(family, raw, by=by, context=context, at=at)
            results.append(result)
            if moment:
                touched[moment.key] = moment.pk
        if any(result.result == SAVED for result in results):
            record("moments told", of=family.pk, by=by.pk, at=at)
        if touched:
            ids = list(touched.values())
            transaction.on_commit(
                lambda: moments_changed.send(sender=Moment, family=family.pk, moments=ids)
            )
    return results


def build_context(by: Caregiver, *, at: datetime) -> ValidationContext:
    """Build the context of this caregiver's changes: they may name people of their household."""
    return ValidationContext(
        by=by.pk,
        now=at,
        zone=by.person.zone_name_at(at) if by.person else "UTC",
        guardian=by.is_guardian,
        children=frozenset(by.household.children.values_list("pk", flat=True)),
        caregivers=frozenset(by.household.caregivers.values_list("pk", flat=True)),
    )


def _receive_one(
    family: Family, raw: Any, *, by: Caregiver, context: ValidationContext, at: datetime
) -> tuple[Result, Moment | None]:
    key = validation.key_of(raw)
    try:
        if known := Change.objects.filter(family=family, key=validation.require_key(key)).first():
            return _answer_known(known, by), None
        moment = _get_changeable(family, validation.moment_of(raw), by)
        change = validation.validate(raw, _allow_named_people(context, moment))
    except Rejected as rejected:
        return Result(key, REJECTED, rejected.reason), None
    if moment:
        _create_missing_changes(family, moment, at)
    _store(family, change, at)
    state = merging.fold(changes_of(family, change.moment))
    moment = projection.project(family, change.moment, state, known=moment, at=at) or moment
    return Result(change.key, SAVED, moment=change.moment, counter=state.counter), moment


def _answer_known(known: Change, by: Caregiver) -> Result:
    if known.by_id != by.pk:
        return Result(known.key, REJECTED, "not-yours")
    return Result(known.key, AGAIN, moment=known.moment_key, counter=known.counter)


def _allow_named_people(context: ValidationContext, moment: Moment | None) -> ValidationContext:
    """Also allow the people the moment already names, who may have moved household since."""
    if moment is None:
        return context
    children = {moment.child_id} if moment.child_id else set()
    caregivers = {moment.caregiver_id} if moment.caregiver_id else set()
    return replace(
        context, children=context.children | children, caregivers=context.caregivers | caregivers
    )


def _get_changeable(family: Family, key: str, by: Caregiver) -> Moment | None:
    """Return the moment, or None while it has no row; raise Rejected if they may not change it."""
    moment = Moment.objects.filter(family=family, key=key).first()
    first = _first_change(family, key)
    if moment and not may_change(moment, by=by, first=first):
        raise Rejected("not-yours")
    # Changes that arrived before the one that creates the moment: only their sender, and guardians
    # of the sender's household, may add to them.
    if (
        not moment
        and first
        and first.by_id != by.pk
        and not (by.is_guardian and first.by and first.by.household_id == by.household_id)
    ):
        raise Rejected("not-yours")
    return moment


def may_change(moment: Moment, *, by: Caregiver, first: Change | None) -> bool:
    """Allow its author and its household's guardians; for a private moment only its caregiver."""
    if moment.private:
        return moment.caregiver_id == by.pk
    # Demo moments are created as rows, without a first change.
    author = first.by_id if first else moment.caregiver_id
    return author == by.pk or (by.is_guardian and moment.household_id == by.household_id)


def may_write(moment: Moment, *, by: Caregiver) -> bool:
    """Return whether a change by this caregiver would be accepted, to show an edit button."""
    return by.can(Caregiver.LOG) and may_change(
        moment, by=by, first=_first_change(moment.family_id, moment.key)
    )


def _first_change(family: Family | str, moment: str) -> Change | None:
    """Return the change of a moment that arrived first."""
    return (
        Change.objects.filter(family=family, moment_key=moment)
        .select_related("by")
        .order_by("pk")
        .first()
    )


def _create_missing_changes(family: Family, moment: Moment, at: datetime) -> None:
    """Store the changes of a moment created as a row, in the demo, before it is changed."""
    if not Change.objects.filter(family=family, moment_key=moment.key).exists():
        for change in projection.unfold(moment):
            _store(family, change, at)


def _store(family: Family, change: merging.Change, at: datetime) -> None:
    Change.objects.create(
        family=family,
        key=change.key,
        moment_key=change.moment,
        device=change.device,
        counter=change.counter,
        by_id=change.by or None,
        body=changes_codec.seal(family, change),
        received_at=at,
    )


def changes_of(family: Family, moment: str) -> list[merging.Change]:
    """Return every change of a moment, decrypted, in no particular order."""
    rows = Change.objects.filter(family=family, moment_key=moment)
    return [changes_codec.unseal(family, row) for row in rows]
