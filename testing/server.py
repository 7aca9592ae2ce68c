"""A real server for tests: `everyhour serve` on a free port, with a state folder of its own."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from testing import prepared, seed

ROOT = Path(__file__).resolve().parent.parent


class Server:
    """`everyhour serve` as a child process; `state` is its folder, `url` its address."""

    def __init__(
        self,
        *,
        state: Path | None = None,
        environment: dict[str, str] | None = None,
        prepare: bool = True,
        limit: Callable[[], None] | None = None,
        worker: bool = True,
    ):
        self.state = state or Path(tempfile.mkdtemp(prefix="everyhour-"))
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.environment = {
            **os.environ,
            "EVERYHOUR_STATE": str(self.state),
            "PYTHONPATH": str(ROOT),
            **(environment or {}),
        }
        self.prepare, self.limit, self.worker = prepare, limit, worker
        self.copied = prepare and not any(self.state.glob("*")) and prepared.fits(self.environment)
        # A package that was changed on purpose migrates and collects its own files on top.
        self.ready = self.copied and self.environment["PYTHONPATH"] == str(ROOT)
        self.own_database = (
            None if (environment or {}).get("EVERYHOUR_DATABASE") else self._database_beside()
        )
        if self.copied:
            prepared.copy_state(self.state, self.environment)
        self.process: subprocess.Popen | None = None
        self._seeder: seed.Seeder | None = None

    def _database_beside(self) -> str | None:
        """On PostgreSQL, create a database named after the state folder; return its name."""
        if not (shared := prepared.shared_database()):
            return None
        name = "".join(c if c.isalnum() else "_" for c in self.state.name.lower())[:60]
        with psycopg.connect(shared, autocommit=True) as connection:
            exists = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [name]
            ).fetchone()
            if not exists and not self.copied:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        if not exists and self.copied:
            prepared.create_database(name, self.environment)
        self.environment["EVERYHOUR_DATABASE"] = f"{shared.rsplit('/', 1)[0]}/{name}"
        return name

    @property
    def database(self) -> Path:
        return self.state / "data" / "everyhour.sqlite3"

    def start(self, *, wait: str | None = "/en/now/pocket/", patience: float = 60) -> "Server":
        command = [sys.executable, "-m", "everyhour", "serve", "--port", str(self.port)]
        command += ["--prepare"] if self.prepare and not self.ready else []
        command += [] if self.worker else ["--no-worker", "--worker-elsewhere"]
        log = (self.state.parent / f"{self.state.name}.log").open("ab")
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, preexec_fn=self.limit
        )
        if wait:
            self.wait_for(wait, patience=patience)
        return self

    def wait_for(self, path: str, *, status: int = 200, patience: float = 60) -> None:
        until = time.monotonic() + patience
        while time.monotonic() < until:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.get(path)[0] == status:
                    return
            if self.process and self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(
            f"The server at {self.url} did not give {status} for {path}.\n{self.log()[-3000:]}"
        )

    def get(
        self,
        path: str,
        *,
        timeout: float = 10,
        method: str = "GET",
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(
                method, path, headers={"Host": f"localhost:{self.port}", **(headers or {})}
            )
            response = connection.getresponse()
            return (
                response.status,
                {k.lower(): v for k, v in response.getheaders()},
                response.read(),
            )
        finally:
            connection.close()

    def log(self) -> str:
        path = self.state.parent / f"{self.state.name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def children(self, name: str) -> list[int]:
        """Return the ids of child processes whose command line contains `name`."""
        found = subprocess.run(
            ["pgrep", "-P", str(self.process.pid if self.process else 0), "-f", name],
            capture_output=True,
            text=True,
        )
        return [int(pid) for pid in found.stdout.split()]

    def seed(self, script: str) -> Any:
        """Run a script with this server's models; return its variable `told` (see seed.py)."""
        if self._seeder is None:
            self._seeder = seed.Seeder(self.environment)
        return self._seeder.run(script)

    def stop(self, sig: int = signal.SIGTERM) -> None:
        if self._seeder:
            self._seeder.close()
            self._seeder = None
        if self.process and self.process.poll() is None:
            children = self.children("everyhour")
            self.process.send_signal(sig)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(15)
            for pid in [*children, self.process.pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait(5)

    def forget(self) -> None:
        if self.own_database:
            with psycopg.connect(os.environ["EVERYHOUR_DATABASE"], autocommit=True) as connection:
                connection.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                        sql.Identifier(self.own_database)
                    )
                )
        shutil.rmtree(self.state, ignore_errors=True)
        (self.state.parent / f"{self.state.name}.log").unlink(missing_ok=True)


@contextlib.contextmanager
def running(**options) -> Iterator[Server]:
    server = Server(**options).start()
    try:
        yield server
    finally:
        server.stop()
        server.forget()


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]
