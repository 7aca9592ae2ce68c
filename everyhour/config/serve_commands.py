"""`everyhour serve`, `worker` and `prepare`."""

import argparse
import contextlib
import os
import subprocess
import sys
import time

import django

LOCAL = ("127.0.0.1", "0.0.0.0", "::")  # noqa: S104  hosts that are shown as localhost
PREPARE = [sys.executable, "-m", "everyhour", "prepare"]


def add(commands) -> None:
    serve = commands.add_parser(
        "serve", help="start the web server and the worker", description=_serve.__doc__
    )
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    serve.add_argument(
        "--host", default=host, help="address to listen on (default: this machine only)"
    )
    serve.add_argument("--port", type=int, default=port, help="port to listen on (default: 8000)")
    serve.add_argument("--prepare", action="store_true", help="run `everyhour prepare` first")
    serve.add_argument("--no-worker", action="store_true", help="start the web server only")
    serve.add_argument(
        "--worker-elsewhere",
        action="store_true",
        help="with --no-worker: a worker already runs on this database",
    )
    serve.set_defaults(run=_serve)

    worker = commands.add_parser(
        "worker", help="run the jobs of the timetable", description=_worker.__doc__
    )
    worker.add_argument(
        "--end-with-parent", action="store_true", help="stop when the parent process ends"
    )
    worker.set_defaults(run=_worker)

    prepare = commands.add_parser(
        "prepare",
        help="migrate, load the library, build offline bundle and assets",
        description=_prepare.__doc__,
    )
    prepare.set_defaults(run=_prepare)


def _serve(options: argparse.Namespace) -> int:
    """Start web server and worker; Ctrl-C stops both. Crisis help works from the first second."""
    from everyhour.config import supervisor

    began = time.monotonic()
    try:
        listener = supervisor.listen(options.host, options.port)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "a port is a number from 0 to 65535"
        _print(
            f"Cannot listen on port {options.port} of {options.host}: {reason}. "
            "Try another port: everyhour serve --port 8001"
        )
        return 1
    if options.no_worker and not options.worker_elsewhere and (problem := _needs_worker()):
        _print(problem)
        return 1
    # For links in mails (foundation/lib/public_address.py); read by web and worker.
    os.environ["EVERYHOUR_SERVED_AT"] = f"{options.host}|{listener.getsockname()[1]}"
    processes = supervisor.Supervisor(listener, worker=not options.no_worker)
    processes.fallback.needed.set()
    prepared = not options.prepare or subprocess.run(PREPARE, check=False).returncode == 0
    host = "localhost" if options.host in LOCAL else options.host
    url = f"http://{host}:{listener.getsockname()[1]}/"
    if not prepared:
        _print(f"\n  Crisis help works at {url}help/; other pages wait until this is fixed.\n")

    def announce() -> None:
        seconds = time.monotonic() - began
        _print(f"\n  Everyhour is at   {url}   (ready in {seconds:.1f} s; Ctrl-C stops it)\n")

    processes.run(announce)
    _print("Stopped.")
    return 0


def _print(text: str) -> None:
    """Print unless stdout cannot be written: a full disk under the log must not end the server."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


def _needs_worker() -> str | None:
    """Return why the web server must not run without a worker on this SQLite, or None."""
    from django.conf import settings

    from everyhour.foundation.lib import sqlite

    try:
        if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
            sqlite.require_checkpointer(active=False)
    except sqlite.UnsafeSQLite as error:
        return str(error)
    return None


def _worker(options: argparse.Namespace) -> int:
    """Run the jobs of the timetable until SIGTERM or SIGINT."""
    if options.end_with_parent:
        from everyhour.config.web import end_with_parent

        end_with_parent()
    django.setup()
    from everyhour.config import announcements
    from everyhour.config.timetable import TIMETABLE
    from everyhour.foundation.jobs.loop import work

    announcements.connect()
    return work(TIMETABLE)


def _prepare(options: argparse.Namespace) -> int:
    """Migrate, load the library, build offline bundle and assets. Safe to run again."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from everyhour.config.content_commands import load_library
    from everyhour.domain.recommendations import training
    from everyhour.domain.recommendations.models import OfflineBundle

    call_command("migrate", verbosity=0)
    database = settings.DATABASES["default"]
    kind = "" if database["ENGINE"].endswith("sqlite3") else "PostgreSQL, "
    print(f"  Database ready:    {kind}{database['NAME']}")
    loaded = load_library(settings.CONTENT, at=timezone.now())
    if not loaded and not OfflineBundle.objects.exists():
        return 1
    call_command("collectstatic", verbosity=0, interactive=False)
    print("  Assets ready:     ", settings.STATIC_ROOT)
    print("  Model:            ", training.describe_status())
    folder = settings.MAILERS["default"]["OPTIONS"].get("file_path")
    print("  Mail goes to:     ", folder or "the mail server of EVERYHOUR_MAIL")
    return 0
