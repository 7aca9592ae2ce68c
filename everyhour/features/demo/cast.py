"""Who is in the invented families. Every name says that it is invented."""

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
class Someone:
    """A grown-up: who they are to the child, in which household, with which address (none: no account)."""

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
class Young:
    """A child, as the family tells of it."""

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
    """One family. `shares` are (of household, to household, level), for every child."""

    name: str
    zone: str
    people: tuple[Someone, ...]
    children: tuple[Young, ...]
    households: tuple[str, ...] = ("",)
    shares: tuple[tuple[int, int, str], ...] = ()
    therapist: str = "Ruth (invented)"


FAMILIES = (
    Cast(
        name="The Larks (invented)",
        zone="America/Chicago",
        people=(
            Someone("Ada Lark", address="ada.lark"),
            Someone("Sam Lark", address="sam.lark", share=0.6),
            Someone(
                "Grandma Lark", "grandparent", "grandma.lark", may=("log", "see_week"), share=0.3
            ),
            Someone("Teacher Wick", "teacher", may=("log",), share=0.15),
        ),
        children=(
            Young(
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
            Someone("Noor Nest", address="noor.nest"),
            Someone("Tom Nest", address="tom.nest", household=1, share=0.7),
            Someone("Neighbor Pell", "neighbour", household=1, may=("log",), share=0.1),
        ),
        children=(
            Young(
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
            Someone("Marta Foster", "foster_carer", "marta.foster"),
            Someone("Opa Foster", "grandparent", may=("log",), share=0.25),
        ),
        children=(
            Young(
                "Juno",
                "2014-06-01",
                ("screens", "after_school"),
                functions_like_age=8,
                sounds="Doors.",
            ),
            Young(
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
        people=(Someone("Ivo Begun", address="ivo.begun", share=0.25),),
        children=(Young("Bay", "2022-11-01", ("bedtime",)),),
    ),
)
