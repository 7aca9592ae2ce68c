"""A temporary PostgreSQL on a free port, for a stage of the check."""

import contextlib
import getpass
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from testing.server import free_port


def binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL of this machine, or None."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max(
        (path.parent for path in versions), key=lambda bin: int(bin.parent.name), default=None
    )


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """Start a cluster, yield the URL of its database, then stop and delete the cluster."""
    bin = binaries()
    if bin is None:
        raise SystemExit("No PostgreSQL here. On Debian or Ubuntu: apt-get install postgresql.")
    folder, port = Path(tempfile.mkdtemp(prefix="everyhour-postgresql-")), free_port()
    user: list[str] = []
    if getpass.getuser() == "root":  # PostgreSQL refuses to run as root
        user = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")

    def run(*command: object) -> None:
        subprocess.run([*user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/")

    # Nothing waits for the disk: a crash may lose the data of tests.
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
    options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    data, log = folder / "data", folder / "log"
    run(bin / "initdb", "-D", data, "-A", "trust", "-U", "everyhour", "--no-sync")
    run(bin / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
    try:
        run(bin / "createdb", "-h", "127.0.0.1", "-p", port, "-U", "everyhour", "everyhour")
        yield f"postgres://everyhour@127.0.0.1:{port}/everyhour"
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            run(bin / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
