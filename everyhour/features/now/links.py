"""The addresses each step of Right now links to."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class Links:
    """Addresses for a state and situation; "#" while they are unknown and only flow.js can tell.

    `chosen` is "child=ID" where the reader chose one of several children, else empty.
    """

    state: str
    situation: str
    chosen: str

    def to(self, name: str, *arguments: str) -> str:
        query = f"?{self.chosen}" if self.chosen else ""
        return reverse(name, args=arguments) + query if all(arguments) else "#"

    def situations(self, entries: dict, keys: Iterable[str]) -> list[tuple[str, dict, str]]:
        return [(key, entries[key], self.to("now-idea", self.state, key)) for key in keys]

    def any_situation(self) -> str:
        return self.to("now-idea", self.state, "any")

    def start(self) -> str:
        return self.to("now")

    def idea(self) -> str:
        return self.to("now-idea", self.state, self.situation) if self.state else self.start()

    def after(self) -> str:
        return self.to("now-after", self.state, self.situation)

    def back(self, step: str) -> str:
        if step == "start":
            return reverse("home")
        if step == "idea" and self.situation != "any":
            return self.to("now-around", self.state)
        return self.idea() if step == "after" else self.start()
