"""Slips of tired thumbs in the words that carry a time. Other words stay as they are. Pure."""

from functools import cache

SPANISH_UNIT = r"min|minutos?|horas?|dias?|noches?|semanas?|pm|am"
SLIPS = {
    slip: word
    for word, slips in {
        "night": "nite nigth nigt nihgt",
        "last": "lst lats",
        "tonight": "tonite 2nite",
        "yesterday": "yday ytd yest yesturday yesterdy ystrday ystday",
        "tomorrow": "tmrw tmr tmrow 2morrow tomoz tomorow tommorow tommorrow tomarrow tmw",
        "afternoon": "arvo aft",
        "morning": "mornin morn",
        "wednesday": "weds wed",
        "thursday": "thurs thur thu",
        "tuesday": "tues tue",
        "saturday": "sats",
        "monday": "mond",
        "min": "mn mns mintues mim",
        "mins": "mints mintes minuts mints minsutes",
        "hours": "hors hurs",
        "before": "b4 befor bfore",
        "ago": "agoo",
        "hace": "hase ase",
        "horas": "oras",
        "hora": "ora",
        "ayer": "ayr aller hayer ayyer",
        "anoche": "anoshe anohe anche",
        "anteayer": "antier antiayer antesdeayer",
        "manana": "maniana mnn mnana",
        "a las": "alas",
        "a la": "ala",
        "por": "x xr",
        "para": "pa pra",
        "despues": "dsp dps desp despus despue",
        "miercoles": "miercoes mierc",
        "sabado": "sab",
        "mediodia": "mediodi",
        "minutos": "mntos minitos minutitos",
        "horita": "orita",
    }.items()
    for slip in slips.split()
}
_LONG_WORDS = (
    "yesterday tomorrow tonight morning afternoon evening midnight minutes minute "
    "breakfast bedtime monday tuesday wednesday thursday friday saturday sunday november "
    "december october september february january august minutos minuto manana anoche "
    "anteayer despues mediodia medianoche madrugada desayuno almuerzo martes miercoles "
    "jueves viernes sabado domingo"
)
LONG_WORDS = _LONG_WORDS.split()
# Words one letter from a time word that mean something else.
_OTHERS = (
    "mourning evenings mornings manzana mananas martas viernesito minuted moaning martees "
    "marte bedtimes sundae sundays mondays fridays tuesdays saturdays sabanas sabana "
    "sabados domingos martens"
)
OTHERS = frozenset(_OTHERS.split())
SHORTEST, SLIPS_OF_LONG = 6, 8


@cache
def mend(word: str) -> str:
    """Return a word with a slip mended, if that makes it a word for a time.

    >>> mend("yestreday"), mend("mintues"), mend("manzana"), mend("blanket")
    ('yesterday', 'min', 'manzana', 'blanket')
    """
    if word in SLIPS:
        return SLIPS[word]
    if len(word) < SHORTEST or word in LONG_WORDS or word in OTHERS:
        return word
    close = (
        known
        for known in LONG_WORDS
        if known[0] == word[0]
        and _distance(word, known) <= (2 if len(known) > SLIPS_OF_LONG else 1)
    )
    return next(close, word)


def _distance(one: str, two: str) -> int:
    """Return how many letters are missing, added, changed or swapped between two words."""
    if abs(len(one) - len(two)) > 2:
        return 3
    rows = [list(range(len(two) + 1))]
    for row, letter in enumerate(one, 1):
        rows.append([row])
        for column, other in enumerate(two, 1):
            best = min(
                rows[row - 1][column] + 1,
                rows[row][column - 1] + 1,
                rows[row - 1][column - 1] + (letter != other),
            )
            swapped = row > 1 and column > 1 and one[row - 2] == other and letter == two[column - 2]
            if swapped:
                best = min(best, rows[row - 2][column - 2] + 1)
            rows[row].append(best)
    return rows[-1][-1]
