"""What visitors send is taken in here, bounded in size and in time, before one of the few threads is given to it. Standard library only.

Without this a handful of visitors who send nothing, slowly, would hold every thread, and one who sends a large file would fill the
disk before any page could say no.
"""

import asyncio
from collections.abc import Awaitable, Callable

Receive = Callable[[], Awaitable[dict]]

USUAL = 1024 * 1024  # bytes; a phone's batch or a form is a quarter of this at most
LARGE = (
    65 * 1024 * 1024
)  # what somebody took along and brings in again (features/data_rights/forms.py)
BRINGING = (
    "/data/import/",
    "/rhythm/calendars/",
)  # a calendar far too large is refused by its page, in its own words
PATIENCE = 30.0  # seconds


class Refused(Exception):
    """It is not taken: too much (413), too slow (408)."""

    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


class Gone(Exception):
    """The visitor hung up while sending."""


def brings(scope: dict) -> bool:
    return scope["path"].endswith(BRINGING)


async def taken(scope: dict, receive: Receive) -> Receive:
    """Give what Django is to read from: the whole body, or the line itself for a file that is brought."""
    headers = dict(scope.get("headers", ()))
    told = headers.get(b"content-length", b"0").decode("latin-1")
    if not told.isdecimal() or int(told) > (LARGE if brings(scope) else USUAL):
        raise Refused(413)
    if brings(scope) or (told == "0" and b"transfer-encoding" not in headers):
        return receive
    try:
        body = await asyncio.wait_for(_whole(receive), PATIENCE)
    except TimeoutError:
        raise Refused(408) from None
    return _once(body, receive)


async def _whole(receive: Receive) -> bytes:
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > USUAL:
            raise Refused(413)
        more = message.get("more_body", False)
    return b"".join(parts)


def _once(body: bytes, receive: Receive) -> Receive:
    told = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> dict:
        return told.pop() if told else await receive()

    return again
