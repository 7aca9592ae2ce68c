"""What reached the invented people, and a calendar: so that these pages are filled as after weeks.

Nothing of it is delivered to anybody: invented people are reached only on a phone, and have none.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from everyhour.domain.families.models import Caregiver, Child
from everyhour.domain.moments.models import Moment
from everyhour.domain.nudges.models import Nudge, NudgeSettings
from everyhour.domain.recommendations import bundle
from everyhour.domain.rhythm import calendars, days
from everyhour.features.demo.generator import Dice, Practice
from everyhour.foundation.notifications import purposes
from everyhour.foundation.notifications.models import Channel, Notification, Preferences

DAYS = 6
BEFORE = timedelta(minutes=20)
AGREED_AFTER = timedelta(days=7)  # families look around first
BED, BEDTIME = "bed", "bedtime"
SUNDAY, EVENING = 6, time(18, 0)
State, Answer = Nudge.State, Nudge.Answer
ANSWERS = (Answer.OPENED, Answer.OPENED, Answer.OPENED, Answer.NOT_NOW, "")


def add(
    people: Sequence[Caregiver],
    practices: Sequence[Practice],
    off: Sequence[date],
    *,
    zone: ZoneInfo,
    began: datetime,
    at: datetime,
    dice: Dice,
) -> None:
    """Create reminders and messages of each guardian, and the first one's calendar."""
    guardians = [one for one in people if one.person and one.is_guardian]
    calm = [one for one in practices if one.suits(BEDTIME) and "calm" in one.states]
    texts = {one["slug"]: one for one in bundle.current_or_empty("en").get("practices", [])}
    known = [one.slug for one in calm if one.slug in texts]
    for by in guardians:
        assert by.person is not None  # as chosen above
        Preferences.objects.create(person=by.person, channels=[Channel.PUSH], digest=False)
        NudgeSettings.objects.create(family=by.family, caregiver=by, agreed_at=began + AGREED_AFTER)
        child = next((c for c in by.household.children.all() if "bed" in c.day), None)
        if child and known:
            _add_nudges(by, child, known, texts, off, zone=zone, at=at, dice=dice)
        _add_messages(by, child, zone=zone, at=at)
    calendars.add_file(
        build_calendar(at.astimezone(zone).date(), zone),
        name="Family calendar",
        means="appointments",
        by=guardians[0],
        at=at,
    )


def _add_nudges(
    by: Caregiver,
    child: Child,
    known: Sequence[str],
    texts: dict[str, dict[str, Any]],
    off: Sequence[date],
    *,
    zone: ZoneInfo,
    at: datetime,
    dice: Dice,
) -> None:
    today = at.astimezone(zone).date()
    evenings = [today - timedelta(days=back) for back in range(DAYS, 0, -1)]
    lived = days.days_of((child, by.household_id, on) for on in evenings)
    for on, day in zip(evenings, lived, strict=True):
        bed = datetime.combine(on, time(0), tzinfo=zone) + timedelta(minutes=day.bed or 0)
        practice, sent = dice.choice(known), dice.random() < 0.8
        answer = dice.choice(ANSWERS) if sent else ""
        if on in off or not day.here or day.bed is None:
            continue
        nudge = Nudge.objects.create(
            family=by.family,
            caregiver=by,
            child=child,
            household=by.household,
            rule=BED,
            on=on,
            zone=str(zone),
            situation=BEDTIME,
            leads_to=bed,
            planned_at=bed - BEFORE,
            ends_at=bed,
            practice=practice if sent else "",
            state=State.QUEUED if sent else State.NOT_SENT,
            reason="" if sent else "dice",
            handed_at=bed - BEFORE if sent else None,
            answer=answer,
            answered_at=bed - BEFORE + timedelta(minutes=4) if answer else None,
        )
        if sent:
            _write(
                by,
                "nudge",
                f"nudge:{nudge.pk}",
                texts[practice]["title"],
                path=f"/en/now/?practice={practice}&situation={BEDTIME}&nudge={nudge.pk}",
                at=bed - BEFORE,
                seen_at=nudge.answered_at,
            )


def _add_messages(by: Caregiver, child: Child | None, *, zone: ZoneInfo, at: datetime) -> None:
    """Create last Sunday's message, and a summary of what was not opened the day after."""
    today = at.astimezone(zone).date()
    sunday = today - timedelta(days=(today.weekday() - SUNDAY) % 7 or 7)
    begins = datetime.combine(sunday, EVENING, tzinfo=zone)
    given = Moment.objects.of(by.family).visible_to(by).between(begins - timedelta(days=7), begins)
    count = given.filter(kind=Moment.Kind.GIVEN).count()
    name = child.nickname if child else "your child"
    body = f"{count} small moments for {name} this week." if count else "A quiet week."
    _write(
        by,
        "sunday",
        f"sunday:{by.pk}:{sunday}",
        "Your week",
        body=body,
        path=reverse("week-sunday"),
        at=begins,
    )
    if (morning := begins + timedelta(hours=14)) < at:
        title = str(purposes.DIGEST.title)
        body = "You have 1 message you haven’t opened yet."
        key = f"digest:{by.person_id}:{sunday + timedelta(days=1)}"
        _write(by, "digest", key, title, body=body, path="/en/messages/", at=morning)


def _write(
    by: Caregiver,
    purpose: str,
    key: str,
    title: str,
    *,
    at: datetime,
    body: str = "",
    path: str = "",
    seen_at: datetime | None = None,
) -> None:
    assert by.person is not None  # only people with an account are written to
    Notification.objects.create(
        person=by.person,
        purpose=purpose,
        key=key,
        title=title[:120],
        body=body,
        path=path,
        made_at=at,
        send_at=at,
        sent_at=at,
        seen_at=seen_at,
        state=Notification.State.SENT,
        channel=Channel.MAIL if purpose == "digest" else Channel.PUSH,
    )


def build_calendar(today: date, zone: ZoneInfo) -> bytes:
    """Return a calendar file: swimming on Saturdays, and the dentist next week after school."""
    saturday = today + timedelta(days=(5 - today.weekday()) % 7)
    dentist = today + timedelta(days=7 + (3 - today.weekday()) % 7)
    events = [
        ("swimming", saturday, "100000", "104500", "RRULE:FREQ=WEEKLY", "Swimming"),
        ("dentist", dentist, "154500", "161500", "", "Dentist"),
    ]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Everyhour//demo//EN"]
    for uid, on, begins, ends, rule, title in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uid}@invented.example.org",
            f"DTSTAMP:{today:%Y%m%d}T000000Z",
            f"DTSTART;TZID={zone}:{on:%Y%m%d}T{begins}",
            f"DTEND;TZID={zone}:{on:%Y%m%d}T{ends}",
            *([rule] if rule else []),
            f"SUMMARY:{title}",
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()
