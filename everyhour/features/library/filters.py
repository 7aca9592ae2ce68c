"""What a reader asks of ideas beside the words they type: a filter, as values and as a query."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from everyhour.domain.practices.vocabulary import PLACES, STATES

OLDEST = 17
MONTHS = 12
CHOICES: dict[str, tuple[str, ...]] = {
    "state": STATES,
    "minutes": ("1", "5", "15"),
    "age": tuple(str(years) for years in range(OLDEST + 1)),
    "place": PLACES,
    "needs": ("nothing",),
    "touch": ("without",),
    "favourite": ("yes",),  # of the person who is signed in
}
# Words to say, other ways to see it and routines state none of these, so they never fit.
OF_THINGS_TO_DO = ("minutes", "place", "needs", "touch")


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked, each part one of its CHOICES; an empty part asks nothing."""

    state: str = ""
    minutes: str = ""
    age: str = ""
    place: str = ""
    needs: str = ""
    touch: str = ""
    favourite: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Filter":
        """Return the filter of a query. Values that nobody can choose ask nothing."""
        asked = {part: query.get(part, "") for part in CHOICES}
        return cls(**{part: value for part, value in asked.items() if value in CHOICES[part]})

    @property
    def parts(self) -> dict[str, str]:
        """Return the parts that ask something, in the order of CHOICES."""
        every = {field.name: getattr(self, field.name) for field in fields(self)}
        return {part: value for part, value in every.items() if value}

    @property
    def is_of_things_to_do(self) -> bool:
        return any(part in self.parts for part in OF_THINGS_TO_DO)

    def without(self, part: str) -> "Filter":
        return replace(self, **{part: ""})

    def to_query(self, search: str = "") -> str:
        """Return the shortest query that asks this, and this search: `q=bath&place=home`."""
        return urlencode({"q": search, **self.parts} if search else self.parts)

    def fits(self, entry: dict) -> bool:
        """Return whether an idea says of itself all that is asked.

        What it does not state it does not promise; only without an age it is for every age.
        """
        return all(FITS[part](entry, value) for part, value in self.parts.items())


def loosen(chosen: Filter, entries: Iterable[dict]) -> Iterator[tuple[str, int]]:
    """Yield each part without which something fits, and how many do, the most first."""
    listed = list(entries)
    counts = [(part, sum(map(chosen.without(part).fits, listed))) for part in chosen.parts]
    yield from sorted((pair for pair in counts if pair[1]), key=lambda pair: -pair[1])


def _suits_age(facts: dict, years: int) -> bool:
    """Return whether an idea suits a child who is, and acts, that many years old."""
    ages = [facts[key] for key in ("age", "real_age") if facts.get(key)]
    months = facts.get("months")
    return all(age["from"] <= years <= age["to"] for age in ages) and (
        not months or months["from"] // MONTHS <= years <= months["to"] // MONTHS
    )


def _takes_at_most(facts: dict, minutes: int) -> bool:
    seconds = facts.get("seconds")
    return seconds is not None and seconds["to"] <= minutes * 60


FITS: dict[str, Callable[[dict, str], bool]] = {
    "state": lambda entry, state: state in (entry["facts"].get("states") or []),
    "minutes": lambda entry, minutes: _takes_at_most(entry["facts"], int(minutes)),
    "age": lambda entry, years: _suits_age(entry["facts"], int(years)),
    "place": lambda entry, place: place in (entry["facts"].get("works_in") or []),
    "needs": lambda entry, _nothing: entry["facts"].get("materials") == [],
    # "optional" has a way without touch, which its page shows.
    "touch": lambda entry, _without: entry["facts"].get("touch") in ("none", "optional"),
    "favourite": lambda entry, _yes: entry.get("is_favourite", False),
}
