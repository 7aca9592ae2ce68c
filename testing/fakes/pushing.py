"""A push service on loopback: verifies the sender, decrypts with a browser's keys, and answers."""

import base64
import contextlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

HANG = "hang"  # read everything, and never answer
BREAK = "break"  # read everything, and hang up


@dataclass
class Browser:
    """A browser with a push subscription: its keys and its endpoint."""

    endpoint: str
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def keys(self) -> dict[str, str]:
        point = self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"p256dh": _text(point), "auth": _text(self.secret)}

    def open(self, body: bytes) -> dict:
        return json.loads(http_ece.decrypt(body, private_key=self.private, auth_secret=self.secret))


@dataclass(frozen=True)
class Taken:
    """One push message that arrived, decrypted."""

    name: str
    payload: dict
    headers: dict[str, str]
    claims: dict
    at: float
    length: int


class PushService:
    """Answers 201, unless `answers[name]` is set.

    An answer is a status, HANG, BREAK, or a function of the number of requests so far.
    """

    def __init__(self) -> None:
        self.browsers: dict[str, Browser] = {}
        self.answers: dict[str, int | str | Callable[[int], int | str]] = {}
        self.asked: dict[str, int] = {}
        self.taken: list[Taken] = []
        self.wrong: list[str] = []  # what a real service would not have accepted
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def browser(self, name: str = "phone") -> Browser:
        made = self.browsers[name] = Browser(f"{self.url}/{name}")
        return made

    def payloads(self, name: str = "phone") -> list[dict]:
        return [taken.payload for taken in self.taken if taken.name == name]


@contextlib.contextmanager
def push_service() -> Iterator[PushService]:
    service = PushService()
    thread = threading.Thread(
        target=service.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield service
    finally:
        service.over.set()
        service.server.shutdown()
        service.server.server_close()


def _handler(service: PushService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            name = self.path.strip("/")
            with service.lock:
                service.asked[name] = service.asked.get(name, 0) + 1
                answer = service.answers.get(name, 201 if name in service.browsers else 404)
                answer = answer(service.asked[name]) if callable(answer) else answer
                answer = _take(service, name, body, self.headers, answer)
            if answer in (HANG, BREAK):
                service.over.wait(30 if answer == HANG else 0)
                self.close_connection = True
                return
            self.send_response(int(answer))
            if answer == 429:
                self.send_header("Retry-After", "90")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words) -> None:
            pass

    return Handler


def _take(service: PushService, name: str, body: bytes, headers, answer: int | str) -> int | str:
    """Store a valid message and return the answer; HANG and BREAK store it without answering."""
    try:
        claims = _claims(headers["Authorization"], service.url)
        payload = service.browsers[name].open(body) if name in service.browsers else {}
        if (
            headers["Content-Encoding"] != "aes128gcm"
            or int(headers["TTL"]) < 0
            or len(headers.get("Topic", "")) > 32
        ):
            raise ValueError("headers")
        if len(body) > 4096:
            return 413
    except Exception as error:
        service.wrong.append(f"{type(error).__name__}: {error}")
        return 403
    if answer in (HANG, BREAK) or 200 <= int(answer) < 300:
        service.taken.append(Taken(name, payload, dict(headers), claims, time.time(), len(body)))
    return answer


def _claims(authorization: str, origin: str) -> dict:
    """Return the verified claims: signature, audience and contact must be valid."""
    if not Vapid02.verify(authorization):
        raise ValueError("signature")
    token = authorization.split("t=", 1)[1].split(",", 1)[0]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    if claims["aud"] != origin or not claims["sub"].startswith("mailto:"):
        raise ValueError(f"claims {claims}")
    return claims


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
