"""Reminders for operators: crisis lines that are due for a check."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from everyhour.domain.practices.crisis_lines import Age, ages
from everyhour.domain.practices.models import Edition
from everyhour.foundation.accounts.operators import operators
from everyhour.foundation.notifications import actions as notifications
from everyhour.foundation.notifications.purposes import OPERATOR


def lines_due(at: datetime) -> list[Age]:
    """Return the crisis lines last checked 30 days ago or longer, the oldest first."""
    editions = Edition.objects.current().filter(item__kind="crisis_lines")
    found = (age for edition in editions for age in ages(edition.facts, today=at.date()))
    return sorted((age for age in found if age.needs_check), key=lambda age: (-age.days, age.id))


def remind_operators(due: list[Age], *, at: datetime) -> None:
    """Send each operator one message a week about the lines that are due."""
    year, week, _weekday = at.isocalendar()
    for person in operators():
        with override(person.language):
            notifications.write(
                person=person,
                purpose=OPERATOR.name,
                key=f"crisis-lines:{person.pk}:{year}-{week}",
                title=_("Crisis numbers to check"),
                body=sentence(due) + "\n" + ", ".join(age.id for age in due),
                path="/timetable/",
                at=at,
            )


def notices(at: datetime) -> list[str]:
    """Return what the operator's page says about the crisis lines."""
    due = lines_due(at)
    return [f"{sentence(due)} {', '.join(age.id for age in due)}"] if due else []


def sentence(due: list[Age]) -> str:
    text = ngettext(
        "{count} crisis number was last checked a month ago or longer. Please call and check it.",
        "{count} crisis numbers were last checked a month ago or longer. "
        "Please call and check them.",
        len(due),
    )
    return text.format(count=len(due))
