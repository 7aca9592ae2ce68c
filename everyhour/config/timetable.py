"""Every regular job, in one place. docs/operate/timetable.md tells operators what each is for."""

from datetime import timedelta

from everyhour.domain.moments import tasks as moments
from everyhour.domain.practices import tasks as practices
from everyhour.features.leaving import tasks as leaving
from everyhour.foundation.accounts import tasks as accounts
from everyhour.foundation.ui import tasks as ui
from everyhour.foundation.worker import tasks as worker
from everyhour.foundation.worker.actions import Regular

TIMETABLE = (
    Regular("copy SQLite's log into its file", worker.checkpoint, every=timedelta(minutes=1)),
    Regular("check SQLite's file", worker.quick_check, every=timedelta(hours=1)),
    Regular("check every index and row of SQLite's file", worker.integrity_check, every=timedelta(days=1)),
    Regular("look at the age of crisis lines", practices.crisis_line_ages, every=timedelta(days=1)),
    Regular("learn from what families told", moments.learn_nightly, every=timedelta(days=1)),
    Regular("let go of what was learned long ago", moments.let_go_of_old_fits, every=timedelta(days=1)),
    Regular("let go of assets older than 90 days", ui.prune_assets, every=timedelta(days=1)),
    Regular("let go of sessions that are over", accounts.forget_old_sessions, every=timedelta(hours=6)),
    Regular("let go of those who asked to go", leaving.let_go, every=timedelta(hours=1)),
)
