"""Random rows around an invented family: its rhythm, its notifications and its nudges."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from everyhour.domain.families.models import Caregiver, Child, Household
from everyhour.domain.nudges.models import Nudge, NudgeSettings, PlannedDay
from everyhour.domain.practices.models import Item
from everyhour.domain.rhythm.models import Custody, Feed, Occurrence, Part, Season
from everyhour.foundation.accounts.models import Person
from everyhour.foundation.notifications import actions as notifications
from everyhour.foundation.notifications import addresses
from everyhour.foundation.notifications.models import DeliveryAttempt, Notification, Preferences
from testing import make

if TYPE_CHECKING:
    from proofs.invented import Invented

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
ZONES = ("America/Chicago", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia", "UTC")


def add_rhythm(family: "Invented", home: Household) -> None:
    """Create routines, plans, seasons and custody of each child, a calendar and a feed."""
    rng, by = family.rng, next(one for one in family.people if one.household_id == home.pk)
    for child in home.children.all():
        _add_childs_rhythm(family, home, child, by)
    calendar = make.calendar(
        home, by=by, name=family.odd(60), fetched_at=NOW, trouble=rng.choice(["", "gone"])
    )
    address, place = (
        f"https://{family.token()}.example.org/club.ics",
        calendar.seal_place("address"),
    )
    calendar.address = family.family.seal(address, place=place)
    calendar.save()
    row = Occurrence(calendar=calendar, uid=family.token(), begins=NOW, ends=NOW)
    row.title = family.family.seal(f"{family.token()} {family.odd(60)}", place=row.place)
    row.save()
    Feed.objects.create(
        family=family.family, caregiver=by, token_digest=family.token(), created_at=NOW
    )


def _add_childs_rhythm(family: "Invented", home: Household, child: Child, by: Caregiver) -> None:
    rng, today = family.rng, NOW.date()
    part = make.part(
        child,
        household=home,
        when=rng.choice(list(Part.Applies)),
        off=rng.random() < 0.2,
        name=family.odd(40),
        weekdays=rng.sample(range(7), 2),
        every_weeks=rng.choice([1, 2]),
        anchor=today,
        ends=rng.choice([None, 30]),
        hard=rng.random() < 0.5,
    )
    transition, until = rng.choice(["bed", part.pk]), rng.choice([None, NOW])
    make.planned(child, by=by, transition=transition, until=until)
    shared = {"family": family.family, "child": child}
    Season.objects.create(**shared, kind="holidays", name=family.odd(40), first=today, last=today)
    days = rng.sample(range(14), 5)
    Custody.objects.create(**shared, household=home, monday=today, weeks=2, days=days)


def add_notifications(family: "Invented", person: Person) -> None:
    """Create notifications with a delivery attempt each, and sometimes preferences."""
    rng = family.rng
    for _ in range(rng.randint(0, 3)):
        _add_notification(family, person)
    if rng.random() < 0.5:
        Preferences.objects.create(
            person=person,
            shows=rng.random() < 0.5,
            channels=rng.choice([[], ["mail"], ["mail", "push"]]),
            unwanted=rng.choice([[], ["nudge"]]),
            wanted=rng.choice([[], ["sunday"]]),
            digest=rng.random() < 0.5,
        )


def add_favourites(family: "Invented", person: Person) -> None:
    """Create up to three favourites, of the items this server has."""
    items = list(Item.objects.filter(kind="activity").order_by("slug"))
    for item in family.rng.sample(items, min(len(items), family.rng.randint(0, 3))):
        person.favourites.create(item=item, at=NOW)


def _add_notification(family: "Invented", person: Person) -> None:
    rng, state = family.rng, Notification.State
    at = NOW - timedelta(minutes=rng.randint(1, 9000))
    final = rng.choice([state.SENT, state.EXPIRED, state.UNSURE, state.FAILED])
    notification = notifications.write(
        person=person,
        purpose=rng.choice(["nudge", "security"]),
        key=family.token(),
        title=family.odd(60) or "x",
        body=family.odd(300),
        path=rng.choice(["", "/en/now/?practice=wall-push"]),
        at=at,
        expires_at=rng.choice([None, NOW]),
    )
    Notification.objects.filter(pk=notification.pk).update(
        state=final, reason=rng.choice(["", "too late"]), seen_at=rng.choice([None, NOW])
    )
    endpoint = f"https://push.invalid/{family.token()}"
    phone = addresses.allow(person, endpoint=endpoint, keys={}, label=family.odd(60), at=NOW)
    DeliveryAttempt.objects.create(
        notification=notification, number=1, channel="push", address=phone, at=at, result="taken"
    )


def add_nudges(family: "Invented", by: Caregiver) -> None:
    """Create a caregiver's nudge settings, planned days and nudges."""
    rng, child = family.rng, by.household.children.first()
    NudgeSettings.objects.create(
        family=family.family,
        caregiver=by,
        agreed_at=NOW,
        a_day=rng.randint(1, 3),
        paused_at=rng.choice([None, NOW]),
    )
    candidate = {
        "rule": "bed",
        "child": child.pk if child else "",
        "at": NOW.isoformat(),
        "chance": 0.5,
        "why_not": "",
        "time": None,
    }
    for days in range(rng.randint(1, 3)):
        at = NOW - timedelta(days=days)
        PlannedDay.objects.create(
            caregiver=by,
            on=at.date(),
            zone=rng.choice(ZONES),
            seed=rng.getrandbits(60),
            planned_at=at,
            reason=rng.choice(["", "quiet"]),
            body={"a_day": 1, "among": [candidate]},
        )
        if child:
            Nudge.objects.create(
                family=family.family,
                caregiver=by,
                child=child,
                household=by.household,
                rule="bed",
                on=at.date(),
                zone=rng.choice(ZONES),
                situation="bedtime",
                leads_to=at,
                planned_at=at,
                ends_at=at,
                practice="wall-push",
                state=rng.choice(["handed", "not_sent"]),
                reason=rng.choice(["", "dice"]),
                answer=rng.choice(["", "opened"]),
            )
