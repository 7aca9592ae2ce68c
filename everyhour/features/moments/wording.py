"""Sentences of the moments pages."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everyhour.domain.moments.models import Moment


def kinds() -> dict[str, str]:
    return {
        Moment.Kind.GIVEN: _("For a child"),
        Moment.Kind.GOT: _("For me"),
        Moment.Kind.PROFESSIONAL: _("With a professional"),
    }


def found(n: int) -> str:
    return ngettext("%(n)s moment found.", "%(n)s moments found.", n) % {"n": n}


def with_whom() -> dict[str, str]:
    return {Moment.Kind.GIVEN: _("Just us"), Moment.Kind.PROFESSIONAL: _("With a professional")}


def listed(names: list[str]) -> str:
    """Return names as a list: Wren, Finn and Mo."""
    return _("{names} and {last}").format(names=", ".join(names[:-1]), last=names[-1])


def saved(rows: list[dict[str, Any]]) -> str:
    """Return that moments are saved: their title, and for whom when there are several."""
    title = rows[0]["title"] if rows else ""
    if len(rows) < 2:
        return _("Saved: {title}.").format(title=title)
    names = listed([row["child"] or _("Your child") for row in rows])
    return _("Saved for {names}: {title}.").format(names=names, title=title)


def rejection(reason: str) -> str:
    """Return why a moment was rejected, and what to do."""
    return {
        "in-the-future": _("That time hasn’t happened yet. Choose an earlier one."),
        "missing-hour": _(
            "That night the clock skipped this hour. Choose a time before or after it."
        ),
        "no-time": _("We can’t read that day or time. Choose another one."),
        "no-child": _("Choose which child it was for."),
        "no-such-child": _("That child is not in your family any more. Choose another."),
        "no-such-caregiver": _("That person is not in your family any more. Choose another."),
        "not-yours": _("This moment is someone else’s. Only they can change it."),
        "too-long": _("That’s too long. Please shorten it a little."),
        "nothing-to-change": _("Nothing was changed."),
    }.get(reason, _("That didn’t save. It’s still here. Try again."))


def untitled(kind: str) -> str:
    names: dict[str, str] = {
        Moment.Kind.GOT: _("Something for me"),
        Moment.Kind.PROFESSIONAL: _("Time with a professional"),
    }
    return names.get(kind, _("Something small"))


def bring() -> dict[str, str]:
    return {
        "one": _("One moment on this phone. Bring it into your family?"),
        "many": _("{count} moments on this phone. Bring them into your family?"),
        "going": _("Sending them now."),
        "here": _("Your family has them now."),
        "later": _("They are saved on this phone and will be sent when you’re online."),
        "some": _("Some could not be sent. “This phone” shows which ones, and why."),
        "not_saved": _("That didn’t save. They are still here. Try again."),
        "closed": _("This browser doesn’t let us save anything, so there is nothing to bring in."),
    }
