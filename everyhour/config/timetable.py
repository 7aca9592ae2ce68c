"""The timetable: every regular job and all steady work. See docs/operate/timetable.md."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from everyhour.domain.families import tasks as families
from everyhour.domain.nudges import tasks as nudges
from everyhour.domain.practices import tasks as practices
from everyhour.domain.recommendations import tasks as recommendations
from everyhour.domain.rhythm import tasks as rhythm
from everyhour.features.data_rights import tasks as data_rights
from everyhour.features.week import tasks as week
from everyhour.foundation.accounts import tasks as accounts
from everyhour.foundation.jobs import tasks as jobs
from everyhour.foundation.jobs.actions import Regular, Steady
from everyhour.foundation.notifications import tasks as notifications
from everyhour.foundation.submissions import tasks as submissions
from everyhour.foundation.ui import tasks as ui

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

TIMETABLE: tuple[Regular | Steady, ...] = (
    Regular(
        "checkpoint SQLite",
        jobs.checkpoint,
        every=MINUTE,
        any_clock=True,
        why=_("Moves saved data from the database’s log into its file."),
    ),
    Regular(
        "check SQLite quickly",
        jobs.quick_check,
        every=HOUR,
        any_clock=True,
        why=_("Checks that the database’s file is intact."),
    ),
    Regular(
        "check SQLite thoroughly",
        jobs.integrity_check,
        every=DAY,
        any_clock=True,
        why=_("Checks every row of the database’s file."),
    ),
    Regular(
        "check the age of crisis lines",
        practices.crisis_line_ages,
        every=DAY,
        any_clock=True,
        why=_(
            "Reminds the people who run this site to check crisis numbers not checked for a month."
        ),
    ),
    Regular(
        "train the model",
        recommendations.train_model,
        every=DAY,
        why=_("Works out what helps which child, from what families reported."),
    ),
    Regular(
        "delete old model versions",
        recommendations.delete_old_versions,
        every=DAY,
        why=_("Deletes old versions of what was learned, after sixty nights."),
    ),
    Regular(
        "refresh calendars",
        rhythm.read_calendars,
        every=10 * MINUTE,
        why=_("Updates the calendars families subscribed to, each once a day."),
    ),
    Regular(
        "delete old assets",
        ui.prune_assets,
        every=DAY,
        why=_("Deletes old styles and pictures that no phone needs any more."),
    ),
    Regular(
        "delete expired sessions",
        accounts.forget_old_sessions,
        every=5 * MINUTE,
        why=_("Deletes sessions that were signed out or not used for a month."),
    ),
    Regular(
        "close expired invitations",
        families.close_old_invitations,
        every=5 * MINUTE,
        why=_("Closes invitations that nobody used in seven days."),
    ),
    Regular(
        "erase accounts",
        data_rights.erase_due,
        every=HOUR,
        why=_("Deletes the accounts of people who asked for it, once their seven days are over."),
    ),
    Regular(
        "plan nudges",
        nudges.plan_days,
        every=MINUTE,
        why=_("Plans each person’s reminders once a day, by their own clock."),
    ),
    Steady(
        "decide due nudges",
        nudges.decide_due,
        reaches=True,
        why=_("Decides, when a reminder is due, whether to send it, and records why."),
    ),
    Regular(
        "repair nudge plans",
        nudges.heal,
        every=10 * MINUTE,
        why=_("Plans reminders that were missed, and cancels the ones that are too late."),
    ),
    Regular(
        "delete old plans and nudges",
        nudges.delete_expired,
        every=DAY,
        why=_("Deletes old plans and reminders."),
    ),
    Steady(
        "deliver notifications",
        notifications.deliver_due,
        reaches=True,
        why=_("Sends due messages to phones and by email."),
    ),
    Regular(
        "send digests",
        notifications.send_digests,
        every=10 * MINUTE,
        why=_("Emails each person about messages they haven’t opened, if the host turned that on."),
    ),
    Regular(
        "delete old submissions",
        submissions.delete_old,
        every=DAY,
        why=_("Forgets, after thirty days, which forms it has already received."),
    ),
    Regular(
        "write Sunday messages",
        week.write_sunday_messages,
        every=10 * MINUTE,
        why=_("Sends the week in one paragraph to those who asked for it, on Sundays at five."),
    ),
    Regular(
        "delete old notifications",
        notifications.delete_expired,
        every=DAY,
        why=_("Deletes messages, and phones no longer in use, after 90 days."),
    ),
)
