"""Purposes of notifications: each package registers its own in `ready` of its app."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from everyhour.foundation.notifications.channels import Attachment
from everyhour.foundation.notifications.models import Channel, Notification, Preferences


def nothing(notification: Notification) -> Attachment | None:
    return None


def always(notification: Notification, at: datetime) -> str | None:
    return None


@dataclass(frozen=True)
class Purpose:
    """A kind of notification. `once`: at most once; otherwise at least once."""

    name: str
    once: bool
    title: str | Promise  # neutral: shown unless the person chose to see more
    optional: bool = True
    asked: bool = False  # optional, and sent only to those who asked for it
    # Called before each attempt; a reason not to send is final.
    recheck: Callable[[Notification, datetime], str | None] = always
    channels: tuple[str, ...] = ()  # the only channels used; empty: as the person prefers
    open: bool = False  # its own words are not private, so they are always shown
    # Buttons of the notification: names and labels.
    answers: tuple[tuple[str, str | Promise], ...] = ()
    # What a mail carries along, for those who chose to see more than neutral words.
    attach: Callable[[Notification], Attachment | None] = nothing

    def wanted_by(self, preferences: Preferences) -> bool:
        if not self.optional:
            return True
        if self.asked:
            return self.name in preferences.wanted
        return self.name not in preferences.unwanted


_purposes: dict[str, Purpose] = {}


def register(purpose: Purpose) -> None:
    _purposes[purpose.name] = purpose


def of(name: str) -> Purpose:
    return _purposes[name]


def all_of_them() -> tuple[Purpose, ...]:
    return tuple(_purposes.values())


def optional() -> tuple[Purpose, ...]:
    """Return the purposes a person may turn off."""
    return tuple(purpose for purpose in _purposes.values() if purpose.optional)


TRY = Purpose("try", once=True, title=_("This is how a message looks"), optional=False, open=True)
SECURITY = Purpose(
    "security",
    once=False,
    title=_("A message for you"),
    optional=False,
    open=True,
    channels=(Channel.MAIL,),
)
DIGEST = Purpose(
    "digest", once=True, title=_("Messages you haven’t opened"), open=True, channels=(Channel.MAIL,)
)
OPERATOR = Purpose(
    "operator",
    once=False,
    title=_("A message about your site"),
    optional=False,
    open=True,
    channels=(Channel.MAIL,),
)
OWN = (TRY, SECURITY, DIGEST, OPERATOR)
