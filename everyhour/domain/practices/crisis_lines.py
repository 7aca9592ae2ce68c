"""Crisis lines: who to call, with hours, languages, source and the day the number was last checked.

A line is shown at any age. The operator is warned from day 30; after day 45 visitors see the date,
and a release fails. No build or test depends on it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from everyhour.domain.practices.files import ContentFile
from everyhour.foundation.ui.crisis import OVERDUE_DAYS

WARN_DAYS = 30
PURPOSES = ("crisis", "child", "parent", "abuse", "poison", "report")
NUMBER = re.compile(r"\+?[\d #*-]{2,20}$")


@dataclass(frozen=True)
class Age:
    """The age of one number; `days` is negative when `checked_on` is in the future."""

    id: str
    checked_on: date
    days: int

    @property
    def needs_check(self) -> bool:
        return not 0 <= self.days < WARN_DAYS

    @property
    def blocks_release(self) -> bool:
        return not 0 <= self.days <= OVERDUE_DAYS

    def __str__(self) -> str:
        if self.days < 0:
            return f"{self.id}: `checked_on` is {self.checked_on}, which is in the future."
        return (
            f"{self.id} was last checked {self.days} days ago; after {OVERDUE_DAYS} it is overdue. "
            "See docs/operate/crisis-lines.md."
        )


def ages(facts: Mapping[str, Any], *, today: date) -> Iterator[Age]:
    """Yield the age of a country's emergency number and of each line; dates may be ISO text."""
    country = str(facts.get("country", "")).lower()
    emergency = {**(facts.get("emergency") or {}), "id": f"{country}-emergency"}
    for line in (emergency, *(facts.get("lines") or [])):
        checked_on = line.get("checked_on")
        if isinstance(checked_on, str):
            checked_on = date.fromisoformat(checked_on)
        if isinstance(checked_on, date):
            yield Age(str(line.get("id")), checked_on, (today - checked_on).days)


def check_lines(file: ContentFile) -> Iterator[tuple[int, str]]:
    """Yield what is missing or malformed in one country's file, as line and message."""
    facts, text = file.facts, file.path.read_text(encoding="utf-8-sig").splitlines()
    for key in ("country", "name", "emergency", "lines"):
        if not facts.get(key):
            yield file.line_of(key), f"`{key}` is missing."
    emergency = facts.get("emergency") or {}
    yield from _entry({"id": "emergency", **emergency}, file.line_of("emergency"))
    if not emergency.get("numbers"):
        yield file.line_of("emergency"), "The emergency number is missing."
    for number in emergency.get("numbers") or []:
        if not NUMBER.match(number):
            yield file.line_of("emergency"), f"“{number}” is not a phone number."
    if not _both(facts.get("name")):
        yield file.line_of("name"), "`name` needs English and Spanish."
    for line in facts.get("lines") or []:
        at = line_number(text, line.get("id"))
        yield from _entry(line, at)
        for key in ("name", "who", "hours"):
            if not _both(line.get(key)):
                yield at, f"`{key}` needs English and Spanish."
        if line.get("for") not in PURPOSES:
            yield at, f"`for` must be one of: {', '.join(PURPOSES)}."
        if not line.get("call") and not line.get("text"):
            yield at, "Add a number to `call` or to `text`."
        for number in (line.get("call"), (line.get("text") or {}).get("to")):
            if number is not None and not NUMBER.match(str(number)):
                yield at, f"“{number}” is not a phone number."
        if not line.get("languages"):
            yield at, "`languages` is missing."
        if not line.get("checked_by"):
            yield at, "`checked_by` is missing. Write who checked the number."


def line_number(text: list[str], line_id: object) -> int:
    """Return where the line with this id begins in the file, counted from 1."""
    begins = re.compile(rf"\s*- id: {re.escape(str(line_id))}\s*$")
    return next((number for number, row in enumerate(text, 1) if begins.match(row)), 1)


def _both(texts: dict | None) -> bool:
    return bool(texts and texts.get("en") and texts.get("es"))


def _entry(line: dict, number: int) -> Iterator[tuple[int, str]]:
    checked = line.get("checked_on")
    if line.get("status") not in ("read", "to_verify"):
        yield number, "`status` must be `read` (seen in the source) or `to_verify`."
    if not line.get("source"):
        yield number, "`source` is missing. Name the page, or GK when none was read."
    if line.get("source") == "GK" and line.get("status") != "to_verify":
        yield number, "General knowledge (GK) is not a source: set `status` to `to_verify`."
    if not isinstance(checked, date):
        yield number, "`checked_on` is missing. Write the day of the last check."
