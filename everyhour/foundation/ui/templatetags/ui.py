"""Template tags and filters: inline icons and state lines, dates, times and names."""

import re
import time
from datetime import datetime
from functools import cache
from pathlib import Path

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from everyhour.foundation.ui import crisis_sheet as sheet
from everyhour.foundation.ui import danger_panel as panel
from everyhour.foundation.ui import formats

register = template.Library()
ICONS = Path(__file__).resolve().parent.parent / "icons"

# A line for each body state, drawn on a 48 x 24 field: it shows how much energy the state has.
WAVES = {
    "calm": '<path d="M2 12q7.3-9 14.6 0t14.6 0 14.8 0"/>',
    "alert": '<path d="M2 13q6-8 12 0t12 0l3-3 3 5 3-5 3 4 3-2h5"/>',
    "alarm": '<path d="M2 12q2.75-15 5.5 0t5.5 0 5.5 0 5.5 0 5.5 0 5.5 0 5.5 0 5.5 0"/>',
    "fear": '<path d="M2 14l5-9 4 13 5-16 5 18 5-16 5 14 4-10 4 8 7-3"/>',
    "terror": '<path d="M2 13l3-10 3 18 4-20 4 22 4-22 4 22 4-21 4 20 4-18 4 15 4-8"/>',
    "drifting": '<path d="M2 8q6 8 12 4t12 2 12 2 8 1" stroke-dasharray="5 4"/>',
    "shutdown": '<path d="M2 9h7q4 0 6 4t6 4h25"/>',
    "settled": '<path d="M2 12q7.3-9 14.6 0t14.6 0 14.8 0"/>',
    "a_bit": '<path d="M2 12q3-14 6 0t6 0q4-9 8 0t8 0q4-5 8 0t8 0"/>',
    "not_yet": '<path d="M2 12q2.75-15 5.5 0t5.5 0 5.5 0 5.5 0 5.5 0 5.5 0 5.5 0 5.5 0"/>',
    "unsafe": '<circle cx="24" cy="12" r="10.5"/><circle cx="24" cy="12" r="4.5"/>'
    '<path d="M16.6 4.6l4.2 4.2M31.4 4.6l-4.2 4.2M16.6 19.4l4.2-4.2M31.4 19.4l-4.2-4.2"/>',
}
SITUATION_ICONS = {
    "homework": "pencil-line",
    "mealtime": "fork-knife",
    "screens": "device-mobile-slash",
    "sibling": "users",
    "leaving": "sneaker-move",
    "car": "car-profile",
    "bedtime": "bed",
    "after_school": "couch",
    "waking": "sun",
    "dressing": "t-shirt",
    "teeth": "tooth",
    "pyjamas": "moon-stars",
    "bath": "bathtub",
    "night": "lamp",
    "school_drop": "book-open",
    "chores": "broom",
    "waiting": "hourglass-medium",
    "visit": "users-three",
    "goodbye": "hand-waving",
    "party": "confetti",
    "public": "storefront",
    "being_hit": "hand-palm",
    "dying": "chat-teardrop",
    "gone": "door-open",
    "school_refusal": "backpack",
    "cancelled_visit": "calendar-x",
    "moving": "suitcase-rolling",
    "repair": "hand-heart",
}
# The sample week on the start page: hours of small moments per day, and (day, hour) of therapy.
SMALL_MOMENTS = (
    (7, 18, 19),
    (12, 19),
    (7, 17, 18, 19),
    (15, 19),
    (7, 18, 19, 20),
    (9, 13, 18),
    (10, 16, 19),
)
THERAPY, WAKES, WAKING_HOURS = (2, 16), 7, 17


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html(
        '<svg class="i" viewBox="0 0 256 256" aria-hidden="true">{}</svg>',
        mark_safe(_read_paths(name)),  # noqa: S308  our own markup
    )


@register.simple_tag
def wave(name: str) -> SafeString:
    return format_html(
        '<svg class="w" viewBox="0 0 48 24" aria-hidden="true">{}</svg>',
        mark_safe(WAVES.get(name, "")),  # noqa: S308  our own markup
    )


@register.simple_tag
def situation_icon(situation: str) -> SafeString:
    return icon(SITUATION_ICONS.get(situation, "dots-three"))


@register.simple_tag
def week_of_dots() -> SafeString:
    """Draw a sample week of 168 hours, a row per day.

    Therapy is a square, small moments are lights, nights are bars.
    """
    marks, lights = [], []
    for day in range(7):
        y = 12 + day * 22
        for hour in range(WAKES, WAKES + WAKING_HOURS):
            x = 8 + (hour - WAKES) * 16.4
            if (day, hour) == THERAPY:
                marks.append(
                    f'<rect class="t" x="{x - 6:.1f}" y="{y - 6}" width="12" height="12" rx="3"/>'
                )
            elif hour in SMALL_MOMENTS[day]:
                lights.append(f'<circle class="g" cx="{x:.1f}" cy="{y}" r="5"/>')
            else:
                marks.append(f'<circle class="o" cx="{x:.1f}" cy="{y}" r="2.5"/>')
        marks.append(f'<rect class="z" x="282" y="{y - 6}" width="116" height="12" rx="6"/>')
    marks += lights
    label = gettext(
        "A week drawn as 168 hours. The square is the therapy hour, the lights are small moments, "
        "the soft bars are nights."
    )
    return format_html(
        '<svg class="week168" viewBox="0 0 400 160" role="img" aria-label="{}">{}</svg>',
        label,
        mark_safe("".join(marks)),  # noqa: S308  our own markup
    )


@register.inclusion_tag("ui/crisis_sheet.html", takes_context=True)
def crisis_sheet(context: template.Context) -> dict:
    """Render the closed crisis sheet, which now/crisis_sheet.js opens over the page."""
    return {"help_url": context.get("help_url", "/help/"), **sheet.contents()}


@register.inclusion_tag("ui/danger_panel.html", takes_context=True)
def danger_panel(context: template.Context) -> dict:
    """Render what a person sees who typed words of danger: the number to call, and crisis lines."""
    return {"help_url": context.get("help_url", "/help/"), "country": sheet.contents()["country"]}


@register.simple_tag
def milliseconds() -> int:
    """Return the server's time, so that a phone learns how far its own clock is off."""
    return int(time.time() * 1000)


@register.simple_tag
def danger_urls() -> str:
    """Return the URLs of the phrases of danger, separated by spaces."""
    return " ".join(panel.urls())


@register.filter
def at(mapping, key):
    """Return the value of a key, or "" if there is none: `names|at:slug`."""
    return mapping.get(key, "") if mapping else ""


@register.filter
def clock(wall: datetime) -> str:
    """Return the time of day of a wall time: `{{ row.wall|clock }}` is 6:30 pm."""
    return formats.clock(wall.hour, wall.minute)


@register.filter
def day_and_time(wall: datetime) -> str:
    """Return day and time of day of a wall time: Nov 24, 6:30 pm."""
    return formats.day_and_time(wall)


@register.filter
def named(text: str, plain: bool) -> str:
    """Replace "Everyhour" by a neutral name for people who hide it: `{{ title|named:plain }}`."""
    return str(text).replace("Everyhour", gettext("Notes")) if plain else str(text)


@register.filter
def of_child(text: str, child: tuple[str, str]) -> str:
    """Fill in the child's name: {child} inside a sentence, {Child} at its start."""
    return str(text).replace("{child}", child[0]).replace("{Child}", child[1])


@cache
def _read_paths(name: str) -> str:
    found = re.search(r"<svg[^>]*>(.*)</svg>", (ICONS / f"{name}.svg").read_text(), re.S)
    return found[1] if found else ""
