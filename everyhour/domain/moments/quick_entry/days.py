"""Days as said: “two days ago”, “el martes pasado”, “on November 3rd”, “tomorrow”. Pure."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from everyhour.domain.moments.quick_entry.line import Line

LONGEST_AGO = 3650


@dataclass(frozen=True)
class Day:
    """A day, and whether it was said to lie ahead; `night` for “two nights ago”."""

    on: date
    ahead: bool = False
    night: bool = False


OF = r"(?:(?:on|de|del|from|en) )?"
N = r"(?P<n>\d{1,4}|an?|one|una?|couple|(?:a )?couple of|un par de|few|(?:a )?few|unos|unas)"
ABOUT = r"(?:(?:about|like|como|maybe|around|ya) )*"
COUNTS = {"couple": 2, "par": 2, "few": 3, "unos": 3, "unas": 3}
UNIT = r"(?P<unit>days?|dias?|nights?|noches?|weeks?|semanas?)"
AGO = (
    rf"{OF}{ABOUT}{N} {UNIT} (?:ago|back|atras)",
    rf"{OF}hace {ABOUT}{N} {UNIT}(?: (?:atras|ya))?",
)
FORWARD = (rf"in {N} {UNIT}", rf"(?:en|dentro de) {N} {UNIT}", rf"{N} {UNIT} from now")
NAMED = (
    (rf"{OF}(?:the )?day after tomorrow|{OF}pasado manana", -2),
    (rf"{OF}tomorrow(?: 's)?|{OF}manana", -1),
    (rf"{OF}(?:the )?day before yesterday|{OF}(?:anteayer|antes de ayer|ante ayer)", 2),
    (rf"{OF}(?:tras ?anteayer|antes de anteayer)", 3),
    (rf"{OF}(?:earlier )?yesterday(?: 's)?|{OF}ayer(?: mismo)?", 1),
    (rf"{OF}(?:earlier |later )?today(?: 's)?|{OF}hoy(?: mismo| dia)?", 0),
)
NOW = r"just now|right now|ahorita(?: mismo)?|ahora mismo|ahora|recien(?= [a-z]+)|hace nada"
MONTH_NAMES = (
    "jan(?:uary)?|ene(?:ro)?",
    "feb(?:ruary|rero)?",
    "mar(?:ch|zo)?",
    "apr(?:il)?|abr(?:il)?",
    "may|mayo",
    "june?|junio?",
    "july?|julio?",
    "aug(?:ust)?|agosto|ago",
    "sept?(?:ember|iembre)?|setiembre",
    "oct(?:ober|ubre)?",
    "nov(?:ember|iembre)?",
    "dec(?:ember)?|dic(?:iembre)?",
)
NTH = r"(?P<day>\d{1,2})(?: ?(?:st|nd|rd|th))?"
YEAR = r"(?:,? (?:de |del )?(?P<year>20\d\d))?"
WEEKDAY_NAMES = (
    ("monday|lunes", "mon|lun"),
    ("tuesday|martes", "tue"),
    ("wednesday|miercoles", "wed|mie"),
    ("thursday|jueves", "thu|jue"),
    ("friday|viernes", "fri|vie"),
    ("saturday|sabado", "sat"),
    ("sunday|domingo", "sun|dom"),
)
BACK = r"(?P<back>(?:this past|last|past|this|the|el|este|ese|la del|el pasado) )*"
NEXT = r"(?P<next>(?:this coming|next|coming|el proximo|proximo|el siguiente) )"
COMES = r"(?P<comes> que viene| proximo| next week| de la (?:proxima semana|semana que viene))"
WEEK = (
    r"(?P<week> (?:of )?last week|(?: de)? la semana pasada)"
    r"|(?P<week2>last week (?:on )?|la semana pasada (?:el )?)"
)
GO_WITH = r"(?= (?:at|morning|afternoon|evening|night|a las|por la|en la|\d))"


def take_day(line: Line, today: date, *, future: bool, day_first: bool) -> Day | None:
    """Take out the words for a day."""
    return (
        _take_counted(line, today)
        or _take_named(line, today)
        or _take_date(line, today, future=future, day_first=day_first)
        or _take_weekday(line, today, future=future)
    )


def take_now(line: Line) -> bool:
    """Take out “just now”."""
    return bool(line.take(NOW))


def _take_counted(line: Line, today: date) -> Day | None:
    for pattern, sign in [*((one, -1) for one in AGO), *((one, 1) for one in FORWARD)]:
        if found := line.take(pattern):
            unit = found["unit"]
            count = _count(found["n"]) * (7 if unit[0] in "ws" else 1)
            on = today + sign * timedelta(days=min(count, LONGEST_AGO))
            return Day(on, ahead=sign > 0, night=unit.startswith("n"))
    return None


def _count(words: str) -> int:
    if words.isdigit():
        return int(words)
    return next((value for word, value in COUNTS.items() if word in words), 1)


def _take_named(line: Line, today: date) -> Day | None:
    for pattern, back in NAMED:
        if line.take(pattern):
            return Day(today - timedelta(days=back), ahead=back < 0)
    return None


def _take_date(line: Line, today: date, *, future: bool, day_first: bool) -> Day | None:
    def of_iso(found: re.Match[str]) -> date | None:
        year, month, day = (int(part) for part in found[0].split()[-1].split("-"))
        return _date(year, month, day)

    def of_slashes(found: re.Match[str]) -> date | None:
        one, two, *year = (int(part) for part in found[0].split()[-1].split("/"))
        orders = [(two, one), (one, two)] if day_first else [(one, two), (two, one)]
        dates = (
            _date(year[0] % 100 + 2000, month, day) if year else _recent(month, day, today, future)
            for month, day in orders
        )
        return next((on for on in dates if on), None)

    on = line.take_if(rf"{OF}(?:el )?\d{{4}}-\d{{1,2}}-\d{{1,2}}", of_iso)
    on = on or line.take_if(rf"{OF}(?:el )?\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?", of_slashes)
    for month, name in enumerate(MONTH_NAMES, 1):

        def of_month(found: re.Match[str], month: int = month) -> date | None:
            day, year = int(found["day"]), found["year"]
            return _date(int(year), month, day) if year else _recent(month, day, today, future)

        lead = r"(?:(?:on|el|del|the|el dia) )*"
        on = on or line.take_if(
            rf"{lead}(?:{name})\.? (?:the )?{NTH}{YEAR}(?! (?:am|pm|min|minutes|minutos))", of_month
        )
        on = on or line.take_if(rf"{lead}{NTH} (?:de |of )?(?:{name})\.?{YEAR}", of_month)
    on = on or _take_day_of_month(line, today)
    return Day(on, ahead=on > today) if on else None


def _take_day_of_month(line: Line, today: date) -> date | None:
    def read(found: re.Match[str]) -> date | None:
        day = int(found["day"])
        first = today.replace(day=1)
        on = _date(today.year, today.month, day)
        if on and on <= today:
            return on
        last = first - timedelta(days=1)
        return _date(last.year, last.month, day)

    patterns = (r"(?:on )?the (?P<day>\d{1,2}) (?:st|nd|rd|th)", r"(?:el|del) dia (?P<day>\d{1,2})")
    return next((on for pattern in patterns if (on := line.take_if(pattern, read))), None)


def _recent(month: int, day: int, today: date, future: bool) -> date | None:
    years = (today.year, today.year + 1) if future else (today.year, today.year - 1)
    dates = (_date(year, month, day) for year in years)
    return next((on for on in dates if on and (on >= today if future else on <= today)), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _take_weekday(line: Line, today: date, *, future: bool) -> Day | None:
    for number, (full, short) in enumerate(WEEKDAY_NAMES):
        last_week = today - timedelta(days=today.weekday() + 7 - number)
        if line.take(
            rf"{OF}(?:el )?(?:{full})(?: of)?(?: last week| de la semana pasada| la semana pasada)"
        ) or line.take(rf"(?:last week|la semana pasada)(?: on| el)? (?:{full})"):
            return Day(last_week)
        if line.take(rf"{OF}{NEXT}(?:{full})") or line.take(rf"{OF}(?:el )?(?:{full}){COMES}"):
            return Day(_after(today, number), ahead=True)
        names = rf"(?:{full})(?: pasado)?"
        abbreviated = rf"{OF}(?:last|this|el) (?:{short})|on (?:{short})|(?:{short}){GO_WITH}"
        if line.take(rf"{OF}{BACK}{names}") or line.take(abbreviated):
            if future:
                return Day(_after(today, number), ahead=True)
            return Day(today - timedelta(days=(today.weekday() - number) % 7 or 7))
    return None


def _after(today: date, weekday: int) -> date:
    return today + timedelta(days=(weekday - today.weekday()) % 7 or 7)
