"""The supervisor restarts its processes; its fallback server answers while web does not."""

import http.client
import socket
import subprocess
import sys
import time
from contextlib import closing

import pytest

from everyhour.config.supervisor import LONGEST_DELAY, FallbackServer, Process, listen
from everyhour.foundation.ui import crisis


def program(text: str):
    return lambda: subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE)


@pytest.fixture
def start():
    """Return a function that creates a Process; their children end with the test."""
    made = []

    def make(text: str) -> Process:
        made.append(Process("web", program(text)))
        return made[-1]

    yield make
    for process in made:
        if process.child:
            process.child.kill()
            process.child.wait()


STAYS, ENDS = "import time; time.sleep(60)", ""


def test_first_check_starts_the_child_once(start):
    process = start(STAYS)

    assert process.check()
    first = process.child
    assert process.check()
    assert process.child is first


def test_ended_child_is_restarted_after_a_delay(start):
    process = start(ENDS)
    process.check()
    first = process.child
    first.wait()

    assert not process.check()
    assert 0 < process.next_start - time.monotonic() <= 0.5
    time.sleep(0.55)
    assert process.check()
    assert process.child.pid != first.pid


def test_restart_delay_doubles_up_to_a_limit(start):
    process, delays = start(ENDS), []

    for _ in range(7):
        process.next_start = 0
        process.check()
        process.child.wait()
        process.check()
        delays.append(process.next_start - time.monotonic())

    assert delays == pytest.approx([0.5, 1, 2, 4, 8, LONGEST_DELAY, LONGEST_DELAY], abs=0.2)


def test_restart_delay_can_be_reset(start):
    process = start(ENDS)
    for _ in range(3):
        process.next_start = 0
        process.check()
        process.child.wait()
        process.check()

    process.reset_delay()

    assert process.delay == 0.5


def test_child_that_ignores_sigterm_is_killed(start):
    process = start(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print(flush=True); time.sleep(60)"
    )
    process.check()
    process.child.stdout.readline()  # from now on it ignores SIGTERM

    process.stop()
    process.wait(0.2)

    assert process.child.returncode == -9
    process.child.stdout.close()


def test_failed_start_does_not_end_the_supervisor():
    def no_memory() -> subprocess.Popen:
        raise OSError(12, "Cannot allocate memory")

    process = Process("web", no_memory)

    assert not process.check()


@pytest.fixture
def fallback():
    server = FallbackServer(listen("127.0.0.1", 0))
    server.needed.set()
    yield server
    server.needed.clear()
    time.sleep(0.3)  # until it stops polling the socket
    server.socket.close()


def get(fallback: FallbackServer, path: str, *, method: str = "GET", timeout: float = 5):
    with closing(
        http.client.HTTPConnection("127.0.0.1", fallback.socket.getsockname()[1], timeout=timeout)
    ) as connection:
        connection.request(method, path)
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return response.status, headers, response.read()


@pytest.mark.parametrize("path", ["/help/", "/help/us/in-es/", "/help/zz/?from=now", "/leave/"])
def test_fallback_serves_crisis_help(fallback, path):
    status, headers, body = get(fallback, path)

    assert (status, body) == (200, crisis.read(path.split("?")[0]))
    assert headers == dict(crisis.headers(body))


@pytest.mark.parametrize("path", ["/", "/en/now/alarm/", "/static/ui/base.css", "/alive/"])
def test_fallback_serves_the_trouble_page_elsewhere(fallback, path):
    status, headers, body = get(fallback, path)

    assert (status, body) == (503, crisis.trouble_page())
    assert headers["retry-after"] == "5"
    assert "set-cookie" not in headers


def test_fallback_answers_head_and_post(fallback):
    assert get(fallback, "/help/", method="HEAD")[::2] == (200, b"")
    assert get(fallback, "/en/now/", method="POST")[::2] == (503, crisis.trouble_page())


def test_fallback_logs_no_requests(fallback, capfd):
    get(fallback, "/help/us/")
    get(fallback, "/en/now/terror/")

    assert capfd.readouterr() == ("", "")


def test_fallback_answers_beside_silent_connections(fallback):
    address = fallback.socket.getsockname()
    silent = [socket.create_connection(address) for _ in range(20)]
    silent[0].sendall(b"GET /help/ HT")
    silent[1].sendall(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
    silent[2].close()

    statuses = [get(fallback, "/help/")[0] for _ in range(20)]

    assert statuses == [200] * 20
    for connection in silent:
        connection.close()


def test_fallback_accepts_connections_only_when_needed(fallback):
    fallback.needed.clear()
    time.sleep(0.3)

    with pytest.raises(TimeoutError):
        get(fallback, "/help/", timeout=0.3)

    fallback.needed.set()
    assert get(fallback, "/help/")[0] == 200


def test_second_listener_on_a_port_is_refused():
    with closing(listen("127.0.0.1", 0)) as first, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", first.getsockname()[1])


def test_listener_is_inheritable():
    with closing(listen("127.0.0.1", 0)) as listener:
        assert listener.get_inheritable()
