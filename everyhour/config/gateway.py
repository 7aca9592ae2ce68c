"""The gateway (ASGI): crisis and leave pages from disk, event streams, then Django in threads.

Django is imported behind the gateway: with broken settings, database or code, crisis help still
answers.
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

logger = logging.getLogger("everyhour.gateway")
Pages = Callable[[dict, Callable, Callable], Awaitable[None]]
Headers = list[tuple[str, str]]
PLAIN: Headers = [
    ("content-type", "text/plain; charset=utf-8"),
    ("referrer-policy", "no-referrer"),
    ("content-security-policy", "default-src 'none'"),
]
REFUSALS = {
    413: "This is too large to send. Nothing was changed.\n"
    "Es demasiado grande para enviarlo. No se cambió nada.\n",
    408: "The data arrived too slowly. Nothing was changed. Please try again.\n"
    "Los datos llegaron demasiado lento. No se cambió nada. Inténtalo de nuevo.\n",
}
TIMEOUT = 8.0  # seconds until a page's first byte; then the trouble page answers instead
UPLOAD_TIMEOUT = 300.0  # a large archive comes over a slow line, and is read before the answer
COMPRESS_FROM = 1000  # bytes
THREADS = int(os.environ.get("EVERYHOUR_THREADS", "8"))


def _load_pages() -> Pages | None:
    try:
        from everyhour.config.wsgi import application
    except Exception:
        logger.exception("The application cannot start: only crisis help works until it is fixed.")
        return None
    # The protocol is the same, its types have other names.
    return WSGIMiddleware(application, workers=THREADS)  # type: ignore[return-value, arg-type]


class Gateway:
    """The ASGI application."""

    def __init__(self, pages: Pages | None = None):
        self.pages = pages or _load_pages()

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        if scope["type"] == "lifespan":
            return await self.lifespan(receive, send)
        if scope["type"] != "http":
            return None
        if scope["path"] == "/alive/":
            return await respond(scope, send, 200 if self.pages else 503, b"ok", PLAIN)
        body = crisis.read(scope["path"])
        if body is not None:
            return await respond(scope, send, 200, body, crisis.headers(body))
        if scope["path"] == stream.PATH and self.pages is not None:
            return await stream.Live(hub, self.pages)(scope, receive, send)
        try:
            receive = await request_bodies.read_body(scope, receive)
        except request_bodies.Disconnected:
            return None
        except request_bodies.Refused as refused:
            body, headers = REFUSALS[refused.status].encode(), [*PLAIN, ("connection", "close")]
            return await respond(scope, send, refused.status, body, headers)
        await self.page(scope, receive, send)

    async def page(self, scope: dict, receive: Callable, send: Callable) -> None:
        """Pass the request to Django; send the trouble page if Django fails or times out.

        Once Django has sent its first byte, the response is Django's.
        """
        started, gave_up = asyncio.Event(), False

        async def forward(message: dict) -> None:
            if not gave_up:
                started.set()
                await send(message)

        if self.pages is not None:
            page = asyncio.ensure_future(self.pages(scope, receive, forward))
            first_byte = asyncio.ensure_future(started.wait())
            timeout = UPLOAD_TIMEOUT if request_bodies.is_upload(scope) else TIMEOUT
            await asyncio.wait(
                {page, first_byte}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED
            )
            first_byte.cancel()
            try:
                if started.is_set():
                    return await page
                gave_up = True  # what Django still sends is dropped
                if page.done():
                    page.result()
                else:  # a database that does not answer; read the error, so asyncio does not log it
                    page.add_done_callback(lambda late: late.cancelled() or late.exception())
            except Exception:
                logger.exception("A page failed outside Django.")
                if started.is_set():
                    return
        body = crisis.trouble_page()
        await respond(scope, send, 503, body, [*crisis.headers(body), ("retry-after", "10")])

    async def lifespan(self, receive: Callable, send: Callable) -> None:
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


async def respond(scope: dict, send: Callable, status: int, body: bytes, headers: Headers) -> None:
    """Send a complete response, compressed if the client accepts gzip."""
    accepted = dict(scope.get("headers", ())).get(b"accept-encoding", b"")
    if len(body) > COMPRESS_FROM and b"gzip" in accepted:
        body = crisis.compressed(body)
        headers = [*headers, ("content-encoding", "gzip")]
    headers = [header for header in headers if header[0] != "content-length"]
    headers.append(("content-length", str(len(body))))
    raw = [(name.encode(), value.encode()) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


application = Gateway()
