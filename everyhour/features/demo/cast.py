"""The people of the invented families. Every family's name says that it is invented."""

from dataclasses import dataclass, field
from datetime import date

DOMAIN = "invented.example.org"  # nobody real has an address here
DAY = {
    "wakes": 6 * 60 + 40,
    "school_starts": 8 * 60 + 20,
    "home_again": 15 * 60 + 10,
    "dinner": 18 * 60,
    "bed": 20 * 60,
}


@dataclass(frozen=True)
class CastPerson:
    """A grown-up: relation to the child, household, and address (empty: no account)."""

    name: str
    relation: str = "parent"
    address: str = ""
    household: int = 0
    may: tuple[str, ...] = ()  # empty: a guardian
    share: float = 1.0  # how much of a guardian’s usual day is theirs

    @property
    def is_guardian(self) -> bool:
        return not self.may


@dataclass(frozen=True)
class CastChild:
    """A child."""

    nickname: str
    born_in: str
    hard: tuple[str, ...]
    households: tuple[int, ...] = (0,)
    functions_like_age: int | None = None
    no_touch: bool = False
    foods: str = ""
    sounds: str = ""
    needs: str = ""
    day: dict[str, int] = field(default_factory=lambda: dict(DAY))

    def acts_like(self, on: date) -> int:
        born = date.fromisoformat(self.born_in)
        return self.functions_like_age or on.year - born.year - (on.month < born.month)


@dataclass(frozen=True)
class Cast:
    """One family. `shares` are (from household, to household, level), for every child."""

    name: str
    zone: str
    people: tuple[CastPerson, ...]
    children: tuple[CastChild, ...]
    households: tuple[str, ...] = ("",)
    shares: tuple[tuple[int, int, str], ...] = ()
    therapist: str = "Ruth (invented)"


FAMILIES = (
    Cast(
        name="The Larks (invented)",
        zone="America/Chicago",
        people=(
            CastPerson("Ada Lark", address="ada.lark"),
            CastPerson("Sam Lark", address="sam.lark", share=0.6),
            CastPerson(
                "Grandma Lark", "grandparent", "grandma.lark", may=("log", "see_week"), share=0.3
            ),
            CastPerson("Teacher Wick", "teacher", may=("log",), share=0.15),
        ),
        children=(
            CastChild(
                "Wren",
                "2019-03-01",
                ("homework", "bedtime", "car"),
                functions_like_age=4,
                foods="Nothing that wobbles.",
                sounds="The hand dryer. Balloons.",
                needs="A warning before every change. Something to chew.",
            ),
        ),
    ),
    Cast(
        name="Two Nests (invented)",
        zone="America/New_York",
        households=("By the river", "Up the hill"),
        people=(
            CastPerson("Noor Nest", address="noor.nest"),
            CastPerson("Tom Nest", address="tom.nest", household=1, share=0.7),
            CastPerson("Neighbor Pell", "neighbour", household=1, may=("log",), share=0.1),
        ),
        children=(
            CastChild(
                "Pip",
                "2017-09-01",
                ("goodbye", "school_drop", "night"),
                (0, 1),
                no_touch=True,
                needs="The same goodbye.",
            ),
        ),
        shares=((0, 1, "hours"), (1, 0, "notes")),
    ),
    Cast(
        name="The Fosters (invented)",
        zone="Europe/Berlin",
        people=(
            CastPerson("Marta Foster", "foster_carer", "marta.foster"),
            CastPerson("Opa Foster", "grandparent", may=("log",), share=0.25),
        ),
        children=(
            CastChild(
                "Juno",
                "2014-06-01",
                ("screens", "after_school"),
                functions_like_age=8,
                sounds="Doors.",
            ),
            CastChild(
                "Kit",
                "2021-01-01",
                ("teeth", "dressing", "mealtime"),
                foods="Green things, for now.",
            ),
        ),
    ),
    Cast(
        name="Just Begun (invented)",
        zone="America/Los_Angeles",
        people=(CastPerson("Ivo Begun", address="ivo.begun", share=0.25),),
        children=(CastChild("Bay", "2022-11-01", ("bedtime",)),),
    ),
)
