"""Hours of the clock and parts of the day: “half past seven”, “a la 1”, “last night”. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from everyhour.domain.moments.quick_entry.line import Line

MORNING, AFTERNOON, EVENING, NIGHT, DAWN, NOON = (
    "morning",
    "afternoon",
    "evening",
    "night",
    "dawn",
    "noon",
)


@dataclass(frozen=True)
class Clock:
    """An hour as said. `sure` when it can mean one time of the day only."""

    hour: int
    minute: int
    sure: bool
    part: str = ""


@dataclass(frozen=True)
class Part:
    """A part of the day: the time it means alone, and the day it names, if it names one."""

    name: str
    alone: time
    situation: str = ""
    days_back: int | None = None  # 0 for “this evening”, 1 for “last night”


HOUR = r"(?P<hour>\d{1,2}|one|una|1)"
HALF = r"(?P<half>am|pm|a m|p m)"
OF_DAY = (
    r"(?P<of>(?:de|por|en|a) la (?:manana|tarde|noche|madrugada|tardecita|mananita)|de madrugada"
    r"|del (?:mediodia|medio dia|dia)|in the (?:morning|afternoon|evening|night"
    r"|middle of the night)"
    r"|at night|tonight|morning|this (?:morning|afternoon|evening)|esta (?:manana|tarde|noche))"
)
PAST_HOUR = (
    r"(?: (?:(?P<minute>[0-5]\d)|(?:y|con) (?P<more>\d{1,2}|media|cuarto)(?: minutos?)?"
    r"|menos (?P<less>\d{1,2}|cuarto)|oh (?P<oh>\d)))?"
)
TAIL = (
    rf"(?: ?(?:o clock|oclock|ish|en punto|hrs|hs|h|horas|sharp|mas o menos))?(?: ?{HALF})?"
    rf"(?: ?{OF_DAY})?"
)
LEAD = (
    r"(?:(?:since|by|at|around|about|@|like|maybe|approx|como|tipo|sobre|hacia|desde|casi|cerca de|"
    r"a eso de|mas o menos|alrededor de|right at|right around|exactly) )*"
)
AT = r"(?:at|around|@|at like|by|since|tipo|a las?|las|la(?= (?:una|1)))"
DIGITS = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})"
WITH_H = r"(?P<hour>\d{1,2})h(?P<minute>\d{2})"
SHORT_RUN = r"(?P<hour>[1-9])(?P<minute>[0-5]\d)"
RUN = r"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)"
TO = r"(?:a |un |5 )?"
WORDED = (
    rf"{LEAD}(?:{AT} )?half past {HOUR}(?: ?{HALF})?(?: {OF_DAY})?",
    rf"{LEAD}(?:{AT} )?(?:a )?(?P<more>quarter) past {HOUR}(?: ?{HALF})?(?: {OF_DAY})?",
    rf"{LEAD}(?:{AT} )?(?:a )?(?P<less>quarter) (?:to|till|of) {HOUR}(?: ?{HALF})?(?: {OF_DAY})?",
    rf"{LEAD}(?:{AT} )?(?P<more>\d{{1,2}})(?: min| mins| minutes)? past {HOUR}(?: ?{HALF})?"
    rf"(?: {OF_DAY})?",
    rf"{LEAD}(?:{AT} )?(?P<less>\d{{1,2}})(?: min| mins| minutes)? (?:to|till|of) {HOUR}"
    rf"(?: ?{HALF})?(?: {OF_DAY})?",
    rf"{LEAD}(?:al |a )?(?:un )?(?P<less>cuarto|\d{{1,2}})(?: minutos?)? para las? {HOUR}{TAIL}",
)
PLAIN = (
    rf"{LEAD}{AT} {LEAD}(?:las? )?{DIGITS}{TAIL}",
    rf"{LEAD}{AT} {LEAD}(?:las? )?{WITH_H}{TAIL}",
    rf"{LEAD}{AT} {RUN}{TAIL}",
    rf"{LEAD}{AT} {SHORT_RUN}{TAIL}(?! (?:min|people|things))",
    rf"{LEAD}{SHORT_RUN} ?{HALF}",
    rf"{LEAD}{AT} {LEAD}(?:las? )?{HOUR}{PAST_HOUR}{TAIL}",
    rf"{LEAD}{DIGITS}{TAIL}",
    rf"{LEAD}(?![0-3]h){WITH_H}",
    rf"{LEAD}{RUN} ?(?:h|hs|hrs|hours)",
    rf"{LEAD}{HOUR}{PAST_HOUR} ?{HALF}(?: {OF_DAY})?",
    rf"{LEAD}{HOUR}{PAST_HOUR} ?(?:o clock|oclock|en punto|ish){TAIL}",
    rf"{LEAD}{HOUR}{PAST_HOUR} {OF_DAY}",
)
MIDNIGHT = r"(?:at |around |about |a )?(?:midnight|(?:la )?media ?noche)"
MIDDAY = r"(?:at |around |about |a )?(?:noon|midday|(?:al )?medio ?dia)"
NAMES = {
    "manana": MORNING,
    "mananita": MORNING,
    "morning": MORNING,
    "tarde": AFTERNOON,
    "tardecita": AFTERNOON,
    "afternoon": AFTERNOON,
    "evening": EVENING,
    "noche": NIGHT,
    "night": NIGHT,
    "tonight": NIGHT,
    "madrugada": DAWN,
    "mediodia": NOON,
    "dia": NOON,
}
ODD_PARTS = (
    (r"(?:(?:at|de|en) )?(?:the )?night before last|ante ?anoche|antenoche|antes de anoche", 2),
    (r"(?:(?:the|de|from) )?last nights?(?: 's)?|(?:de )?anoche", 1),
    (r"(?:(?:during|in|through) )?the other night", None),
)
PARTS = [
    *(
        (rf"{pattern}(?: (?:en|por|a) la noche| late)?", Part(NIGHT, time(20, 30), "night", back))
        for pattern, back in ODD_PARTS[:2]
    ),
    (r"last evening", Part(EVENING, time(19), "", 1)),
    (
        r"(?:right |just )?before (?:bed(?:time)?|sleep)|at bed ?time|at bedtime|on the way to bed"
        r"|antes de (?:dormir|acostar(?:se|lo|la|los|las|nos)?|ir a la cama)"
        r"|al acostar(?:se|lo|la|los|las|nos)?|a la hora de (?:dormir|acostarse|la cama)",
        Part(EVENING, time(19, 30), "bedtime"),
    ),
    (
        r"(?:right |just )?after school|despues de (?:las )?clases|despues de la escuela"
        r"|despues del (?:cole|colegio|kinder|jardin)|al salir (?:de la escuela|del cole|de clases)"
        r"|saliendo (?:de la escuela|del cole)",
        Part(AFTERNOON, time(15, 30), "after_school"),
    ),
    (
        r"(?:right |just )?before school|antes (?:de la escuela|del cole|del colegio|de clases)",
        Part(MORNING, time(7, 30)),
    ),
    (
        r"(?:right )?(?:before|at|during|over|after) breakfast"
        r"|(?:antes del|en el|durante el|despues del|al|con el) desayuno|antes de desayunar"
        r"|despues de desayunar",
        Part(MORNING, time(7, 30), "mealtime"),
    ),
    (
        r"(?:right )?(?:before|at|during|over|after) lunch(?: ?time)?"
        r"|(?:antes del|en el|durante el|despues del) almuerzo|(?:antes|despues) de almorzar"
        r"|(?:antes|despues) de comer|a la hora (?:de comer|del almuerzo|de la comida)",
        Part(NOON, time(12, 30), "mealtime"),
    ),
    (
        r"(?:right )?(?:before|at|during|over|after) (?:dinner|supper)(?: ?time)?"
        r"|(?:antes de la|en la|durante la|despues de la|a la hora de la) cena"
        r"|(?:antes|despues) de cenar",
        Part(EVENING, time(18), "mealtime"),
    ),
    (
        r"(?:in )?(?:the )?middle of the night|(?:during|through|in) the night|overnight"
        r"|(?:de|en la|a la|por la|la) madrugada|(?:en )?(?:plena|la mitad de la) noche"
        r"|a media ?noche y algo",
        Part(DAWN, time(3), "night"),
    ),
    (
        r"first thing in the morning|(?:when|as) (?:he|she|they|we|i) woke up|first thing"
        r"|al (?:despertar(?:se|nos)?|levantar(?:se|nos|me)?)|recien levantad[oa]s?",
        Part(MORNING, time(7), "waking"),
    ),
    (
        r"(?:(?:early|late) )?this morning|this am|esta (?:misma )?manana(?: temprano)?"
        r"|hoy (?:en|por) la manana"
        r"(?: temprano)?",
        Part(MORNING, time(8, 30), "", 0),
    ),
    (
        r"(?:late )?this afternoon|esta tarde|hoy (?:en|por) la tarde",
        Part(AFTERNOON, time(15), "", 0),
    ),
    (r"this evening", Part(EVENING, time(19), "", 0)),
    (r"(?:later )?tonight|esta noche|hoy (?:en|por) la noche", Part(NIGHT, time(19), "", 0)),
    (
        r"(?:early |late )?(?:in the )?mornings?(?! person)(?: early)?|(?:temprano )?(?:por|en"
        r"|a) la manana"
        r"(?: temprano)?|(?<=ayer )manana|(?<=ayer )(?:de|a la) manana|tempran(?:o|ito)",
        Part(MORNING, time(8, 30)),
    ),
    (
        r"(?:late |early )?(?:in the )?afternoons?|(?:por|en|a) la tard(?:e|ecita)"
        r"|(?<=ayer )(?:de )?tarde",
        Part(AFTERNOON, time(15)),
    ),
    (r"(?:late |early )?(?:in the )?evening", Part(EVENING, time(19))),
    (
        r"(?:late )?at night|(?:por|en|a|de) la noche|(?<!luz )de noche|(?<=ayer )noche"
        r"|(?<=day )night",
        Part(NIGHT, time(20, 30)),
    ),
]


def take_clock(line: Line) -> Clock | None:
    """Take out an hour of the clock."""
    for pattern in (*WORDED, *PLAIN):
        if clock := line.take_if(pattern, _read):
            return clock
    if line.take(MIDNIGHT):
        return Clock(0, 0, sure=True, part=NIGHT)
    if line.take(MIDDAY):
        return Clock(12, 0, sure=True)
    return None


def take_worded_clock(line: Line) -> Clock | None:
    """Take out “ten minutes to eight”, before its minutes are read as a length."""
    return next((clock for pattern in WORDED if (clock := line.take_if(pattern, _read))), None)


def take_part(line: Line) -> Part | None:
    """Take out a part of the day."""
    return next((part for pattern, part in PARTS if line.take(pattern)), None)


def read_side(text: str, other: "Clock | None" = None) -> Clock | None:
    """Read one side of “from 7 to 7:30 pm”; the half of the other side holds for both."""
    for pattern in (rf"(?:las? )?{DIGITS}{TAIL}", rf"(?:las? )?{HOUR}{PAST_HOUR}{TAIL}"):
        if (found := re.fullmatch(pattern, text)) and (clock := _read(found)):
            if other and other.sure and not clock.sure and clock.hour <= other.hour % 12:
                return Clock(clock.hour + (12 if other.hour >= 12 else 0), clock.minute, sure=True)
            return clock
    return None


def _read(found: re.Match[str]) -> Clock | None:
    """Return the hour a match says, None for 99:99."""
    parts = {name: value or "" for name, value in found.groupdict().items()}
    hour = 1 if parts["hour"] in ("one", "una") else int(parts["hour"])
    minute = _minutes(parts, found[0])
    if minute < 0:
        hour, minute = (hour - 1) % 24 or 12, minute + 60
    half, part = parts.get("half", "").replace(" ", ""), _part_of(parts.get("of", ""))
    if hour > 23 or minute > 59 or (half and hour > 12 and half == "am"):
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0) if hour <= 12 else hour
    padded = parts["hour"].startswith("0") or hour > 12 or hour == 0
    return Clock(hour, minute, sure=bool(half) or padded, part=part)


def _minutes(parts: Mapping[str, str], whole: str) -> int:
    named = {"media": 30, "cuarto": 15, "quarter": 15}
    if "half past" in whole:
        return 30
    if more := parts.get("more"):
        return named.get(more) or int(more)
    if less := parts.get("less"):
        return -(named.get(less) or int(less))
    return int(parts.get("minute") or parts.get("oh") or 0)


def _part_of(words: str) -> str:
    return next((NAMES[word] for word in reversed(words.split()) if word in NAMES), "")
