"""Inputs and outputs of the engine: frozen dataclasses. Field names are stored as JSON and never
change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from everyhour.engine import VERSION
from everyhour.engine.choosing import CAREGIVER_STATES, STATES, Candidate, Choice, Tally, Wishes

__all__ = [
    "CAREGIVER_STATES",
    "DOMAINS",
    "MODES",
    "SLOTS",
    "STATES",
    "Availability",
    "Candidate",
    "Choice",
    "Decision",
    "History",
    "ItemHistory",
    "Limits",
    "Opportunity",
    "Outcome",
    "Tally",
    "Wishes",
]

SLOTS = ("waking", "midday", "after_school", "before_dinner", "bedtime")
DOMAINS = (
    "closeness",
    "heavy_work",
    "movement",
    "rhythm",
    "senses",
    "own_calm",
)  # the last is for the caregiver: a "get"
MODES = ("mrt", "learn", "off")

# Three moods are enough to learn with; the gates look at all seven states.
MOODS = ("calm", "wobbly", "storm")
MOOD_OF = {"calm": 0, "alert": 1, "drifting": 1, "alarm": 2, "fear": 2, "terror": 2, "shutdown": 2}
LOW_CAPACITY = frozenset({"wound_up", "flooded", "numb"})


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper limits of nudging; a family or its organization may set lower ones."""

    rest_hours: float = 2.5  # between two nudges
    a_day: int = 3
    a_week: int = 14
    after_own_moment: float = 1.5  # hours of rest after a moment the family had by itself
    after_sos: float = 24.0  # hours: a hard day is left alone
    quiet_from: float = 20.5  # local clock
    quiet_until: float = 7.0


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a family may be reached now. Hours count back from now; None is never."""

    consent: bool = True
    paused: bool = False
    muted: bool = False
    clock: float = 12.0  # local hour of the day, 0 to 24
    hours_since_sos: float | None = None
    hours_since_own_moment: float | None = None
    busy_twice_today: bool = False
    limits: Limits = Limits()
    # The caller's own answer: a reason, or "" when there is none. None: the engine's rules decide.
    unavailable: str | None = None


@dataclass(frozen=True, slots=True)
class ItemHistory:
    """One family's history with one practice."""

    last_at: float
    recent: float = 0.0  # suggestions, each worth .90 less with each day; as of `last_at`
    tried: int = 0
    helped: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """What a family was sent before, folded forward one decision at a time (history.py)."""

    items: Mapping[str, ItemHistory] = field(default_factory=dict)
    domains: Mapping[str, tuple[float, float]] = field(
        default_factory=dict
    )  # domain -> (last at, recent use by then, .85 a day)
    run: tuple[str, ...] = ()  # domains of the last two suggestions
    sent_at: tuple[float, ...] = ()  # nudges of the last seven days, oldest first
    dose: float = 0.0  # .85 a decision point, plus one for each nudge


@dataclass(frozen=True, slots=True)
class Opportunity:
    """A time at which something could be suggested. `at` is in hours from any fixed origin."""

    key: str  # unique and stable: it seeds the draws and identifies the outcome
    family: str
    at: float
    day: int  # of the family in the programme, from 0
    slot: str
    state: str
    candidates: tuple[Candidate, ...]
    caregiver: str = "steady"
    situation: str = "any"
    place: str = "home"
    weekend: bool = False
    wishes: Wishes = Wishes()
    standing: Availability = Availability()


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision with everything needed to replay it (`decisions.replay`); recorded even when
    nothing is sent.
    """

    key: str
    family: str
    at: float
    reason: (
        str | None
    )  # why nothing could be sent, a code of availability.REASONS; None: the family was available
    excluded: Mapping[str, str]  # slug -> reason of the filter
    slugs: tuple[str, ...] = ()  # E, sorted
    probabilities: tuple[float, ...] = ()  # of each of E; sum to one
    slug: str | None = None  # k*
    domain: str | None = None
    probability: float = 0.0  # of k*
    learned: float = 0.0  # pi, before the always-on lane
    send_probability: float = 0.0  # what A was drawn with
    sent: bool = False
    advantage: float = 0.0  # mean of the belief in sending k*
    doubt: float = 0.0  # its standard deviation
    dose: float = 0.0
    lane: float = 0.0  # q of the always-on randomised lane
    seed: int = 0
    draws: int = 0
    mode: str = "learn"
    fallback: str | None = None  # what went wrong, when the safe answer was given
    belief: int = 0  # version of the belief
    engine: str = VERSION

    @property
    def available(self) -> bool:
        return self.reason is None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a family reported about the window after a decision, asked alike whether or not
    something was sent.
    """

    key: str
    family: str
    reward: (
        float | None
    )  # 1 it happened and helped, .5 it happened, 0 it did not or made it harder; None: no answer
    harder: bool = False
