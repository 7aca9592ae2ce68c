"""Translated sentences of Right now, for its pages and for the scripts on the phone."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everyhour.domain.practices.vocabulary import (
    BODIES,
    DANGER_CAUTIONS,
    DANGER_SITUATIONS,
    DANGER_STATES,
    STATES,
)
from everyhour.domain.recommendations.advisor import PRESENCE_ONLY, TEEN, Wishes
from everyhour.domain.recommendations.bundle_reader import MOST_REFRAMES, MOST_WORDS, QUIET
from everyhour.features.now.pictograms.sprite import DRAWINGS

MONTHS = 24  # a younger child's age is said in months

OLDEST = 18  # years; as in wishes.js
SAID_OTHERWISE = ("deaf", "few_words")  # bodies for which words are signed, shown or written


def closes() -> dict[str, dict[str, str]]:
    """Return the closing title and body of each outcome."""
    return {
        "settled": {
            "title": _("It’s easing. You stayed."),
            "body": _("Drink some water before the next thing."),
        },
        "a_bit": {
            "title": _("Some days, a bit is a lot."),
            "body": _("Stay close a while longer. This isn’t the time to teach anything."),
        },
        "not_yet": {
            "title": _("Not yet, and you’re still there."),
            "body": _("Some of this only takes time."),
        },
        "unsafe": {"title": _("Keep everyone safe first."), "body": ""},
    }


def nothing_left(state: str, situation: str = "any") -> str:
    """Return the headline once every practice was shown."""
    if state in PRESENCE_ONLY or situation in DANGER_SITUATIONS:
        return _(
            "That’s all we have for this. Give them room, say little, "
            "and call if anyone may get hurt."
        )
    if state == "shutdown":
        return _("That’s all for now. Stay near, and call if they don’t respond.")
    return _("That’s all for now. Being near is enough.")


def help_if(state: str) -> str:
    """Return when to get help where a life may be in danger and no reframe says it."""
    return _help_if().get(state) or _help_if()[""]


def _help_if() -> dict[str, str]:
    return {
        "shutdown": _(
            "They don’t respond or breathe oddly, are in pain, swallowed something, "
            "or may have low blood sugar."
        ),
        "": _("Anyone is hurt, or you think someone may be."),
    }


def say_how(state: str, bodies: Collection[str] = ()) -> str:
    """Return how to say the words, above them; first for a child who cannot hear or speak them."""
    ways = _say_how()
    return next(
        (ways[body] for body in SAID_OTHERWISE if body in bodies), ways.get(state, ways[""])
    )


def _say_how() -> dict[str, str]:
    low = _("Say, low and slow")
    return {
        "fear": low,
        "terror": low,
        "shutdown": low,
        "deaf": _("Sign it, show it or write it"),
        "few_words": _("Say it, sign it or show it"),
        "": _("You could say"),
    }


def where(bundle: dict, state: str, situation: str, nickname: str, wishes: Wishes) -> str:
    """Return who, what and how: "Wren, 9. Homework. Wound up." answer.js does the same."""
    known = bundle["situations"][situation]["name"] if situation != "any" else ""
    parts = (_who(nickname, wishes), known, bundle["states"][state]["name"])
    return " ".join(f"{part.removesuffix('.')}." for part in parts if part)


def _who(nickname: str, wishes: Wishes) -> str:
    if not nickname:
        return ""
    if wishes.months is not None and wishes.months < MONTHS:
        if not wishes.months:
            return nickname
        one, many = _("{child}, {months} month"), _("{child}, {months} months")
        return (one if wishes.months == 1 else many).format(child=nickname, months=wishes.months)
    if wishes.real_age is None:
        return nickname
    return _("{child}, {years}").format(child=nickname, years=wishes.real_age)


def ways(shown: dict) -> list[tuple[str, str, list[str]]]:
    """Return (key, heading, lines) of the folded parts of an idea; one without lines is hidden."""
    headings = {
        "why": _("Why it helps"),
        "consent": _("Ask first"),
        "mind": _("Watch out for"),
        "no_touch": _("Without touch"),
        "teen": _("With a teenager"),
        "seated": _("Sitting down"),
        "deaf": _("Without hearing"),
        "few_words": _("Without words"),
        "blind": _("Without sight"),
        "senses": _("Gentle on the senses"),
        "disability": _("With a disability"),
        "steps": _("Step by step"),
    }
    way = shown.get("way", "steps")
    practice = shown.get("practice") or {}
    reframes = [f"{one['title']}: {one['new_eyes']}" for one in shown.get("reframes", [])]
    return [
        *(
            (key, name, [] if key == way else _lines(practice.get(key)))
            for key, name in headings.items()
        ),
        ("old", _("It looks like"), [shown["old"]] if shown.get("old") else []),
        ("words", _("Other words"), [f"“{line}”" for line in shown.get("other_words", [])]),
        ("eyes", _("More ways to see it"), reframes),
    ]


def _lines(text: str | list[str] | None) -> list[str]:
    return text if isinstance(text, list) else [text] if text else []


def flow() -> dict:
    """Return the sentences of flow.js, and the values it shares with bundle_reader."""
    return {
        "quiet_states": sorted(QUIET),
        "presence_only": sorted(PRESENCE_ONLY),
        "danger_states": DANGER_STATES,
        "danger_situations": DANGER_SITUATIONS,
        "danger_cautions": DANGER_CAUTIONS,
        "bodies": BODIES,
        "teen": TEEN,
        "pictograms": sorted(DRAWINGS),
        "most": {"reframes": MOST_REFRAMES, "words": MOST_WORDS},
        "cues": [_("Slow, like fogging a window"), _("In"), _("And out, slower"), _("That’s it")],
        "closes": closes(),
        "new_light": _("A new light in the last seven days: {time}"),
        "first_light": _("The first light of this week."),
        "lights": _("{count} lights in the last seven days."),
        "saved": _("Saved on this phone. You don’t have to write anything."),
        "saved_all": _("Saved, and shared with your family. You don’t have to write anything."),
        "not_saved": _(
            "This phone couldn’t save it: its storage is full or blocked. "
            "Everything here still works."
        ),
        "helped_before": _("Helped {helped} of {tried} times before"),
        "quote": _("“{words}”"),
        "never_taken": _("It won’t come up again."),
        "never_here": _(
            "It won’t come up again on this phone. A guardian can turn it off for the whole family."
        ),
        "undo": _("Undo"),
        "not_for_us": _("Not for us. Don’t suggest it again."),
        "nothing_left": {state: nothing_left(state) for state in STATES},
        "nothing_left_in_danger": nothing_left("fear"),
        "help_if": _help_if(),
        "say_how": _say_how(),
        "said_otherwise": SAID_OTHERWISE,
        "read_to_me": _("Read it to me"),
        "reading": _("Reading. Tap to stop"),
        "who_month": _("{child}, {months} month"),
        "who_months": _("{child}, {months} months"),
        "who_years": _("{child}, {years}"),
        "call": _("Call {number}"),
        "how_is": _("How is {child}?"),
        "how_now": _("How is {child} now?"),
        "child_number": _("Child {number}"),
    }


def phone() -> dict:
    """Return the sentences of phone.js."""
    return {
        "none": _("Nothing here yet. What you tap in Right now is saved here, on this phone only."),
        "kept_one": _("One moment is saved on this phone."),
        "kept_many": _("{count} moments are saved on this phone."),
        "removed": _("Deleted."),
        "undo": _("Undo"),
        "saved": _("Saved on this phone."),
        "not_saved": _("That didn’t save. It’s still here. Try again."),
        "brought": _("{count} added. {same} already here."),
        "left_out": _(
            "Left out {count} that couldn’t be read: {reasons}. Your file hasn’t changed."
        ),
        "not_a_copy": _("This file isn’t a copy from Everyhour. Nothing was changed."),
        "too_big": _("This file is too large to be a copy from Everyhour. Nothing was changed."),
        "clock": _(
            "This phone’s clock seems to be off by {hours} hours. Times here are the phone’s own."
        ),
        "cut": _("That was too long. We kept the first {most} characters."),
        "forgotten": _("Everything was deleted from this phone."),
        "reasons": {
            "not-a-moment": _("not a moment"),
            "unknown-state": _("a state we don’t know"),
            "no-id": _("no id"),
            "no-time": _("no time"),
            "too-long": _("too long"),
        },
        "belongs": _(
            "What you tap in Right now is sent to your family when you’re online. "
            "What you write about your child here stays on this phone."
        ),
        "waiting_one": _("One moment is saved on this phone and will be sent when you’re online."),
        "waiting_many": _(
            "{count} moments are saved on this phone and will be sent when you’re online."
        ),
        "signed_out": _("Sign in again and they will be sent."),
        "sent": _("Everything has been sent to your family."),
        "some_refused": _("These couldn’t be sent to your family. They are still saved here."),
        "try_again": _("Try again"),
        "delete": _("Delete"),
        "refused": refused(),
        "no_outcome": _("not finished"),
        "older": _("from an earlier version"),
        "closed": _(
            "This browser isn’t saving anything (a private window, or storage is blocked). "
            "Right now still works."
        ),
    }


def ages() -> list[tuple[int, str]]:
    """Return the ages to choose from, as the months a child of this age has at least."""
    return [
        (0, _("Under 3 months")),
        (3, _("3 to 5 months")),
        (6, _("6 to 8 months")),
        (9, _("9 to 11 months")),
        (12, _years(1)),
        (18, _("1 and a half years")),
        (24, _years(2)),
        (30, _("2 and a half years")),
        *((12 * years, _years(years)) for years in range(3, OLDEST + 1)),
    ]


def acts_about() -> list[tuple[int, str]]:
    """Return the ages, in years, that a child may act."""
    return [(0, _("Under 1 year")), *((years, _years(years)) for years in range(1, OLDEST + 1))]


def _years(n: int) -> str:
    return ngettext("%(n)s year", "%(n)s years", n) % {"n": n}


def plan() -> dict[str, str]:
    """Return the sentences of phone_plan.js."""
    return {
        "saved": _("Saved on this phone."),
        "not_saved": _("That didn’t save. It’s still here. Try again."),
        "cut": _("That was too long. We kept the first {most} characters."),
        "not_number": _("We can’t call that number yet. Digits, spaces and a plus are fine."),
        "removed": _("Deleted."),
        "undo": _("Undo"),
        "delete_line": _("Delete line {number}"),
        "came_along": _("Your own plan came along."),
        "own_stays": _("Your own plan here stays as it is."),
    }


def refused() -> dict[str, str]:
    """Return why the server refused a moment, by its code, for phone.js."""
    return {
        "in-the-future": _("Its time is in the future. Check this phone’s clock."),
        "no-child": _(
            "It doesn’t say which child it was for. Add a child to your family, then try again."
        ),
        "no-such-child": _("The child it was for is no longer in your family."),
        "not-yours": _("It belongs to someone else’s moment."),
        "too-long": _("It’s too long."),
        "missing-hour": _("That hour was skipped when the clocks changed."),
        "newer-app": _(
            "This phone has a newer version than the server. Try again after the server is updated."
        ),
        "": _("It couldn’t be read."),
    }
