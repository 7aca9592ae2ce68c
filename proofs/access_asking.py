"""Two ways to send requests: in this process, with every write rolled back, and over HTTP."""

import gzip
import http.client
import io
import json
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from proofs.access_fingerprint import Fingerprint
from proofs.access_world import World

WRITE = re.compile(r'^\s*(?:INSERT|UPDATE|DELETE|REPLACE)[^"]*"(\w+)"', re.I)
Sent = dict[str, Any] | None
IGNORED = ("django_session",)  # a session affects nobody else


@dataclass
class Response:
    """A response, and what was written meanwhile."""

    status: int
    headers: dict[str, str]
    body: bytes
    tables: set[str] = field(default_factory=set)
    touched: list[str] = field(default_factory=list)  # tables in which rows of others changed

    @property
    def text(self) -> str:
        return (
            gzip.decompress(self.body)
            if self.headers.get("content-encoding") == "gzip"
            else self.body
        ).decode("utf-8", "replace")

    @property
    def everything(self) -> str:
        """Every byte as text, unpacked where it was packed."""
        body = self.body
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        parts = [body]
        if body[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(body)) as packed:
                parts += [packed.read(name) for name in packed.namelist()]
        if body[:4] == b"%PDF":
            parts += [
                _inflated(found) for found in re.findall(rb"stream\r?\n(.*?)endstream", body, re.S)
            ]
        text = b"\n".join(parts).decode("utf-8", "replace")
        return f"{json.dumps(self.headers, ensure_ascii=False)}\n{text}"


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""


class InProcess:
    """Sends requests to Django's test client, inside a transaction that is rolled back."""

    def __init__(self, world: World):
        self.world, self.count = world, 0
        self.client = Client(raise_request_exception=False, SERVER_NAME="localhost")
        self.fingerprint = Fingerprint(world)

    def send(
        self,
        role: str,
        method: str,
        path: str,
        *,
        query: Sent = None,
        form: Sent = None,
        data: Sent = None,
    ) -> Response:
        self.count += 1
        cache.clear()
        self.client.cookies = SimpleCookie(
            {"sessionid": session} if (session := self.world.sessions[role]) else {}
        )
        address = f"{path}?{urlencode(query, doseq=True)}" if query else path
        tables: set[str] = set()

        def listen(execute, sql, *rest):
            if (written := WRITE.match(sql)) and written[1] not in IGNORED:
                tables.add(written[1])
            return execute(sql, *rest)

        with transaction.atomic():
            with connection.execute_wrapper(listen):
                response = self._send(method, address, form, data)
                body = (
                    b"".join(response.streaming_content) if response.streaming else response.content
                )
            touched = self.fingerprint.changed(role) if tables else []
            transaction.set_rollback(True)
        headers = {name.lower(): value for name, value in response.headers.items()}
        headers["set-cookie"] = " ".join(sorted(response.cookies))
        return Response(response.status_code, headers, body, tables, touched)

    def _send(self, method: str, address: str, form: dict | None, data: dict | None):
        common = {"headers": {"Sec-Fetch-Site": "same-origin"}}
        if data is not None:
            return self.client.generic(
                method, address, json.dumps(data), content_type="application/json", **common
            )
        if method == "POST":
            return self.client.post(address, form or {}, **common)
        return self.client.generic(method, address, **common)


class Wire:
    """Sends requests to a real server; only for methods that read."""

    def __init__(self, url: str, world: World):
        self.world, self.count = world, 0
        self.netloc = urlsplit(url).netloc
        self.connection = http.client.HTTPConnection(self.netloc, timeout=30)

    def send(
        self,
        role: str,
        method: str,
        path: str,
        *,
        query: Sent = None,
        form: Sent = None,
        data: Sent = None,
    ) -> Response:
        self.count += 1
        headers = {"Accept-Encoding": "gzip"}
        if session := self.world.sessions[role]:
            headers["Cookie"] = f"sessionid={session}"
        address = f"{path}?{urlencode(query, doseq=True)}" if query else path
        self.connection.request(method, address.replace(" ", "%20"), headers=headers)
        response = self.connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        found["set-cookie"] = " ".join(sorted(SimpleCookie(found.get("set-cookie", ""))))
        return Response(response.status, found, response.read())
