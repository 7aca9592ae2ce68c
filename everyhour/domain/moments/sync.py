"""Receive the changes of a family's phones, keep each one for ever, and make the moments that follow from them.

The answer is given only after the commit, so “saved” is true. A change that came before is answered with `again`; one that
cannot be kept is answered with its reason and stays on the phone.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from everyhour.domain.families.models import Caregiver, Family
from everyhour.domain.moments import merging, projection, validation
from everyhour.domain.moments.models import Change, Moment
from everyhour.domain.moments.signals import moments_changed
from everyhour.domain.moments.validation import Rejected, ValidationContext
from everyhour.foundation.audit.models import record

SAVED, AGAIN, REJECTED = "saved", "again", "rejected"
MOST = 200  # changes in one batch


@dataclass(frozen=True)
class Result:
    """What became of one change: saved, again (we had it), or rejected with the reason."""

    key: str
    result: str
    reason: str = ""
    moment: str = ""
    counter: int = 0  # the largest of this moment, so that the phone's next change ranks above what it has seen


def receive(family: Family, *, by: Caregiver, changes: Iterable[Any], at: datetime) -> list[Result]:
    """Keep what can be kept of a batch, in one transaction, and say of each change what became of it."""
    results: list[Result] = []
    touched: dict[str, str] = {}
    with transaction.atomic():
        # One writer per family: two phones folding the same moment at once would each miss the other's change.
        family = Family.objects.select_for_update().get(pk=family.pk)
        around = around_of(by, at=at)
        for raw in changes:
            result, moment = _receive_one(family, raw, by=by, around=around, at=at)
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


def around_of(by: Caregiver, *, at: datetime) -> ValidationContext:
    """Gather what changes of this caregiver are judged by: the children and the grown-ups of their own home, and of no other."""
    return ValidationContext(
        by=by.pk,
        now=at,
        zone=by.person.zone_name_at(at) if by.person else "UTC",
        guardian=by.is_guardian,
        children=frozenset(by.household.children.values_list("pk", flat=True)),
        caregivers=frozenset(by.household.caregivers.values_list("pk", flat=True)),
    )


def _receive_one(
    family: Family, raw: Any, *, by: Caregiver, around: ValidationContext, at: datetime
) -> tuple[Result, Moment | None]:
    key = validation.key_of(raw)
    try:
        if known := Change.objects.filter(family=family, key=validation.known_key(key)).first():
            return _again(known, by), None
        moment = _theirs(family, validation.moment_of(raw), by)
        change = validation.judge(raw, _with_those_named(around, moment))
    except Rejected as rejected:
        return Result(key, REJECTED, rejected.reason), None
    if moment:
        _with_a_past(family, moment, at)
    _keep(family, change, at)
    state = merging.fold(changes_of(family, change.moment))
    moment = projection.project(family, change.moment, state, standing=moment, at=at) or moment
    return Result(change.key, SAVED, moment=change.moment, counter=state.counter), moment


def _again(known: Change, by: Caregiver) -> Result:
    if known.by_id != by.pk:
        return Result(known.key, REJECTED, "not-yours")
    return Result(known.key, AGAIN, moment=known.moment_key, counter=known.counter)


def _with_those_named(around: ValidationContext, moment: Moment | None) -> ValidationContext:
    """Whom a moment names already may stay named, also when they live elsewhere by now."""
    if moment is None:
        return around
    children = {moment.child_id} if moment.child_id else set()
    caregivers = {moment.caregiver_id} if moment.caregiver_id else set()
    return replace(
        around, children=around.children | children, caregivers=around.caregivers | caregivers
    )


def _theirs(family: Family, key: str, by: Caregiver) -> Moment | None:
    """Give the moment that may be changed, or None for a new one."""
    moment = Moment.objects.filter(family=family, key=key).first()
    first = _first(family, key)
    if moment and not may_change(moment, by=by, first=first):
        raise Rejected("not-yours")
    # Parts of somebody else's moment that is not whole yet: only within their household.
    if (
        not moment
        and first
        and first.by_id != by.pk
        and not (by.is_guardian and first.by and first.by.household_id == by.household_id)
    ):
        raise Rejected("not-yours")
    return moment


def may_change(moment: Moment, *, by: Caregiver, first: Change | None) -> bool:
    """A guardian writes for their household, whoever told a moment for themselves; what is private is its own person's alone."""
    if moment.private:
        return moment.caregiver_id == by.pk
    teller = (
        first.by_id if first else moment.caregiver_id
    )  # a moment that came as a row (an invented week) has no first change
    return teller == by.pk or (by.is_guardian and moment.household_id == by.household_id)


def may_write(moment: Moment, *, by: Caregiver) -> bool:
    """Tell before anything is typed whether a change would be taken."""
    return by.can(Caregiver.LOG) and may_change(
        moment, by=by, first=_first(moment.family_id, moment.key)
    )


def _first(family: Family | str, moment: str) -> Change | None:
    return (
        Change.objects.filter(family=family, moment_key=moment)
        .select_related("by")
        .order_by("pk")
        .first()
    )


def _with_a_past(family: Family, moment: Moment, at: datetime) -> None:
    """Give a moment that came as a row (an invented week) the changes it would have come from, before it changes."""
    if not Change.objects.filter(family=family, moment_key=moment.key).exists():
        for change in projection.unfold(moment):
            _keep(family, change, at)


def _keep(family: Family, change: merging.Change, at: datetime) -> None:
    Change.objects.create(
        family=family,
        key=change.key,
        moment_key=change.moment,
        device=change.device,
        counter=change.counter,
        by_id=change.by or None,
        body=family.seal(_written(change), place=f"change:{change.key}"),
        received_at=at,
    )


def changes_of(family: Family, moment: str) -> list[merging.Change]:
    """Open every change of a moment."""
    kept = Change.objects.filter(family=family, moment_key=moment)
    return [
        _read(json.loads(family.unseal(bytes(change.body), place=f"change:{change.key}")), change)
        for change in kept
    ]


def _written(change: merging.Change) -> str:
    return json.dumps(
        {"set": dict(change.set), "note": asdict(change.note) if change.note else None},
        ensure_ascii=False,
    )


def _read(body: Mapping[str, Any], kept: Change) -> merging.Change:
    note = (
        merging.NoteEdit(body["note"]["text"], tuple(body["note"]["replaces"]))
        if body.get("note")
        else None
    )
    return merging.Change(
        kept.key,
        kept.moment_key,
        kept.device,
        kept.counter,
        kept.by_id or "",
        body.get("set") or {},
        note,
    )
