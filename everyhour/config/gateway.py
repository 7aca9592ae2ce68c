"""The front door (ASGI): crisis and leave first, from disk; open streams; then everything else, through Django in a pool of threads.

Django is opened behind the door, not before it: when settings, database or code are broken, the door still answers.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable

from a2wsgi import WSGIMiddleware

from everyhour.config import request_bodies
from everyhour.foundation.live import stream
from everyhour.foundation.live.hub import hub
from everyhour.foundation.ui import crisis

logger = logging.getLogger("everyhour.door")
Pages = Callable[[dict, Callable, Callable], Awaitable[None]]
PLAIN = [
    ("content-type", "text/plain; charset=utf-8"),
    ("referrer-policy", "no-referrer"),
    ("content-security-policy", "default-src 'none'"),
]
SORRY = {
    413: "That is more than fits in here. Nothing was changed.\nEs más de lo que cabe aquí. No se cambió nada.\n".encode(),
    408: "That took too long to arrive. Nothing was changed.\nTardó demasiado en llegar. No se cambió nada.\n".encode(),
}
PATIENCE = (
    8.0  # seconds a page may take to its first byte before the trouble page answers in its place
)
PATIENCE_WITH_FILES = (
    300.0  # a file of years comes over a slow line first, and is read before anything can be said
)
SMALL = 1000  # bytes; below this compressing is not worth it
THREADS = int(os.environ.get("EVERYHOUR_THREADS", "8"))


def _open_pages() -> Pages | None:
    try:
        from everyhour.config.wsgi import application
    except Exception:
        logger.exception(
            "The application cannot start. Crisis help answers; everything else says so."
        )
        return None
    return WSGIMiddleware(application, workers=THREADS)  # type: ignore[return-value, arg-type]  # the protocol is the same, the names differ


class Door:
    """One ASGI application."""

    def __init__(self, pages: Pages | None = None):
        self.pages = pages or _open_pages()

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        if scope["type"] == "lifespan":
            return await self.live(receive, send)
        if scope["type"] != "http":
            return None
        if scope["path"] == "/alive/":
            return await answer(scope, send, 200 if self.pages else 503, b"ok", PLAIN)
        body = crisis.read(scope["path"])
        if body is not None:
            return await answer(scope, send, 200, body, crisis.headers(body))
        if scope["path"] == stream.PATH and self.pages is not None:
            return await stream.Live(hub, self.pages)(scope, receive, send)
        try:
            receive = await request_bodies.taken(scope, receive)
        except request_bodies.Gone:
            return None
        except request_bodies.Refused as refused:
            return await answer(
                scope,
                send,
                refused.status,
                SORRY[refused.status],
                [*PLAIN, ("connection", "close")],
            )
        await self.page(scope, receive, send)

    async def page(self, scope: dict, receive: Callable, send: Callable) -> None:
        """Hand on to Django; if even its own error page fails before a byte was sent, answer for it."""
        begun, given_up = asyncio.Event(), False

        async def watched(message: dict) -> None:
            if not given_up:
                begun.set()
                await send(message)

        if self.pages is not None:
            page = asyncio.ensure_future(self.pages(scope, receive, watched))
            first_byte = asyncio.ensure_future(begun.wait())
            patience = PATIENCE_WITH_FILES if request_bodies.brings(scope) else PATIENCE
            await asyncio.wait(
                {page, first_byte}, timeout=patience, return_when=asyncio.FIRST_COMPLETED
            )
            first_byte.cancel()
            try:
                if begun.is_set():
                    return await page
                given_up = True  # a database that does not answer: what comes later goes nowhere
                if page.done():
                    page.result()
                else:
                    page.add_done_callback(lambda late: late.cancelled() or late.exception())
            except Exception:
                logger.exception("A page failed outside Django.")
                if begun.is_set():
                    return
        body = crisis.trouble_page()
        await answer(scope, send, 503, body, [*crisis.headers(body), ("retry-after", "10")])

    async def live(self, receive: Callable, send: Callable) -> None:
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


async def answer(
    scope: dict, send: Callable, status: int, body: bytes, headers: list[tuple[str, str]]
) -> None:
    """Send a whole answer, compressed where the visitor can read that."""
    accepted = next(
        (value for name, value in scope.get("headers", ()) if name == b"accept-encoding"), b""
    )
    if len(body) > SMALL and b"gzip" in accepted:
        body = crisis.compressed(body)
        headers = [
            *((n, v) for n, v in headers if n != "content-length"),
            ("content-encoding", "gzip"),
            ("content-length", str(len(body))),
        ]
    elif "content-length" not in dict(headers):
        headers = [*headers, ("content-length", str(len(body)))]
    raw = [(name.encode(), value.encode()) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


application = Door()
