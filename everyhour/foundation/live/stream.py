"""`/live/`: server-sent events on the event loop, so that an open page costs no thread.

Django identifies the person: an inner request to the same address passes every middleware and
permission and returns `{"person": …, "channels": […]}`, a 401 or a 404. It is repeated every few
minutes while the stream is open, and after events may have been missed.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from everyhour.foundation.live.hub import Event, Full, Hub, Listening

PATH = "/live/"
HEARTBEAT = 15.0
PATIENCE = 8.0  # seconds for Django's response
ASK_AGAIN = 300.0  # seconds; finds lost permissions even when no event announced them
PASSED_ON = {
    b"cookie",
    b"host",
    b"user-agent",
    b"x-forwarded-for",
    b"x-forwarded-proto",
    b"sec-fetch-site",
}
HEADERS = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",  # nginx would keep events until it has a page full
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
}
Send = Callable[[dict], Awaitable[None]]
Pages = Callable[[dict, Callable, Send], Awaitable[None]]


class Live:
    """The ASGI application of `/live/` for one hub."""

    def __init__(
        self, hub: Hub, pages: Pages, *, heartbeat: float = HEARTBEAT, ask_again: float = ASK_AGAIN
    ):
        self.hub, self.pages, self.heartbeat, self.ask_again = hub, pages, heartbeat, ask_again

    async def __call__(self, scope: dict, receive: Callable, send: Send) -> None:
        if scope["method"] != "GET":
            return await refuse(send, 405)
        asked, doubts = self.hub.closings, self.hub.doubts
        status, who = await ask(self.pages, scope)
        if status != 200:
            return await refuse(send, status if status in (401, 404) else 503)
        try:
            listening = self.hub.subscribe(
                who["channels"], person=who["person"], after=last_event_id(scope), asked=asked
            )
        except Full:
            return await refuse(send, 503)
        with listening:
            await send(
                {
                    "type": "http.response.start",
                    "status": 200,
                    "headers": [(n.encode(), v.encode()) for n, v in HEADERS.items()],
                }
            )
            await write(send, f": listening\nid: {self.hub.here()}\n\n")
            gone = asyncio.ensure_future(until_gone(receive))
            sending = asyncio.ensure_future(
                self.send_events(listening, scope, who, send, doubts=doubts)
            )
            try:
                await asyncio.wait({gone, sending}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                gone.cancel()
                sending.cancel()
                await asyncio.gather(gone, sending, return_exceptions=True)

    async def send_events(
        self, listening: Listening, scope: dict, who: dict, send: Send, *, doubts: int
    ) -> None:
        """Send events and heartbeats until a "bye"; recheck the permission as described above."""
        clock = asyncio.get_running_loop().time
        asked = clock()
        while True:
            event = await listening.next(self.heartbeat)
            if clock() - asked > self.ask_again or doubts != self.hub.doubts:
                asked, doubts = clock(), self.hub.doubts
                if await ask(self.pages, scope) != (200, who):
                    event = Event(self.hub.here(), "bye")
            await write(send, format_event(event) if event else ": \n\n")
            if event and event.kind == "bye":
                return await send({"type": "http.response.body", "body": b""})


async def ask(pages: Pages, scope: dict) -> tuple[int, dict]:
    """Return the status and body of the inner request; 503 when it takes too long."""
    headers = [(n, v) for n, v in scope["headers"] if n in PASSED_ON] + [
        (b"accept", b"application/json")
    ]
    inner = {**scope, "headers": headers, "query_string": b"", "extensions": {}}
    sent: list[dict] = []

    async def receive() -> dict:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def keep(message: dict) -> None:
        sent.append(message)

    asking = asyncio.ensure_future(pages(inner, receive, keep))
    done, _ = await asyncio.wait({asking}, timeout=PATIENCE)
    if not done:
        asking.add_done_callback(lambda late: late.cancelled() or late.exception())
        return 503, {}
    asking.result()
    status = next((m["status"] for m in sent if m["type"] == "http.response.start"), 503)
    body = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
    return (status, json.loads(body)) if status == 200 else (status, {})


def last_event_id(scope: dict) -> str:
    """Return the last event id the page knows, from its header or the query string."""
    header = next((v for n, v in scope["headers"] if n == b"last-event-id"), b"").decode("latin-1")
    return (header or parse_qs(scope["query_string"].decode("latin-1")).get("after", [""])[0])[:40]


def format_event(event: Event) -> str:
    return f"event: {event.kind}\nid: {event.id}\ndata: {json.dumps({'ids': event.ids})}\n\n"


async def write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def refuse(send: Send, status: int) -> None:
    headers = [
        (n.encode(), v.encode())
        for n, v in {**HEADERS, "content-type": "text/plain", "content-length": "0"}.items()
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def until_gone(receive: Callable) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
