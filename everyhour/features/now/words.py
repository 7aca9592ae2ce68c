"""The words the flow says by itself, translatable, as plain values for pages and for the phone."""

from django.utils.translation import gettext as _


def closes() -> dict[str, dict[str, str]]:
    """What is said at the end, by outcome."""
    return {
        "settled": {
            "title": _("It came down."),
            "body": _("Your body went through that too. Drink some water before the next thing."),
        },
        "a_bit": {
            "title": _("A bit is a lot, some days."),
            "body": _("Stay near a while longer. Nothing to teach right now."),
        },
        "not_yet": {
            "title": _("Not yet. That happens."),
            "body": _("Some storms need time more than ideas. Being near still reaches them."),
        },
        "unsafe": {"title": _("Keep everyone safe first."), "body": ""},
    }


def flow() -> dict:
    return {
        "cues": [_("Feet on the floor"), _("In"), _("And out, slower"), _("That’s the one")],
        "closes": closes(),
        "saved": _("Saved on this phone. Nothing to write."),
        "saved_all": _("Saved, for your family too. Nothing to write."),
        "not_saved": _(
            "This phone did not keep it; its storage is full or closed. Your help works all the same."
        ),
        "helped_before": _("Helped {helped} of {tried} times before."),
        "new_here": _("Not tried on this phone yet."),
        "quote": _("“{words}”"),
        "never_taken": _("It won’t come up again."),
        "never_here": _(
            "It won’t come up again on this phone. A guardian can say it for the whole family."
        ),
        "undo": _("Undo"),
        "not_for_us": _("Not for us. Don’t suggest it again."),
        "nothing_left": _("That is all for this minute. Being near is enough."),
        "call": _("Call {number}"),
        "how_is": _("How is {child} right now?"),
        "how_now": _("How is {child} now?"),
        "child_number": _("Child {number}"),
    }


def phone() -> dict:
    return {
        "none": _("Nothing here yet. What you tap in Right now is kept here, on this phone only."),
        "kept_one": _("One moment is kept on this phone."),
        "kept_many": _("{count} moments are kept on this phone."),
        "removed": _("Taken out."),
        "undo": _("Undo"),
        "saved": _("Saved on this phone."),
        "not_saved": _("That didn’t save. It’s still here. Try again."),
        "brought": _("{count} brought in. {same} were here already."),
        "left_out": _(
            "{count} could not be read and were left out: {reasons}. The file itself is as it was."
        ),
        "not_a_copy": _("This file is not a copy from Everyhour. Nothing was changed."),
        "too_big": _("This file is larger than a copy can be. Nothing was changed."),
        "clock": _(
            "This phone’s clock seems to be off by {hours} hours. Times are shown as the phone had them."
        ),
        "cut": _("Kept short: at most {most} characters."),
        "forgotten": _("All gone from this phone."),
        "reasons": {
            "not-a-moment": _("not a moment"),
            "unknown-state": _("a state we do not know"),
            "no-id": _("no name of its own"),
            "no-time": _("no time"),
            "too-long": _("far too long"),
        },
        "belongs": _(
            "What you tap in Right now goes to your family when there is a network. What you say about your child here stays on this phone."
        ),
        "waiting_one": _("One moment waits on this phone until your family can have it."),
        "waiting_many": _("{count} moments wait on this phone until your family can have them."),
        "signed_out": _("Sign in again and they go by themselves."),
        "sent": _("Your family has everything that was for them."),
        "some_refused": _("These could not go to your family. They are kept here."),
        "try_again": _("Try again"),
        "let_go": _("Take out"),
        "refused": refused(),
        "no_outcome": _("shown"),
        "older": _("from an older library"),
        "remove": _("Take out"),
        "closed": _(
            "This browser keeps nothing for us (private window or closed storage). Right now works all the same."
        ),
    }


def refused() -> dict[str, str]:
    """Why the family could not take a moment, in words; it stays readable on the phone."""
    return {
        "in-the-future": _("Its time is still ahead. This phone’s clock may be wrong."),
        "no-child": _(
            "It is not said which child it was for. Add a child to your family, then try again."
        ),
        "no-such-child": _("The child it was for is not in your family any more."),
        "not-yours": _("It belongs to somebody else’s moment."),
        "too-long": _("It is longer than a moment can be."),
        "missing-hour": _("That night the clock skipped this hour."),
        "newer-app": _(
            "This phone is newer than the server. It will fit after the next update there."
        ),
        "": _("It could not be read."),
    }
