"""Moments for templates: names in the page's language, days, readable notes, progress."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from everyhour.domain.families.models import Caregiver, HouseholdShare, Level
from everyhour.domain.moments import wall_time
from everyhour.domain.moments.models import Moment, Note
from everyhour.domain.moments.progress import stirred
from everyhour.domain.practices import danger_files
from everyhour.features.moments import wording

FIRST_CHIPS = (
    "i-am-here",
    "low-hum",
    "walk-side-by-side",
    "snack-no-questions",
    "rocking-chair-or-glide",
)
OWN_CHIPS = (
    "five-familiar-minutes",
    "own-pace-walk",
    "double-breath-in",
    "cold-water-hands",
    "one-line-to-a-peer",
)
CHIPS, LOOKED_AT = 5, 200


def titles(body: dict) -> dict[str, str]:
    """Return the title of every practice by slug, for children and caregivers."""
    return {
        practice["slug"]: fill_in(practice["title"], body["child"])
        for practice in (*body["practices"], *body["caregiver"])
    }


def editions(body: dict) -> dict[str, int | None]:
    """Return the current edition number of every practice by slug."""
    return {
        practice["slug"]: practice["edition"]
        for practice in (*body["practices"], *body["caregiver"])
    }


def fill_in(text: str, child: tuple[str, str]) -> str:
    return text.replace("{child}", child[0]).replace("{Child}", child[1])


def usual_practices(by: Caregiver) -> dict[bool, list[str]]:
    """Return what this caregiver logged most lately: for children (False) and for themselves."""
    lately = (
        Moment.objects.filter(family=by.family_id, caregiver=by, deleted=False)
        .exclude(practice="")
        .order_by("-at")
        .values_list("practice", "kind")[:LOOKED_AT]
    )
    counts: dict[bool, Counter] = {False: Counter(), True: Counter()}
    for practice, kind in lately:
        counts[kind == Moment.Kind.GOT][practice] += 1
    return {own: [slug for slug, _n in count.most_common(CHIPS)] for own, count in counts.items()}


def practice_choices(
    body: dict, usual: dict[bool, list[str]], *, also: str = "", for_oneself: bool = False
) -> list[tuple[str, str]]:
    """Return practices to choose from, the most used ones of a caregiver first."""
    names = titles(body)
    first = OWN_CHIPS if for_oneself else FIRST_CHIPS
    slugs = [
        slug
        for slug in dict.fromkeys([*([also] if also else []), *usual[for_oneself], *first])
        if slug in names
    ][: CHIPS + 1]
    if also and also not in names:
        slugs = [also, *slugs]
    return [(slug, names.get(slug, slug.replace("-", " "))) for slug in slugs]


def choices(
    body: dict, by: Caregiver, *, also: str = "", for_oneself: bool = False
) -> dict[str, list[tuple[str, str]]]:
    """Return the choices of the form."""
    usual = usual_practices(by)
    practices = practice_choices(body, usual, also=also, for_oneself=for_oneself)
    empty = ("", _("Skip"))
    return {
        "what": [("", _("Something small")), *practices],
        "state_before": [empty, *((key, texts["name"]) for key, texts in body["states"].items())],
        "state_after": [empty, *((key, texts["name"]) for key, texts in body["states"].items())],
        "situation": [
            empty,
            *((key, texts["name"]) for key, texts in body["situations"].items()),
            ("any", _("Something else")),
        ],
        "outcome": [
            ("", _("Skip")),
            *((key, texts["name"]) for key, texts in body["outcomes"].items()),
        ],
    }


def rows(moments: Iterable[Moment], body: dict, by: Caregiver) -> list[dict[str, Any]]:
    names, kinds = titles(body), wording.kinds()
    moments = list(moments)
    for moment in moments:
        moment.family = by.family  # whose key is opened once for all of them
    return [row(moment, body, names, kinds, by) for moment in moments]


def row(
    moment: Moment, body: dict, names: dict[str, str], kinds: dict[str, str], by: Caregiver
) -> dict[str, Any]:
    return {
        "moment": moment,
        "title": capitalized(moment.own_title) or title_of(moment, names),
        "wall": datetime.strptime(moment.wall, wall_time.WALL),  # noqa: DTZ007  local time
        "kind": kinds.get(moment.kind, ""),
        "child": moment.child.nickname if moment.child else "",
        "giver": _("You")
        if moment.caregiver_id == by.pk
        else (moment.caregiver.name if moment.caregiver else ""),
        "outcome": body["outcomes"].get(moment.outcome, {}).get("name", ""),
        "progress": progress(moment),
        "notes": len(moment.notes.all()),
    }


def capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]


def title_of(moment: Moment, names: dict[str, str]) -> str:
    return (
        names.get(moment.practice)
        or moment.practice.replace("-", " ")
        or wording.untitled(moment.kind)
    )


def progress(moment: Moment) -> str:
    """Return a sentence when a child went from shut down to alarm: it can be a step forward."""
    if not stirred(moment.state_before, moment.state_after):
        return ""
    name = moment.child.nickname if moment.child and moment.child.nickname else _("A child")
    return _(
        "{child} went from shut down to loud. "
        "That can be a step forward: some of the energy is back."
    ).format(child=name)


def days(rows: list[dict]) -> list[tuple[datetime, list[dict]]]:
    """Put rows under their local days, newest first."""
    ordered = sorted(rows, key=lambda row: (row["wall"].date(), row["moment"].at), reverse=True)
    return [
        (day, list(those)) for day, those in groupby(ordered, key=lambda row: row["wall"].date())
    ]


def has_danger(moment: Moment, by: Caregiver) -> bool:
    """Return whether words of danger were typed in a moment; asked on the page after saving it."""
    notes = [note.opened for note in readable_notes(moment, by)]
    return danger_files.has_danger(moment.own_title, *notes)


def readable_notes(moment: Moment, by: Caregiver) -> list[Note]:
    """Return the notes a caregiver may read: their own, their household's, and shared ones."""
    if notes_readable(by)(moment):
        return list(moment.notes.select_related("moment__family", "by"))
    return []


def notes_readable(by: Caregiver) -> Callable[[Moment], bool]:
    """Return the rule that says of a visible moment whether its notes may be read, too."""
    shares = HouseholdShare.objects.filter(to=by.household_id, level=Level.NOTES)
    shown, sees_week = set(shares.values_list("child", "of")), by.can(Caregiver.SEE_WEEK)

    def may_read(moment: Moment) -> bool:
        return (
            moment.caregiver_id == by.pk
            or (moment.household_id == by.household_id and sees_week)
            or (moment.child_id, moment.household_id) in shown
        )

    return may_read
