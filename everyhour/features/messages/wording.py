"""What kinds of letters are called on the pages, and how each one fared."""

from django.utils.translation import gettext as _

from everyhour.foundation.notifications import purposes
from everyhour.foundation.notifications.models import Notification

State = Notification.State


def kind(purpose: str) -> str:
    """Name a kind of letter as its page does; one that no room knows any more is a note like others."""
    names = {
        "nudge": _("Reminders before a hard part"),
        "digest": _("A summary of messages you haven’t opened"),
    }
    return names.get(purpose) or next(
        (str(p.title) for p in purposes.optional() if p.name == purpose), _("A message")
    )


def fared(letter: Notification) -> str:
    """Say how it reached somebody, or why it did not, without making a fault of it."""
    if letter.state == State.SENT:
        return _("on your phone") if letter.channel == "push" else _("by email")
    told = {
        State.UNSURE: _("it may not have arrived"),
        State.EXPIRED: _("too late to send, so it’s only here"),
        State.FAILED: _("couldn’t be sent, so it’s only here"),
    }
    return told.get(State(letter.state), "")


def orders() -> list[tuple[str, str]]:
    """Give the ways to be reached, as they are chosen: the value of the form, and its words."""
    return [
        ("push mail", _("On my phone; by email if that doesn’t work")),
        ("mail push", _("By email; on my phone if that doesn’t work")),
        ("push", _("On my phone only")),
        ("mail", _("By email only")),
    ]
