"""The supervisor: owns the public socket, runs web and worker, and answers while web is down.

So crisis help survives a crash, a bad release, a killed process and a hanging one. Meanwhile every
other page is a 503 that contains the whole crisis card. Standard library only.
"""

import contextlib
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

logger = logging.getLogger("everyhour.supervisor")

CHECK_EVERY = 0.5  # seconds between two health checks of the web process
FALLBACK_AFTER = 2.0  # seconds without a healthy answer until the fallback server takes requests
KILL_AFTER = 30.0  # seconds without a healthy answer until a hanging web process is killed
FIRST_DELAY, LONGEST_DELAY = 0.5, 15.0  # seconds before a restart
STABLE_AFTER = 60.0  # seconds a worker must have run to reset its restart delay


class FallbackHandler(BaseHTTPRequestHandler):
    """Serves crisis and leave pages from disk, and a 503 with the trouble page for all else."""

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
        """Log nothing: requests are private."""


class FallbackServer(ThreadingHTTPServer):
    """Accepts connections on the shared socket only while `needed` is set."""

    daemon_threads = True

    def __init__(self, listener: socket.socket):
        super().__init__(listener.getsockname()[:2], FallbackHandler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.needed = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        self.socket.settimeout(0.25)
        while True:
            self.needed.wait()
            try:
                waiting, _, _ = select.select([self.socket], [], [], 0.05)
                if not waiting or not self.needed.is_set():  # the web process is back: leave it
                    continue
                request, address = self.socket.accept()
                request.settimeout(5)
                self.process_request(request, address)
            except TimeoutError:
                continue
            except (OSError, RuntimeError):  # no file handle or thread left
                time.sleep(0.1)

    def handle_error(self, request, client_address):
        """Ignore clients that disconnect."""


class Process:
    """A child process that is restarted when it ends, after a delay that doubles each time."""

    def __init__(self, name: str, start: Callable[[], subprocess.Popen]):
        self.name, self.start = name, start
        self.child: subprocess.Popen | None = None
        self.delay, self.next_start, self.started = FIRST_DELAY, 0.0, 0.0

    def check(self) -> bool:
        """Start the child if its restart is due; return whether it runs."""
        if self.child and self.child.poll() is None:
            return True
        now = time.monotonic()
        if self.child:
            logger.warning(
                "The %s process ended with code %s. It restarts in %.1f s.",
                self.name,
                self.child.returncode,
                self.delay,
            )
            self.child = None
            self._postpone(now)
        if now >= self.next_start:
            try:
                self.child, self.started = self.start(), now
            except OSError as error:  # out of memory or process ids: the fallback still answers
                logger.warning("The %s process cannot start: %s.", self.name, error)
                self._postpone(now)
        return self.child is not None

    def _postpone(self, now: float) -> None:
        self.next_start, self.delay = now + self.delay, min(self.delay * 2, LONGEST_DELAY)

    def reset_delay(self) -> None:
        self.delay = FIRST_DELAY

    def stop(self, sig: int = signal.SIGTERM) -> None:
        if self.child and self.child.poll() is None:
            self.child.send_signal(sig)

    def wait(self, seconds: float) -> None:
        """Wait for the child to end; kill it if it has not after so many seconds."""
        if self.child:
            try:
                self.child.wait(seconds)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()


class Supervisor:
    """Runs the web process and, optionally, the worker; turns the fallback server on and off."""

    def __init__(self, listener: socket.socket, *, worker: bool):
        self.listener = listener
        self.fallback = FallbackServer(listener)
        self.web = Process("web", self._start_web)
        self.worker = Process("worker", self._start_worker) if worker else None
        self.stopping = threading.Event()
        # For the private socket; on Linux it has no file, so that a full disk does not matter.
        self.folder = (
            None if sys.platform == "linux" else tempfile.TemporaryDirectory(prefix="everyhour-")
        )
        self.last_healthy = time.monotonic()

    def run(self, on_ready: Callable[[], None] = lambda: None) -> None:
        """Run until SIGTERM or SIGINT; call `on_ready` when web answers for the first time."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self.stopping.set())
        ready = False
        while not self.stopping.is_set():
            healthy = self.check()
            if healthy and not ready:
                ready = True
                on_ready()
            self.stopping.wait(CHECK_EVERY if ready else CHECK_EVERY / 5)
        self.fallback.needed.clear()
        processes = [process for process in (self.web, self.worker) if process]
        for process in processes:
            process.stop()
        for process in processes:
            process.wait(10)

    def check(self) -> bool:
        """Check both processes, restart or kill them as needed; return whether web is healthy."""
        worker = self.worker
        if worker and worker.check() and time.monotonic() - worker.started > STABLE_AFTER:
            worker.reset_delay()
        running = self.web.check()
        if running and self._is_healthy():
            self.last_healthy = time.monotonic()
            self.fallback.needed.clear()
            self.web.reset_delay()
            return True
        silent = time.monotonic() - self.last_healthy
        if not running or silent > FALLBACK_AFTER:
            self.fallback.needed.set()
        if running and silent > KILL_AFTER and time.monotonic() - self.web.started > KILL_AFTER:
            logger.warning("The web process has not answered for %d s. Restarting it.", silent)
            self.web.stop(signal.SIGKILL)
        return False

    def _is_healthy(self) -> bool:
        """Request /alive/ on the private socket: on the public one the fallback could answer."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(FALLBACK_AFTER)
            connection.connect(self._private_address())
            connection.sendall(b"GET /alive/ HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return b" 200 " in connection.recv(64)
        return False

    def _private_address(self) -> str:
        name = f"everyhour-{os.getpid()}"
        return f"{self.folder.name}/{name}" if self.folder else f"\0{name}"

    def _start_web(self) -> subprocess.Popen:
        fd = self.listener.fileno()
        address = self._private_address().replace("\0", "@")
        command = [sys.executable, "-m", "everyhour.config.web", str(fd), address]
        return subprocess.Popen(command, pass_fds=[fd], start_new_session=True)

    def _start_worker(self) -> subprocess.Popen:
        command = [sys.executable, "-m", "everyhour", "worker", "--end-with-parent"]
        return subprocess.Popen(command, start_new_session=True)


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket that child processes inherit."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(2048)
    listener.set_inheritable(True)
    return listener
