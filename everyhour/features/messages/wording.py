"""Labels of the kinds of messages, and of how each was delivered."""

from django.utils.translation import gettext as _

from everyhour.foundation.notifications import purposes
from everyhour.foundation.notifications.models import Notification

State = Notification.State


def kind(purpose: str) -> str:
    """Return the label of a purpose; a former purpose is "A message"."""
    names = {
        "nudge": _("Reminders before a hard part"),
        "digest": _("A summary of messages you haven’t opened"),
        "sunday": _("Your week in one paragraph, on Sundays"),
    }
    return names.get(purpose) or next(
        (str(p.title) for p in purposes.optional() if p.name == purpose), _("A message")
    )


def describe_delivery(notification: Notification) -> str:
    """Say how it arrived, or why it did not."""
    if notification.state == State.SENT:
        return _("on your phone") if notification.channel == "push" else _("by email")
    labels = {
        State.UNSURE: _("it may not have arrived"),
        State.EXPIRED: _("too late to send, so it’s only here"),
        State.FAILED: _("couldn’t be sent, so it’s only here"),
    }
    return labels.get(State(notification.state), "")


def orders() -> list[tuple[str, str]]:
    """Return the orders of channels to choose from: form value and label."""
    return [
        ("push mail", _("On my phone; by email if that doesn’t work")),
        ("mail push", _("By email; on my phone if that doesn’t work")),
        ("push", _("On my phone only")),
        ("mail", _("By email only")),
    ]
