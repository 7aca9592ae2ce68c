"""The Sunday message: a week in one paragraph, for whoever asked for it.

It says what was, from the cells of the week's picture: never a score, a goal or a comparison with
another week. A week without a moment gets its paragraph too.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from everyhour.domain.families.models import Caregiver
from everyhour.features.week import pdf, queries, wording
from everyhour.features.week.cells import GIVEN, Cell, Light, Picture, Row
from everyhour.foundation.lib import wall_clock
from everyhour.foundation.notifications import actions
from everyhour.foundation.notifications.channels import Attachment
from everyhour.foundation.notifications.models import Notification, Preferences
from everyhour.foundation.notifications.purposes import Purpose
from everyhour.foundation.ui.formats import reading

NAME = "sunday"
SUNDAY = 6  # as date.weekday() counts
MINUTE = 17 * 60  # of the reader's Sunday
PATIENCE = timedelta(hours=4)
NAMED = 3  # givers who are named
LEAST = 3  # moments, before one part of the day is called the warmest
BEFORE_BED, AFTER_BED = 90, 30  # minutes around bedtime that count as bedtime
NUMBERS = (
    pgettext_lazy("number of moments", "one"),
    pgettext_lazy("number of moments", "two"),
    pgettext_lazy("number of moments", "three"),
    pgettext_lazy("number of moments", "four"),
    pgettext_lazy("number of moments", "five"),
    pgettext_lazy("number of moments", "six"),
    pgettext_lazy("number of moments", "seven"),
    pgettext_lazy("number of moments", "eight"),
    pgettext_lazy("number of moments", "nine"),
)
WARMEST = {
    "bedtime": gettext_lazy("Bedtime was warmest."),
    "morning": gettext_lazy("Mornings were warmest."),
    "midday": gettext_lazy("The middle of the day was warmest."),
    "afternoon": gettext_lazy("Afternoons were warmest."),
    "evening": gettext_lazy("Evenings were warmest."),
    "night": gettext_lazy("Nights were warmest."),
}


def last_sunday(today: date) -> date:
    """Return the latest Sunday, today included."""
    return today - timedelta(days=(today.weekday() - SUNDAY) % 7)


def paragraph(shown: Picture, child: str, *, me: str = "") -> str:
    """Return the week in a few sentences, in the language in force.

    On paper that a family shares, `me` is the name of the caregiver the picture belongs to;
    without it they are "you".
    """
    return " ".join(_sentences(shown, child, me))


def _sentences(shown: Picture, child: str, me: str) -> Iterator[str]:
    facts = shown.facts
    if not facts.given and not facts.got:
        yield _("An ordinary week. Rest is part of it, and next week starts fresh.")
        return
    if facts.given == 1:
        yield _("One small moment for %(child)s.") % {"child": child}
    elif facts.given:
        text = _("%(count)s small moments for %(child)s.")
        yield capfirst(text % {"count": _number(facts.given), "child": child})
    if warmest := _warmest(shown):
        yield str(WARMEST[warmest])
    yield from _givers(shown, me)
    if facts.got_by_me:
        mine = (
            ngettext("%(count)s was for %(me)s.", "%(count)s were for %(me)s.", facts.got_by_me)
            if me
            else ngettext("%(count)s was for you.", "%(count)s were for you.", facts.got_by_me)
        )
        yield capfirst(mine % {"count": _number(facts.got_by_me), "me": me})
    if others := facts.got - facts.got_by_me:
        text = ngettext(
            "%(count)s was for another grown-up.", "%(count)s were for other grown-ups.", others
        )
        yield capfirst(text % {"count": _number(others)})


def _number(count: int) -> str:
    return str(NUMBERS[count - 1]) if count <= len(NUMBERS) else str(count)


def _warmest(shown: Picture) -> str | None:
    """Return the one part of the day with the most moments for the child; None without one."""
    counted = Counter(
        _part(shown, row, cell, light)
        for row in shown.rows
        for cell in row.cells
        for light in cell.lights
        if light.kind == GIVEN
    ).most_common(2)
    if not counted or counted[0][1] < LEAST:
        return None
    return counted[0][0] if len(counted) == 1 or counted[0][1] > counted[1][1] else None


def _part(shown: Picture, row: Row, cell: Cell, light: Light) -> str:
    wall = cell.hour.wall + (light.at - cell.hour.start)
    bed = shown.rhythm.beds.get(row.on, shown.rhythm.sleeps)
    to_bed = (bed - (wall.hour * 60 + wall.minute) + 720) % 1440 - 720
    if -AFTER_BED <= to_bed <= BEFORE_BED:
        return "bedtime"
    parts = ((5, "night"), (11, "morning"), (13, "midday"), (18, "afternoon"), (22, "evening"))
    return next((name for until, name in parts if wall.hour < until), "night")


def _givers(shown: Picture, me: str) -> Iterator[str]:
    """Say who gave how many, when several did or somebody else did."""
    lights = [light for row in shown.rows for light in row.lights(GIVEN)]
    mine = sum(light.mine for light in lights)
    named = Counter(light.by for light in lights if not light.mine and light.by)
    if not named:
        return
    gave = _("%(name)s gave %(count)s") if me else _("you gave %(count)s")
    parts = [gave % {"name": me, "count": _number(mine)}] if mine else []
    for name, count in sorted(named.items(), key=lambda one: (-one[1], one[0]))[:NAMED]:
        parts.append(_("%(name)s gave %(count)s") % {"name": name, "count": _number(count)})
    if rest := len(lights) - mine - sum(sorted(named.values(), reverse=True)[:NAMED]):
        parts.append(_("others gave %(count)s") % {"count": _number(rest)})
    said = get_text_list(parts, pgettext("before the last of several givers", "and"))
    yield f"{capfirst(said)}."


def write_due(at: datetime) -> int:
    """Write the message of each person whose Sunday evening has begun; return how many."""
    wanting = Preferences.objects.exclude(wanted=[]).select_related("person")
    people = [row.person for row in wanting if NAME in row.wanted and row.person.is_active]
    return sum(_write(person, at) for person in people)


def _write(person, at: datetime) -> int:
    zone = person.zone_name_at(at)
    today = wall_clock.date_in(zone, at)
    begins = wall_clock.instant(today, MINUTE, zone) if today.weekday() == SUNDAY else None
    if begins is None or not begins <= at < begins + PATIENCE:
        return 0
    caregivers = Caregiver.objects.present().filter(person=person)
    seeing = [
        one
        for one in caregivers.select_related("family", "household")
        if one.can(Caregiver.SEE_WEEK)
    ]
    with reading(lambda: zone, person.language):
        for caregiver in seeing:
            actions.write(
                person=person,
                purpose=NAME,
                key=f"{NAME}:{caregiver.pk}:{today}",
                title=_("Your week"),
                body=_body(queries.viewer_of(caregiver, person), today, at=at),
                path=reverse("week-sunday"),
                at=at,
                expires_at=begins + PATIENCE,
            )
    return len(seeing)


def _body(viewer: queries.Viewer, on: date, *, at: datetime) -> str:
    return "\n\n".join(
        paragraph(queries.load_picture(one, on, at=at), wording.name(one.child))
        for one in viewer.for_each_child()
    )


def _sheet(notification: Notification) -> Attachment | None:
    """Return the fridge sheet of the caregiver and the Sunday in the key, if they may see it."""
    _name, pk, on = notification.key.split(":")
    caregiver = Caregiver.objects.present().filter(pk=pk, person=notification.person).first()
    if caregiver is None or not caregiver.can(Caregiver.SEE_WEEK):
        return None
    viewer = queries.viewer_of(caregiver, notification.person)
    return Attachment(
        f"week-{on}.pdf",
        fridge_sheet(viewer, date.fromisoformat(on), at=notification.made_at),
        "application/pdf",
    )


def fridge_sheet(viewer: queries.Viewer, on: date, *, at: datetime) -> bytes:
    shown, child = queries.load_picture(viewer, on, at=at), wording.name(viewer.child)
    return pdf.render_fridge_sheet(shown, child, paragraph(shown, child, me=viewer.caregiver.name))


def _recheck(notification: Notification, at: datetime) -> str | None:
    """Return a reason not to send: the caregiver left, or may no longer see the week."""
    caregiver = Caregiver.objects.present().filter(pk=notification.key.split(":")[1]).first()
    return (
        None if caregiver and caregiver.can(Caregiver.SEE_WEEK) else "they no longer see the week"
    )


PURPOSE = Purpose(
    NAME,
    once=True,
    title=gettext_lazy("A message for you"),
    asked=True,
    recheck=_recheck,
    attach=_sheet,
)
