"""The addresses each step of Right now links to."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class Links:
    """Addresses for a state and situation; "#" where they are unknown, and flow.js handles the tap.

    `child_query` is "child=ID" where the reader chose one of several children, else empty.
    """

    state: str
    situation: str
    child_query: str
    home: str = ""  # where Right now ends: Today for a caregiver

    def to(self, name: str, *arguments: str) -> str:
        query = f"?{self.child_query}" if self.child_query else ""
        return reverse(name, args=arguments) + query if all(arguments) else "#"

    def situations(self, entries: dict, keys: Iterable[str]) -> list[tuple[str, dict, str]]:
        return [(key, entries[key], self.to("now-idea", self.state, key)) for key in keys]

    def any_situation(self) -> str:
        return self.to("now-idea", self.state, "any")

    def start(self) -> str:
        return self.to("now-start")

    def around(self) -> str:
        return self.to("now-around", self.state)

    def own_card(self, caregiver: str) -> str:
        return self.to("now-you", caregiver)

    def idea(self) -> str:
        return self.to("now-idea", self.state, self.situation) if self.state else self.start()

    def another_idea(self, seen: Iterable[str]) -> str:
        """Return the address of an idea that is none of the seen ones."""
        if not self.state:
            return "#"
        address = reverse("now-idea", args=[self.state, self.situation])
        child = f"&{self.child_query}" if self.child_query else ""
        return f"{address}?seen={','.join(seen)}{child}"

    def after(self) -> str:
        return self.to("now-after", self.state, self.situation)

    def back(self, step: str) -> str:
        if step in ("breath", "start"):
            return self.home or reverse("home")
        if step == "idea" and self.situation != "any":
            return self.around()
        return self.idea() if step == "after" else self.start()
