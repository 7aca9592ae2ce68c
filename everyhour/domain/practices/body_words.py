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
# What a step may ask of the child, where `works_for` says that the steps fit as they are.
UNFIT_STEP = {
    "en": {
        "seated": r"(?:they|both|{child}) (?:walk|jump|run|stand|climb)|jump\w*|stomp|hop|tiptoe",
        "deaf": r"sing|whisper\w*|listen|music|out loud|call out",
        "few_words": r"ask (?:what|why)|they (?:say|name|tell)|tell you",
        "blind": r"point (?:at|to)|eye contact|picture|where they (?:can )?see",
    },
    "es": {
        "seated": r"(?:camine|salte|corra|trepe)n?|de puntillas|de un salto",
        "deaf": r"canta|susurr\w+|escuch\w+|música|en voz alta",
        "few_words": r"pregúntale (?:qué|por qué)|que (?:diga|cuente|nombre)|te (?:diga|cuente)",
        "blind": r"señala|contacto visual|mira el dibujo|donde (?:te )?vea",
    },
}


def check_steps(file: ContentFile, facts: dict, language: str) -> Iterator[tuple[int, str]]:
    """Yield line and message for each step that does not suit a body of `works_for`."""
    section = file.sections.get("steps")
    if section is None:
        return
    for body in facts.get("works_for") or []:
        for number, step in enumerate(section.items, 1):
            pattern = UNFIT_STEP[language].get(body)
            if pattern and (found := re.search(rf"\b(?:{pattern})\b", step, re.I)):
                name = body.replace("_", " ")
                message = f"“{found[0]}” in step {number} does not suit “{name}”."
                yield section.line + number, f"{message} Write a `## {name}` in place of it."


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
