"""What the page says of one practice: decided here, once, so that its sentences agree."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from everyhour.domain.recommendations.estimates import LESS, MORE
from everyhour.features.helps.counting import NEXT, likely
from everyhour.features.helps.wording import suggestion_sentence

GOOD, SOMETIMES, FINDING, LEAVE = "good", "sometimes", "finding", "leave"
CARDS = (GOOD, SOMETIMES, FINDING)  # always on the page, in this order; LEAVE is folded away
# Fewer tries can be luck: of five tosses of a coin, one series in sixteen is all alike; of four,
# one in eight. A choice of ours, with no source but this.
ENOUGH = 5
# An estimate is of one situation and weighs other children too, so it can lean against the count.
# Beside the count it would read as a contradiction: then the count stands alone.
AGAINST = {(GOOD, LESS), (LEAVE, MORE)}

HEADINGS: dict[str, Promise] = {
    GOOD: _("Usually works"),
    SOMETIMES: _("Sometimes works"),
    FINDING: _("Still finding out"),
    LEAVE: _("Fine to leave for now"),
}
EMPTY: dict[str, Promise] = {
    GOOD: _("Nothing yet. What helps most of the time will show up here."),
    SOMETIMES: _("Nothing here for now."),
    FINDING: _("Nothing here for now. Whatever you try next starts here."),
}
NOTES: dict[str, Promise] = {
    SOMETIMES: _("It could go either way. Keep it in mind."),
    FINDING: _("A few tries can be luck. A few more will tell you something."),
    LEAVE: _("You did nothing wrong. It may suit {child} at another time, or in another year."),
}


@dataclass(frozen=True)
class Verdict:
    """The group of a practice, and two sentences, "" for none."""

    group: str
    note: str
    suggestion: str


def decide(helped: int, tried: int, *, says: str, when: str, child: str) -> Verdict:
    """Return the verdict on a practice that helped in some of the tries.

    `says` is how its estimate compares (`estimates.Summary`), `when` names the situation that all
    tries share ("" when they do not), `child` is the child's name.
    """
    group = group_of(helped, tried)
    suggestion = suggestion_sentence(says, when=when, child=child)
    return Verdict(
        group,
        str(NOTES.get(group, "")).format(child=child),
        "" if (group, says) in AGAINST else suggestion,
    )


def group_of(helped: int, tried: int) -> str:
    """Return GOOD or LEAVE when the whole likely range is on one side of half."""
    if tried < ENOUGH:
        return FINDING
    middle = likely(helped, tried)
    if middle.low * 2 >= NEXT:
        return GOOD
    return LEAVE if middle.high * 2 < NEXT else SOMETIMES
