"""A wire between a browser and a server that can be cut: before a request, or before its answer."""

import contextlib
import socket
import threading
from collections.abc import Iterator

PIECE = 65_536
OPEN, AWAY, LOST = "open", "away", "lost"


class Wire:
    """Forwards connections to a port while it is OPEN.

    AWAY refuses every connection. LOST hands requests over and never brings an answer back.
    """

    def __init__(self, to: int):
        self.to, self.state = to, OPEN
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.pairs: list[tuple[socket.socket, socket.socket]] = []

    def cut(self, state: str) -> None:
        """Change the state; what is still open is closed."""
        self.state = state
        pairs, self.pairs = self.pairs, []
        for pair in pairs:
            _close(*pair)

    def listen(self) -> None:
        while True:
            try:
                near, _address = self.listener.accept()
            except OSError:
                return
            if self.state == AWAY:
                _close(near)
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                _close(near)
                continue
            self.pairs.append((near, far))
            for ends in ((near, far, False), (far, near, True)):
                threading.Thread(target=self._pump, args=ends, daemon=True).start()

    def _pump(self, source: socket.socket, drain: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(PIECE):
                if answers and self.state != OPEN:
                    break
                drain.sendall(piece)
        _close(source, drain)


def _close(*sockets: socket.socket) -> None:
    for one in sockets:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


@contextlib.contextmanager
def wire(to: int) -> Iterator[Wire]:
    made = Wire(to)
    threading.Thread(target=made.listen, daemon=True).start()
    try:
        yield made
    finally:
        made.listener.close()
        made.cut(AWAY)
