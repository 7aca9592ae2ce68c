"""The guard keeps its children running and answers on the socket itself whenever the web process does not."""

import http.client
import socket
import subprocess
import sys
import time
from contextlib import closing

import pytest

from everyhour.config.supervisor import SLOWEST_RESTART, FallbackServer, Keeper, listen
from everyhour.foundation.ui import crisis


def program(text: str):
    return lambda: subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE)


@pytest.fixture
def keepers():
    """Keepers whose children end with the test."""
    made = []

    def make(text: str) -> Keeper:
        made.append(Keeper("web", program(text)))
        return made[-1]

    yield make
    for keeper in made:
        if keeper.child:
            keeper.child.kill()
            keeper.child.wait()


STAYS, ENDS = "import time; time.sleep(60)", ""


def test_a_child_is_started_at_the_first_look_and_left_alone_while_it_runs(keepers):
    keeper = keepers(STAYS)

    assert keeper.look()
    first = keeper.child
    assert keeper.look()
    assert keeper.child is first


def test_a_child_that_ended_is_started_again_after_a_pause(keepers):
    keeper = keepers(ENDS)
    keeper.look()
    first = keeper.child
    first.wait()

    assert not keeper.look()
    assert 0 < keeper.next_start - time.monotonic() <= 0.5
    time.sleep(0.55)
    assert keeper.look()
    assert keeper.child.pid != first.pid


def test_the_pause_grows_with_every_end_up_to_a_bound(keepers):
    keeper, pauses = keepers(ENDS), []

    for _ in range(7):
        keeper.next_start = 0
        keeper.look()
        keeper.child.wait()
        keeper.look()
        pauses.append(keeper.next_start - time.monotonic())

    assert pauses == pytest.approx([0.5, 1, 2, 4, 8, SLOWEST_RESTART, SLOWEST_RESTART], abs=0.2)


def test_a_child_that_answers_has_its_pause_short_again(keepers):
    keeper = keepers(ENDS)
    for _ in range(3):
        keeper.next_start = 0
        keeper.look()
        keeper.child.wait()
        keeper.look()

    keeper.steady()

    assert keeper.pause == 0.5


def test_a_child_that_does_not_listen_is_ended_after_some_patience(keepers):
    keeper = keepers(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    )
    keeper.look()
    keeper.child.stdout.readline()  # now it does not listen

    keeper.stop()
    keeper.wait(0.2)

    assert keeper.child.returncode == -9
    keeper.child.stdout.close()


def test_a_child_that_cannot_be_started_does_not_take_the_guard_along():
    def no_memory() -> subprocess.Popen:
        raise OSError(12, "Cannot allocate memory")

    keeper = Keeper("web", no_memory)

    assert not keeper.look()


@pytest.fixture
def stand():
    standing = FallbackServer(listen("127.0.0.1", 0))
    standing.needed.set()
    yield standing
    standing.needed.clear()
    time.sleep(0.3)  # its last look at the socket
    standing.socket.close()


def get(stand: FallbackServer, path: str, *, method: str = "GET", timeout: float = 5):
    with closing(
        http.client.HTTPConnection("127.0.0.1", stand.socket.getsockname()[1], timeout=timeout)
    ) as connection:
        connection.request(method, path)
        answer = connection.getresponse()
        return (
            answer.status,
            {name.lower(): value for name, value in answer.getheaders()},
            answer.read(),
        )


@pytest.mark.parametrize("path", ["/help/", "/help/us/in-es/", "/help/zz/?from=now", "/leave/"])
def test_the_stand_gives_crisis_help(stand, path):
    status, headers, body = get(stand, path)

    assert (status, body) == (200, crisis.read(path.split("?")[0]))
    assert headers == dict(crisis.headers(body))


@pytest.mark.parametrize("path", ["/", "/en/now/alarm/", "/static/ui/base.css", "/alive/"])
def test_the_stand_says_that_anything_else_cannot_be_shown_and_gives_the_whole_card(stand, path):
    status, headers, body = get(stand, path)

    assert (status, body) == (503, crisis.trouble_page())
    assert headers["retry-after"] == "5"
    assert "set-cookie" not in headers


def test_the_stand_answers_to_head_without_a_body_and_to_post_with_one(stand):
    assert get(stand, "/help/", method="HEAD")[::2] == (200, b"")
    assert get(stand, "/en/now/", method="POST")[::2] == (503, crisis.trouble_page())


def test_the_stand_writes_nobodys_visit_down(stand, capfd):
    get(stand, "/help/us/")
    get(stand, "/en/now/terror/")

    assert capfd.readouterr() == ("", "")


def test_many_visitors_and_some_who_hang_up_are_all_answered(stand):
    address = stand.socket.getsockname()
    silent = [socket.create_connection(address) for _ in range(20)]
    silent[0].sendall(b"GET /help/ HT")
    silent[1].sendall(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
    silent[2].close()

    answers = [get(stand, "/help/")[0] for _ in range(20)]

    assert answers == [200] * 20
    for connection in silent:
        connection.close()


def test_the_stand_leaves_connections_to_the_web_process_until_it_is_needed(stand):
    stand.needed.clear()
    time.sleep(0.3)

    with pytest.raises(TimeoutError):
        get(stand, "/help/", timeout=0.3)

    stand.needed.set()
    assert get(stand, "/help/")[0] == 200


def test_two_cannot_listen_on_one_port():
    with closing(listen("127.0.0.1", 0)) as first, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", first.getsockname()[1])


def test_the_socket_can_be_handed_to_a_child():
    with closing(listen("127.0.0.1", 0)) as listener:
        assert listener.get_inheritable()
