"""Broken states of the server, each produced for real on a server of its own."""

import asyncio
import contextlib
import os
import resource
import shutil
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path

from proofs.sandbox import UI, Sandbox, stop_server, wait_until_serving, web_processes
from testing.server import Server

Entered = tuple[Server, Callable[[], None]]
WORKING, FAILING = (200,), (500, 503)
CROWD = 80  # clients: ten for each of the eight threads


@dataclass(frozen=True)
class State:
    """A broken state; `page` must answer with one of `statuses`, else it was not reached."""

    name: str
    enter: Callable[[Sandbox], AbstractContextManager[Entered]]
    statuses: tuple[int, ...] = WORKING
    page: str = "/en/now/"


def nothing() -> None:
    """Do nothing before an entry: the state lasts."""


@contextlib.contextmanager
def healthy(sandbox: Sandbox) -> Iterator[Entered]:
    with sandbox.run_server() as server:
        yield server, nothing


def with_options(
    *,
    before: Callable[[Path], None] | None = None,
    edit: Callable[[Path], None] | None = None,
    **options,
):
    """Return a state's `enter` that starts a server with options, after `before` on its state."""

    @contextlib.contextmanager
    def enter(sandbox: Sandbox) -> Iterator[Entered]:
        state = sandbox.copy_state()
        if before:
            before(state)
        package = sandbox.copy_package(edit) if edit else None
        with sandbox.run_server(state=state, package=package, **options) as server:
            yield server, nothing

    return enter


def while_running(act: Callable[[Server], None], *, each_time: bool = False):
    """Return a state's `enter` that does something to a healthy server."""

    @contextlib.contextmanager
    def enter(sandbox: Sandbox) -> Iterator[Entered]:
        with sandbox.run_server() as server:
            act(server)
            yield server, (lambda: act(server)) if each_time else nothing

    return enter


def kill_worker(server: Server) -> None:
    for pid in server.children("command worker"):
        os.kill(pid, signal.SIGKILL)


def kill_web(server: Server) -> None:
    """Kill the web process before each entry; the supervisor restarts it in between."""
    for pid in web_processes(server):
        os.kill(pid, signal.SIGKILL)


def stop_web(server: Server) -> None:
    for pid in web_processes(server):
        os.kill(pid, signal.SIGSTOP)


@contextlib.contextmanager
def supervisor_killed(sandbox: Sandbox) -> Iterator[Entered]:
    """Kill the whole server and start it again; no orphan may hold the port."""
    with sandbox.run_server() as first:
        first.process.kill()
        first.process.wait()
        second = sandbox.create_server(state=first.state)
        second.port, second.url = first.port, first.url
        time.sleep(0.5)  # as a service manager does
        try:
            second.start(wait=None)
            wait_until_serving(second)
            yield second, nothing
        finally:
            stop_server(second)


def delete_database(server: Server) -> None:
    for file in server.database.parent.glob("everyhour.sqlite3*"):
        file.unlink()


def corrupt(server: Server) -> None:
    for file in server.database.parent.glob("everyhour.sqlite3*"):
        file.write_bytes(b"\xa5" * max(file.stat().st_size, 4096))


def no_database(state: Path) -> None:
    shutil.rmtree(state / "data")


def corrupt_database(state: Path) -> None:
    for file in (state / "data").glob("everyhour.sqlite3*"):
        file.write_bytes(b"\xa5" * max(file.stat().st_size, 4096))


def empty_database(state: Path) -> None:
    no_database(state)
    (state / "data").mkdir()
    with closing(sqlite3.connect(state / "data" / "everyhour.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=WAL")


def key_is_a_folder(state: Path) -> None:
    shutil.rmtree(state / "keys", ignore_errors=True)  # not there before the first start
    (state / "keys" / "secret-key").mkdir(parents=True)


@contextlib.contextmanager
def locked(sandbox: Sandbox) -> Iterator[Entered]:
    """Hold an exclusive lock on the database, as another tool may."""
    state = sandbox.copy_state()
    with closing(
        sqlite3.connect(state / "data" / "everyhour.sqlite3", isolation_level=None)
    ) as holder:
        holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        with sandbox.run_server(state=state) as server:
            yield server, nothing


def no_assets(state: Path) -> None:
    shutil.rmtree(state / "static")


def delete_assets(server: Server) -> None:
    no_assets(server.state)


def syntax_error(package: Path) -> None:
    (package / "config" / "urls.py").write_text("urlpatterns = [\n")


def dies_at_once(package: Path) -> None:
    (package / "config" / "web.py").write_text(
        "raise SystemExit('This release cannot run here.')\n"
    )


@contextlib.contextmanager
def crisis_files_deleted(sandbox: Sandbox) -> Iterator[Entered]:
    package = sandbox.copy_package()
    with sandbox.run_server(package=package) as server:
        shutil.rmtree(package / UI / "crisis")
        yield server, nothing


def full_disk() -> None:
    """Let no file grow: every write fails, also the log's."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def fill_disk(server: Server) -> None:
    for pid in [server.process.pid, *server.children("everyhour")]:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0))


def few_handles() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (48, 48))


@contextlib.contextmanager
def handles_exhausted(sandbox: Sandbox) -> Iterator[Entered]:
    """Hold more connections open than the process may have file handles."""
    with sandbox.run_server(limit=few_handles) as server, contextlib.ExitStack() as lines:
        for _ in range(CROWD):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            line.sendall(b"GET /en/ HTTP/1.1\r\nHost: localhost\r\n")
        yield server, nothing


@contextlib.contextmanager
def memory_exhausted(sandbox: Sandbox) -> Iterator[Entered]:
    """Let the web process have no more memory than it has."""

    def starve() -> None:
        for pid in web_processes(server):
            with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                size = (
                    int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
                )
                resource.prlimit(pid, resource.RLIMIT_AS, (size, size))

    with sandbox.run_server() as server:
        yield server, starve


@contextlib.contextmanager
def flooded(sandbox: Sandbox) -> Iterator[Entered]:
    """Let ten clients per thread request the slowest page all the time; as many never finish."""
    with sandbox.run_server() as server, contextlib.ExitStack() as lines:
        for _ in range(CROWD):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            line.sendall(b"GET /en/ideas/ HTTP/1.1\r\nHost: loc")
        over = threading.Event()
        crowd = threading.Thread(target=lambda: asyncio.run(_crowd(server.port, over)), daemon=True)
        crowd.start()
        time.sleep(1)
        try:
            yield server, nothing
        finally:
            over.set()
            crowd.join(20)


async def _crowd(port: int, over: threading.Event) -> None:
    async def one() -> None:
        while not over.is_set():
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(
                    b"GET /en/ideas/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                )
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(), 10)
                writer.close()

    await asyncio.gather(*(one() for _ in range(CROWD)))


STATES = (
    State("healthy", healthy),
    State("worker killed", while_running(kill_worker, each_time=True)),
    State("web process killed", while_running(kill_web, each_time=True), statuses=(200, 503)),
    State("web process hangs", while_running(stop_web, each_time=True), statuses=(503,)),
    State("all killed and started again", supervisor_killed),
    State(
        "web process dies at every start",
        with_options(edit=dies_at_once, web=False),
        statuses=(503,),
    ),
    State("database deleted while running", while_running(delete_database), statuses=(200, 500)),
    State("database missing at start", with_options(before=no_database), statuses=(500, 503)),
    State("database never migrated", with_options(before=empty_database), statuses=FAILING),
    State("database locked", locked, statuses=(200, *FAILING)),
    State("database corrupt while running", while_running(corrupt), statuses=(200, *FAILING)),
    State("database corrupt at start", with_options(before=corrupt_database), statuses=FAILING),
    State(
        "database server away",
        with_options(environment={"EVERYHOUR_DATABASE": "postgres://nobody@127.0.0.1:1/nothing"}),
        statuses=FAILING,
    ),
    State("disk full at start", with_options(limit=full_disk), statuses=(200, *FAILING)),
    State("disk fills up while running", while_running(fill_disk), statuses=(200, *FAILING)),
    State(
        "unreadable settings",
        with_options(environment={"EVERYHOUR_DATABASE": "nonsense://"}),
        statuses=(503,),
    ),
    State(
        "settings cannot be imported",
        with_options(settings="proofs.broken.unimportable"),
        statuses=(503,),
    ),
    State("the key is a folder", with_options(before=key_is_a_folder), statuses=(503,)),
    State("syntax error in a release", with_options(edit=syntax_error), statuses=FAILING),
    State("middleware fails", with_options(settings="proofs.broken.raising"), statuses=FAILING),
    State(
        "base template cannot be parsed",
        with_options(settings="proofs.broken.template"),
        statuses=FAILING,
    ),
    State(
        "maintenance", with_options(environment={"EVERYHOUR_MAINTENANCE": "on"}), statuses=(503,)
    ),
    State("assets missing at start", with_options(before=no_assets), statuses=(200, *FAILING)),
    State("assets deleted while running", while_running(delete_assets), statuses=(200, *FAILING)),
    State("crisis files deleted while running", crisis_files_deleted),
    State("ten times too many visitors", flooded),
    State("file handles exhausted", handles_exhausted, statuses=(200, 503)),
    State("memory exhausted", memory_exhausted, statuses=(200, *FAILING)),
)
