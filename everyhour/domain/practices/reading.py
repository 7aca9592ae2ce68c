"""Reading age of a text, by formula: rough, but it detects sentences written for professionals."""

import re

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def split_words(text: str) -> list[str]:
    return WORD.findall(text.replace("{child}", "Wren").replace("{Child}", "Wren"))


def reading_age(text: str, language: str = "en") -> float:
    """Return the age in years at which most readers understand a text: 0 without words, or >= 5.

    English: Flesch-Kincaid grade + 5 (Kincaid, Fishburne, Rogers and Chissom 1975). Spanish: the
    reading ease of Fernández Huerta (1959), mapped to years by his own table (90 = 9 to 10 years,
    70 = 12, 50 = 15).
    """
    found = split_words(text)
    if not found:
        return 0.0
    sentences = max(1, len(re.findall(r"[.?!:;]+(?:\s|$)", text.strip() + " ")))
    per_sentence = len(found) / sentences
    if language == "es":
        per_word = sum(_spanish_syllables(w) for w in found) / len(found)
        ease = 206.84 - 60 * per_word - 1.02 * per_sentence
        return max(5.0, 21.5 - ease * 0.135)
    per_word = sum(_english_syllables(w) for w in found) / len(found)
    return max(5.0, 0.39 * per_sentence + 11.8 * per_word - 15.59 + 5)


def _english_syllables(word: str) -> int:
    word = word.lower()
    count = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not word.endswith(("le", "ee", "ye")) and count > 1:
        count -= 1
    spoken = ("ses", "zes", "ches", "shes", "ted", "ded", "ees")
    if word.endswith(("es", "ed")) and not word.endswith(spoken) and count > 1:
        count -= 1
    return max(1, count)


def _spanish_syllables(word: str) -> int:
    strong = re.sub(r"[iuü](?=[aeoáéó])|(?<=[aeoáéó])[iuüy]", "", word.lower())
    return max(1, len(re.findall(r"[aeiouáéíóúü]", strong)))
