"""Isolated servers and copies of the package for proofs.

Sabotages change a copy of the package, the environment or a settings module of `proofs/broken/`.
The product itself has no switch for them.
"""

import ast
import contextlib
import http.client
import os
import re
import shutil
import signal
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from testing.server import ROOT, Server

Edit = Callable[[Path], None]
UI = Path("foundation/ui")
PATIENCE = 60  # seconds to wait for a page of a server under load


class Sandbox:
    """A temporary folder with copies of a prepared state, and of the package if `edit` is given.

    `edit`, `settings` and `environment` apply to every server and worker of this sandbox.
    """

    def __init__(
        self,
        *,
        edit: Edit | None = None,
        settings: str | None = None,
        environment: dict[str, str] | None = None,
        parent: str | None = None,
    ):
        self.folder = Path(tempfile.mkdtemp(prefix="everyhour-proof-", dir=parent))
        self.settings, self.environment = settings, environment or {}
        self.package: Path | None = None
        if edit:
            self.package = self.copy_package(edit)
        self.copies = 0
        self._prepared: Path | None = None

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_error) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def copy_package(self, *edits: Edit) -> Path:
        """Copy the package, apply the edits and return the copy's folder."""
        root = Path(tempfile.mkdtemp(prefix="package-", dir=self.folder))
        package = root / "everyhour"
        original = self.package or ROOT / "everyhour"
        shutil.copytree(original, package, ignore=shutil.ignore_patterns("tests"))
        for edit in edits:
            edit(package)
        return package

    def copy_state(self) -> Path:
        """Copy a state folder with a migrated database, offline bundle and assets."""
        if self._prepared is None:
            server = self.create_server(state=self.folder / "prepared", prepare=True)
            try:
                if not server.ready:
                    server.start(wait=None)
                    wait_until_serving(server)
            finally:
                server.stop()
            self._prepared = server.state
        self.copies += 1
        return Path(shutil.copytree(self._prepared, self.folder / f"state-{self.copies}"))

    def create_server(
        self,
        *,
        state: Path | None = None,
        package: Path | None = None,
        settings: str | None = None,
        environment: dict[str, str] | None = None,
        prepare: bool = False,
        limit: Callable[[], None] | None = None,
    ) -> Server:
        """Create a server without starting it; on a copy of the prepared state by default."""
        variables = {
            "EVERYHOUR_CONTENT": str(ROOT / "content"),
            **self.environment,
            **(environment or {}),
        }
        if package or self.package:
            variables |= import_path(package or self.package)
        if module := settings or self.settings:
            variables["DJANGO_SETTINGS_MODULE"] = module
        return Server(
            state=state or self.copy_state(), environment=variables, prepare=prepare, limit=limit
        )

    def worker_environment(self, *, state: Path | None = None, **variables: str) -> dict[str, str]:
        """Return the environment of a worker process; `state` is its folder, on SQLite."""
        environment = {
            "DJANGO_SETTINGS_MODULE": "everyhour.config.settings",
            **os.environ,
            "EVERYHOUR_CONTENT": str(ROOT / "content"),
            **import_path(self.package),
            **variables,
        }
        if state:
            environment["EVERYHOUR_STATE"] = str(state)
            environment.pop("EVERYHOUR_DATABASE", None)
        return environment

    @contextlib.contextmanager
    def run_server(self, *, web: bool = True, **options) -> Iterator[Server]:
        """Run a server, and stop it at the end of the block.

        The block begins when the web process itself answers; with `web=False`, which is for
        servers whose web process cannot start, when the supervisor does.
        """
        server = self.create_server(**options)
        try:
            server.start(wait=None)
            wait_until_serving(server, web=web)
            yield server
        finally:
            stop_server(server)


def import_path(package: Path | None) -> dict[str, str]:
    """Return the variables with which Python imports the package from this copy."""
    # Without a safe path Python looks into the working folder first and finds the original.
    paths = [package.parent, ROOT] if package else [ROOT]
    return {"PYTHONPATH": os.pathsep.join(map(str, paths)), "PYTHONSAFEPATH": "1"}


def memory_folder() -> str | None:
    """Return a folder in memory for temporary files, or None where the system has none."""
    memory = "/dev/shm"  # noqa: S108  folders in it are created with mkdtemp
    return memory if os.access(memory, os.W_OK) else None


def stop_server(server: Server) -> None:
    """Stop a server and kill its web processes, which may hang on purpose."""
    for pid in web_processes(server):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    server.stop()


def wait_until_serving(server: Server, *, web: bool = True) -> None:
    """Wait until the web process answers, or with `web=False` anything on its port."""
    wait_until(lambda: _is_running(server) and (server.get("/alive/")[2] == b"ok" or not web))
    if web:
        time.sleep(0.7)  # the supervisor checks every half second; until then both answer


def _is_running(server: Server) -> bool:
    code = server.process.poll() if server.process else None
    if code is not None:
        raise RuntimeError(f"The server exited with code {code}. {server.log()[-300:]}")
    return True


def wait_until(condition: Callable[[], bool], *, patience: float = 90) -> None:
    """Wait until the condition is true; connection errors count as not yet.

    Raises TimeoutError after `patience` seconds.
    """
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if condition():
                return
        time.sleep(0.05)
    raise TimeoutError(f"The condition was not met within {patience} s.")


def web_processes(server: Server) -> list[int]:
    return server.children("everyhour.config.web") if server.process else []


def get_page(server: Server, path: str, session: str) -> tuple[int, dict[str, str], bytes]:
    """Get a page as a signed-in person; retry while a server under load answers 503."""
    deadline = time.monotonic() + PATIENCE
    cookie = {"Cookie": f"sessionid={session}"}
    while True:
        status, headers, body = server.get(path, headers=cookie, timeout=PATIENCE)
        if status != 503 or "retry-after" not in headers or time.monotonic() > deadline:
            return status, headers, body
        time.sleep(1)


def override(package: Path, target: str, source: str) -> None:
    """Redefine a function or method in a copy of the package.

    `target` is a path and a name, such as "domain/nudges/rules.py:is_paused" or
    "foundation/jobs/clock_guard.py:ClockGuard.look". `source` defines the replacement under the
    last part of that name; `original` in it is the function it replaces. A name that does not
    exist is an error, or the sabotage would break nothing.
    """
    file, _, name = target.partition(":")
    path = package / file
    text = path.read_text(encoding="utf-8")
    if not _defines(ast.parse(text), name.split(".")):
        raise LookupError(f"{file} defines no “{name}”: this sabotage needs another target.")
    leaf = name.rpartition(".")[2]
    body = textwrap.indent(textwrap.dedent(source).strip(), "    ")
    path.write_text(
        f"{text}\n\ndef _sabotage(original):\n{body}\n    return {leaf}\n\n\n"
        f"{name} = _sabotage({name})\n",
        encoding="utf-8",
    )


def _defines(node: ast.AST, names: list[str]) -> bool:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, functions) and child.name == names[0]:
            return len(names) == 1 or _defines(child, names[1:])
    return False


def replace(path: Path, old: str, new: str) -> None:
    """Replace a text in a file of a copy, ignoring white space; LookupError if it is not there.

    For templates, scripts and constants; functions are redefined with `override`.
    """
    text = path.read_text(encoding="utf-8")
    found = re.search(
        r"\s*".join(re.escape(part) for part in re.findall(r"\w+|[^\w\s]", old)), text
    )
    if not found:
        raise LookupError(f"{path.name} does not hold “{old}”: this sabotage needs another text.")
    changed = text[: found.start()] + new.strip() + text[found.end() :]
    path.write_text(changed, encoding="utf-8")
