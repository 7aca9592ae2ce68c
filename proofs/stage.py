"""Where a proof plays: servers with a state of their own, and copies of the package that were broken on purpose.

What is broken is broken in a copy, in the environment or in a settings module of `proofs/broken/`; the product itself has
no switch for it.
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


class Stage:
    """Prepares a state once and hands out copies; `edit` and `settings` break everything that plays here."""

    def __init__(
        self,
        *,
        edit: Edit | None = None,
        settings: str | None = None,
        environment: dict[str, str] | None = None,
    ):
        self.folder = Path(tempfile.mkdtemp(prefix="everyhour-proof-"))
        self.settings, self.environment = settings, environment or {}
        self.package = self.changed(edit) if edit else None
        self.made = 0
        self._prepared: Path | None = None

    def changed(self, *edits: Edit) -> Path:
        """Give the folder of a copy of the package in which these edits were made."""
        root = Path(tempfile.mkdtemp(prefix="package-", dir=self.folder))
        shutil.copytree(
            getattr(self, "package", None) or ROOT / "everyhour",
            root / "everyhour",
            ignore=shutil.ignore_patterns("tests"),
        )
        for edit in edits:
            edit(root / "everyhour")
        return root / "everyhour"

    def prepared(self) -> Path:
        """Give a state folder in which database, pocket and assets are ready."""
        if self._prepared is None:
            server = self.server(state=self.folder / "prepared", prepare=True)
            try:
                if not server.ready:
                    server.start(wait=None)
                    settle(server)
            finally:
                server.stop()
            self._prepared = server.state
        self.made += 1
        return Path(shutil.copytree(self._prepared, self.folder / f"state-{self.made}"))

    def server(
        self,
        *,
        state: Path | None = None,
        package: Path | None = None,
        settings: str | None = None,
        environment: dict[str, str] | None = None,
        prepare: bool = False,
        limit: Callable[[], None] | None = None,
    ) -> Server:
        """Give a server that is not started yet: on a prepared state unless told otherwise."""
        package = package or self.package
        given = {
            "EVERYHOUR_CONTENT": str(ROOT / "content"),
            **self.environment,
            **(environment or {}),
        }
        if package:  # a safe path: else Python would look into the working folder first and find the unbroken package
            given |= {"PYTHONPATH": f"{package.parent}{os.pathsep}{ROOT}", "PYTHONSAFEPATH": "1"}
        if module := settings or self.settings:
            given["DJANGO_SETTINGS_MODULE"] = module
        return Server(
            state=state or self.prepared(), environment=given, prepare=prepare, limit=limit
        )

    @contextlib.contextmanager
    def playing(self, *, web: bool = True, **options) -> Iterator[Server]:
        """Play a server; begin when its web process answers, well or not, and not only the guard. `web=False`: it never will."""
        server = self.server(**options)
        try:
            server.start(wait=None)
            settle(server, web=web)
            yield server
        finally:
            end(server)

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def stage(**options) -> Iterator[Stage]:
    made = Stage(**options)
    try:
        yield made
    finally:
        made.clear()


def end(server: Server) -> None:
    """Stop a server and all of its processes, also those that were made to hang."""
    for pid in web_processes(server):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    server.stop()


def settle(server: Server, *, web: bool = True) -> None:
    """Wait until the web process answers, well or not, and not only the guard; without one, until anybody answers."""
    until(lambda: _running(server) and (server.get("/alive/")[2] == b"ok" or not web))
    if web:
        time.sleep(
            0.7
        )  # the guard notices at its next look, each half second; until then both answer


def _running(server: Server) -> bool:
    if server.process.poll() is not None:
        raise RuntimeError(
            f"The server ended by itself ({server.process.returncode}). {server.log()[-300:]}"
        )
    return True


def until(true: Callable[[], bool], *, patience: float = 90) -> None:
    """Wait for something to become true; what does not is an error."""
    end_at = time.monotonic() + patience
    while time.monotonic() < end_at:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if true():
                return
        time.sleep(0.05)
    raise TimeoutError(f"Waited {patience} s in vain.")


def web_processes(server: Server) -> list[int]:
    return server.children("everyhour.config.web") if server.process else []


def override(package: Path, target: str, source: str) -> None:
    """Redefine a function or method in a copy of the package, whatever its body says today.

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
    """Edit a file of a copy, whatever its line breaks; a text that is not there is an error.

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
