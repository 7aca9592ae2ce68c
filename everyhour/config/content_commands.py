"""`everyhour content` and `everyhour crisis`: check, load and build from the library's files."""

import argparse
from datetime import date
from pathlib import Path

import django


def add(commands) -> None:
    content = commands.add_parser("content", help="check or load the library's files")
    content.add_argument(
        "what",
        choices=["check", "load"],
        help="check: report problems; load: write new editions to the database",
    )
    content.add_argument("--path", type=Path, help="the library's folder (default: content/)")
    content.add_argument(
        "--today", type=date.fromisoformat, help="warn of ages as on this day (YYYY-MM-DD)"
    )
    content.set_defaults(run=_content)

    crisis = commands.add_parser(
        "crisis", help="build or check the crisis files", description=_crisis.__doc__
    )
    crisis.add_argument(
        "what",
        choices=["build", "check"],
        help="build: write the files; check: compare them with content/",
    )
    crisis.add_argument(
        "--release",
        action="store_true",
        help="with check: fail when a number was last checked more than 45 days ago",
    )
    crisis.add_argument(
        "--today", type=date.fromisoformat, help="as on this day (YYYY-MM-DD; default: today)"
    )
    crisis.set_defaults(run=_crisis)


def _content(options: argparse.Namespace) -> int:
    from django.conf import settings
    from django.utils import timezone

    from everyhour.domain.practices.ages import check_ages
    from everyhour.domain.practices.checks import check
    from everyhour.domain.practices.files import paths

    root = options.path or settings.CONTENT
    findings = check(root)
    for finding in findings:
        print(finding)
    if findings:
        loading = " Nothing was loaded." if options.what == "load" else ""
        print(f"{len(findings)} to fix.{loading}")
        return 1
    if options.what == "load":
        django.setup()
        return 0 if load_library(root, at=timezone.now()) else 1
    for due in check_ages(root, today=options.today or date.today()):
        print(f"warning: {due}")
    count = sum(1 for language in ("en", "es") for _ in paths(root, language))
    print(f"{count} files checked, no problems found.")
    return 0


def load_library(root: Path, *, at) -> bool:
    """Load the library and build the offline bundle; return whether every file could be read."""
    from everyhour.domain.practices import actions
    from everyhour.domain.practices.files import Library, Unreadable
    from everyhour.domain.recommendations import bundle

    try:
        loaded = actions.load(Library(root), at=at)
    except Unreadable as error:
        print(f"{error}\nThe library in the database was not changed.")
        return False
    built = bundle.build(at=at)
    total = loaded.new + loaded.changed + loaded.same
    print(
        f"  Library ready:     {total} items ({loaded.new} new, {loaded.changed} changed, "
        f"{loaded.withdrawn} withdrawn); offline bundle {built.version}"
    )
    return True


def _crisis(options: argparse.Namespace) -> int:
    """Build or check the files made from content/crisis-lines and content/danger.yaml.

    They are the self-contained crisis pages, and the phrases that a phone knows without a network.
    """
    django.setup()
    from django.conf import settings

    from everyhour.domain.practices import danger_files
    from everyhour.domain.practices.ages import check_ages
    from everyhour.features.now import crisis_files

    if options.what == "build":
        return crisis_files.build(settings.CONTENT) or danger_files.build(settings.CONTENT)
    stale = crisis_files.check(settings.CONTENT) | danger_files.check(settings.CONTENT)
    if not options.release:
        return stale
    overdue = check_ages(settings.CONTENT, today=options.today or date.today(), release=True)
    for finding in overdue:
        print(finding)
    if overdue:
        print(f"{len(overdue)} to check before a release. See docs/operate/crisis-lines.md.")
    return 1 if stale or overdue else 0
