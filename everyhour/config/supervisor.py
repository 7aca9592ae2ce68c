"""The guard holds the front door's socket. The web process borrows it; when that process is gone, the guard answers itself.

So the crisis page survives a crash, a bad release, a killed process and a hanging one. While it answers, every other page is
503 with the whole crisis card in it. It uses the standard library only.
"""

import contextlib
import http.client
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from everyhour.foundation.ui import crisis

logger = logging.getLogger("everyhour.guard")

LOOK_EVERY = 0.5  # seconds between two looks at the web process
PATIENCE = 2.0  # seconds without an answer before the guard helps out
LIMIT = 30.0  # seconds without an answer before a hanging process is ended
SLOWEST_RESTART = 15.0
STEADY_AFTER = 60.0  # seconds a worker must have run before its next end counts as the first


class Answer(BaseHTTPRequestHandler):
    """Crisis pages as they are; for everything else the trouble page."""

    protocol_version = "HTTP/1.0"
    timeout = 5

    def do_GET(self):
        body = crisis.read(self.path.split("?")[0])
        status = 200 if body is not None else 503
        body = crisis.trouble_page() if body is None else body
        headers = dict(crisis.headers(body))
        if "gzip" in self.headers.get("accept-encoding", ""):
            body = crisis.compressed(body)
            headers |= {"content-encoding": "gzip", "content-length": str(len(body))}
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status == 503:
            self.send_header("retry-after", "5")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST = do_GET

    def log_message(self, *_):
        """Nobody's visit is written down."""


class FallbackServer(ThreadingHTTPServer):
    """A server on the shared socket that takes connections only while it is asked to stand in."""

    daemon_threads = True

    def __init__(self, listener: socket.socket):
        super().__init__(listener.getsockname()[:2], Answer, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.needed = threading.Event()
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        self.socket.settimeout(0.25)
        while True:
            self.needed.wait()
            try:
                waiting, _, _ = select.select([self.socket], [], [], 0.05)
                if (
                    not waiting or not self.needed.is_set()
                ):  # the web process is back: this visitor is its own
                    continue
                request, address = self.socket.accept()
                request.settimeout(5)
                self.process_request(request, address)
            except TimeoutError:
                continue
            except (
                OSError,
                RuntimeError,
            ):  # no file handle or thread left: give the machine a moment
                time.sleep(0.1)

    def handle_error(self, request, client_address):
        """A visitor who hangs up is no news."""


class Keeper:
    """Keeps one child process running: starts it, notices its end, starts it again after a growing pause."""

    def __init__(self, name: str, start: Callable[[], subprocess.Popen]):
        self.name, self.start = name, start
        self.child: subprocess.Popen | None = None
        self.pause, self.next_start, self.started = 0.5, 0.0, 0.0

    def look(self) -> bool:
        """Tell whether the child runs; start it when it is time."""
        if self.child and self.child.poll() is None:
            return True
        now = time.monotonic()
        if self.child:
            logger.warning(
                "The %s process ended (%s). Starting it again.", self.name, self.child.returncode
            )
            self.child, self.next_start = None, now + self.pause
            self.pause = min(self.pause * 2, SLOWEST_RESTART)
        if now >= self.next_start:
            try:
                self.child, self.started = self.start(), now
            except OSError as error:  # no memory or no process left: the guard goes on answering
                logger.warning("The %s process cannot be started (%s).", self.name, error)
                self.next_start, self.pause = now + self.pause, min(self.pause * 2, SLOWEST_RESTART)
        return self.child is not None

    def steady(self) -> None:
        self.pause = 0.5

    def stop(self, sig: int = signal.SIGTERM) -> None:
        if self.child and self.child.poll() is None:
            self.child.send_signal(sig)

    def wait(self, seconds: float) -> None:
        if self.child:
            try:
                self.child.wait(seconds)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()


class Supervisor:
    """Runs the web process and, when asked, the worker; stands in for the web process whenever it does not answer."""

    def __init__(self, listener: socket.socket, *, worker: bool):
        self.listener = listener
        self.stand = FallbackServer(listener)
        self.web = Keeper("web", self._start_web)
        self.worker = Keeper("worker", self._start_worker) if worker else None
        self.stopping = threading.Event()
        # For the private line, where the system knows no names without a file; on Linux a full disk must not matter.
        self.folder = (
            None if sys.platform == "linux" else tempfile.TemporaryDirectory(prefix="everyhour-")
        )
        self.heard = time.monotonic()

    def run(self, greet: Callable[[], None] = lambda: None) -> None:
        """Keep watch until told to stop; `greet` is called once, when the web process answers for the first time."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self.stopping.set())
        greeted = False
        while not self.stopping.is_set():
            well = self.look()
            if well and not greeted:
                greeted = True
                greet()
            self.stopping.wait(LOOK_EVERY if greeted else LOOK_EVERY / 5)
        self.stand.needed.clear()
        keepers = [k for k in (self.web, self.worker) if k]
        for keeper in keepers:
            keeper.stop()
        for keeper in keepers:
            keeper.wait(10)

    def look(self) -> bool:
        """Look after both processes once; tell whether the web process answers."""
        if (
            self.worker
            and self.worker.look()
            and time.monotonic() - self.worker.started > STEADY_AFTER
        ):
            self.worker.steady()
        running = self.web.look()
        if running and self._answers():
            self.heard = time.monotonic()
            self.stand.needed.clear()
            self.web.steady()
            return True
        silent = time.monotonic() - self.heard
        if not running or silent > PATIENCE:
            self.stand.needed.set()
        if running and silent > LIMIT and time.monotonic() - self.web.started > LIMIT:
            logger.warning(
                "The web process has not answered for %d seconds. Ending it and starting again.",
                silent,
            )
            self.web.stop(signal.SIGKILL)
        return False

    def _answers(self) -> bool:
        """Ask the web process over its own private line whether it is alive, so that the guard never hears itself."""
        with (
            contextlib.suppress(OSError, http.client.HTTPException),
            socket.socket(socket.AF_UNIX) as line,
        ):
            line.settimeout(PATIENCE)
            line.connect(self._private_line())
            line.sendall(b"GET /alive/ HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return b" 200 " in line.recv(64)
        return False

    def _private_line(self) -> str:
        name = f"everyhour-{os.getpid()}"
        return f"{self.folder.name}/{name}" if self.folder else f"\0{name}"

    def _start_web(self) -> subprocess.Popen:
        fd = self.listener.fileno()
        command = [
            sys.executable,
            "-m",
            "everyhour.config.web",
            str(fd),
            self._private_line().replace("\0", "@"),
        ]
        return subprocess.Popen(command, pass_fds=[fd], start_new_session=True)

    def _start_worker(self) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "everyhour", "worker", "--end-with-parent"],
            start_new_session=True,
        )


def listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(2048)
    listener.set_inheritable(True)
    return listener
