"""A letter's way out, step by step, so that a process may end at any step and nothing is lost, and nothing told twice that must not be.

    WAITING --claim--> SENDING --attempt on record, then out--> SENT
       ^                  |  ended before an attempt: WAITING again
       +--- a clear no ---+  ended after it: UNSURE where once is all there may be, else WAITING again

Whoever holds a letter says so with `held_until`. A worker that comes back late finds that it no longer holds it, and writes nothing.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import Error, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from everyhour.foundation.notifications import addresses, purposes, texts
from everyhour.foundation.notifications.channels import Outcome, Result, Text
from everyhour.foundation.notifications.channels.mail import client as mail
from everyhour.foundation.notifications.channels.push import client as push
from everyhour.foundation.notifications.hourly_cap import Fence
from everyhour.foundation.notifications.models import (
    Address,
    Channel,
    DeliveryAttempt,
    Notification,
)
from everyhour.foundation.notifications.purposes import Purpose

logger = logging.getLogger("everyhour.letters")

HOLD = timedelta(minutes=2)  # longer than one attempt takes
AT_ONCE = 10  # letters held by one worker
ROUND = 200  # letters in one round, so that other work has its turn
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=6)
State = Notification.State
Clock = Callable[[], datetime]


def deliver_due(at: datetime, *, clock: Clock) -> int:
    """Bring out what is due, and say how many letters that was; any number of workers may do so at once."""
    take_up(clock())
    expire(clock())
    done, fence = 0, Fence()
    while done < ROUND and (held := claim(clock(), most=AT_ONCE, fence=fence)):
        for letter in held:
            done += _carefully(letter, clock)
    return done


def _carefully(letter: Notification, clock: Clock) -> int:
    """Let one letter that breaks us not keep the others: it stays held, and is taken up again when the hold is over."""
    try:
        return bring(letter, clock)
    except Error:
        raise
    except Exception as trouble:
        logger.error(
            "The letter %s could not be brought: %s", letter.pk, type(trouble).__name__
        )  # never what it says
        return 0


def take_up(at: datetime) -> None:
    """Look after letters whose worker ended: what had not begun to leave waits again; what had may have arrived."""
    stale = Notification.objects.filter(_let_go(at), state=State.SENDING).annotate(
        begun=Exists(_open_attempts())
    )
    once = [purpose.name for purpose in purposes.all_of_them() if purpose.once]
    _change(stale.filter(begun=False), at, state=State.WAITING, held_until=None)
    _change(
        stale.filter(begun=True).exclude(purpose__in=once), at, state=State.WAITING, held_until=None
    )
    _change(
        stale.filter(begun=True, purpose__in=once),
        at,
        state=State.UNSURE,
        held_until=None,
        reason="the worker ended on the way",
    )


def _let_go(at: datetime) -> Q:
    """Find holds that are over, and those that no clock of ours can have set: the clock was set back."""
    return Q(held_until__lte=at) | Q(held_until__gt=at + 2 * HOLD)


def _open_attempts() -> QuerySet[DeliveryAttempt]:
    return DeliveryAttempt.objects.filter(letter=OuterRef("pk"), result="")


def _change(found: QuerySet[Notification], at: datetime, **change) -> None:
    """Change rows only if they still are as they were found: looked at again under the row's own lock."""
    if ids := list(found.values_list("pk", flat=True)):
        Notification.objects.filter(_let_go(at), pk__in=ids, state=State.SENDING).update(**change)


def expire(at: datetime) -> None:
    if Notification.objects.late(at).exists():
        Notification.objects.late(at).update(
            state=State.EXPIRED, reason="its time was over", held_until=None
        )


def claim(at: datetime, *, most: int, fence: Fence | None = None) -> list[Notification]:
    """Take letters that are due, the one that waited longest first. Two workers never take the same."""
    fence = fence or Fence()
    due = Notification.objects.due(at).filter(
        purpose__in=[purpose.name for purpose in purposes.all_of_them()]
    )
    if not due.exists():
        return []
    if not fence.is_open(at):
        due = due.exclude(purpose__in=[purpose.name for purpose in purposes.optional()])
    with transaction.atomic():
        due = due.select_related("person", "only")
        rows = (
            due.select_for_update(skip_locked=True, of=("self",))
            if connection.features.has_select_for_update_skip_locked
            else due
        )
        letters = list(rows[:most])
        Notification.objects.filter(pk__in=[letter.pk for letter in letters]).update(
            state=State.SENDING, held_until=at + HOLD
        )
    for letter in letters:
        letter.state, letter.held_until = State.SENDING, at + HOLD
    fence.passed(len(letters))
    return letters


def bring(letter: Notification, clock: Clock) -> int:
    """Try one address after the other until one takes it; give 1 when it is settled or waits for another try."""
    purpose, wishes = purposes.of(letter.purpose), addresses.wishes_of(letter.person)
    if purpose.optional and purpose.name in wishes.unwanted:
        return settle(letter, State.FAILED, "not wanted outside")
    text, results = (
        texts.text_of(letter, wishes),
        list[Result](),
    )  # what can break does so before an attempt is on record
    for address in addresses.ways(letter, wishes, purpose.channels, at=clock()):
        now = clock()
        if why_not := _why_not(letter, purpose, now):
            return settle(letter, *why_not)
        attempt = begin(letter, address, now)
        if attempt is None:
            return 0
        result = _send(letter, text, address, clock)
        results.append(result)
        if finish(attempt, address, result, purpose, clock()):
            return 1
    return _later(letter, results, clock())


def _why_not(letter: Notification, purpose: Purpose, at: datetime) -> tuple[State, str] | None:
    if letter.expires_at and _seconds(letter, at) == 0:
        return State.EXPIRED, "its time was over"
    reason = purpose.guard(letter, at)
    return (State.CANCELLED, reason) if reason else None


def _seconds(letter: Notification, at: datetime) -> int | None:
    return max(0, int((letter.expires_at - at).total_seconds())) if letter.expires_at else None


def begin(letter: Notification, address: Address, at: datetime) -> DeliveryAttempt | None:
    """Put an attempt on record, if the letter is still ours to bring. Nothing leaves before this is kept."""
    with transaction.atomic():
        if not _ours(letter).update(held_until=at + HOLD):
            return None
        letter.held_until = at + HOLD
        number = letter.attempts.count() + 1
        return DeliveryAttempt.objects.create(
            letter=letter, number=number, channel=address.channel, address=address, at=at
        )


def _ours(letter: Notification) -> QuerySet[Notification]:
    return Notification.objects.filter(
        pk=letter.pk, state=State.SENDING, held_until=letter.held_until
    )


def _send(letter: Notification, text: Text, address: Address, clock: Clock) -> Result:
    if _seconds(letter, clock()) == 0:
        return Result(Outcome.UNREACHED, "too late")
    if address.channel == Channel.MAIL:
        return mail.send(text, to=address.target or letter.person.email, name=letter.pk)
    return push.send(
        text, endpoint=address.target, keys=address.keys, clock=clock, until=letter.expires_at
    )


def finish(
    attempt: DeliveryAttempt, address: Address, result: Result, purpose: Purpose, at: datetime
) -> bool:
    """Keep what came of it, and say whether that settles the letter."""
    letter = attempt.letter
    with transaction.atomic():
        DeliveryAttempt.objects.filter(pk=attempt.pk).update(ended_at=at, result=str(result))
        if result.outcome is Outcome.TAKEN:
            addresses.worked(address, at=at)
            return bool(settle(letter, State.SENT, "", channel=address.channel, sent_at=at))
        addresses.failed(address, gone=result.outcome is Outcome.GONE, at=at)
        if result.outcome is Outcome.UNSURE and purpose.once:
            return bool(settle(letter, State.UNSURE, "no answer came"))
    return False


def settle(letter: Notification, state: State, reason: str, **more) -> int:
    """End a letter's way, if it is still ours; that it was taken is noted also by whoever comes back late."""
    change = {"state": state, "reason": reason[:80], "held_until": None} | more
    if not _ours(letter).update(**change) and state == State.SENT:
        Notification.objects.filter(pk=letter.pk, state__in=(State.UNSURE, State.WAITING)).update(
            **change
        )
    return 1


def _later(letter: Notification, results: list[Result], at: datetime) -> int:
    """Nobody took it: wait for a better minute where there may be one, with growing pauses; else say so."""
    again = [result for result in results if result.again]
    if _seconds(letter, at) == 0:
        return settle(letter, State.EXPIRED, "its time was over")
    pause = max(
        [_pause(letter.attempts.count()), *(timedelta(seconds=result.wait) for result in again)]
    )
    if again and (letter.expires_at is None or at + pause < letter.expires_at):
        _ours(letter).update(state=State.WAITING, held_until=at + pause, reason="")
        return 1
    return settle(letter, State.FAILED, "nobody took it" if results else "nowhere to bring it")


def _pause(tries: int) -> timedelta:
    return min(FIRST_PAUSE * 2 ** min(max(tries - 1, 0), 12), LONGEST_PAUSE)
