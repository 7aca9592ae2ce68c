"""The readable page of an export: one HTML file that needs no network."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everyhour.domain.families.births import is_only_a_year
from everyhour.domain.practices import bodies
from everyhour.domain.practices import kinds as kinds_of_help
from everyhour.domain.practices.models import Edition, Item

TOKENS = Path(__file__).resolve().parents[2] / "foundation/ui/static/ui/tokens.css"
STYLES = Path(__file__).with_name("static") / "data_rights" / "file.css"
LINK = '<link rel="stylesheet" href="everyhour.css">'


def render(data: dict[str, Any], *, at: datetime) -> str:
    """Return the page, with its styles inside, so that there is one file to keep."""
    families = [describe_family(family, data) for family in data["families"]]
    me = data["person"][0]
    zones = [row | {"since": day(row["since"])} for row in data["zones"]]
    context = {
        "at": at,
        "me": me,
        "since": day(me["created_at"]),
        "zones": zones,
        "families": families,
        "language": get_language() or "en",
    }
    page = render_to_string("data_rights/everyhour_file.html", context)
    return page.replace(LINK, f"<style>\n{styles()}\n</style>", 1)


@cache
def styles() -> str:
    return re.sub(
        r"@font-face\s*{[^}]*}", "", TOKENS.read_text(encoding="utf-8")
    ) + STYLES.read_text(encoding="utf-8")


def day(text: str | None) -> date | None:
    """Return the day of an ISO date or time; None for an empty one."""
    return date.fromisoformat(text[:10]) if text else None


def describe_family(family: dict, data: dict[str, Any]) -> dict:
    """Return a family for the template: people, children, and moments by week, newest first."""

    def mine(name: str) -> list[dict]:
        return [row for row in data[name] if row.get("family") == family["id"]]

    people = {row["id"]: row["name"] or _("someone") for row in mine("caregivers")}
    children = {row["id"]: row["nickname"] or _("a child") for row in mine("children")}
    names, body_names = vocabulary(), bodies.names()
    notes = defaultdict(list)
    for note in data["notes"]:
        notes[note["moment"]].append({"text": note["text"], "by": people.get(note["by"], "")})
    moments = [
        describe_moment(row, people, children, names, notes[row["id"]]) for row in mine("moments")
    ]
    return {
        **family,
        "people": [
            row | {"household": household_name(data["households"], row["household"])}
            for row in mine("caregivers")
        ],
        "children": [
            row
            | {
                "hard": [names["situations"].get(slug, slug) for slug in row.get("hard", [])],
                "bodies": [body_names.get(body, body) for body in row.get("bodies", [])],
                "born_in": (born := day(row.get("born_in"))),
                "only_year": born is not None and is_only_a_year(born),
                "changed": [
                    day(change["at"])
                    for change in data["big_changes"]
                    if change["child"] == row["id"]
                ],
                **describe_what_helps(row.get("helps") or {}),
            }
            for row in mine("children")
        ],
        "rests": [date.fromisoformat(row["on"]) for row in mine("rests")],
        "weeks": list(weeks(moments)),
        "count": len(moments),
        "decisions": len(mine("decisions")),
    }


def describe_what_helps(data: dict) -> dict[str, list[str]]:
    """Return the kinds of help answered yes and no, by their names."""
    names = kinds_of_help.names()
    return {
        name: [names.get(kind, kind) for kind, value in data.items() if value == said]
        for name, said in (("helps", 1), ("helps_not", 0))
    }


def household_name(households: list[dict], key: str) -> str:
    return next((row.get("name") or "" for row in households if row["id"] == key), "")


def describe_moment(
    row: dict, people: dict, children: dict, names: dict[str, dict], notes: list[dict]
) -> dict:
    """Return one moment for the template, with names instead of keys."""
    child = children.get(row["child"], "")
    what = row["title"] or names["titles"].get(row["practice"], row["practice"]).replace(
        "{child}", child
    ).replace("{Child}", child)
    states = [
        names["states"].get(row[name], row[name])
        for name in ("state_before", "state_after")
        if row[name]
    ]
    return {
        "wall": datetime.fromisoformat(row["wall"]),
        "zone": row["zone"],
        "what": what or kinds()[row["kind"]],
        "who": people.get(row["caregiver"], ""),
        "child": child,
        "kind": row["kind"],
        "kind_in_words": kinds()[row["kind"]],
        "states": " → ".join(states),
        "situation": names["situations"].get(row["situation"], row["situation"]),
        "outcome": outcomes().get(row["outcome"], ""),
        "minutes": row["minutes"],
        "private": row["private"],
        "deleted": row["deleted"],
        "notes": notes,
    }


def weeks(moments: Iterable[dict]) -> Iterator[tuple[date, list[dict]]]:
    """Group moments by the Monday of their wall time, newest week first."""

    def monday(moment: dict) -> date:
        day = moment["wall"].date()
        return day - timedelta(days=day.weekday())

    in_time = sorted(moments, key=lambda moment: moment["wall"])
    found = [(first, list(group)) for first, group in groupby(in_time, key=monday)]
    return reversed(found)


def kinds() -> dict[str, str]:
    return {
        "given": _("For a child"),
        "got": _("For a grown-up"),
        "professional": _("With a professional"),
    }


def outcomes() -> dict[str, str]:
    return {
        "settled": _("Settled"),
        "a_bit": _("A bit"),
        "not_yet": _("Not yet"),
        "unsafe": _("It wasn’t safe"),
    }


def vocabulary() -> dict[str, dict[str, str]]:
    """Return the names of states, situations and practices in the page's language."""
    language = get_language() or "en"

    def in_words(group: dict) -> dict[str, str]:
        return {key: (texts.get(language) or texts["en"])["name"] for key, texts in group.items()}

    held = {
        e.item.slug: e.facts
        for e in Edition.objects.current()
        .filter(item__kind=Item.Kind.VOCABULARY)
        .select_related("item")
    }
    practices = (
        Edition.objects.current()
        .filter(item__kind__in=[Item.Kind.ACTIVITY, Item.Kind.CAREGIVER])
        .select_related("item")
    )
    return {
        "states": in_words(held.get("states", {}).get("child", {})),
        "situations": in_words(held.get("situations", {})),
        "titles": {
            e.item.slug: (e.texts.get(language) or e.texts["en"])["title"] for e in practices
        },
    }
