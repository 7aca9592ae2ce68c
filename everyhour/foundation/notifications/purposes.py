"""What letters are for: each room says once, in `ready` of its app, what its letters may do and when they may not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from everyhour.foundation.notifications.models import Channel, Notification


def always(letter: Notification, at: datetime) -> str | None:
    return None


@dataclass(frozen=True)
class Purpose:
    """A kind of letter. `once`: better missed than told twice. Else: better told twice than missed."""

    name: str
    once: bool
    title: (
        str | Promise
    )  # says nothing to who looks over a shoulder: what is shown until somebody asks to see more
    optional: bool = True
    guard: Callable[[Notification, datetime], str | None] = (
        always  # why not to send it now; it is final, and asked before each attempt
    )
    channels: tuple[str, ...] = ()  # the only ones it goes by; empty: as the person wishes
    open: bool = False  # its own words tell nothing of anybody, so they are always shown
    answers: tuple[
        tuple[str, str | Promise], ...
    ] = ()  # what can be answered from the notification itself: name and words


_purposes: dict[str, Purpose] = {}


def register(purpose: Purpose) -> None:
    _purposes[purpose.name] = purpose


def of(name: str) -> Purpose:
    return _purposes[name]


def all_of_them() -> tuple[Purpose, ...]:
    return tuple(_purposes.values())


def optional() -> tuple[Purpose, ...]:
    """Give those that somebody may say no to."""
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
