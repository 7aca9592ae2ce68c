"""What the rules read about one nudge, when it is decided and before each attempt to send it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import Q

from everyhour.domain.families.models import Caregiver
from everyhour.domain.moments.models import Moment, Rest
from everyhour.domain.moments.rest import AFTER_HARD, is_hard
from everyhour.domain.nudges import quiet, rules
from everyhour.domain.nudges.models import Nudge, NudgeSettings
from everyhour.domain.nudges.quiet import Clocks
from everyhour.domain.nudges.rules import Sent
from everyhour.domain.recommendations import availability, candidate_sets, observations
from everyhour.domain.recommendations.advisor import learned
from everyhour.domain.rhythm import days
from everyhour.foundation.lib.wall_clock import MINUTE

WEEK = timedelta(days=7)


def zone_of(caregiver: Caregiver, at: datetime) -> str:
    return caregiver.person.zone_name_at(at) if caregiver.person else "UTC"


def quiet_hours(settings: NudgeSettings, family) -> tuple[quiet.Hours, ...]:
    """Return the family's quiet hours and the caregiver's own, if set."""
    own = (
        ((settings.quiet_from, settings.quiet_until),)
        if settings.quiet_from is not None and settings.quiet_until is not None
        else ()
    )
    return ((family.quiet_from, family.quiet_until), *own)


def is_here(caregiver: Caregiver) -> bool:
    """Return whether the caregiver is an active person who may see the week, in a live family."""
    person, family = caregiver.person, caregiver.family
    return bool(person and person.is_active and family.key and caregiver.can(Caregiver.SEE_WEEK))


@dataclass
class SendContext:
    """Facts about one nudge at one time, each read lazily and once."""

    nudge: Nudge
    at: datetime

    @cached_property
    def caregiver(self) -> Caregiver:
        return self.nudge.caregiver

    @cached_property
    def settings(self) -> NudgeSettings | None:
        return NudgeSettings.objects.filter(caregiver=self.nudge.caregiver_id).first()

    @cached_property
    def zone(self) -> str:
        """The caregiver's current zone; the day may have been planned in another."""
        return zone_of(self.caregiver, self.at)

    @cached_property
    def quiet_clocks(self) -> Clocks:
        assert self.settings is not None
        return quiet.clocks_of(
            (self.nudge.zone, self.zone), quiet_hours(self.settings, self.caregiver.family)
        )

    @property
    def on(self) -> date:
        return self.nudge.on

    @property
    def slot(self) -> int:
        return self.nudge.slot

    @property
    def arrives_by(self) -> datetime:
        return rules.arrives_by(self.at, self.nudge.ends_at, self.quiet_clocks)

    @property
    def here(self) -> bool:
        return is_here(self.caregiver)

    @cached_property
    def why_not(self) -> str:
        return rules.why_not(self)

    @cached_property
    def before(self) -> list[Sent]:
        """Other nudges sent to this caregiver in the last seven days, oldest first."""
        handed = Nudge.objects.filter(
            caregiver=self.nudge.caregiver_id,
            state=Nudge.State.QUEUED,
            handed_at__gt=self.at - WEEK,
        )
        others = (
            handed.exclude(pk=self.nudge.pk)
            .order_by("handed_at", "id")
            .values_list("on", "slot", "handed_at")
        )
        return [Sent(on, slot, handed_at) for on, slot, handed_at in others if handed_at]

    @cached_property
    def moments(self) -> list[Moment]:
        """Recent moments of the family that this caregiver may see."""
        lately = (
            Moment.objects.of(self.caregiver.family)
            .visible_to(self.caregiver)
            .filter(at__gt=self.at - AFTER_HARD, at__lte=self.at + MINUTE)
        )
        return list(
            lately.only(
                "at",
                "kind",
                "caregiver_id",
                "origin",
                "state_before",
                "state_after",
                "outcome",
                "household_id",
            )
        )

    @cached_property
    def since_hard(self) -> timedelta | None:
        return min((self.at - m.at for m in self.moments if is_hard(m)), default=None)

    @cached_property
    def since_own(self) -> timedelta | None:
        """Time since the last moment; of those for caregivers, only their own Right now counts."""
        mine = (
            self.at - m.at
            for m in self.moments
            if m.kind != Moment.Kind.GOT
            or (m.caregiver_id == self.caregiver.pk and m.origin == Moment.Origin.RIGHT_NOW)
        )
        return min(mine, default=None)

    @cached_property
    def day_off(self) -> bool:
        return bool(Rest.objects.days_off(self.nudge.household_id, self.at))

    @cached_property
    def appointment(self) -> bool:
        return bool(days.appointments(self.nudge.household, self.at, self.at + MINUTE))

    @cached_property
    def away(self) -> bool:
        """Whether the child is elsewhere on this day, or the caregiver moved to another home."""
        home = self.nudge.household
        lives_here = (
            home.children.filter(pk=self.nudge.child_id).exists()
            and self.caregiver.household_id == home.pk
        )
        return not lives_here or not days.day_of(self.nudge.child, home, self.nudge.on).here

    @cached_property
    def sent_to_coparent(self) -> bool:
        """Whether another caregiver of this home was already sent a nudge for this part."""
        same = Nudge.objects.filter(
            child=self.nudge.child_id,
            rule=self.nudge.rule,
            on=self.nudge.on,
            state=Nudge.State.QUEUED,
        )
        return same.filter(
            ~Q(caregiver=self.nudge.caregiver_id), household=self.nudge.household_id
        ).exists()


def availability_of(context: SendContext) -> learned.Availability:
    """Return what the engine is told: the first reason against a nudge, or that there is none."""
    return availability.build_availability(
        context.why_not, now=context.at.astimezone(ZoneInfo(context.zone))
    )


def past_of(context: SendContext) -> learned.History:
    """Return the history for the engine: nudges and observations for this child in this home, while
    `sent_at` counts what was sent to this caregiver."""
    nudge = context.nudge
    past = observations.history_of(nudge.child, nudge.household)
    decided = Nudge.objects.filter(
        child=nudge.child_id, household=nudge.household_id, decision__isnull=False, slot=0
    )
    rows = (
        decided.filter(planned_at__gt=context.at - 2 * WEEK)
        .exclude(pk=nudge.pk)
        .order_by("planned_at", "id")
    )
    kinds = {candidate.slug: candidate.domain for candidate in candidate_sets.current()}
    for pk, planned_at, handed_at, practice in rows.values_list(
        "pk", "planned_at", "handed_at", "practice"
    ):
        past = learned.after_decision(
            past,
            learned.Decision(
                pk,
                "",
                observations.hours(handed_at or planned_at),
                None,
                {},
                slug=practice or None,
                domain=kinds.get(practice),
                sent=handed_at is not None,
            ),
        )
    sent = tuple(observations.hours(one.handed_at) for one in context.before if not one.slot)
    return replace(past, sent_at=sent)
