"""The front door, called directly: crisis first, then Django, and the whole crisis card when Django cannot."""

import asyncio
import os
import subprocess
import sys

import pytest

from everyhour.config import request_bodies
from everyhour.config.gateway import Door
from everyhour.foundation.ui import crisis


def ask(
    door: Door, path: str, *, method: str = "GET", parts=(b"",), headers=()
) -> tuple[int, dict[str, str], bytes]:
    """Send one request through the door and give status, headers and body."""
    sent, coming = [], list(parts)

    async def receive():
        if not coming:
            await asyncio.sleep(60)
        return {
            "type": "http.request",
            "body": coming.pop(0),
            "more_body": bool(coming) or parts == SLOW,
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
    asyncio.run(door(scope, receive, send))
    starts = [message for message in sent if message["type"] == "http.response.start"]
    assert len(starts) == 1
    headers = {name.decode().lower(): value.decode() for name, value in starts[0]["headers"]}
    return starts[0]["status"], headers, b"".join(message.get("body", b"") for message in sent)


SLOW = (b"x",)


async def never(scope, receive, send):
    raise AssertionError(f"{scope['path']} was asked of Django")


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
def test_crisis_help_is_given_without_asking_django(path, method):
    status, headers, body = ask(Door(never), path, method=method)

    assert (status, body) == (200, crisis.read(path))
    assert headers == dict(crisis.headers(body))


def test_asking_for_the_head_gives_the_same_headers_and_no_body():
    _, headers, body = ask(Door(never), "/help/us/")
    status, told, nothing = ask(Door(never), "/help/us/", method="HEAD")

    assert (status, nothing) == (200, b"")
    assert told == headers
    assert int(told["content-length"]) == len(body)


def test_an_unknown_country_gets_the_numbers_of_all():
    assert ask(Door(never), "/help/zz/")[2] == ask(Door(never), "/help/")[2]


def test_everything_else_is_asked_of_django():
    assert ask(Door(hello), "/en/now/")[::2] == (200, b"hello")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_page_that_fails_outside_django_is_a_503_with_the_whole_card(method, caplog):
    status, headers, body = ask(Door(broken), "/en/now/", method=method)

    assert status == 503
    assert headers["retry-after"] == "10"
    assert body == (b"" if method == "HEAD" else crisis.trouble_page())
    assert "A page failed outside Django." in caplog.text
    assert "/en/now/" not in caplog.text


def test_a_page_that_fails_halfway_is_not_begun_twice():
    status, _, body = ask(Door(broken_halfway), "/en/now/")

    assert (status, body) == (200, b"half")


def test_the_door_says_whether_pages_are_open_behind_it():
    assert ask(Door(hello), "/alive/")[::2] == (200, b"ok")


def test_the_door_opens_and_closes_with_the_server():
    messages, sent = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}], []

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message["type"])

    asyncio.run(Door(never)({"type": "lifespan"}, receive, send))

    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def echo(scope, receive, send):
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def test_what_is_sent_arrives_whole():
    assert (
        ask(
            Door(echo),
            "/en/now/moments/",
            method="POST",
            parts=(b"a", b"b"),
            headers=[(b"content-length", b"2")],
        )[2]
        == b"ab"
    )
    assert (
        ask(
            Door(echo),
            "/en/data/import/",
            method="POST",
            parts=(b"a", b"b"),
            headers=[(b"content-length", b"2")],
        )[2]
        == b"ab"
    )


@pytest.mark.parametrize(
    ("path", "headers", "parts"),
    [
        ("/en/sign-in/", [(b"content-length", b"2000000")], (b"",)),
        ("/en/sign-in/", [(b"transfer-encoding", b"chunked")], (b"x" * 600_000,) * 2),
        ("/en/data/import/", [(b"content-length", b"99000000")], (b"",)),
        ("/en/sign-in/", [(b"content-length", b"-1")], (b"",)),
    ],
)
def test_more_than_fits_is_refused_before_a_thread_is_given_to_it(path, headers, parts):
    status, told, body = ask(Door(never), path, method="POST", headers=headers, parts=parts)

    assert (status, told["connection"], told["content-length"]) == (413, "close", str(len(body)))
    assert b"Nothing was changed." in body


def test_who_sends_nothing_slowly_holds_no_thread(monkeypatch):
    monkeypatch.setattr(request_bodies, "PATIENCE", 0.05)

    assert (
        ask(
            Door(never),
            "/en/sign-in/",
            method="POST",
            headers=[(b"content-length", b"9")],
            parts=SLOW,
        )[0]
        == 408
    )


BROKEN = [
    pytest.param({"EVERYHOUR_DATABASE": "nonsense://"}, id="a database nobody knows"),
    pytest.param({"DJANGO_SETTINGS_MODULE": "everyhour.config.gone"}, id="no settings"),
]


@pytest.mark.parametrize("environment", BROKEN)
def test_with_broken_settings_the_door_still_answers(environment):
    tell = (
        "from everyhour.config.gateway import application\n"
        "from everyhour.config.tests.test_answering_at_the_door import ask\n"
        "for path in ('/help/', '/help/us/in-es/', '/en/now/', '/alive/'):\n"
        "    status, headers, body = ask(application, path)\n"
        "    print(path, status, b'tel:911' in body)\n"
    )

    told = subprocess.run(
        [sys.executable, "-c", tell],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.splitlines() == [
        "/help/ 200 True",
        "/help/us/in-es/ 200 True",
        "/en/now/ 503 True",
        "/alive/ 503 False",
    ]
    assert "The application cannot start." in told.stderr
