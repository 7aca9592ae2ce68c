"""Words the library never uses: coercion anywhere, scolding and cheering wherever the words are ours."""

import re
from collections.abc import Iterator

from everyhour.domain.practices.files import ContentFile

# Coercion: refused everywhere, also in "instead of" (AACAP 2022, APSAC 2006; DOMAIN.md 7.6).
COERCION = {
    "en": [
        r"(?:hold|pin|press|push|keep|wrestle)s? (?:\w+ )?(?:him|her|them|it|{child}|your child|the child)"
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
# Scolding and cheering: refused wherever the words are ours (not in `old eyes`, `instead of`, `cues`).
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
FREE_OF_SCOLDING = {"old eyes", "instead of", "cues"}
STRUGGLING = re.compile(
    r"struggling, not misbehaving", re.I
)  # the founding sentence may name what it lets go of


def banned(file: ContentFile, kind: str, language: str = "en") -> Iterator[tuple[int, str]]:
    patterns: list[tuple[str, str, set[str]]] = [
        (p, "coercion", set()) for p in COERCION.get(language, [])
    ]
    patterns += [(p, "scolding or a promise", FREE_OF_SCOLDING) for p in SCOLDING.get(language, [])]
    for number, name, line in _lines(file):
        plain = STRUGGLING.sub("", line)
        if "!" in plain:
            yield number, "No exclamation marks. A full stop is calmer."
        for pattern, what, free in patterns:
            if name not in free and (found := re.search(rf"\b(?:{pattern})\b", plain, re.I)):
                yield number, f"“{found[0]}” sounds like {what}. Say it another way."


def _lines(file: ContentFile) -> Iterator[tuple[int, str, str]]:
    name, inside = "", not file.facts
    for number, line in enumerate(file.path.read_text(encoding="utf-8").splitlines(), 1):
        if line == "---" and file.facts:
            inside = number > 1
            continue
        if line.startswith("## "):
            name = line[3:].strip().lower()
        elif inside and line.strip():
            yield number, name, line
