"""Crisis lines: who to call, with hours, languages, source and the day somebody last looked. Numbers have an owner and an age."""

import re
from collections.abc import Iterator
from datetime import date

from everyhour.domain.practices.files import ContentFile

WARN_DAYS = 30
OLDEST_DAYS = 45  # TRUST.md section 4, rule 6: the build fails after this
PURPOSES = ("crisis", "child", "parent", "abuse", "poison", "report")
NUMBER = re.compile(r"\+?[\d #*-]{2,20}$")


def age_in_days(checked_on: date, today: date) -> int:
    return (today - checked_on).days


def check_lines(file: ContentFile, *, today: date) -> Iterator[tuple[int, str]]:
    """Yield what is missing, odd or too old in one country's file."""
    facts, text = file.facts, file.path.read_text(encoding="utf-8-sig").splitlines()
    for key in ("country", "name", "emergency", "lines"):
        if not facts.get(key):
            yield file.line_of(key), f"`{key}` is missing."
    emergency = facts.get("emergency") or {}
    yield from _entry({"id": "emergency", **emergency}, file.line_of("emergency"), today)
    if not emergency.get("numbers"):
        yield file.line_of("emergency"), "The emergency number is missing."
    for said in emergency.get("numbers") or []:
        if not NUMBER.match(said):
            yield file.line_of("emergency"), f"“{said}” is not a phone number."
    if not _both(facts.get("name")):
        yield file.line_of("name"), "`name` needs English and Spanish."
    for line in facts.get("lines") or []:
        number = next(
            (
                n
                for n, t in enumerate(text, 1)
                if re.match(rf"\s*- id: {re.escape(str(line.get('id')))}\s*$", t)
            ),
            1,
        )
        yield from _entry(line, number, today)
        for key in ("name", "who", "hours"):
            if not _both(line.get(key)):
                yield number, f"`{key}` needs English and Spanish."
        if line.get("for") not in PURPOSES:
            yield number, f"`for` is one of: {', '.join(PURPOSES)}."
        if not line.get("call") and not line.get("text"):
            yield number, "Add a number to `call` or to `text`."
        for said in (line.get("call"), (line.get("text") or {}).get("to")):
            if said is not None and not NUMBER.match(str(said)):
                yield number, f"“{said}” is not a phone number."
        if not line.get("languages"):
            yield number, "`languages` is missing."
        if not line.get("checked_by"):
            yield number, "`checked_by` is missing. Say who looked."


def _both(told: dict | None) -> bool:
    return bool(told and told.get("en") and told.get("es"))


def _entry(line: dict, number: int, today: date) -> Iterator[tuple[int, str]]:
    checked = line.get("checked_on")
    if line.get("status") not in ("read", "to_verify"):
        yield number, "`status` is `read` (seen in the source) or `to_verify`."
    if not line.get("source"):
        yield number, "`source` is missing. Name the page, or GK when none was read."
    if line.get("source") == "GK" and line.get("status") != "to_verify":
        yield number, "General knowledge is not a source: this number is `to_verify`."
    if not isinstance(checked, date):
        yield number, "`checked_on` is missing. Write the day somebody looked."
    elif checked > today:
        yield number, f"`checked_on` is {checked}, which has not come yet."
    elif age_in_days(checked, today) > OLDEST_DAYS:
        days = age_in_days(checked, today)
        yield (
            number,
            f"{line.get('id')} was last checked {days} days ago; {OLDEST_DAYS} is the most. See docs/operate/crisis-lines.md.",
        )
