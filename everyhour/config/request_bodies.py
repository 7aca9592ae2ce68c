"""Limits on the size and the duration of request bodies, applied before a request takes a thread.

Without them a few clients that send slowly would hold every thread, and a large upload would fill
the disk before a page could refuse it. Standard library only.
"""

import asyncio
from collections.abc import Awaitable, Callable

Receive = Callable[[], Awaitable[dict]]

MOST_BYTES = 1024 * 1024  # a phone's batch or a form has a quarter of this at most
MOST_BYTES_UPLOADED = 65 * 1024 * 1024  # an imported archive (features/data_rights/forms.py)
UPLOADS = ("/data/import/", "/rhythm/calendars/")  # these pages refuse a large file themselves
TIMEOUT = 30.0  # seconds


class Refused(Exception):
    """The body is too large (413) or arrives too slowly (408)."""

    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


class Disconnected(Exception):
    """The client closed the connection while sending."""


def is_upload(scope: dict) -> bool:
    return scope["path"].endswith(UPLOADS)


async def read_body(scope: dict, receive: Receive) -> Receive:
    """Read the whole body and return a `receive` that replays it.

    Uploads are not read here: Django streams them to disk from the unchanged `receive`.
    """
    headers, upload = dict(scope.get("headers", ())), is_upload(scope)
    length = headers.get(b"content-length", b"0").decode("latin-1")
    if not length.isdecimal() or int(length) > (MOST_BYTES_UPLOADED if upload else MOST_BYTES):
        raise Refused(413)
    if upload or (length == "0" and b"transfer-encoding" not in headers):
        return receive
    try:
        body = await asyncio.wait_for(_read_all(receive), TIMEOUT)
    except TimeoutError:
        raise Refused(408) from None
    return _replay(body, receive)


async def _read_all(receive: Receive) -> bytes:
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            raise Refused(413)
        more = message.get("more_body", False)
    return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> dict:
        return messages.pop() if messages else await receive()

    return replay
