"""Sentences of the week, from the same cells as its picture. Counts only, no comparisons."""

from datetime import date
from functools import lru_cache

from django.utils.dates import WEEKDAYS
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from everyhour.features.week.cells import (
    AFTER,
    AHEAD,
    DAY_OFF,
    GIVEN,
    GOT,
    HINT,
    ORDINARY,
    PROFESSIONAL,
    QUIET,
    RESTING,
    SCHOOL,
    SLEEP,
    Cell,
    Facts,
    Light,
    Picture,
    Row,
)
from everyhour.foundation.ui.formats import clock, day

USUAL = 168


def weekday(on: date) -> str:
    return _weekday(on.weekday(), get_language())


@lru_cache(maxsize=64)
def _weekday(number: int, language: str | None) -> str:
    return str(WEEKDAYS[number])


def days(first: date, last: date) -> str:
    """Say from when to when: Nov 13 to 19."""
    same = first.month == last.month
    begins, ends = day(first), day(last)
    if same and pgettext("month comes first: yes or no", "yes") == "yes":
        ends = str(last.day)
    return _("%(first)s to %(last)s") % {"first": begins, "last": ends}


def name(child) -> str:
    return (child.nickname if child else "") or _("your child")


def opening_sentences(facts: Facts, child: str) -> list[SafeString]:
    """Return the first sentences: moments for the child and for grown-ups."""
    if not facts.given and not facts.got:
        return [format_html("{}", _("An ordinary week. There is nothing to fill in."))]
    sentences = [
        _bold(
            ngettext(
                "<b>%(count)s small moment</b> for %(child)s.",
                "<b>%(count)s small moments</b> for %(child)s.",
                facts.given,
            ),
            count=facts.given,
            child=child,
        )
    ]
    if facts.got and facts.got == facts.got_by_me:
        sentences.append(
            _bold(
                ngettext("<b>%(count)s</b> for you.", "<b>%(count)s</b> for you.", facts.got),
                count=facts.got,
            )
        )
    elif facts.got_by_me:
        sentences.append(
            _bold(
                _("<b>%(count)s</b> for grown-ups, %(mine)s of them for you."),
                count=facts.got,
                mine=facts.got_by_me,
            )
        )
    elif facts.got:
        text = ngettext(
            "<b>%(count)s</b> for another grown-up.",
            "<b>%(count)s</b> for other grown-ups.",
            facts.got,
        )
        sentences.append(_bold(text, count=facts.got))
    return sentences


def _bold(text: str, **values) -> SafeString:
    return format_html(text.replace("%(", "{").replace(")s", "}"), **values)


def details(facts: Facts) -> list[str]:
    """Return the second sentences: busiest hours, professional time, other homes, hours."""
    sentences = []
    hour, most = facts.busiest
    if most > 1:
        sentences.append(
            part_of_day(hour)
            % {"from": clock(hour), "until": clock((hour + 2) % 24), "count": most}
        )
    if len(facts.professional) == 1:
        sentences.append(
            _("The square on %(day)s is time with a professional.")
            % {"day": weekday(facts.professional[0][0])}
        )
    elif facts.professional:
        sentences.append(
            _("The %(count)s squares are time with a professional.")
            % {"count": len(facts.professional)}
        )
    if facts.hints:
        text = ngettext(
            "%(count)s faint light is from another home. You only see the hour.",
            "%(count)s faint lights are from another home. You only see the hour.",
            facts.hints,
        )
        sentences.append(text % {"count": facts.hints})
    if facts.hours != USUAL:
        changed = (
            _("You spent part of it in another time zone, so this week has %(count)s hours.")
            if facts.travelled
            else _("The clocks changed, so this week has %(count)s hours.")
        )
        sentences.append(changed % {"count": facts.hours})
    return sentences


def part_of_day(hour: int) -> str:
    """Return the sentence for two hours, by the part of the day they begin in."""
    if 5 <= hour < 11:
        return _("%(count)s of them were in the morning, from %(from)s to %(until)s.")
    if 11 <= hour < 13:
        return _("%(count)s of them were in the middle of the day, from %(from)s to %(until)s.")
    if 13 <= hour < 18:
        return _("%(count)s of them were in the afternoon, from %(from)s to %(until)s.")
    if 18 <= hour < 22:
        return _("%(count)s of them were in the evening, from %(from)s to %(until)s.")
    return _("%(count)s of them were at night, from %(from)s to %(until)s.")


def unmarked(facts: Facts) -> list[str]:
    """Return what the hours without a mark were: sleep, school, days off, the rest."""
    asleep, school = facts.unlit(SLEEP), facts.unlit(SCHOOL)
    sentences = []
    if asleep:
        sentences.append(
            ngettext("%(count)s was sleep.", "%(count)s were sleep.", asleep) % {"count": asleep}
        )
    if school:
        sentences.append(
            ngettext("%(count)s was school.", "%(count)s were school.", school) % {"count": school}
        )
    if off := [weekday(on) for on in facts.days_off]:
        named = get_text_list(off, pgettext("between the last two of a list of days", "and"))
        sentences.append(
            ngettext("%(day)s was a day off.", "%(day)s were days off.", len(off)) % {"day": named}
        )
    if facts.unlit_past > asleep + school:
        sentences.append(_("The others were ordinary time and rest."))
    return [*sentences, _("There is nothing to fill in here. Moments need rest around them.")]


def hour(row: Row, cell: Cell) -> str:
    """Return the label of an hour: Friday, 6 pm; after midnight, still Friday night."""
    wall = cell.hour.wall
    night = wall.date() > row.on and wall.hour < 12
    day = (_("%(day)s night") if night else "%(day)s") % {"day": weekday(row.on)}
    text = f"{day}, {clock(wall.hour, wall.minute)}"
    if len(row.zones) > 1:
        text = _("%(time)s in %(place)s") % {"time": text, "place": place(cell.hour.zone)}
    return (
        _("%(time)s, the second time") % {"time": text}
        if cell.hour.repeated and len(row.zones) == 1
        else text
    )


def place(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def state(cell: Cell) -> str:
    return {
        SLEEP: _("asleep"),
        QUIET: _("quiet time"),
        SCHOOL: _("at school"),
        DAY_OFF: _("a day off"),
        AFTER: _("rest after a hard moment"),
        ORDINARY: _("ordinary time"),
        AHEAD: _("still to come"),
    }[cell.state]


def title(light: Light) -> str:
    """Return the title of a light, or the name of its kind."""
    kinds = {
        GIVEN: _("A small moment"),
        GOT: _("Something for a grown-up"),
        PROFESSIONAL: _("Time with a professional"),
        HINT: _("A moment in another home"),
    }
    return light.title or (
        _("Something for you") if light.kind == GOT and light.mine else kinds[light.kind]
    )


def step(light: Light, child: str) -> str:
    """Return a sentence when a child went from shut down to alarm: it can be a step forward."""
    if not light.stirred:
        return ""
    sentences = _(
        "{child} went from shut down to loud. "
        "That can be a step forward: some of the energy is back."
    )
    return sentences.format(child=child[:1].upper() + child[1:])


def detail(light: Light) -> str:
    who = _("with %(name)s") % {"name": light.by} if light.by else ""
    return ", ".join(part for part in (light.how, who) if part)


def label(row: Row, cell: Cell) -> str:
    text = "; ".join(title(light) for light in cell.lights) or state(cell)
    return f"{hour(row, cell)}: {text}"


def clocks(row: Row, kind: str) -> str:
    times = dict.fromkeys(
        clock(c.hour.wall.hour, c.hour.wall.minute) for c in row.cells if c.count(kind)
    )
    return ", ".join(times)


def resting(row: Row) -> int:
    return sum(cell.state in RESTING for cell in row.cells)


def summary(shown: Picture, child: str) -> str:
    """Return one line for a small picture."""
    facts = shown.facts
    parts = []
    if facts.given:
        parts.append(_("%(count)s for %(child)s") % {"count": facts.given, "child": child})
    if facts.got:
        parts.append(_("%(count)s for grown-ups") % {"count": facts.got})
    return ", ".join(parts) or _("An ordinary week")
