"""Fixtures for every unit test, the choice of tests on PostgreSQL, and a limit on reruns."""

import os

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

MOST_RERUNS = 3
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


@pytest.fixture(autouse=True)
def reset_language_and_time_zone():
    """Undo what a page leaves active in its thread, such as Spanish."""
    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()
    yield
    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()


@pytest.fixture(autouse=True)
def served_at_the_usual_address(monkeypatch):
    """Let links lead to one address, wherever a server of this checkout ran last."""
    monkeypatch.setenv("EVERYHOUR_SERVED_AT", "127.0.0.1|8000")


@pytest.fixture(scope="module")
def library(django_db_setup, django_db_blocker):
    """Load the real library with its offline bundles once for a file, and roll back after it."""
    from everyhour.domain.practices import actions
    from everyhour.domain.practices.tests import libraries
    from everyhour.domain.recommendations import bundle

    with django_db_blocker.unblock(), transaction.atomic():
        actions.load(libraries.real(), at=libraries.MONDAY)
        yield bundle.build(at=libraries.MONDAY)
        transaction.set_rollback(True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """On PostgreSQL, leave out the units that never touch a database; SQLite has run them."""
    if not os.environ.get("EVERYHOUR_DATABASE", "").startswith("postgres"):
        return
    units = [item for item in items if not item.get_closest_marker("journey")]
    left_out = {item for item in units if not touches_database(item)}
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=list(left_out))


def touches_database(item: pytest.Item) -> bool:
    fixtures = DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    return bool(fixtures) or item.get_closest_marker("django_db") is not None


def reruns(config) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return [report.nodeid for report in reporter.stats.get("rerun", [])] if reporter else []


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session, exitstatus):
    """Fail a run that needed many reruns: a browser may stumble, a suite may not lean on that."""
    if not hasattr(session.config, "workerinput") and len(reruns(session.config)) > MOST_RERUNS:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    again = reruns(config)
    if again:
        terminalreporter.section(f"{len(again)} reruns, at most {MOST_RERUNS} are allowed")
        for name in again:
            terminalreporter.line(f"RERUN {name}")
