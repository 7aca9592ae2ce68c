"""Independent check of a policy's decisions against the rules, written apart from the rules
themselves.
"""

from collections.abc import Sequence

from everyhour.engine.simulation.world import Window, World
from everyhour.engine.values import Decision

TIRED = ("wound_up", "flooded", "numb")
STORM = ("alarm", "shutdown", "fear", "terror")


class Inspector:
    """Records what was sent when, and each violated rule."""

    def __init__(self, world: World) -> None:
        self.practices = {c.slug: c for c in world.truth.candidates}
        self.sent: dict[str, list[tuple[float, str]]] = {}
        self.found: list[str] = []

    def look(self, window: Window, decisions: Sequence[Decision]) -> None:
        if [o.key for o in window.opportunities] != [d.key for d in decisions]:
            self.found.append(f"day {window.day}: decisions do not match the opportunities")
        for o, d in zip(window.opportunities, decisions, strict=True):
            if d.sent:
                c, w, s = self.practices[d.slug or ""], o.wishes, o.standing
                book = self.sent.setdefault(o.family, [])
                broken = {
                    "muted": s.muted or s.paused or not s.consent,
                    "quiet": not 7.0 <= s.clock < 20.5,
                    "hard day": s.hours_since_sos is not None and s.hours_since_sos < 24,
                    "own moment": s.hours_since_own_moment is not None
                    and s.hours_since_own_moment < 1.5,
                    "busy": s.busy_twice_today,
                    "rest": any(o.at - at < 2.5 for at, _ in book),
                    "day": sum(at >= o.at - s.clock for at, _ in book) >= 3,
                    "week": sum(o.at - at < 168 for at, _ in book) >= 14,
                    "never": c.slug in w.never,
                    "state": o.state not in c.states
                    or (o.state in ("fear", "terror") and not c.presence),
                    "storm": o.state in STORM and (c.demanding or "competition" in c.cautions),
                    "touch": c.touch == "needed" and not w.touch,
                    "age": w.age is not None and (w.age < c.age[0] or w.age > c.age[1]),
                    "age unknown": w.age is None
                    and any(
                        h in c.cautions for h in ("choking", "balloon", "small_parts", "weight")
                    ),
                    "allergy": bool(c.contains)
                    and (w.allergies is None or any(a in w.allergies for a in c.contains)),
                    "avoid": any(h in w.avoid for h in c.cautions),
                    "effort": o.caregiver in TIRED and c.effort > 0.4,
                    "again": any(slug == c.slug and o.at - at < 48 for at, slug in book)
                    and c.domain not in ("closeness", "own_calm"),
                }
                self.found += [f"{o.key}: {rule}" for rule, holds in broken.items() if holds]
                book.append((o.at, c.slug))
