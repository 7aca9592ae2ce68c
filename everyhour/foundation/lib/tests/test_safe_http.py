"""URLs from users reach public servers only, within limits of time, size and redirects."""

import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from everyhour.foundation.lib import safe_http

PRIVATE_URLS = (
    "http://127.0.0.1/",
    "http://localhost/",
    "http://10.1.2.3/",
    "http://192.168.1.1/",
    "http://172.20.0.1/",
    "http://169.254.169.254/latest/",
    "http://[::1]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://224.0.0.1/",
    "http://[ff02::1]/",
    "http://0.0.0.0/",
    "http://[::]/",
    "http://100.64.0.1/",
    "http://2130706433/",
    "http://0x7f.1/",
)
INVALID_URLS = (
    "ftp://example.org/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "//example.org/",
    "",
    "http://",
    "http://ada:x@example.org/",
    "http://example.org:99999/",
    "http://[::1",
    "gopher://x",
    f"http://{'a' * 70}.org/",
)


@pytest.fixture
def open_network(settings):
    settings.PRIVATE_ADDRESSES = True


@contextmanager
def server(answers):
    """Serve on loopback; `answers` writes each response, `seen` lists paths and headers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            created.seen.append((self.path, dict(self.headers)))
            answers(self)

        def do_POST(self):
            self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def log_message(self, *_words):
            pass

    created = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    created.daemon_threads = True
    created.seen, created.url = [], f"http://127.0.0.1:{created.server_port}"
    thread = threading.Thread(target=created.serve_forever, daemon=True)
    thread.start()
    try:
        yield created
    finally:
        created.shutdown()
        created.server_close()


def say(handler, status=200, body=b"well", **headers):
    handler.send_response(status)
    for name, value in {"Content-Length": len(body), **headers}.items():
        if value is not None:
            handler.send_header(name.replace("_", "-"), str(value))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.mark.parametrize("url", PRIVATE_URLS)
def test_private_addresses_are_refused(url):
    with pytest.raises(safe_http.Refused):
        safe_http.get(url, limit=100, timeout=2)


@pytest.mark.parametrize("url", INVALID_URLS)
def test_invalid_urls_are_refused(url):
    with pytest.raises(safe_http.Refused):
        safe_http.get(url, limit=100, timeout=2)


@pytest.mark.parametrize("url", ["http://224.0.0.1/", "http://[ff02::1]/", "http://0.0.0.0/"])
def test_multicast_is_refused_even_with_private_addresses(url, open_network):
    with pytest.raises(safe_http.Refused):
        safe_http.get(url, limit=100, timeout=2)


def test_dns_rebinding_has_no_effect(monkeypatch):
    """The name resolves to a public address first, then to ours: only the first is used."""
    asked, connected_to = [], []

    def resolve(host, port, **_kwargs):
        asked.append(host)
        address = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(_socket, address):
        connected_to.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(safe_http._PlainSocket, "connect", connect)

    with pytest.raises(safe_http.Unreachable):
        safe_http.get("http://changing.example.org/", limit=100, timeout=2)

    assert (asked, connected_to) == (["changing.example.org"], [("93.184.215.14", 80)])


def test_get_returns_body_and_headers(open_network):
    with server(lambda handler: say(handler, ETag='"one"')) as there:
        answer = safe_http.get(
            f"{there.url}/a b?c=d e", limit=100, timeout=5, headers={"If-None-Match": '"none"'}
        )

        path, headers = there.seen[0]

    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b"well", '"one"')
    assert (path, headers["If-None-Match"], headers["Host"]) == (
        "/a%20b?c=d%20e",
        '"none"',
        there.url.removeprefix("http://"),
    )


def test_three_redirects_are_followed_and_a_fourth_is_refused(open_network):
    def answers(handler):
        left = int(handler.path[1:])
        say(handler) if left == 0 else say(handler, 302, Location=f"/{left - 1}")

    with server(answers) as there:
        assert safe_http.get(f"{there.url}/3", limit=100, timeout=5).body == b"well"
        with pytest.raises(safe_http.Refused):
            safe_http.get(f"{there.url}/4", limit=100, timeout=5)


def test_redirect_to_a_private_address_is_refused(settings, monkeypatch):
    with server(
        lambda handler: say(handler, 302, Location="http://169.254.169.254/latest/")
    ) as there:
        usual = safe_http._is_allowed
        monkeypatch.setattr(
            safe_http, "_is_allowed", lambda address: address == "127.0.0.1" or usual(address)
        )
        with pytest.raises(safe_http.Refused):
            safe_http.get(there.url, limit=100, timeout=5)


def test_redirect_to_another_host_drops_secret_headers(open_network):
    with (
        server(say) as other,
        server(lambda handler: say(handler, 302, Location=other.url)) as there,
    ):
        safe_http.get(
            there.url,
            limit=100,
            timeout=5,
            headers={"Authorization": "Basic x", "If-None-Match": "y"},
        )

        assert "Authorization" in there.seen[0][1]
        assert "Authorization" not in other.seen[0][1] and other.seen[0][1]["If-None-Match"] == "y"


@pytest.mark.parametrize("length", [200_000, None])
def test_too_large_body_is_refused_with_and_without_its_length(length, open_network):
    def answers(handler):
        say(handler, body=b"x" * 200_000, Content_Length=length)

    with server(answers) as there, pytest.raises(safe_http.TooLarge):
        safe_http.get(there.url, limit=100_000, timeout=5)


def test_slow_body_ends_at_the_timeout(open_network):
    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        for _second in range(100):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.1)

    with server(drip) as there:
        started = time.monotonic()
        with pytest.raises(safe_http.Unanswered):
            safe_http.get(there.url, limit=100_000, timeout=1)

    assert time.monotonic() - started < 3


def test_incomplete_body_is_no_response(open_network):
    with (
        server(lambda handler: say(handler, body=b"half", Content_Length=5000)) as there,
        pytest.raises(safe_http.Unanswered),
    ):
        safe_http.get(there.url, limit=100_000, timeout=5)


def test_refused_connection_means_nothing_was_sent(open_network):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(safe_http.Unreachable) as caught:
        safe_http.post(f"http://127.0.0.1:{port}/", b"x", headers={}, timeout=2)

    assert not isinstance(caught.value, safe_http.Unanswered)


def test_post_without_a_response_is_unanswered(open_network):
    with server(lambda handler: time.sleep(3)) as there:
        with pytest.raises(safe_http.Unanswered):
            safe_http.post(there.url, b"x", headers={}, timeout=0.5)

        assert len(there.seen) == 1


def test_post_requires_https_and_follows_no_redirect(open_network, settings):
    with server(lambda handler: say(handler, 307, Location="/on")) as there:
        assert safe_http.post(there.url, b"x", headers={"TTL": "5"}, timeout=5).status == 307
        assert len(there.seen) == 1

    settings.PRIVATE_ADDRESSES = False
    with pytest.raises(safe_http.Refused):
        safe_http.post("http://93.184.215.14/", b"x", headers={}, timeout=1)
