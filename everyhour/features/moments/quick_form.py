"""The sheet of “+”: a moment that is happening now, by one tap, from any page."""

import uuid
from datetime import datetime
from typing import Any

from django.http import QueryDict

from everyhour.domain.families.models import Caregiver
from everyhour.features.moments import forms, presenters
from everyhour.features.moments.form_building import zone_of
from everyhour.foundation.submissions.middleware import FIELD

IS_QUICK = "quick"


def build_sheet(body: dict, by: Caregiver) -> dict[str, Any]:
    """Return whom a moment can be for, and the practices to tap, for a child and for oneself."""
    children, usual = list(by.household.children.all()), presenters.usual_practices(by)
    given, own = (
        presenters.practice_choices(body, usual, for_oneself=own) for own in (False, True)
    )
    return {
        "answers": forms.answers_for(children),
        "chosen": forms.first_answer(children),
        "given": given if children else [],
        "own": own,
    }


def complete(sent: QueryDict, *, by: Caregiver, at: datetime) -> dict[str, Any]:
    """Return what the whole form would have sent: now, by this caregiver, with a line as a note.

    The keys come from the submission's, so that a form that arrives twice is one moment.
    """
    shown = forms.initial_for_new(by, zone_of(by, at), at)
    known = {name: str(value) for name, value in shown.items() if value is not None}
    try:
        submission = uuid.UUID(sent.get(FIELD, ""))
    except ValueError:
        submission = uuid.uuid4()
    return {
        **known,
        "key": str(uuid.uuid5(submission, "key")),
        "moment": str(uuid.uuid5(submission, "moment")),
        "child": sent.get("child", ""),
        "what": sent.get("what", ""),
        "rest": sent.get("line", ""),
    }
