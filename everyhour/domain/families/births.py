"""When a child was born: a month, or only a year.

Only a year is stored as its last day: whoever subtracts then gets the youngest possible age, and
ideas that need an older child wait until the child is surely old enough.
"""

from datetime import date

ONLY_A_YEAR = (12, 31)  # month and day; with a known month the day is the first


def born_in(year: int, month: int | None) -> date:
    """Return the day that stands for a month of birth, or for only a year.

    >>> born_in(2018, 5), born_in(2018, None)
    (datetime.date(2018, 5, 1), datetime.date(2018, 12, 31))
    """
    return date(year, month, 1) if month else date(year, *ONLY_A_YEAR)


def is_only_a_year(born: date) -> bool:
    return (born.month, born.day) == ONLY_A_YEAR
