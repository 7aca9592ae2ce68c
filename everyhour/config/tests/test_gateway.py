"""The gateway, called directly: crisis help, then Django, and the trouble page if Django fails."""

import asyncio
import os
import subprocess
import sys

import pytest

from everyhour.config import request_bodies
from everyhour.config.gateway import Gateway
from everyhour.foundation.ui import crisis


def request(
    gateway: Gateway, path: str, *, method: str = "GET", parts=(b"",), headers=()
) -> tuple[int, dict[str, str], bytes]:
    """Send one request to the gateway; return status, headers and body."""
    sent, waiting = [], list(parts)

    async def receive():
        if not waiting:
            await asyncio.sleep(60)
        return {
            "type": "http.request",
            "body": waiting.pop(0),
            "more_body": bool(waiting) or parts == SLOW,
        }

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": list(headers),
    }
    asyncio.run(gateway(scope, receive, send))
    starts = [message for message in sent if message["type"] == "http.response.start"]
    assert len(starts) == 1
    headers = {name.decode().lower(): value.decode() for name, value in starts[0]["headers"]}
    return starts[0]["status"], headers, b"".join(message.get("body", b"") for message in sent)


SLOW = (b"x",)


async def never(scope, receive, send):
    raise AssertionError(f"{scope['path']} was passed to Django")


async def hello(scope, receive, send):
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"text/plain")],
        }
    )
    await send({"type": "http.response.body", "body": b"hello"})


async def broken(scope, receive, send):
    raise RuntimeError("the database is gone")


async def broken_halfway(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"half", "more_body": True})
    raise RuntimeError("the database is gone")


@pytest.mark.parametrize(
    "path", ["/help/", "/help", "/help/us/", "/help/us/in-es/", "/help/zz/", "/leave/"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_crisis_help_answers_without_django(path, method):
    status, headers, body = request(Gateway(never), path, method=method)

    assert (status, body) == (200, crisis.read(path))
    assert headers == dict(crisis.headers(body))


def test_head_has_the_same_headers_and_no_body():
    _, expected, body = request(Gateway(never), "/help/us/")
    status, headers, nothing = request(Gateway(never), "/help/us/", method="HEAD")

    assert (status, nothing) == (200, b"")
    assert headers == expected
    assert int(headers["content-length"]) == len(body)


def test_unknown_country_gets_the_numbers_of_all_countries():
    assert request(Gateway(never), "/help/zz/")[2] == request(Gateway(never), "/help/")[2]


def test_other_paths_are_passed_to_django():
    assert request(Gateway(hello), "/en/now/")[::2] == (200, b"hello")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_failure_outside_django_is_a_503_with_the_crisis_card(method, caplog):
    status, headers, body = request(Gateway(broken), "/en/now/", method=method)

    assert status == 503
    assert headers["retry-after"] == "10"
    assert body == (b"" if method == "HEAD" else crisis.trouble_page())
    assert "A page failed outside Django." in caplog.text
    assert "/en/now/" not in caplog.text


def test_failure_after_the_first_byte_starts_no_second_response():
    status, _, body = request(Gateway(broken_halfway), "/en/now/")

    assert (status, body) == (200, b"half")


def test_alive_is_200_when_django_is_loaded():
    assert request(Gateway(hello), "/alive/")[::2] == (200, b"ok")


def test_lifespan_messages_are_acknowledged():
    messages, sent = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}], []

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message["type"])

    asyncio.run(Gateway(never)({"type": "lifespan"}, receive, send))

    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def echo(scope, receive, send):
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


@pytest.mark.parametrize("path", ["/en/now/moments/", "/en/data/import/"])
def test_body_reaches_django_unchanged(path):
    parts, headers = (b"a", b"b"), [(b"content-length", b"2")]

    response = request(Gateway(echo), path, method="POST", parts=parts, headers=headers)

    assert response[2] == b"ab"


@pytest.mark.parametrize(
    ("path", "headers", "parts"),
    [
        ("/en/sign-in/", [(b"content-length", b"2000000")], (b"",)),
        ("/en/sign-in/", [(b"transfer-encoding", b"chunked")], (b"x" * 600_000,) * 2),
        ("/en/data/import/", [(b"content-length", b"99000000")], (b"",)),
        ("/en/sign-in/", [(b"content-length", b"-1")], (b"",)),
    ],
)
def test_too_large_body_is_refused_before_django(path, headers, parts):
    status, sent, body = request(Gateway(never), path, method="POST", headers=headers, parts=parts)

    assert (status, sent["connection"], sent["content-length"]) == (413, "close", str(len(body)))
    assert b"Nothing was changed." in body


def test_too_slow_body_is_refused(monkeypatch):
    monkeypatch.setattr(request_bodies, "TIMEOUT", 0.05)

    headers = [(b"content-length", b"9")]

    status, *_ = request(Gateway(never), "/en/sign-in/", method="POST", headers=headers, parts=SLOW)

    assert status == 408


BROKEN = [
    pytest.param({"EVERYHOUR_DATABASE": "nonsense://"}, id="unknown database"),
    pytest.param({"DJANGO_SETTINGS_MODULE": "everyhour.config.gone"}, id="no settings"),
]


@pytest.mark.parametrize("environment", BROKEN)
def test_gateway_answers_with_broken_settings(environment):
    script = (
        "from everyhour.config.gateway import application\n"
        "from everyhour.config.tests.test_gateway import request\n"
        "for path in ('/help/', '/help/us/in-es/', '/en/now/', '/alive/'):\n"
        "    status, headers, body = request(application, path)\n"
        "    print(path, status, b'tel:911' in body)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == [
        "/help/ 200 True",
        "/help/us/in-es/ 200 True",
        "/en/now/ 503 True",
        "/alive/ 503 False",
    ]
    assert "The application cannot start" in done.stderr
