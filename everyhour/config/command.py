"""The `everyhour` command."""

import argparse
import contextlib
import importlib
import logging
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from everyhour import __version__
from everyhour.config import data_commands, messages_command, timetable_command

EXAMPLES = """
examples:
  everyhour serve --prepare        set up what is missing, then start web and worker
  everyhour content check          read every file of the library; name file and line of what is not right
  everyhour content load           bring edited files into the database as new editions
  everyhour timetable              what happens by itself: last run, how it went, next run
  everyhour prove crisis           show that crisis help answers in broken states
  everyhour demo                   invented families, so that every page can be seen full
  everyhour engine --help          what was learned, why this was offered; simulate; plan a study, analyse one
  everyhour manage migrate         any Django command
"""


def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everyhour.config.settings")
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["manage"]:  # everything after it is Django's, also --help
        return _manage(given[1:])
    if given[:1] == ["engine"]:  # NumPy is not loaded for those who serve
        return _engine(given[1:])
    options = _parser().parse_args(given)
    try:
        return options.run(options) or 0
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="everyhour",
        description="Help in the hard minute.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"everyhour {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser(
        "serve", help="start the web server and the worker as one", description=_serve.__doc__
    )
    serve.add_argument(
        "--host",
        default=os.environ.get("HOST", "127.0.0.1"),
        help="address to listen on (default: this machine only)",
    )
    serve.add_argument(
        "--port",
        type=int,
        default=os.environ.get("PORT", "8000"),
        help="port to listen on (default: 8000)",
    )
    serve.add_argument(
        "--prepare",
        action="store_true",
        help="first migrate, load the library, build pocket and assets",
    )
    serve.add_argument("--no-worker", action="store_true", help="web only")
    serve.add_argument(
        "--worker-elsewhere",
        action="store_true",
        help="with --no-worker: a worker already runs on this database",
    )
    serve.set_defaults(run=_serve)

    worker = commands.add_parser(
        "worker", help="do the regular jobs of the timetable", description=_worker.__doc__
    )
    worker.add_argument(
        "--end-with-parent",
        action="store_true",
        help="stop when the process that started this one ends",
    )
    worker.set_defaults(run=_worker)

    prepare = commands.add_parser(
        "prepare",
        help="migrate, load the library, build pocket and assets",
        description=_prepare.__doc__,
    )
    prepare.set_defaults(run=lambda options: _prepare())

    content = commands.add_parser("content", help="check or load the library's files")
    content.add_argument(
        "what",
        choices=["check", "load"],
        help="check: read and judge; load: bring into the database",
    )
    content.add_argument("--path", type=Path, help="another folder than the usual content/")
    content.add_argument(
        "--today",
        type=date.fromisoformat,
        default=None,
        help="warn of ages as on this day (YYYY-MM-DD)",
    )
    content.set_defaults(run=_content)

    crisis = commands.add_parser(
        "crisis", help="write the self-contained crisis files from content/crisis-lines"
    )
    crisis.add_argument(
        "what",
        choices=["build", "check"],
        help="build: write them; check: say whether they are as the content is",
    )
    crisis.add_argument(
        "--release",
        action="store_true",
        help="with check: fail when a number was last checked more than 45 days ago",
    )
    crisis.add_argument("--today", type=date.fromisoformat, help="as on this day (YYYY-MM-DD)")
    crisis.set_defaults(run=_crisis)

    prove = commands.add_parser(
        "prove", help="show that a promise holds", description=_prove.__doc__
    )
    prove.add_argument(
        "name",
        help="which one: crisis, safety, sync, …; `all` for every one (an unknown name lists them)",
    )
    prove.add_argument("--n", type=int, help="how many cases")
    prove.add_argument("--seed", type=int, default=168, help="seed of what is drawn (default: 168)")
    prove.add_argument(
        "--sabotage",
        metavar="X",
        help="break the promise on purpose: the proof must then fail (`list` names the ways)",
    )
    prove.add_argument("--out", type=Path, help="write the evidence here as JSON")
    prove.set_defaults(run=_prove)

    data_commands.add(commands)
    messages_command.add(commands)
    timetable_command.add(commands)
    commands.add_parser(
        "engine",
        help="the engine by hand: what was learned, and why; simulate; studies",
        add_help=False,
    )
    commands.add_parser("manage", help="any Django management command", add_help=False)
    return parser


def _serve(options: argparse.Namespace) -> int:
    """Start web and worker as one; Ctrl-C ends both. From the first moment on, crisis help answers."""
    from everyhour.config import supervisor

    began = time.monotonic()
    try:
        listener = supervisor.listen(options.host, options.port)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or "ports go from 0 to 65535"
        say(
            f"Port {options.port} on {options.host} is not free ({why}). Try another: everyhour serve --port 8001"
        )
        return 1
    if options.no_worker and not options.worker_elsewhere and (problem := _unsafe_alone()):
        say(problem)
        return 1
    keeper = supervisor.Supervisor(listener, worker=not options.no_worker)
    keeper.stand.needed.set()
    ready = (
        not options.prepare
        or subprocess.run([sys.executable, "-m", "everyhour", "prepare"], check=False).returncode
        == 0
    )
    everywhere = ("127.0.0.1", "0.0.0.0", "::")  # noqa: S104  only to say where to look
    address = f"http://{'localhost' if options.host in everywhere else options.host}:{listener.getsockname()[1]}/"
    if not ready:
        say(f"\n  Crisis help answers at {address}help/; other pages wait until this is mended.\n")
    keeper.run(
        lambda: say(
            f"\n  Everyhour is at   {address}   (ready in {time.monotonic() - began:.1f} s; Ctrl-C stops it)\n"
        )
    )
    say("Stopped.")
    return 0


def say(words: str) -> None:
    """Print, unless there is nowhere to print to: a full disk under the log must not end the guard."""
    with contextlib.suppress(OSError):
        print(words, flush=True)


def _unsafe_alone() -> str | None:
    """Say why the web process must not run on this SQLite without a worker; None when it may."""
    from django.conf import settings

    from everyhour.foundation.lib import sqlite

    try:
        if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
            sqlite.require_checkpointer(active=False)
    except sqlite.UnsafeSQLite as error:
        return str(error)
    return None


def _worker(options: argparse.Namespace) -> int:
    """Do the regular jobs of the timetable until told to stop."""
    if options.end_with_parent:
        from everyhour.config.web import end_with_parent

        end_with_parent()
    _django()
    from everyhour.config import announcements
    from everyhour.config.timetable import TIMETABLE
    from everyhour.foundation.jobs.loop import work

    announcements.connect()
    return work(TIMETABLE)


def _prepare() -> int:
    """Bring a new or an old machine to where it can serve; running it again changes nothing."""
    _django()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from everyhour.domain.recommendations import training
    from everyhour.domain.recommendations.models import OfflineBundle

    call_command("migrate", verbosity=0)
    print("  Database ready:  ", _database_in_words(settings.DATABASES["default"]))
    if (
        load_library(settings.CONTENT, at=timezone.now()) is None
        and not OfflineBundle.objects.exists()
    ):
        return 1
    call_command("collectstatic", verbosity=0, interactive=False)
    print("  Assets ready:    ", settings.STATIC_ROOT)
    print("  Learned:         ", training.in_words())
    print(
        "  Letters go to:   ",
        settings.MAILERS["default"]["OPTIONS"].get("file_path")
        or "the mail server of EVERYHOUR_MAIL",
    )
    return 0


def _database_in_words(database: Mapping[str, Any]) -> str:
    return (
        database["NAME"]
        if database["ENGINE"].endswith("sqlite3")
        else f"PostgreSQL, {database['NAME']}"
    )


def load_library(root: Path, *, at):
    """Check, load, and build the pocket; on a finding say where it is, and change nothing."""
    from everyhour.domain.practices import actions
    from everyhour.domain.practices.files import Library, Unreadable
    from everyhour.domain.recommendations import bundle

    try:
        loaded = actions.load(Library(root), at=at)
    except Unreadable as error:
        print(f"{error}\nNothing was changed: the library in the database is as it was.")
        return None
    built = bundle.build(at=at)
    total = loaded.new + loaded.changed + loaded.same
    print(
        f"  Library ready:    {total} items ({loaded.new} new, {loaded.changed} changed, {loaded.withdrawn} withdrawn); "
        f"pocket {built.version}"
    )
    return loaded


def _content(options: argparse.Namespace) -> int:
    from django.conf import settings
    from django.utils import timezone

    root = options.path or settings.CONTENT
    from everyhour.domain.practices.ages import check_ages
    from everyhour.domain.practices.checks import Finding, check
    from everyhour.domain.practices.files import Unreadable

    try:
        findings = check(root)
    except Unreadable as error:
        findings = [Finding(error.path, error.line, error.message)]
    for finding in findings:
        print(finding)
    if findings:
        print(
            f"{len(findings)} to mend. " + ("Nothing was loaded." if options.what == "load" else "")
        )
        return 1
    if options.what == "load":
        _django()
        return 0 if load_library(root, at=timezone.now()) else 1
    from everyhour.domain.practices.files import paths

    for due in check_ages(root, today=options.today or date.today()):
        print(f"warning: {due}")
    print(
        f"{sum(1 for language in ('en', 'es') for _ in paths(root, language))} files read, all well."
    )
    return 0


def _crisis(options: argparse.Namespace) -> int:
    """Write or check the crisis files; `--release` also fails when a number is overdue."""
    _django()
    from django.conf import settings

    from everyhour.domain.practices.ages import check_ages
    from everyhour.features.now import crisis_files

    if options.what == "build":
        return crisis_files.build(settings.CONTENT)
    stale = crisis_files.check(settings.CONTENT)
    if not options.release:
        return stale
    overdue = check_ages(settings.CONTENT, today=options.today or date.today(), release=True)
    for finding in overdue:
        print(finding)
    if overdue:
        print(f"{len(overdue)} to check before a release. See docs/operate/crisis-lines.md.")
    return 1 if stale or overdue else 0


def _prove(options: argparse.Namespace) -> int:
    """Run one proof: it prints how many cases it tried and the seed, and fails when one of them did."""
    try:
        proofs = importlib.import_module("proofs")
    except ModuleNotFoundError:
        print(
            "Proofs live beside the package. Run this from a checkout of the repository, after `make test` set it up."
        )
        return 2
    return proofs.run(options)


def _engine(rest: list[str]) -> int:
    from everyhour.analysis import command

    return command.main(rest)


def _manage(rest: list[str]) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["everyhour manage", *rest])
    return 0


def _django() -> None:
    import django

    django.setup()


if __name__ == "__main__":
    sys.exit(main())
