"""Checks of the library. Each finding names file, line and remedy."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from everyhour.domain.practices import vocabulary as v
from everyhour.domain.practices.banned import find_banned
from everyhour.domain.practices.body_words import check_say, check_steps
from everyhour.domain.practices.crisis_lines import check_lines
from everyhour.domain.practices.fact_types import check_types
from everyhour.domain.practices.files import ContentFile, Library, Unreadable, paths, read
from everyhour.domain.practices.reading import reading_age, split_words

# Years, for a whole item. The aim is eleven; on short texts the formulas vary by a year.
MOST_READING_AGE = {"en": 12.5, "es": 13.0}
WORDS_IN_A_CUE = 8
# DOMAIN.md 4.2 and 4.6
MINIMUM_AGES = {"gum": 6, "balloon": 8, "choking": 4, "small_parts": 4, "weight": 5}
GUM = r"\b(?:bubble|chewing)? ?gum\b"
CHOKING_FOOD = r"\b(?:gum|popcorn|nuts?|grapes?|raisins?|crunchy|hard candy|carrots?|pretzels?)\b"
# A caution, how a text shows that it needs it, and what to say then.
NAMED_DANGERS = (
    ("balloon", r"\bballoons?\b", "A balloon is named."),
    ("weight", r"\b(?:weighted|lap weight|heavy vest)\b", "Something with weight is named."),
    ("choking", CHOKING_FOOD, "Food that can choke is named."),
)
Problems = Iterator[tuple[int, str]]  # line and message


@dataclass(frozen=True, order=True)
class Finding:
    """A problem in a file of the library."""

    path: Path
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


REQUIRED = {
    "activity": ("steps", "why", "say"),
    "caregiver": ("steps", "why"),
    "reframe": (
        *("old eyes", "new eyes", "may be under it", "say", "do"),
        *("later", "instead of", "get help if", "cues"),
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
        "works_for": v.BODIES,
        "evidence": v.EVIDENCE,
    },
    "caregiver": {"states": v.CAREGIVER_STATES, "cautions": v.CAUTIONS, "evidence": v.EVIDENCE},
    "reframe": {"states": v.STATES, "situations": (*v.SITUATIONS, "any"), "evidence": v.EVIDENCE},
    "words": {"states": v.STATES, "situations": (*v.SITUATIONS, "any"), "evidence": v.EVIDENCE},
    "pack": {"situation": v.SITUATIONS},
    "crisis_lines": {},
}


def check(root: Path, *, languages: Iterable[str] = ("en", "es")) -> list[Finding]:
    """Return every problem of a library, sorted by file and line.

    The result does not depend on today's date; `ages.check_ages` does, for releases.
    """
    library = Library(root, tuple(languages))
    try:
        sources = set(library.vocabulary("sources"))
    except Unreadable as error:
        return [_unreadable(error)]
    findings: list[Finding] = []
    files: dict[tuple[str, str], ContentFile] = {}
    for kind, path in paths(root):
        try:
            files[kind, path.stem] = read(path)
        except Unreadable as error:
            findings.append(_unreadable(error))
    readable = set(files)
    for key, file in list(files.items()):
        if problems := list(check_types(file)):
            findings += [Finding(file.path, *problem) for problem in problems]
            del files[key]
    for (kind, _), file in files.items():
        for rule in RULES[kind]:
            findings += [Finding(file.path, *problem) for problem in rule(file, kind)]
        more = check_lines(file) if kind == "crisis_lines" else _provenance(file, sources)
        findings += [Finding(file.path, *problem) for problem in more]
    findings += _links(files, readable)
    for language in library.languages:
        if language != "en":
            findings += _translations(root, language, files, readable)
    return sorted(set(findings))


def _unreadable(error: Unreadable) -> Finding:
    return Finding(error.path, error.line, error.message)


def _vocabulary(file: ContentFile, kind: str) -> Problems:
    for key, allowed in FACTS[kind].items():
        value = file.facts.get(key)
        if value is None:
            yield file.line_of(key), f"`{key}` is missing. Add it; one of: {', '.join(allowed)}."
            continue
        for word in value if isinstance(value, list) else [value]:
            if word not in allowed:
                message = f"`{key}` says “{word}”, which is not one of: {', '.join(allowed)}."
                yield file.line_of(key), message


def _sections(
    file: ContentFile, kind: str, facts: dict | None = None, language: str = "en"
) -> Problems:
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


def _bodies(file: ContentFile, kind: str) -> Problems:
    for body in file.facts.get("works_for") or []:
        if body.replace("_", " ") in file.sections:
            message = (
                f"`works_for` and `## {body.replace('_', ' ')}` exclude each other. Remove one."
            )
            yield file.line_of("works_for"), message


def _relations(file: ContentFile, kind: str) -> Problems:
    for word in file.facts.get("relations") or []:
        if word not in v.RELATIONS:
            message = f"`relations` says “{word}”, which is not one of: {', '.join(v.RELATIONS)}."
            yield file.line_of("relations"), message


def _steps(file: ContentFile, kind: str) -> Problems:
    yield from check_steps(file, file.facts, "en")
    section = file.sections.get("steps")
    if section is None:
        return
    if not 1 <= len(section.items) <= v.STEPS_AT_MOST:
        message = f"There are {len(section.items)} steps. Write one to {v.STEPS_AT_MOST}."
        yield section.line, message
    yield from _step_lengths(file, v.WORDS_IN_A_STEP)


def _step_lengths(file: ContentFile, most: int) -> Problems:
    section = file.sections.get("steps")
    if section is None:
        return
    for number, step in enumerate(section.items, 1):
        if (count := len(split_words(step))) > most:
            message = f"Step {number} has {count} words. {most} is the most."
            yield section.line + number, message


def _say(file: ContentFile, states: list[str], slack: int = 0) -> Problems:
    section = file.sections.get("say")
    if section is None:
        return
    bodies = [text for body in v.BODIES if (text := section.parts.get(body.replace("_", " ")))]
    for state in states:
        if state not in v.WORDS_TO_SAY:
            continue
        own = section.parts.get(state)
        for text in [own] if own else [section.text, *bodies]:
            for problem in _line_to_say(text, state, v.WORDS_TO_SAY[state] + slack):
                yield section.line, problem


def _line_to_say(text: str, state: str, most: int) -> Iterator[str]:
    if state in ("fear", "terror") and not text:
        yield f"Add a line of its own for {state}: `### {state}` under `## say`."
    if (count := len(split_words(text))) > most:
        message = f"At {state}, {most} words are the most; this has {count}: “{text}”."
        yield f"{message} Add a shorter `### {state}`."
    if state == "alert" and len(re.findall(r"[.?]+(?:\s|$)", text)) > 2:
        yield "At alert, two sentences are the most."


def _words_to_say(file: ContentFile, kind: str) -> Problems:
    yield from _say(file, list(file.facts.get("states") or []))
    yield from check_say(file, kind, file.facts, file.bodies, "en")


def _ages(file: ContentFile, kind: str) -> Problems:
    age, cautions = file.facts.get("age"), set(file.facts.get("cautions") or [])
    age_line = file.line_of("age")
    if age is None:
        yield age_line, "`age` is missing. Write it as `{from: 3, to: 10}` in functioning years."
        return
    if not 0 <= age["from"] <= age["to"] <= 99:
        yield age_line, "`age` must go from a younger to an older age, at most 99."
    materials = file.facts.get("materials") or []
    shown = (section.text for name, section in file.sections.items() if name != "cues")
    text = " ".join([file.title, *shown, *materials])
    for caution, pattern, message in NAMED_DANGERS:
        if caution not in cautions and re.search(pattern, text, re.I):
            yield file.line_of("cautions"), f"{message} Add the caution `{caution}`."
    dangers = cautions | ({"gum"} if re.search(GUM, text, re.I) else set())
    for danger, least in MINIMUM_AGES.items():
        if danger in dangers and age["from"] < least and file.facts.get("adult_only") is not True:
            what = danger.replace("_", " ")
            yield age_line, f"With {what}, the functioning age begins at {least} or later."


def _safety(file: ContentFile, kind: str) -> Problems:
    facts = file.facts
    states, cautions = set(facts.get("states") or []), set(facts.get("cautions") or [])
    if states & {"fear", "terror"} and facts.get("presence") is not True:
        message = "At fear and terror only presence and safety are offered. Remove these states."
        yield file.line_of("states"), message
    caution_line = file.line_of("cautions")
    if facts.get("touch", "none") != "none" and not cautions & {"touch_consent", "deep_pressure"}:
        yield caution_line, "Touch needs the caution `touch_consent`."
    places = (facts.get("situations") or []) + (facts.get("works_in") or [])
    if "car" in places and "driver" not in cautions:
        yield caution_line, "In a car, the driver watches the road. Add the caution `driver`."
    seconds = facts.get("seconds")
    if seconds is None or not 0 < seconds["from"] <= seconds["to"]:
        message = "`seconds` is missing or reversed. Write it as `{from: 30, to: 60}`."
        yield file.line_of("seconds"), message


def _readable(file: ContentFile, kind: str, language: str = "en") -> Problems:
    sections = (section for name, section in file.sections.items() if name != "cues")
    text = ". ".join(text for s in sections for text in (s.prose, *s.items) if text)
    age, most = reading_age(text.replace("..", "."), language), MOST_READING_AGE[language]
    if age > most:
        message = f"The reading age is {age:.1f}; {most} is the most."
        yield 1, f"{message} Write shorter sentences and plainer words."


def _cues(file: ContentFile, kind: str) -> Problems:
    """Cues are what people type who need the item, separated by commas; they are never shown."""
    section = file.sections.get("cues")
    if section is None:
        return
    cues = [cue.strip().lower() for cue in section.text.split(",")]
    if section.items:
        yield section.line, "Write the cues in one paragraph, separated by commas."
    for cue in cues:
        if not cue or len(split_words(cue)) > WORDS_IN_A_CUE:
            yield section.line, f"“{cue}” is no cue. Write one to {WORDS_IN_A_CUE} words."
    for cue in sorted({cue for cue in cues if cues.count(cue) > 1}):
        yield section.line, f"The cue “{cue}” is there twice. Remove one."


def _guesses(file: ContentFile, kind: str) -> Problems:
    section = file.sections.get("may be under it")
    if section and not 3 <= len(section.items) <= 8:
        yield section.line, "Offer three to eight guesses, never one."
    eyes = file.sections.get("new eyes")
    if eyes and len(split_words(eyes.text)) > 18:
        yield eyes.line, "`## new eyes` has more than 18 words. Make it shorter."


def _provenance(file: ContentFile, sources: set[str]) -> Problems:
    named = file.facts.get("sources") or []
    if not named:
        yield file.line_of("sources"), "A source is missing. Name one from sources.yaml."
    for key in named:
        if key not in sources:
            message = f"The source “{key}” is not in sources.yaml. Add it there with its address."
            yield file.line_of("sources"), message
    if not isinstance(file.facts.get("reviewed_on"), date):
        message = "`reviewed_on` is missing. Write the day of the last review."
        yield file.line_of("reviewed_on"), message
    if not file.facts.get("reviewed_by"):
        yield file.line_of("reviewed_by"), "`reviewed_by` is missing. Write who reviewed it."


def _links(
    files: dict[tuple[str, str], ContentFile], readable: set[tuple[str, str]]
) -> Iterator[Finding]:
    for file in files.values():
        for key in ("activities", "say_with"):
            for slug in file.facts.get(key) or []:
                if ("activity", slug) not in readable:
                    yield Finding(file.path, file.line_of(key), f"There is no activity “{slug}”.")


def _translations(
    root: Path,
    language: str,
    files: dict[tuple[str, str], ContentFile],
    readable: set[tuple[str, str]],
) -> Iterator[Finding]:
    """Yield the problems of the translations into one language; crisis lines need none."""
    translations: dict[tuple[str, str], ContentFile] = {}
    for kind, path in paths(root, language):
        try:
            translations[kind, path.stem] = read(path, with_facts=False)
        except Unreadable as error:
            yield _unreadable(error)
    for (kind, slug), file in files.items():
        if kind == "crisis_lines":
            continue
        if translation := translations.pop((kind, slug), None):
            for problem in _translation(file, translation, kind, language):
                yield Finding(translation.path, *problem)
        else:
            name = f"{language}/{file.path.parent.name}/{file.path.name}"
            yield Finding(file.path, 1, f"The {language} translation is missing: {name}.")
    for key, translation in translations.items():
        if key not in readable:
            message = "There is no English file of this name. Rename or remove this one."
            yield Finding(translation.path, 1, message)


def _translation(file: ContentFile, other: ContentFile, kind: str, language: str) -> Problems:
    for name, section in file.sections.items():
        theirs = other.sections.get(name)
        if theirs is None:
            yield 1, f"The section `## {name}` is not translated yet."
        elif len(theirs.items) != len(section.items) or set(theirs.parts) != set(section.parts):
            message = f"`## {name}` has another number of items or parts than the English file."
            yield theirs.line, message
    yield from _sections(other, kind, file.facts, language)
    yield from _step_lengths(other, v.WORDS_IN_A_STEP + v.TRANSLATION_SLACK)
    yield from check_steps(other, file.facts, language)
    if kind in ("activity", "words", "reframe"):
        yield from _say(other, file.facts.get("states") or [], v.TRANSLATION_SLACK)
        yield from check_say(other, kind, file.facts, file.bodies, language)
    yield from find_banned(other, kind, language)
    yield from _readable(other, kind, language)
    yield from _cues(other, kind)


Rule = Callable[[ContentFile, str], Problems]
TEXT: tuple[Rule, ...] = (_vocabulary, _sections, find_banned, _readable, _cues)
RULES: dict[str, tuple[Rule, ...]] = {
    "activity": (*TEXT, _steps, _bodies, _words_to_say, _ages, _safety),
    "caregiver": (*TEXT, _steps, _relations),
    "reframe": (*TEXT, _words_to_say, _guesses),
    "words": (*TEXT, _words_to_say),
    "pack": TEXT,
    "crisis_lines": (),
}
