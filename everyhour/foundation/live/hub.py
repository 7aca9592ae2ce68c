"""The listeners of this process, and recent events for pages that reconnect. Standard library only.

    with hub.subscribe(["caregiver:ab12"], person="p7", after="4f2e-31") as listening:
        event = await listening.next(15)

Publish from any thread; listen on the event loop.
"""

import asyncio
import contextlib
import secrets
import threading
from collections import deque
from dataclasses import dataclass, field

RECENT = 1000  # events kept for reconnecting pages; a page away for longer gets a refresh
WAITING = 100  # events queued for a slow page before they are replaced by one refresh
PER_PERSON = 12  # open pages
ALL = 5000


@dataclass(frozen=True)
class Event:
    """An event: its own id, a kind ("moments", "refresh", "bye") and the ids of what changed."""

    id: str
    kind: str
    ids: tuple[str, ...] = ()


@dataclass(eq=False)
class Listening:
    """One open page."""

    hub: "Hub"
    channels: frozenset[str]
    person: str
    loop: asyncio.AbstractEventLoop
    waiting: asyncio.Queue[Event] = field(default_factory=lambda: asyncio.Queue(WAITING))
    ended: bool = False

    async def next(self, patience: float) -> Event | None:
        """Wait for an event; None after `patience` seconds without one."""
        try:
            return await asyncio.wait_for(self.waiting.get(), patience)
        except TimeoutError:
            return None

    def give(self, event: Event) -> None:
        """Queue an event for this listener, from any thread."""
        with contextlib.suppress(RuntimeError):  # its loop has ended
            self.loop.call_soon_threadsafe(self._put, event)

    def _put(self, event: Event) -> None:
        if self.ended:  # nothing follows or displaces "bye"
            return
        if self.waiting.full():
            while not self.waiting.empty():
                self.waiting.get_nowait()
            self.waiting.put_nowait(Event(event.id, "refresh"))
        if event.kind == "bye":
            self.ended = True
        self.waiting.put_nowait(event)

    def __enter__(self) -> "Listening":
        return self

    def __exit__(self, *_) -> None:
        self.hub.forget(self)


class Full(Exception):
    """One person, or this process, has too many open pages."""


class Hub:
    """The listeners of one process."""

    def __init__(self, *, recent: int = RECENT, most: int = ALL):
        self.run = secrets.token_hex(4)  # ids of other runs or processes are unknown here
        self.number = 0
        self.recent: deque[tuple[int, str, Event]] = deque(maxlen=recent)
        self.listeners: set[Listening] = set()
        self.by_person: dict[str, list[Listening]] = {}
        self.most = most
        self.closings = 0
        self.closed: dict[str, int] = {}  # person: number of their last closing, for new pages
        self.doubts = 0  # how often events may have been missed
        self.lock = threading.RLock()  # reentrant: a signal may arrive while this thread holds it

    def here(self) -> str:
        """Return the current position, so that a page can ask for everything after it."""
        return f"{self.run}-{self.number}"

    def subscribe(
        self, channels: list[str], *, person: str, after: str = "", asked: int | None = None
    ) -> Listening:
        """Subscribe; events after the one named `after` are queued at once.

        `asked` is the number of closings when the person was identified: a closing of theirs since
        then ends this page as well. Raises Full.
        """
        with self.lock:
            own = self.by_person.get(person, [])
            if len(self.listeners) >= self.most or len(own) >= PER_PERSON:
                raise Full
            listening = Listening(self, frozenset(channels), person, asyncio.get_running_loop())
            self.by_person.setdefault(person, []).append(listening)
            self.listeners.add(listening)
            for event in self.since(after, listening.channels):
                listening._put(event)
            if asked is not None and self.closed.get(person, 0) > asked:
                listening._put(Event(self.here(), "bye"))
        return listening

    def since(self, after: str, channels: frozenset[str]) -> list[Event]:
        """Return the events after one; a single "refresh" when some may be unknown."""
        run, _, number = after.partition("-")
        if not after:
            return []
        if run != self.run or not number.isdecimal() or int(number) > self.number:
            return [Event(self.here(), "refresh")]
        missed = [(n, channel, event) for n, channel, event in self.recent if n > int(number)]
        if len(missed) < self.number - int(number):
            return [Event(self.here(), "refresh")]
        return [event for _n, channel, event in missed if channel in channels][-WAITING:]

    def publish(self, channel: str, kind: str, ids: tuple[str, ...] = ()) -> None:
        with self.lock:
            self.number += 1
            event = Event(self.here(), kind, ids)
            self.recent.append((self.number, channel, event))
            for listening in self.listeners:
                if channel in listening.channels:
                    listening.give(event)

    def heard(self, channel: str) -> bool:
        """Return whether a channel has listeners, so that unheard events need not be computed."""
        with self.lock:
            return any(channel in listening.channels for listening in self.listeners)

    def close(self, person: str | None = None) -> None:
        """End the open streams of one person, or all streams."""
        with self.lock:
            ending = list(self.by_person.get(person, ())) if person else list(self.listeners)
            if person:
                self.closings += 1
                self.closed.pop(person, None)
                self.closed[person] = self.closings
                if len(self.closed) > RECENT:
                    self.closed.pop(next(iter(self.closed)))
        for listening in ending:
            listening.give(Event(self.here(), "bye"))

    def refresh(self) -> None:
        """Refresh every page and recheck permissions: events may have been missed."""
        with self.lock:
            self.number += 1
            self.doubts += 1
            for listening in self.listeners:
                listening.give(Event(self.here(), "refresh"))

    def forget(self, listening: Listening) -> None:
        with self.lock:
            self.listeners.discard(listening)
            own = self.by_person.get(listening.person, [])
            if listening in own:
                own.remove(listening)
            if not own:
                self.by_person.pop(listening.person, None)


hub = Hub()
