"""The timetable: every regular job and all steady work. See docs/operate/timetable.md."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from everyhour.domain.families import tasks as families
from everyhour.domain.nudges import tasks as nudges
from everyhour.domain.practices import tasks as practices
from everyhour.domain.recommendations import tasks as moments
from everyhour.domain.rhythm import tasks as rhythm
from everyhour.features.data_rights import tasks as data_rights
from everyhour.foundation.accounts import tasks as accounts
from everyhour.foundation.jobs import tasks as worker
from everyhour.foundation.jobs.actions import Regular, Steady
from everyhour.foundation.notifications import tasks as notifications
from everyhour.foundation.ui import tasks as ui

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

TIMETABLE: tuple[Regular | Steady, ...] = (
    Regular(
        "copy SQLite's log into its file",
        worker.checkpoint,
        every=timedelta(minutes=1),
        any_clock=True,
        why=_("Moves saved data from the database’s log into its file."),
    ),
    Regular(
        "check SQLite's file",
        worker.quick_check,
        every=HOUR,
        any_clock=True,
        why=_("Checks that the database’s file is intact."),
    ),
    Regular(
        "check every index and row of SQLite's file",
        worker.integrity_check,
        every=DAY,
        any_clock=True,
        why=_("Checks every row of the database’s file."),
    ),
    Regular(
        "look at the age of crisis lines",
        practices.crisis_line_ages,
        every=DAY,
        any_clock=True,
        why=_("Reminds the host to check crisis numbers that nobody has called for a month."),
    ),
    Regular(
        "learn from what families told",
        moments.learn_nightly,
        every=DAY,
        why=_("Works out what helps which child, from what families reported."),
    ),
    Regular(
        "let go of what was learned long ago",
        moments.let_go_of_old_fits,
        every=DAY,
        why=_("Deletes what was learned more than sixty nights ago."),
    ),
    Regular(
        "read calendars again",
        rhythm.read_calendars,
        every=timedelta(minutes=10),
        why=_("Updates the calendars families subscribed to, each once a day."),
    ),
    Regular(
        "let go of assets older than 90 days",
        ui.prune_assets,
        every=DAY,
        why=_("Deletes old styles and pictures that no phone needs any more."),
    ),
    Regular(
        "let go of sessions that are over",
        accounts.forget_old_sessions,
        every=timedelta(minutes=5),
        why=_("Deletes sessions that were signed out or not used for a month."),
    ),
    Regular(
        "close invitations that are over",
        families.close_old_invitations,
        every=timedelta(minutes=5),
        why=_("Closes invitations that nobody used in seven days."),
    ),
    Regular(
        "let go of those who asked to go",
        data_rights.erase_due,
        every=HOUR,
        why=_("Deletes the accounts of people who asked for it, once their seven days are over."),
    ),
    Regular(
        "plan the days that begin",
        nudges.plan_days,
        every=timedelta(minutes=1),
        why=_("Plans each person’s reminders once a day, by their own clock."),
    ),
    Steady(
        "decide what is due",
        nudges.decide_due,
        reaches=True,
        why=_("Decides, when a reminder is due, whether to send it, and records why."),
    ),
    Regular(
        "see that nobody was forgotten",
        nudges.heal,
        every=timedelta(minutes=10),
        why=_(
            "Checks that everyone who turned on reminders has a plan for today, or a reason why not."
        ),
    ),
    Regular(
        "let go of plans of long ago",
        nudges.delete_expired,
        every=DAY,
        why=_("Deletes old plans and reminders."),
    ),
    Steady(
        "bring letters to people",
        notifications.deliver_due,
        reaches=True,
        why=_("Sends due messages to phones and by email."),
    ),
    Regular(
        "write the digest",
        notifications.send_digests,
        every=timedelta(minutes=10),
        why=_("Emails each person about messages they haven’t opened, if the host turned that on."),
    ),
    Regular(
        "let go of letters older than 90 days",
        notifications.delete_expired,
        every=DAY,
        why=_("Deletes messages, and phones no longer in use, after 90 days."),
    ),
)
