"""How long a moment was, and how long ago: “half an hour”, “hora y media”. Pure."""

import re
from collections.abc import Callable
from functools import partial

from everyhour.domain.moments.quick_entry.line import Line

MINUTE, HOUR = r"(?:minutes?|minutos?|mins?|minit)", r"(?:hours?|hrs?|h|horas?|horita)"
ONE = r"(?:an?|one|una?|1)"
LONGEST = 24 * 60
# “for about”, “unos”: words before an amount that say nothing more.
BEFORE = (
    r"(?:(?:for|about|around|like|maybe|almost|nearly|just|only|roughly|over|under|at least|like|"
    r"lasted|took|it took|duro|tardo|por|durante|unos|unas|como|casi|quizas?|solo|apenas|"
    r"aprox|aproximadamente|mas o menos|cerca de|alrededor de|otros|otras|another|a good|a full|"
    r"the whole|toda una|the) )*"
)
AFTER = (
    r"(?: (?:or so|ish|mas o menos|long|total|en total|approx|aprox|straight|seguidos|seguidas))?"
)
# Longer patterns first; each with the minutes it means, given the match.
AMOUNTS = [
    (rf"(?:{ONE} |1 )?(?:hour|hora|hr) (?:and|y) (?:a |una )?(?:half|media)", lambda m: 90),
    (rf"(?:{ONE}|one) (?:and a|y) (?:half|media) {HOUR}", lambda m: 90),
    (rf"(?:{ONE} )?(?:hour|hora|hr) (?:and|y) (?:a |un )?(?:quarter|cuarto)", lambda m: 75),
    (rf"(\d{{1,2}}) (?:and a|y) (?:half|media) {HOUR}", lambda m: 60 * int(m[1]) + 30),
    (rf"(\d{{1,2}}) {HOUR} (?:and|y) (?:a |una )?(?:half|media)", lambda m: 60 * int(m[1]) + 30),
    (rf"(\d{{1,2}}) {HOUR} (?:and|y) (?:a |un )?(?:quarter|cuarto)", lambda m: 60 * int(m[1]) + 15),
    (
        rf"(\d{{1,2}}) {HOUR} (?:(?:and|y|con) )?(\d{{1,2}})(?: {MINUTE})?(?! (?:am|pm))",
        lambda m: 60 * int(m[1]) + int(m[2]),
    ),
    (rf"{ONE} {HOUR} (?:(?:and|y|con) )?(\d{{1,2}}) {MINUTE}", lambda m: 60 + int(m[1])),
    (r"(?:3|the 3) quarters of an hour|(?:3 )?cuartos de hora", lambda m: 45),
    (r"(?:a )?quarter of an hour|(?:a )?quarter hour|(?:un )?cuarto de hora", lambda m: 15),
    (r"(?:a )?half (?:an )?hour|(?:an )?half hour|(?:una )?media hor(?:a|ita)", lambda m: 30),
    (r"(?:an )?hour ?-? ?long", lambda m: 60),
    (rf"(\d{{1,2}}\.\d) ?-? ?{HOUR}", lambda m: round(60 * float(m[1]))),
    (r"([0-3])h(\d{2})", lambda m: 60 * int(m[1]) + int(m[2])),
    (rf"{ONE} (?:or|o|-|to|a) 2 {HOUR}", lambda m: 120),
    (rf"\d{{1,3}} ?(?:-|or|to|o|a|/) ?(\d{{1,3}}) ?-? ?{MINUTE}", lambda m: int(m[1])),
    (rf"\d{{1,2}} ?(?:-|or|to|o|a|/) ?(\d{{1,2}}) ?-? ?{HOUR}", lambda m: 60 * int(m[1])),
    (rf"(?:a )?couple (?:of )?{HOUR}|un par de {HOUR}", lambda m: 120),
    (rf"(?:a )?couple (?:of )?{MINUTE}|un par de {MINUTE}", lambda m: 2),
    (rf"(\d{{1,2}}) ?-? ?{HOUR}", lambda m: 60 * int(m[1])),
    (rf"(\d{{1,4}}) ?-? ?(?:whole )?{MINUTE}", lambda m: int(m[1])),
    (rf"{ONE} (?:whole |full |entera )?{HOUR}(?: entera)?", lambda m: 60),
    (rf"{ONE} (?:whole |full )?{MINUTE}", lambda m: 1),
]
AGO_ONLY = [  # vague as a length, near enough as a time
    (r"(?:a )?few minutes|unos minutos|unos minutitos|un minutito", lambda m: 5),
    (r"(?:a )?moment|un momento|un momentito|un ratito|un rato|ratito", lambda m: 5),
    (r"(?:a )?few hours|unas horas", lambda m: 3 * 60),
]
LONGEST_AGO = 48 * 60
NOT_LONG = r"(?! (?:old|ago|atras|later|mas tarde|early|late|away))"
FORWARD = (r"in {} from now", r"{} from now", r"dentro de {}")


def take_duration(line: Line) -> int | None:
    """Take out a length of time and return it in minutes, None for none or one beyond a day.

    A second one, if the line holds more, stays in the text.
    """
    for pattern, minutes in AMOUNTS:
        lead = r"(?:in |en )?" if line.search(rf"(?:in|en) {BEFORE}(?:{pattern})") else ""
        whole = rf"(?<!las ){lead}{BEFORE}(?:{pattern}){AFTER}{NOT_LONG}(?: (?:of|de))?"
        found = line.take_if(whole, partial(_read_length, minutes))
        if found:
            return found
    return None


def take_ago(line: Line) -> int | None:
    """Take out “20 minutes ago” and return the minutes."""
    about = r"(?:(?:about|around|like|maybe|como|casi|unos|unas|apenas|just|only|almost) )*"
    for pattern, minutes in (*AMOUNTS, *AGO_ONLY):
        for whole in (
            rf"{about}(?:{pattern})(?: or so)? ago",
            rf"hace {about}(?:{pattern})(?: (?:mas o menos|ya|que))?",
            rf"{about}(?:{pattern}) (?:atras|back)",
        ):
            found = line.take_if(whole, minutes)
            if found is not None:
                return min(found, LONGEST_AGO)
    return None


def take_forward(line: Line) -> int | None:
    """Take out “in an hour from now”, “dentro de una hora” and return the minutes."""
    for pattern, minutes in AMOUNTS:
        for frame in FORWARD:
            whole = frame.format(f"(?:{pattern})")
            found = line.take_if(whole, minutes)
            if found is not None:
                return min(found, LONGEST_AGO)
    return None


def _read_length(minutes: Callable[[re.Match[str]], int], found: re.Match[str]) -> int | None:
    read = minutes(found)
    return read if 0 < read <= LONGEST else None
