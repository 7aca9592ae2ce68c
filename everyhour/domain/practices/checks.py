"""What the library must never get wrong. Each finding names file and line, and says what to do."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from everyhour.domain.practices import reading
from everyhour.domain.practices import vocabulary as v
from everyhour.domain.practices.banned import banned
from everyhour.domain.practices.crisis_lines import check_lines
from everyhour.domain.practices.files import ContentFile, Library, Unreadable, paths, read
from everyhour.domain.practices.shapes import odd

OLDEST_READER = {
    "en": 12.5,
    "es": 13.0,
}  # years, over a whole item; the aim is eleven, the formulas swing by a year on short text
AGE_FLOORS = {
    "gum": 6,
    "balloon": 8,
    "choking": 4,
    "small_parts": 4,
    "weight": 5,
}  # DOMAIN.md 4.2 and 4.6


@dataclass(frozen=True, order=True)
class Finding:
    """Something that is not right yet."""

    path: Path
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


REQUIRED = {
    "activity": ("steps", "why", "say"),
    "caregiver": ("steps", "why"),
    "reframe": (
        "old eyes",
        "new eyes",
        "may be under it",
        "say",
        "do",
        "later",
        "instead of",
        "get help if",
        "cues",
    ),
    "words": ("say", "instead of", "why"),
    "pack": ("why", "how"),
    "crisis_lines": (),
}
FACTS: dict[str, dict[str, Sequence[str]]] = {
    "activity": {
        "states": v.STATES,
        "situations": (*v.SITUATIONS, "any"),
        "paths": v.PATHS,
        "senses": v.SENSES,
        "energy": v.ENERGIES,
        "touch": v.TOUCHES,
        "cautions": v.CAUTIONS,
        "works_in": v.PLACES,
        "evidence": v.EVIDENCE,
    },
    "caregiver": {"states": v.CAREGIVER_STATES, "cautions": v.CAUTIONS, "evidence": v.EVIDENCE},
    "reframe": {"states": v.STATES, "situations": (*v.SITUATIONS, "any"), "evidence": v.EVIDENCE},
    "words": {"states": v.STATES, "situations": (*v.SITUATIONS, "any"), "evidence": v.EVIDENCE},
    "pack": {"situation": v.SITUATIONS},
    "crisis_lines": {},
}


def check(root: Path, *, languages: Iterable[str] = ("en", "es")) -> list[Finding]:
    """Return every finding in a library, sorted; an empty list means that families may see it.

    Nothing here depends on today's date: `check_ages` does, and whoever makes a release asks it.
    """
    findings: list[Finding] = []
    library = Library(root, tuple(languages))
    try:
        sources = set(library.vocabulary("sources"))
    except Unreadable as error:
        return [Finding(error.path, error.line, error.message)]
    known: dict[tuple[str, str], ContentFile] = {}
    for kind, path in paths(root):
        try:
            known[kind, path.stem] = read(path)
        except Unreadable as error:
            findings.append(Finding(error.path, error.line, error.message))
    there = set(known)
    for (kind, slug), file in list(known.items()):
        if wrong := list(odd(file, kind)):
            findings += [Finding(file.path, line, message) for line, message in wrong]
            del known[kind, slug]
    for (kind, _), file in known.items():
        for rule in RULES[kind]:
            findings += [Finding(file.path, line, message) for line, message in rule(file, kind)]
        if kind == "crisis_lines":
            findings += [Finding(file.path, *found) for found in check_lines(file)]
        else:
            findings += [Finding(file.path, *f) for f in _provenance(file, sources)]
    findings += _packs(known, there)
    for language in library.languages:
        if language != "en":
            findings += _translation(root, language, known, there)
    return sorted(set(findings))


def _vocabulary(file: ContentFile, kind: str) -> Iterator[tuple[int, str]]:
    for key, allowed in FACTS[kind].items():
        value = file.facts.get(key)
        if value is None:
            yield file.line_of(key), f"`{key}` is missing. Add it; one of: {', '.join(allowed)}."
            continue
        for word in value if isinstance(value, list) else [value]:
            if word not in allowed:
                yield (
                    file.line_of(key),
                    f"`{key}` says “{word}”, which is not one of our words: {', '.join(allowed)}.",
                )


def _sections(
    file: ContentFile, kind: str, facts: dict | None = None, language: str = "en"
) -> Iterator[tuple[int, str]]:
    if kind == "crisis_lines":
        return
    facts = file.facts if facts is None else facts
    required = list(REQUIRED[kind])
    if kind == "activity" and facts.get("touch", "none") != "none":
        required += ["consent", "no touch"]
    if not file.title:
        yield 1, "The title is missing. Add a line that begins with `# `."
    for name in required:
        section = file.sections.get(name)
        if section is None or not (section.text or section.parts):
            yield 1, f"The section `## {name}` is missing or empty."


def _steps(file: ContentFile, kind: str) -> Iterator[tuple[int, str]]:
    section = file.sections.get("steps")
    if section is None:
        return
    if not 1 <= len(section.items) <= v.STEPS_AT_MOST:
        yield (
            section.line,
            f"There are {len(section.items)} steps. One to {v.STEPS_AT_MOST} can be held in mind.",
        )
    for number, step in enumerate(section.items, 1):
        count = len(reading.words(step))
        if count > v.WORDS_IN_A_STEP:
            yield (
                section.line + number,
                f"Step {number} has {count} words. {v.WORDS_IN_A_STEP} is the most.",
            )


def say_for(section, state: str) -> str:
    return section.parts.get(state) or section.text


def _say(file: ContentFile, states: list[str], slack: int = 0) -> Iterator[tuple[int, str]]:
    section = file.sections.get("say")
    if section is None:
        return
    for state in states:
        if state not in v.WORDS_TO_SAY:
            continue
        if state in ("fear", "terror") and state not in section.parts and not section.text:
            yield section.line, f"Add a line of its own for {state}: `### {state}` under `## say`."
        said = say_for(section, state)
        count, most = len(reading.words(said)), v.WORDS_TO_SAY[state] + slack
        if count > most:
            yield (
                section.line,
                f"At {state}, {most} words are the most; this has {count}: “{said}”. Add a shorter `### {state}`.",
            )
        if state == "alert" and len(re.findall(r"[.?]+(?:\s|$)", said)) > 2:
            yield section.line, "At alert, two sentences are the most."


def _words_budget(file: ContentFile, kind: str) -> Iterator[tuple[int, str]]:
    yield from _say(file, list(file.facts.get("states") or []))


def _ages(file: ContentFile, kind: str) -> Iterator[tuple[int, str]]:
    age, cautions = file.facts.get("age"), set(file.facts.get("cautions") or [])
    if age is None:
        yield (
            file.line_of("age"),
            "`age` is missing. Write it as `{from: 3, to: 10}` in years of functioning.",
        )
        return
    if not 0 <= age["from"] <= age["to"] <= 99:
        yield file.line_of("age"), "`age` runs from a younger to an older age, at most 99."
    text = " ".join(
        [
            file.title,
            *(s.text for s in file.sections.values()),
            *(file.facts.get("materials") or []),
        ]
    )
    floors = {name: least for name, least in AGE_FLOORS.items() if name in cautions}
    if re.search(r"\b(?:bubble|chewing)? ?gum\b", text, re.I):
        floors["gum"] = AGE_FLOORS["gum"]
    if re.search(r"\bballoons?\b", text, re.I) and "balloon" not in cautions:
        yield file.line_of("cautions"), "A balloon is named. Add the caution `balloon`."
    if (
        re.search(r"\b(?:weighted|lap weight|heavy vest)\b", text, re.I)
        and "weight" not in cautions
    ):
        yield file.line_of("cautions"), "Something with weight is named. Add the caution `weight`."
    if (
        re.search(
            r"\b(?:gum|popcorn|nuts?|grapes?|raisins?|crunchy|hard candy|carrots?|pretzels?)\b",
            text,
            re.I,
        )
        and "choking" not in cautions
    ):
        yield file.line_of("cautions"), "Food that can choke is named. Add the caution `choking`."
    for name, least in floors.items():
        if age["from"] < least and file.facts.get("adult_only") is not True:
            yield (
                file.line_of("age"),
                f"With {name.replace('_', ' ')}, the functioning age begins at {least} or later.",
            )


def _safety(file: ContentFile, kind: str) -> Iterator[tuple[int, str]]:
    facts = file.facts
    states, cautions = set(facts.get("states") or []), set(facts.get("cautions") or [])
    if states & {"fear", "terror"} and facts.get("presence") is not True:
        yield (
            file.line_of("states"),
            "At fear and terror only presence and safety are offered. Take these states out.",
        )
    if facts.get("touch", "none") != "none" and not cautions & {"touch_consent", "deep_pressure"}:
        yield file.line_of("cautions"), "Touch needs the caution `touch_consent`."
    if (
        "car" in (facts.get("situations") or []) + (facts.get("works_in") or [])
        and "driver" not in cautions
    ):
        yield (
            file.line_of("cautions"),
            "In a car, the driver watches the road. Add the caution `driver`.",
        )
    seconds = facts.get("seconds")
    if seconds is None or not 0 < seconds["from"] <= seconds["to"]:
        yield file.line_of("seconds"), "`seconds` is missing. Write it as `{from: 30, to: 60}`."


def _readable(file: ContentFile, kind: str, language: str = "en") -> Iterator[tuple[int, str]]:
    text = ". ".join(
        t for name, s in file.sections.items() if name != "cues" for t in (s.prose, *s.items) if t
    )
    found = reading.age(text.replace("..", "."), language)
    if found > OLDEST_READER[language]:
        yield (
            1,
            f"Reads like age {found:.1f}; {OLDEST_READER[language]} is the most. Shorter sentences, plainer words.",
        )


def _guesses(file: ContentFile, kind: str) -> Iterator[tuple[int, str]]:
    section = file.sections.get("may be under it")
    if section and not 3 <= len(section.items) <= 8:
        yield section.line, "Offer three to eight guesses, never one."
    eyes = file.sections.get("new eyes")
    if eyes and len(reading.words(eyes.text)) > 18:
        yield eyes.line, "New eyes fit in 18 words."


def _provenance(file: ContentFile, sources: set[str]) -> Iterator[tuple[int, str]]:
    named = file.facts.get("sources") or []
    if not named:
        yield file.line_of("sources"), "A source is missing. Name one from sources.yaml."
    for key in named:
        if key not in sources:
            yield (
                file.line_of("sources"),
                f"The source “{key}” is not in sources.yaml. Add it there with its address.",
            )
    if not isinstance(file.facts.get("reviewed_on"), date):
        yield (
            file.line_of("reviewed_on"),
            "`reviewed_on` is missing. Write the day of the last review.",
        )
    if not file.facts.get("reviewed_by"):
        yield file.line_of("reviewed_by"), "`reviewed_by` is missing. Say who reviewed it."


def _packs(
    known: dict[tuple[str, str], ContentFile], there: set[tuple[str, str]]
) -> Iterator[Finding]:
    for (kind, _), file in known.items():
        if kind == "pack":
            for slug in file.facts.get("activities") or []:
                if ("activity", slug) not in there:
                    yield Finding(
                        file.path, file.line_of("activities"), f"There is no activity “{slug}”."
                    )


def _translation(
    root: Path,
    language: str,
    known: dict[tuple[str, str], ContentFile],
    there: set[tuple[str, str]],
) -> Iterator[Finding]:
    told = {}
    for kind, path in paths(root, language):
        try:
            told[kind, path.stem] = read(path, with_facts=False)
        except Unreadable as error:
            yield Finding(error.path, error.line, error.message)
    for key, file in known.items():
        kind = key[0]
        if kind == "crisis_lines":
            continue
        if key not in told:
            yield Finding(
                file.path,
                1,
                f"The {language} translation is missing: {language}/{file.path.parent.name}/{file.path.name}.",
            )
            continue
        other = told.pop(key)
        for section, ours in file.sections.items():
            theirs = other.sections.get(section)
            if theirs is None:
                yield Finding(other.path, 1, f"The section `## {section}` is not translated yet.")
            elif len(theirs.items) != len(ours.items) or set(theirs.parts) != set(ours.parts):
                yield Finding(
                    other.path,
                    theirs.line,
                    f"`## {section}` has another number of items or parts than the English file.",
                )
        rules = (
            _sections(other, kind, file.facts, language),
            _steps_translated(other),
            _say(other, file.facts.get("states") or [], v.TRANSLATION_SLACK)
            if kind in ("activity", "words", "reframe")
            else (),
            banned(other, kind, language),
            _readable(other, kind, language),
        )
        yield from (Finding(other.path, line, message) for rule in rules for line, message in rule)
    for other in (file for key, file in told.items() if key not in there):
        yield Finding(
            other.path, 1, "There is no English file of this name. Rename or remove this one."
        )


def _steps_translated(file: ContentFile) -> Iterator[tuple[int, str]]:
    for number, step in enumerate(
        file.sections["steps"].items if "steps" in file.sections else [], 1
    ):
        if len(reading.words(step)) > v.WORDS_IN_A_STEP + v.TRANSLATION_SLACK:
            yield (
                file.sections["steps"].line + number,
                f"Step {number} is longer than {v.WORDS_IN_A_STEP + v.TRANSLATION_SLACK} words.",
            )


Rule = Callable[[ContentFile, str], Iterator[tuple[int, str]]]
TEXT: tuple[Rule, ...] = (_vocabulary, _sections, banned, _readable)
RULES: dict[str, tuple[Rule, ...]] = {
    "activity": (*TEXT, _steps, _words_budget, _ages, _safety),
    "caregiver": (*TEXT, _steps),
    "reframe": (*TEXT, _words_budget, _guesses),
    "words": (*TEXT, _words_budget),
    "pack": TEXT,
    "crisis_lines": (),
}
