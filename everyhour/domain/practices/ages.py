"""Findings that depend on the day: crisis lines and reviews that are due for a check."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from everyhour.domain.practices.checks import Finding
from everyhour.domain.practices.crisis_lines import ages, line_number
from everyhour.domain.practices.files import ContentFile, paths, read

REVIEW_DAYS = 730


def check_ages(root: Path, *, today: date, release: bool = False) -> list[Finding]:
    """Return the crisis lines and the reviews (after two years) that are due on this day.

    With `release`, of the crisis lines only those that stop a release.
    """
    findings: list[Finding] = []
    for kind, path in paths(root):
        file = read(path)
        if kind == "crisis_lines":
            findings += _crisis_ages(file, today, release=release)
        elif message := _review_age(file, today):
            findings.append(Finding(path, file.line_of("reviewed_on"), message))
    return sorted(findings)


def _crisis_ages(file: ContentFile, today: date, *, release: bool) -> Iterator[Finding]:
    text = file.path.read_text(encoding="utf-8-sig").splitlines()
    for age in ages(file.facts, today=today):
        if age.blocks_release if release else age.needs_check:
            number = line_number(text, age.id)
            yield Finding(file.path, number if number > 1 else file.line_of("emergency"), str(age))


def _review_age(file: ContentFile, today: date) -> str | None:
    reviewed = file.facts.get("reviewed_on")
    if not isinstance(reviewed, date):
        return None
    if reviewed > today:
        return f"`reviewed_on` is {reviewed}, which is in the future."
    if (today - reviewed).days > REVIEW_DAYS:
        return (
            f"Last reviewed on {reviewed}, more than two years ago. "
            "Review it again, then set the date."
        )
    return None
