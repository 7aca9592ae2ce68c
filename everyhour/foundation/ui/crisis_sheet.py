"""What the crisis sheet of every page holds before a script fills it: countries and sentences."""

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everyhour.foundation.ui import crisis


def contents() -> dict:
    """Return the context of ui/crisis_sheet.html in the language of the page."""
    language = get_language() or settings.LANGUAGE_CODE
    countries = [
        {
            "code": code,
            "name": country["name"].get(language, country["name"]["en"]),
            "number": country["emergency"][0],
        }
        for code, country in crisis.read_countries().items()
    ]
    return {
        "countries": countries,
        "country": next((one for one in countries if one["code"] == settings.COUNTRY), None),
        "site": settings.COUNTRY,
        "overdue_days": crisis.OVERDUE_DAYS,
        "words": words(),
    }


def words() -> dict[str, str]:
    """Return the sentences of now/crisis_sheet.js."""
    return {
        "call": _("Call {number}"),
        "text": _("Text {number}"),
        "text_word": _("Text {word} to {number}"),
        "no_answer": _("If one of these does not answer, call {number}."),
        "checked": _("Last checked on {day}."),
        "change_plan": _("Change your plan"),
        "all_checked": _("Numbers last checked on {day}."),
    }
