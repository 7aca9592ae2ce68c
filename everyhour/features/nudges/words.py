"""What this room says: why something comes, why it did not, what was answered."""

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
# Why nothing came, as it is written down with each nudge and each planned day.
REASONS = {
    "dice": gettext_lazy(
        "The draw left this one out. It does, now and then: so we learn what helps."
    ),
    "quiet": gettext_lazy("Quiet hours."),
    "paused": gettext_lazy("Everything was paused."),
    "consent": gettext_lazy("You had said no."),
    "not_today": gettext_lazy("You had said: not today."),
    "not_this_week": gettext_lazy("You had said: not this week."),
    "not_now": gettext_lazy("You had said: not now."),
    "later": gettext_lazy("You had asked for it ten minutes later."),
    "this_one": gettext_lazy("You took this one out."),
    "day_off": gettext_lazy("It was a day off."),
    "appointment": gettext_lazy("An appointment was on."),
    "away": gettext_lazy("In the other home."),
    "anothers_turn": gettext_lazy("It was somebody else’s turn."),
    "hard_day": gettext_lazy("Rest after a hard time."),
    "own_moment": gettext_lazy("Rest after a small moment."),
    "rest": gettext_lazy("Rest after the one before."),
    "day_full": gettext_lazy("Enough for that day."),
    "week_full": gettext_lazy("Enough for that week."),
    "busy": gettext_lazy("You had said: not now."),
    "late": gettext_lazy("We noticed it too late, so it stayed away."),
    "too_late": gettext_lazy("It was too late in the day to plan it."),
    "enough": gettext_lazy("Another part was drawn that day."),
    "changed": gettext_lazy("The day was changed."),
    "unfit": gettext_lazy("It did not fit any more."),
    "nothing_safe": gettext_lazy("Nothing fitted."),
    "no_hard_part": gettext_lazy("No hard part on this day."),
    "no_child": gettext_lazy("No child lives in this home here."),
}
ANSWERS = {
    "opened": gettext_lazy("You opened it."),
    "not_now": gettext_lazy("You said: not now."),
    "later": gettext_lazy("You asked for it ten minutes later."),
    "not_today": gettext_lazy("You said: not today."),
    "not_this_week": gettext_lazy("You said: not this week."),
}


def reason(code: str) -> str:
    return str(REASONS.get(code, _("It stayed away.")))


def part(transition: Transition) -> str:
    """Name a part of the day as the family does."""
    return (
        transition.words
        or str(USUAL.get(transition.name, ""))
        or of_situation(transition.situation)
    )


def of_situation(situation: str) -> str:
    return capfirst(str(WHEN.get(situation, _("a hard part"))))


def because(situation: str) -> str:
    """Say why this part is led up to."""
    when = WHEN.get(situation)
    return (
        _("Because it is often hard {when}.").format(when=when)
        if when
        else _("Because you marked it as hard.")
    )
