"""How Spanish writes dates and times, for Django and for ui.formats."""

DATE_FORMAT = SHORT_DATE_FORMAT = "j b Y"
MONTH_DAY_FORMAT = "j b"
YEAR_MONTH_FORMAT = r"F \d\e Y"
WEEKDAY_DAY_FORMAT = "l j b"
HOURS_ON_THE_CLOCK = 24
