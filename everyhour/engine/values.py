"""The engine's values: what is known before a decision, the decision itself, and what came of it. Frozen, plain, versioned."""

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
    """How often a family may be nudged at most; a family or its organisation may set fewer."""

    rest_hours: float = 2.5  # between two nudges
    a_day: int = 3
    a_week: int = 14
    after_own_moment: float = 1.5  # hours of rest after a moment the family had by itself
    after_sos: float = 24.0  # hours: a hard day is left alone
    quiet_from: float = 20.5  # local clock
    quiet_until: float = 7.0


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether this family may be reached now, as far as the outside knows; hours are counted back from now, None is never."""

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
    """What one family did with one practice: when it was last suggested, how much of late, how often tried and helped."""

    last_at: float
    recent: float = 0.0  # suggestions, each worth .90 less with each day; as of `last_at`
    tried: int = 0
    helped: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """What one family was sent before, told so that it can be folded forward one decision at a time (`remembering.py`)."""

    items: Mapping[str, ItemHistory] = field(default_factory=dict)
    domains: Mapping[str, tuple[float, float]] = field(
        default_factory=dict
    )  # domain -> (last at, recent use by then, .85 a day)
    run: tuple[str, ...] = ()  # domains of the last two suggestions
    sent_at: tuple[float, ...] = ()  # nudges of the last seven days, oldest first
    dose: float = 0.0  # .85 a decision point, plus one for each nudge


@dataclass(frozen=True, slots=True)
class Opportunity:
    """A moment at which something could be suggested. `at` counts hours from any fixed beginning; it is handed in, never read."""

    key: str  # unique and stable: dice are seeded with it, outcomes come back under it
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
    """One decision with everything needed to make it again (`deciding.replay`); written also when nothing is sent."""

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
    """What a family told about the window after a decision, asked alike whether something was sent or not."""

    key: str
    family: str
    reward: (
        float | None
    )  # 1 it happened and helped, .5 it happened, 0 it did not or made it harder; None: no answer
    harder: bool = False
