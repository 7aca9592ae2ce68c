"""Saving new moments: one, or one for each child when they were for all of them."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from everyhour.domain.families.actions import add_first_child
from everyhour.domain.families.models import Caregiver
from everyhour.domain.moments import actions
from everyhour.domain.moments.models import Moment
from everyhour.domain.moments.sync import REJECTED
from everyhour.features.moments import wording
from everyhour.features.moments.forms import NEW, MomentForm


def save_new(
    form: MomentForm, *, by: Caregiver, at: datetime, origin: Callable[[str], dict[str, Any]]
) -> list[Moment]:
    """Save a valid form; return the moments, or none with the reason among the form's errors.

    The keys of all but the first are computed from the form's, so that a resent form saves once.
    """
    cleaned, rest = form.cleaned_data, form.cleaned_data["rest"]
    if cleaned["child"] == NEW:
        cleaned["child"] = add_first_child(nickname=cleaned["nickname"], by=by, at=at).pk
    keys: list[str] = []
    for child in form.children_chosen():
        moment, change = (_key(cleaned[name], child, first=not keys) for name in ("moment", "key"))
        result = actions.change(
            moment,
            by=by,
            at=at,
            key=change,
            fields={**form.changed_fields(child=child), **origin(child)},
            note={"text": rest} if rest else None,
        )
        if result.result == REJECTED:
            form.add_error(None, wording.rejection(result.reason))
            break
        keys.append(moment)
    return list(Moment.objects.filter(family=by.family_id, key__in=keys).order_by("child__pk"))


def _key(key: uuid.UUID, child: str, *, first: bool) -> str:
    return str(key if first else uuid.uuid5(key, child))
