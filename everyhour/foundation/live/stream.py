"""`/live/`: server-sent events, answered on the event loop, so that an open page costs no thread.

Who asks is found out by Django itself: the same address, asked within, goes through every middleware and permission
and answers `{"person": …, "channels": […]}`, a 401 or a 404. Asked again every few minutes
while the stream is open, and when something may have been said that this process did not hear.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from everyhour.foundation.live.hub import Event, Full, Hub, Listening

PATH = "/live/"
HEARTBEAT = 15.0
PATIENCE = 8.0  # seconds for Django's answer
ASK_AGAIN = 300.0  # seconds; whoever lost their place is found out by then even if nobody told us
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
    """Answers `/live/` for one hub."""

    def __init__(
        self, hub: Hub, pages: Pages, *, heartbeat: float = HEARTBEAT, ask_again: float = ASK_AGAIN
    ):
        self.hub, self.pages, self.heartbeat, self.ask_again = hub, pages, heartbeat, ask_again

    async def __call__(self, scope: dict, receive: Callable, send: Send) -> None:
        if scope["method"] != "GET":
            return await refuse(send, 405)
        asked, doubts = self.hub.closings, self.hub.doubts
        status, told = await ask(self.pages, scope)
        if status != 200:
            return await refuse(send, status if status in (401, 404) else 503)
        try:
            listening = self.hub.subscribe(
                told["channels"], person=told["person"], after=came_from(scope), asked=asked
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
            await say(send, f": listening\nid: {self.hub.here()}\n\n")
            gone = asyncio.ensure_future(until_gone(receive))
            telling = asyncio.ensure_future(self.tell(listening, scope, told, send, doubts=doubts))
            try:
                await asyncio.wait({gone, telling}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                gone.cancel()
                telling.cancel()
                await asyncio.gather(gone, telling, return_exceptions=True)

    async def tell(
        self, listening: Listening, scope: dict, told: dict, send: Send, *, doubts: int
    ) -> None:
        """Hand on what happens until it is time to go; a breath of nothing in between keeps the line open."""
        clock = asyncio.get_running_loop().time
        asked = clock()
        while True:
            event = await listening.next(self.heartbeat)
            if clock() - asked > self.ask_again or doubts != self.hub.doubts:
                asked, doubts = clock(), self.hub.doubts
                if await ask(self.pages, scope) != (200, told):
                    event = Event(self.hub.here(), "bye")
            await say(send, written(event) if event else ": \n\n")
            if event and event.kind == "bye":
                return await send({"type": "http.response.body", "body": b""})


async def ask(pages: Pages, scope: dict) -> tuple[int, dict]:
    """Ask Django who this is and what they may hear."""
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


def came_from(scope: dict) -> str:
    """Read the last event this page knows: from the browser's own header, else from the address."""
    header = next((v for n, v in scope["headers"] if n == b"last-event-id"), b"").decode("latin-1")
    return (header or parse_qs(scope["query_string"].decode("latin-1")).get("after", [""])[0])[:40]


def written(event: Event) -> str:
    return f"event: {event.kind}\nid: {event.id}\ndata: {json.dumps({'ids': event.ids})}\n\n"


async def say(send: Send, text: str) -> None:
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
