"""Banned words: coercion anywhere; scolding and cheering where the library itself speaks."""

import re
from collections.abc import Iterator

from everyhour.domain.practices.files import ContentFile

# Banned in every section, also in "instead of" (AACAP 2022, APSAC 2006; DOMAIN.md 7.6).
COERCION = {
    "en": [
        r"(?:hold|pin|press|push|keep|wrestle)s? (?:\w+ )?"
        r"(?:him|her|them|it|{child}|your child|the child)"
        r" (?:down|still|tight(?:ly)?|in place)",
        r"restrain\w*",
        r"(?:sit|lie|lean) on (?:top of )?(?:him|her|them|{child}|your child)",
        r"(?:make|force) (?:him|her|them|{child}|your child)",
        r"(?:must|have to|until they) (?:look|make eye contact)",
        r"look me in the eyes?",
        r"face[ -]down",
        r"on (?:his|her|their) (?:tummy|stomach|front|belly)",
        r"(?:lock|shut) (?:him|her|them|{child}|your child) in",
        r"tim(?:e|ed)[ -]?out",
        r"naughty (?:step|chair|corner)",
        r"(?:sticker|reward|star) charts?",
        r"(?:no|without) (?:dinner|supper|food|water|drink)",
    ],
    "es": [
        r"(?:sujeta|sujétal[oae]|agarra|inmoviliza|aprieta)\w* (?:fuerte|con fuerza|contra)",
        r"oblíga\w*|obliga(?:r|rl[oae])? a",
        r"boca abajo",
        r"mírame a los ojos",
        r"encierra|enciérral[oae]|bajo llave",
        r"tiempo fuera|rincón de pensar",
        r"tabla de (?:premios|recompensas)",
        r"sin (?:cena|comida|agua|comer)",
    ],
}
# Banned except in QUOTING sections.
SCOLDING = {
    "en": [
        r"naughty",
        r"bad (?:boy|girl|kid|child|behavio\w+)",
        r"manipulat\w+",
        r"attention[ -]seek\w+",
        r"defian(?:t|ce)",
        r"lazy",
        r"spoil[te]\w* (?:brat|child|kid)",
        r"brats?",
        r"tantrums?",
        r"non-?complian\w+",
        r"disobe\w+",
        r"misbehav\w+",
        r"calm down",
        r"should(?:n['’]t)?",
        r"just",
        r"amazing",
        r"great job",
        r"good (?:boy|girl|job)",
        r"journey",
        r"owls?",
        r"watchdogs?",
        r"possums?",
        r"amygdala",
        r"vagus|vagal",
        r"brain ?stem",
        r"cortisol",
        r"he|she|his|hers?|him",
    ],
    "es": [
        r"malcriad\w+",
        r"travies\w+",
        r"niñ[oa] mal[oa]",
        r"manipula\w+",
        r"llamar la atención",
        r"desafiante",
        r"floj[oa]|perezos\w+",
        r"berrinches?",
        r"desobed\w+",
        r"cálmate",
        r"tranquilízate",
        r"debes|deberías",
        r"increíble",
        r"buen trabajo",
        r"búho",
        r"amígdala",
        r"vago",
        r"cortisol",
    ],
}
QUOTING = {"old eyes", "instead of"}  # sections that quote what a caregiver may think
ALLOWED = re.compile(r"struggling, not misbehaving", re.I)  # our founding sentence


def find_banned(file: ContentFile, kind: str, language: str = "en") -> Iterator[tuple[int, str]]:
    """Yield line and message for each banned word or exclamation mark outside the front matter."""
    coercion, scolding = COERCION.get(language, []), SCOLDING.get(language, [])
    for number, section, line in _lines(file):
        if section == "cues":  # what people type, never shown
            continue
        text = ALLOWED.sub("", line)
        if "!" in text:
            yield number, "Exclamation marks are not allowed. Use a full stop: it is calmer."
        for pattern in coercion:
            if found := _search(pattern, text):
                yield number, f"“{found[0]}” sounds like coercion. Say it another way."
        for pattern in scolding if section not in QUOTING else ():
            if found := _search(pattern, text):
                yield number, f"“{found[0]}” sounds like scolding or a promise. Say it another way."


def _search(pattern: str, text: str) -> re.Match[str] | None:
    return re.search(rf"\b(?:{pattern})\b", text, re.I)


def _lines(file: ContentFile) -> Iterator[tuple[int, str, str]]:
    """Yield number, section and text of each line of text, headings and empty lines left out."""
    name, inside = "", not file.facts
    for number, line in enumerate(file.path.read_text(encoding="utf-8").splitlines(), 1):
        if line == "---" and file.facts:
            inside = number > 1
            continue
        if line.startswith("## "):
            name = line[3:].strip().lower()
        elif inside and line.strip():
            yield number, name, line
