"""Numbers written as words, as voice typing gives them, in English and Spanish. Pure."""

UNITS = {
    word: value
    for value, words in enumerate(
        (
            "zero cero",
            "",  # “one”, “a”, “un” are left to the patterns; they are seldom a number
            "two dos",
            "three tres",
            "four cuatro",
            "five cinco sinco",
            "six seis",
            "seven siete",
            "eight ocho",
            "nine nueve",
            "ten diez dies",
            "eleven",
            "twelve doce dose",
            "thirteen trece",
            "fourteen catorce",
            "fifteen quince",
            "sixteen dieciseis",
            "seventeen diecisiete",
            "eighteen dieciocho",
            "nineteen diecinueve",
        )
    )
    for word in words.split()
}
TENS = {
    word: 10 * value
    for value, words in enumerate(
        (
            "twenty veinte",
            "thirty treinta",
            "forty fourty cuarenta",
            "fifty cincuenta sincuenta",
            "sixty sesenta",
            "seventy setenta",
            "eighty ochenta",
            "ninety noventa",
        ),
        2,
    )
    for word in words.split()
}
SPANISH_UNITS = ("un uno una", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")
JOINED = {
    f"{tens}{unit}": value + number
    for tens, value in (("veinti", 20), *((f"{ten}i", TENS[ten]) for ten in TENS))
    for number, units in enumerate(SPANISH_UNITS, 1)
    for unit in units.split()
}
SIMPLE = {**UNITS, **TENS, **JOINED}
LAST_UNIT = 9
ONES = ("one", "un", "uno", "una")


def spelled(words: list[str]) -> tuple[int, int] | None:
    """Return the number that starts a list of words, and how many words it takes.

    >>> spelled(["forty", "five", "minutes"]), spelled(["treinta", "y", "cinco"])
    ((45, 2), (35, 3))
    >>> spelled(["seven", "thirty"]), spelled(["once", "upon"]), spelled(["las", "once"])
    ((7, 1), None, None)
    """
    if not words or words[0] not in SIMPLE:
        return None
    value = SIMPLE[words[0]]
    if words[0] in TENS:
        joined = 2 if words[1:2] in (["-"], ["y"]) else 1
        unit = words[joined] if len(words) > joined else ""
        number = 1 if unit in ONES[:1] or (joined == 2 and unit in ONES) else UNITS.get(unit, 0)
        if 1 <= number <= LAST_UNIT:
            return value + number, joined + 1
    if words[0] in ("zero", "cero"):
        return None
    return value, 1
