"""Receive the changes of a family's phones, keep each one for ever, and make the moments that follow from them.

The answer is given only after the commit, so “saved” is true. A change that came before is answered with `again`; one that
cannot be kept is answered with its reason and stays on the phone.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from everyhour.domain.families.models import Caregiver, Family
from everyhour.domain.moments import judging, merging, projecting
from everyhour.domain.moments.judging import Around, Rejected
from everyhour.domain.moments.models import Change, Moment
from everyhour.domain.moments.signals import moments_changed
from everyhour.foundation.audit.models import record

SAVED, AGAIN, REJECTED = "saved", "again", "rejected"
MOST = 200  # changes in one batch
OVERLAP = timedelta(seconds=30)  # a commit may be later than its time says; telling a moment twice harms nobody


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
            transaction.on_commit(lambda: moments_changed.send(sender=Moment, family=family.pk, moments=ids))
    return results


def around_of(by: Caregiver, *, at: datetime) -> Around:
    """Gather what changes of this caregiver are judged by."""
    children = by.household.children.all() if not by.is_guardian else by.family.children.all()
    return Around(
        by=by.pk,
        now=at,
        zone=by.person.zone_name_at(at) if by.person else "UTC",
        guardian=by.is_guardian,
        children=frozenset(children.values_list("pk", flat=True)),
        caregivers=frozenset(by.family.caregivers.values_list("pk", flat=True)),
    )


def _receive_one(family: Family, raw: Any, *, by: Caregiver, around: Around, at: datetime) -> tuple[Result, Moment | None]:
    key = judging.key_of(raw)
    if known := Change.objects.filter(family=family, key=key).first():
        if known.by_id != by.pk:
            return Result(key, REJECTED, "not-yours"), None
        return Result(key, AGAIN, moment=known.moment_key, counter=known.counter), None
    try:
        change = judging.judge(raw, around)
        moment = _theirs(family, change.moment, by)
    except Rejected as rejected:
        return Result(key, REJECTED, rejected.reason), None
    if moment:
        _with_a_past(family, moment, at)
    _keep(family, change, at)
    state = merging.fold(changes_of(family, change.moment))
    moment = projecting.project(family, change.moment, state, standing=moment, at=at) or moment
    return Result(change.key, SAVED, moment=change.moment, counter=state.counter), moment


def _theirs(family: Family, key: str, by: Caregiver) -> Moment | None:
    """Give the moment that may be changed, or None for a new one; a guardian writes for their household, a giver for themselves."""
    moment = Moment.objects.filter(family=family, key=key).first()
    first = Change.objects.filter(family=family, moment_key=key).order_by("pk").first()
    if moment is None and first is None:
        return None
    if first is not None and first.by_id == by.pk:
        return moment
    if not by.is_guardian or (moment and (moment.household_id != by.household_id or moment.private)):
        raise Rejected("not-yours")
    # Parts of somebody else's moment that is not whole yet: only within their household.
    if moment is None and (first is None or first.by is None or first.by.household_id != by.household_id):
        raise Rejected("not-yours")
    return moment


def _with_a_past(family: Family, moment: Moment, at: datetime) -> None:
    """Give a moment that came as a row (an invented week) the changes it would have come from, before it changes."""
    if not Change.objects.filter(family=family, moment_key=moment.key).exists():
        for change in projecting.unfold(moment):
            _keep(family, change, at)


def _keep(family: Family, change: merging.Change, at: datetime) -> None:
    Change.objects.create(
        family=family, key=change.key, moment_key=change.moment, device=change.device, counter=change.counter,
        by_id=change.by or None, body=family.seal(_written(change), place=f"change:{change.key}"), received_at=at,
    )  # fmt: skip


def changes_of(family: Family, moment: str) -> list[merging.Change]:
    """Open every change of a moment."""
    kept = Change.objects.filter(family=family, moment_key=moment)
    return [_read(json.loads(family.unseal(bytes(change.body), place=f"change:{change.key}")), change) for change in kept]


def _written(change: merging.Change) -> str:
    return json.dumps({"set": dict(change.set), "note": asdict(change.note) if change.note else None}, ensure_ascii=False)


def _read(body: Mapping[str, Any], kept: Change) -> merging.Change:
    note = merging.NoteEdit(body["note"]["text"], tuple(body["note"]["replaces"])) if body.get("note") else None
    return merging.Change(kept.key, kept.moment_key, kept.device, kept.counter, kept.by_id or "", body.get("set") or {}, note)


def changed_since(by: Caregiver, after: datetime | None) -> list[Moment]:
    """Give the moments this caregiver may read that changed since then, those taken out as well."""
    moments = Moment.objects.visible_to(by).select_related("edition").order_by("changed_at", "id")
    return list((moments.filter(changed_at__gt=after - OVERLAP) if after else moments)[:MOST])
