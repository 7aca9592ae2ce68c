"""How English writes dates and times, for Django and for ui.formats."""

DATE_FORMAT = SHORT_DATE_FORMAT = "M j, Y"
MONTH_DAY_FORMAT = "M j"
YEAR_MONTH_FORMAT = "F Y"
WEEKDAY_DAY_FORMAT = "l, M j"
HOURS_ON_THE_CLOCK = 12
NOON_IN_WORDS = True
ARTICLES = ("%s", "%s")  # of the clock after "at": one o'clock, and any other hour
