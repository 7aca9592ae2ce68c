"""How Spanish writes dates and times, for Django and for ui.formats.

The clock is that of Latin America and of Spanish in the United States; Spain has 24 hours. It
writes am and pm without points: a sentence that ends with "p. m." would end with two.
"""

DATE_FORMAT = SHORT_DATE_FORMAT = "j b Y"
MONTH_DAY_FORMAT = "j b"
YEAR_MONTH_FORMAT = r"F \d\e Y"
WEEKDAY_DAY_FORMAT = "l j b"
HOURS_ON_THE_CLOCK = 12
NOON_IN_WORDS = False  # "a las 12 pm": no sentence needs "al mediodía" besides
ARTICLES = ("la %s", "las %s")  # a la 1:30 pm, a las 6 pm
