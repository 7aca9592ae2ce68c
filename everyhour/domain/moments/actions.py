"""Tell of a moment from a page: the same changes as a phone sends, made here."""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import Max

from everyhour.domain.families.models import Caregiver
from everyhour.domain.moments import sync
from everyhour.domain.moments.judging import SHAPE
from everyhour.domain.moments.models import Change
from everyhour.domain.moments.sync import Result

PAGES = uuid.UUID("5a0c2f6e-6d0b-4b52-9d0f-0c9a7a2d1680")  # our pages are one device to each family: they see every change


def tell(
    moment: str,
    *,
    by: Caregiver,
    at: datetime,
    key: str,
    told: dict[str, Any] | None = None,
    note: dict | None = None,
    gone: bool | None = None,
) -> Result:
    """Make one change to a moment, new or known; `key` comes with the form, so that sending it twice is once.

    Its counter ranks above every change there is: a page shows what all of them come to.
    """
    known = Change.objects.filter(family=by.family, moment_key=moment).aggregate(most=Max("counter"))["most"] or 0
    raw: dict[str, Any] = {
        "key": key, "moment": moment, "device": str(uuid.uuid5(PAGES, by.family_id)), "counter": known + 1, "shape": SHAPE,
    }  # fmt: skip
    if told:
        raw["set"] = told
    if note is not None:
        raw["note"] = note
    if gone is not None:
        raw["delete"] = gone
    return sync.receive(by.family, by=by, changes=[raw], at=at)[0]
