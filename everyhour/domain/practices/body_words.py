"""Words that do not suit a child's body, in what a caregiver says to the child.

A line of `## say` is read for each body that the item reaches. Where the line does not suit one, a
part of its name (`### deaf` under `## say`) holds another.
"""

import re
from collections.abc import Iterator

from everyhour.domain.practices import vocabulary as v
from everyhour.domain.practices.files import ContentFile, Section

# What a line may ask of the child, or of the room, by language and body.
UNFIT = {
    "en": {
        "seated": r"walk|run|jump\w*|stomp|stand(?: up)?|climb|dance|kick|hop|legs?|feet",
        "deaf": r"hear|listen\w*|hums?|song|music|voice|sing|loud|whisper|sounds?",
        "few_words": r"tell me|say it|talk to me|what do you think",
        "blind": r"(?<!good to )see (?!you)|look(?! after)|(?<!keep )watch\w*|show me|picture",
        "senses": r"hug|squeeze|tickle|loudest",
    },
    "es": {
        "seated": r"camin(?:a\w*|emos)|corr[ae]\w*|salt[aeo]\w*|párate|bail[ae]\w*|piernas?|pies",
        "deaf": r"oír|oye|escuch\w+|tarare\w+|canción|música|voz|canta\w*|grité|ruido|sonido",
        "few_words": r"dime|cuéntame|dilo|háblame|qué crees",
        "blind": r"mira|miren|miras|(?<!nos )(?<!luego )vemos|veamos|muéstrame|miro",
        "senses": r"abraz\w+|aprieta|cosquillas",
    },
}


def check_say(
    file: ContentFile, kind: str, facts: dict, bodies: list[str], language: str
) -> Iterator[tuple[int, str]]:
    """Yield line and message for each line to say that does not suit a body the item reaches."""
    section = file.sections.get("say")
    if section is None or kind not in ("activity", "reframe", "words"):
        return
    reached = bodies if kind == "activity" else v.BODIES
    for body in reached:
        for text in said(section, body, facts.get("states") or []):
            if found := re.search(rf"\b(?:{UNFIT[language][body]})\b", text, re.I):
                name = body.replace("_", " ")
                message = f"“{found[0]}” does not suit a child whose body is “{name}”: “{text}”."
                yield section.line, f"{message} Add a `### {name}` under `## say`."


def said(section: Section, body: str, states: list[str]) -> set[str]:
    """Return the lines that are said to a child with this body, in any of the states."""
    other = section.parts.get(body.replace("_", " "))
    lines = {section.parts.get(state) or other or section.text for state in states}
    return lines - {""}
