"""What the invented families do, and when: tables written so that a parent would believe them."""

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True)
class Own:
    """A grown-up's own moment: its title, and the times it may begin within (from, minutes)."""

    title: str
    begins: time
    lasts: int


@dataclass(frozen=True)
class Scene:
    """A part of the day: when it begins, how likely it is, and what goes on."""

    school_day: time
    weekend: time | None  # None: only on school days
    lasts: int
    likely: float
    situations: tuple[str, ...]
    place: str = "home"

    def situations_on(self, day: date) -> list[str]:
        weekend = day.weekday() > 4
        return [s for s in self.situations if not (weekend and s in SCHOOL_DAYS_ONLY)]

    def place_of(self, situation: str) -> str:
        return PLACES.get(situation, self.place)


SCHOOL_DAYS_ONLY = {"school_drop", "after_school", "homework"}
PLACES = {"car": "car", "school_drop": "school"}


OWN = (
    Own("Coffee before the house woke", time(5, 50), 35),
    Own("Walked round the block", time(12, 20), 40),
    Own("A friend listened", time(20, 40), 40),
    Own("Ten minutes in the car, alone", time(12, 10), 40),
    Own("Read four pages", time(20, 50), 40),
)
TITLES = {
    "waking": ("Song on the stairs",),
    "dressing": ("Song on the stairs",),
    "school_drop": ("Counted red cars on the way",),
    "leaving": ("Counted shoes at the door",),
    "after_school": ("Raked leaves side by side",),
    "car": ("Warm pretzel, windows down",),
    "homework": ("Sat close, said little",),
    "screens": ("Watched the end together",),
    "mealtime": ("Carried the plates in",),
    "sibling": ("Clapped a rhythm together",),
    "bedtime": ("One more song in the dark",),
    "bath": ("Poured water back and forth",),
}
# No pronoun for the child: one table serves every child.
NOTES = {
    "settled": (
        "Hummed, and a hum came back.",
        "Sat on the floor, said nothing.",
        "A laugh in the middle of it.",
        "Started with water. Helped.",
    ),
    "a_bit": (
        "Ten minutes late, and it was fine.",
        "Needed the door open.",
        "Shouted first, came back after. Repaired.",
    ),
    "not_yet": (
        "Too many words from me.",
        "Too tired, both of us. Tomorrow again.",
        "Stayed near. That was all today.",
    ),
}
MORNING = (
    Scene(time(6, 50), time(8, 0), 50, 0.45, ("waking", "dressing")),
    Scene(time(7, 50), time(10, 30), 30, 0.3, ("school_drop", "leaving")),
)
AFTERNOON = (
    Scene(time(15, 20), time(13, 0), 80, 0.6, ("after_school", "car")),
    Scene(time(16, 50), time(16, 0), 60, 0.4, ("homework", "screens")),
)
EVENING = (
    Scene(time(18, 0), time(18, 10), 40, 0.35, ("mealtime", "sibling")),
    Scene(time(19, 10), time(19, 20), 50, 0.75, ("bedtime", "bath")),
)
DAY = (*MORNING, *AFTERNOON, *EVENING)
AT_SCHOOL = (
    Scene(time(9, 0), None, 150, 0.9, ("waiting", "goodbye"), "school"),
    Scene(time(12, 30), None, 120, 0.9, ("waiting", "goodbye"), "school"),
)
PRESENT = {"teacher": AT_SCHOOL, "neighbour": AFTERNOON, "grandparent": AFTERNOON}


def scenes_of(relation: str, day: date) -> list[tuple[Scene, time]]:
    """Return the parts of this day at which such a person can be there, and their beginnings."""
    beginnings = [
        (scene, scene.weekend if day.weekday() > 4 else scene.school_day)
        for scene in PRESENT.get(relation, DAY)
    ]
    return [(scene, begins) for scene, begins in beginnings if begins is not None]
