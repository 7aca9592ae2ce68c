"""Words for time, duration and outcome in quick entry, English and Spanish side by side."""

from datetime import time

MINUTES = r"(\d{1,4})\s*(?:minutes?|minutos?|mins?\.?|min)"
HOURS_AGO = r"(\d{1,2})\s*(?:hours?|hrs?|h) ago|hace\s+(\d{1,2})\s*(?:horas?|h)"
MINUTES_AGO = r"(\d{1,3})\s*(?:minutes?|mins?) ago|hace\s+(\d{1,3})\s*(?:minutos?|min)"
DAYS_AGO = r"(\d{1,4}) days? ago|hace\s+(\d{1,4}) d[ií]as?"
HALF = r"(?P<half>a\.?\s?m\.?|p\.?\s?m\.?)"
# After “at” any number is a time; without it only a clear time: 7pm, 19:30.
CLOCKS = (
    r"(?:(?:at|around|about|a las?|sobre las?)\s+)"
    rf"(?P<hour>\d{{1,2}})(?:[:.h](?P<minute>\d{{2}}))?\s*{HALF}?",
    rf"(?P<hour>\d{{1,2}})(?:[:.h](?P<minute>\d{{2}}))?\s*{HALF}",
    r"(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?P<half>)",
)

DAYS = [
    (r"(?:the )?day before yesterday|anteayer|antier", 2),
    (r"yesterday|ayer", 1),
    (r"(?=last night|anoche)", 1),  # the part of the day is read after it
    (r"today|hoy", 0),
    (r"(?=this morning|this afternoon|this evening|tonight|esta mañana|esta tarde|esta noche)", 0),
]
DATE = r"(?:on |el )?(\d{4})-(\d{2})-(\d{2})"
NTH = r"(\d{1,2})(?:st|nd|rd|th)?"
MONTH_NAMES = (
    "jan(?:uary)?|ene(?:ro)?",
    "feb(?:ruary|rero)?",
    "mar(?:ch|zo)?",
    "apr(?:il)?|abr(?:il)?",
    "mayo?",
    "june?|junio",
    "july?|julio",
    "aug(?:ust)?|ago(?:sto)?",
    "sept?(?:ember|iembre)?",
    "oct(?:ober|ubre)?",
    "nov(?:ember|iembre)?",
    "dec(?:ember)?|dic(?:iembre)?",
)
MONTHS = [
    rf"(?:on |el )?(?:(?:{name})\.? {NTH}|{NTH} (?:de |of )?(?:{name}))" for name in MONTH_NAMES
]
WEEKDAYS = [
    r"(?:on |last |el )?(?:monday|lunes)",
    r"(?:on |last |el )?(?:tuesday|martes)",
    r"(?:on |last |el )?(?:wednesday|mi[eé]rcoles)",
    r"(?:on |last |el )?(?:thursday|jueves)",
    r"(?:on |last |el )?(?:friday|viernes)",
    r"(?:on |last |el )?(?:saturday|s[aá]bado)",
    r"(?:on |last |el )?(?:sunday|domingo)",
]
# Pattern, the time it means, and the situation, if any. Longer patterns come first.
PARTS = [
    (r"last night|anoche", time(20, 30), "night"),
    (
        r"(?:right )?before bed(?:time)?|at bedtime"
        r"|antes de dormir|al acostar(?:se|lo|la)?|a la hora de dormir",
        time(19, 30),
        "bedtime",
    ),
    (
        r"after school|despu[eé]s de clases|despu[eé]s de la escuela|al salir de la escuela",
        time(15, 30),
        "after_school",
    ),
    (
        r"(?:before|at|during|over|after) breakfast|(?:antes del|en el|despu[eé]s del) desayuno",
        time(7, 30),
        "mealtime",
    ),
    (
        r"(?:before|at|during|over|after) lunch|(?:antes del|en el|despu[eé]s del) almuerzo",
        time(12, 30),
        "mealtime",
    ),
    (
        r"(?:before|at|during|over|after) (?:dinner|supper)"
        r"|(?:antes de la|en la|despu[eé]s de la) cena",
        time(18, 0),
        "mealtime",
    ),
    (r"in the middle of the night|de madrugada", time(3, 0), "night"),
    (r"(?:at )?noon|(?:al )?mediod[ií]a", time(12, 0), ""),
    (r"(?:this |in the )?morning|(?:esta |por la |en la )mañana", time(8, 30), ""),
    (r"(?:this |in the )?afternoon|(?:esta |por la |en la )tarde", time(15, 0), ""),
    (r"(?:this |in the )?evening|tonight|(?:esta |por la |en la )noche", time(19, 0), ""),
]
SITUATIONS = {
    "homework": r"homework|tarea|deberes",
    "screens": r"screens?|tablet|pantallas?",
    "bath": r"bath|ba[ñn]o",
    "teeth": r"teeth|dientes",
    "car": r"in the car|en el (?:auto|carro|coche)",
    "sibling": r"(?:sister|brother|sibling)s?|herman[oa]s?",
    "mealtime": r"dinner|breakfast|lunch|supper|cena|desayuno|almuerzo",
    "bedtime": r"bedtime|acostarse",
}
# Outcomes that did not help come first: “not settled” is not “settled”.
OUTCOMES = {
    "unsafe": r"(?:it )?(?:got|became|was) unsafe|se puso peligros[oa]",
    "not_yet": r"not yet|(?:did ?n[o’']t|did not|no) (?:help|work|settle|calm)(?:ed)?(?: down)?"
    r"|not settled|not calm"
    r"|todav[ií]a no|no ayud[oó]|no funcion[oó]|no se calm[oó]",
    "a_bit": r"(?:helped |settled |calmed |better )?a (?:bit|little)(?: better)?"
    r"|(?:se calm[oó] |ayud[oó] |mejor )?un poco(?: mejor)?",
    "settled": r"(?:s?he |they )?settled(?: down)?|(?:s?he |they )?calmed(?: down)?"
    r"|it helped|helped|much better|better"
    r"|se calm[oó]|ayud[oó]|funcion[oó]|mejor",
}
STATES = {
    "shutdown": r"(?:was |is )?shut ?down|se apag[oó]|apagad[oa]",
    "alarm": r"(?:was |is )?wound up|melt(?:ing)? ?down|(?:estaba )?a mil|berrinche",
    "alert": r"(?:was |is )?restless|inquiet[oa]",
    "drifting": r"drift(?:ed|ing) off|se fue lejos",
}
KINDS = {
    "professional": r"with (?:the |our |her |his )?therapist|(?:in )?therapy"
    r"|con (?:la |el |nuestra |nuestro )?terapeuta|(?:en )?terapia",
    "got": r"for me|for myself|me time|para m[ií]",
}
LOOSE = r"(?:(?:and|y|at|on|in|el|la|a|then|luego|was|it|to|for|con|with)\s*)+"
