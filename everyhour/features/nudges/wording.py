"""Labels of parts, reasons and answers."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everyhour.domain.recommendations.wording import WHEN
from everyhour.domain.rhythm.shape import BED, DINNER, HOME, SCHOOL, Transition

USUAL = {
    SCHOOL: gettext_lazy("School"),
    HOME: gettext_lazy("Home again"),
    DINNER: gettext_lazy("Dinner"),
    BED: gettext_lazy("Bed"),
}
HARD = {
    SCHOOL: gettext_lazy("Because the time before school is often hard."),
    HOME: gettext_lazy("Because coming home is often hard."),
    DINNER: gettext_lazy("Because the time around dinner is often hard."),
    BED: gettext_lazy("Because bedtime is often hard."),
}
# Why a nudge was not sent: codes stored with each nudge and planned day.
REASONS = {
    "dice": gettext_lazy("We skipped this one by chance, to learn what really helps."),
    "quiet": gettext_lazy("Quiet hours."),
    "paused": gettext_lazy("Reminders were paused."),
    "consent": gettext_lazy("Reminders were off."),
    "not_today": gettext_lazy("You said “Not today”."),
    "not_this_week": gettext_lazy("You said “Not this week”."),
    "not_now": gettext_lazy("You said “Not now”."),
    "later": gettext_lazy("You asked for it ten minutes later."),
    "this_one": gettext_lazy("You skipped this one."),
    "day_off": gettext_lazy("It was a day off."),
    "appointment": gettext_lazy("There was an appointment."),
    "away": gettext_lazy("At the other home."),
    "anothers_turn": gettext_lazy("It was someone else’s turn."),
    "hard_day": gettext_lazy("Rest after a hard time."),
    "own_moment": gettext_lazy("Rest after a small moment."),
    "rest": gettext_lazy("Too soon after the last one."),
    "day_full": gettext_lazy("Your limit for the day was reached."),
    "week_full": gettext_lazy("Your limit for seven days was reached."),
    "busy": gettext_lazy("You said “Not now”."),
    "late": gettext_lazy("It was too late to send it."),
    "too_late": gettext_lazy("It was too late in the day to plan it."),
    "enough": gettext_lazy("We picked another part of that day."),
    "changed": gettext_lazy("The day was changed."),
    "unfit": gettext_lazy("It no longer fit."),
    "nothing_safe": gettext_lazy("We found nothing that fit."),
    "no_hard_part": gettext_lazy("No hard part on this day."),
    "no_child": gettext_lazy("No child lives in this home."),
}
ANSWERS = {
    "opened": gettext_lazy("You opened it."),
    "not_now": gettext_lazy("You said “Not now”."),
    "later": gettext_lazy("You asked for it ten minutes later."),
    "not_today": gettext_lazy("You said “Not today”."),
    "not_this_week": gettext_lazy("You said “Not this week”."),
}


def reason(code: str) -> str:
    return str(REASONS.get(code, _("Not sent.")))


def part(transition: Transition) -> str:
    """Return the family's name of a part, or its usual one."""
    return transition.words or part_named(transition.name, transition.situation)


def part_named(name: str, situation: str) -> str:
    return str(USUAL.get(name) or capfirst(WHEN.get(situation, _("a hard part"))))


def describe_hard_part(transition: Transition) -> str:
    """Say why this part counts as hard. A part of the usual day is named itself, because its
    situation may be something around it: homework before dinner. So is one the family named."""
    if transition.name in HARD and not transition.words:
        return str(HARD[transition.name])
    when = WHEN.get("" if transition.words else transition.own_situation)
    return (
        _("Because it’s often hard {when}.").format(when=when)
        if when
        else _("Because you marked it as hard.")
    )
