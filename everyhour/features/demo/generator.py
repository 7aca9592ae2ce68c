"""Generation of eight weeks of moments. Pure; the dice are passed in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from everyhour.features.demo.cast import Cast, CastPerson
from everyhour.features.demo.scenes import NOTES, OWN, TITLES, scenes_of

WEEKS = 8
OUTCOMES = ("settled", "a_bit", "not_yet")


class Dice(Protocol):
    def random(self) -> float: ...
    def choice[T](self, of: Sequence[T], /) -> T: ...
    def randrange(self, stop: int, /) -> int: ...


@dataclass(frozen=True)
class Practice:
    """The facts of a library practice that the generator uses."""

    slug: str
    states: frozenset[str]
    situations: frozenset[str]
    ages: tuple[int, int] = (0, 99)
    places: frozenset[str] = frozenset({"home"})

    def suits(self, situation: str) -> bool:
        return bool(self.situations & {situation, "any"})


@dataclass(frozen=True)
class DemoMoment:
    """One invented moment; people and children by index in the cast."""

    by: int
    giver: int
    child: int | None
    kind: str
    at: datetime
    practice: str = ""
    title: str = ""
    state_before: str = ""
    state_after: str = ""
    situation: str = ""
    outcome: str = ""
    caregiver_state: str = ""
    origin: str = "spontaneous"
    minutes: int | None = None
    private: bool = False
    notes: tuple[str, ...] = ()


def invent(
    cast: Cast, practices: Sequence[Practice], *, now: datetime, dice: Dice
) -> tuple[list[DemoMoment], list[date]]:
    """Return a family's moments up to now, in order, and its days off."""
    zone = ZoneInfo(cast.zone)
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(WEEKS * 7, -1, -1)]
    off = [day for day in days if dice.random() < 0.07]
    luck = {practice.slug: 0.25 + 0.65 * dice.random() for practice in practices}
    ages = [child_cast.acts_like(today) for child_cast in cast.children]
    fitting = [
        p for p in practices if all(p.ages[0] <= age <= p.ages[1] for age in ages)
    ] or practices
    favourites = _favourites(fitting, dice)
    invented = [
        moment
        for day in days
        for moment in _day(cast, day, zone, favourites, luck, dice, rested=day in off)
    ]
    return sorted(
        (moment for moment in invented if moment.at <= now - timedelta(minutes=10)),
        key=lambda moment: moment.at,
    ), off


def _favourites(practices: Sequence[Practice], dice: Dice) -> list[Practice]:
    """Return the practices this family comes back to, with some for each place."""
    chosen = [dice.choice(practices) for _ in range(14)]
    for place in ("home", "car", "school"):
        there = [practice for practice in practices if place in practice.places]
        chosen += [dice.choice(there) for _ in range(3) if there]
    return chosen


def _day(
    cast: Cast,
    day: date,
    zone: ZoneInfo,
    practices: Sequence[Practice],
    luck: dict,
    dice: Dice,
    *,
    rested: bool,
) -> Iterator[DemoMoment]:
    for number, person_cast in enumerate(cast.people):
        given = (
            () if rested else _given(cast, number, person_cast, day, zone, practices, luck, dice)
        )
        yield from given
        if person_cast.is_guardian and dice.random() < 0.4 * person_cast.share + 0.1:
            yield _got(cast, number, day, zone, dice)
    if day.weekday() == 1 and not rested:  # the therapy hour
        title = f"Session with {cast.therapist}"
        yield DemoMoment(
            0,
            0,
            0,
            "professional",
            _at(day, time(16, 0), 0, zone),
            title=title,
            minutes=50,
            outcome=dice.choice(OUTCOMES),
        )


def _given(
    cast,
    number: int,
    person_cast: CastPerson,
    day: date,
    zone: ZoneInfo,
    practices,
    luck: dict,
    dice: Dice,
) -> Iterator[DemoMoment]:
    guardian = (
        number
        if person_cast.address
        else next(n for n, p in enumerate(cast.people) if p.is_guardian)
    )
    near = [
        n
        for n, child_cast in enumerate(cast.children)
        if person_cast.household in child_cast.households
    ]
    for scene, begins in scenes_of(person_cast.relation, day):
        if dice.random() > scene.likely * person_cast.share:
            continue
        child = dice.choice(near)
        situation = dice.choice(scene.situations_on(day))
        at = _at(day, begins, dice.randrange(scene.lasts), zone)
        yield _moment(
            DemoMoment(guardian, number, child, "given", at),
            situation,
            scene.place_of(situation),
            practices,
            luck,
            dice,
        )


def _moment(
    begun: DemoMoment,
    situation: str,
    place: str,
    practices: Sequence[Practice],
    luck: dict,
    dice: Dice,
) -> DemoMoment:
    """Fill in practice and outcome; each practice has its own chance with this child."""
    here = [p for p in practices if place in p.places]
    practice = dice.choice([p for p in here if p.suits(situation)] or here or practices)
    state = dice.choice(
        sorted(practice.states & {"calm", "alert", "alarm", "fear", "drifting", "shutdown"})
        or ["alert"]
    )
    draw = dice.random()
    outcome = (
        "settled"
        if draw < luck[practice.slug] * 0.75
        else "a_bit"
        if draw < luck[practice.slug] + 0.05
        else "not_yet"
    )
    after = {"settled": "calm", "a_bit": "alert", "not_yet": state}[outcome]
    notes: tuple[str, ...] = (dice.choice(NOTES[outcome]),) if dice.random() < 0.28 else ()
    if notes and dice.random() < 0.08:  # two phones wrote at once
        notes = (*notes, dice.choice(NOTES[outcome]))
    own = situation in TITLES and dice.random() < 0.12
    return replace(
        begun,
        situation=situation,
        state_before=state,
        state_after=after,
        outcome=outcome,
        notes=notes,
        practice="" if own else practice.slug,
        title=dice.choice(TITLES[situation]) if own else "",
        caregiver_state=dice.choice(("steady", "stretched", "wound_up", "")),
        origin="spontaneous" if own or state == "calm" or begun.by != begun.giver else "right_now",
        private=begun.by == begun.giver and dice.random() < 0.04,
    )


def _got(cast: Cast, number: int, day: date, zone: ZoneInfo, dice: Dice) -> DemoMoment:
    own = dice.choice(OWN)
    at = _at(day, own.begins, dice.randrange(own.lasts), zone)
    return DemoMoment(
        number, number, None, "got", at, title=own.title, minutes=5 + 5 * dice.randrange(5)
    )


def _at(day: date, clock: time, minutes: int, zone: ZoneInfo) -> datetime:
    return (datetime.combine(day, clock, tzinfo=zone) + timedelta(minutes=minutes)).astimezone(UTC)
