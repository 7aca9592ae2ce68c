"""Every regular job, and what every worker does all the time, in one place. docs/operate/timetable.md tells operators more."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from everyhour.domain.moments import tasks as moments
from everyhour.domain.practices import tasks as practices
from everyhour.features.leaving import tasks as leaving
from everyhour.foundation.accounts import tasks as accounts
from everyhour.foundation.ui import tasks as ui
from everyhour.foundation.worker import tasks as worker
from everyhour.foundation.worker.actions import Regular, Steady

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

TIMETABLE: tuple[Regular | Steady, ...] = (
    Regular(
        "copy SQLite's log into its file", worker.checkpoint, every=timedelta(minutes=1), any_clock=True,
        why=_("What was saved moves from the database’s log into its file."),
    ),
    Regular(
        "check SQLite's file", worker.quick_check, every=HOUR, any_clock=True,
        why=_("Looks whether the database’s file is whole."),
    ),
    Regular(
        "check every index and row of SQLite's file", worker.integrity_check, every=DAY, any_clock=True,
        why=_("Looks at every row of the database’s file."),
    ),
    Regular(
        "look at the age of crisis lines", practices.crisis_line_ages, every=DAY, any_clock=True,
        why=_("Reminds the host of crisis numbers that nobody called to check for a month."),
    ),
    Regular(
        "learn from what families told", moments.learn_nightly, every=DAY,
        why=_("Works out what helps which child, from what families told."),
    ),
    Regular(
        "let go of what was learned long ago", moments.let_go_of_old_fits, every=DAY,
        why=_("Lets go of what was learned more than sixty nights ago."),
    ),
    Regular(
        "let go of assets older than 90 days", ui.prune_assets, every=DAY,
        why=_("Lets go of old styles and drawings that no phone needs any more."),
    ),
    Regular(
        "let go of sessions that are over", accounts.forget_old_sessions, every=timedelta(hours=6),
        why=_("Lets go of phones that were signed out or not used for a month."),
    ),
    Regular(
        "let go of those who asked to go", leaving.let_go, every=HOUR,
        why=_("Erases those who asked to be erased, when their seven days are over."),
    ),
)  # fmt: skip
