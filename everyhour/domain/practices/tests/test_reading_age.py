"""Reading age separates sentences for a child from those for professionals, in both languages."""

import pytest

from everyhour.domain.practices.reading import reading_age, split_words

EASY = {"en": "Come. Take my hand. It is all gone.", "es": "Ven. Te doy la mano. Ya pasó."}
PLAIN = {
    "en": "Put two foods on a plate and sit beside your child while they eat.",
    "es": "Pon dos comidas en un plato y siéntate al lado mientras come.",
}
PROFESSIONAL = {
    "en": "Dysregulated physiological arousal necessitates individualised "
    "proprioceptive intervention prior to cognitive processing.",
    "es": "La desregulación fisiológica requiere intervenciones propioceptivas "
    "individualizadas previas al procesamiento cognitivo.",
}


@pytest.mark.parametrize("language", ["en", "es"])
def test_harder_texts_have_a_higher_reading_age(language):
    ages = [reading_age(text[language], language) for text in (EASY, PLAIN, PROFESSIONAL)]

    assert ages == sorted(ages)
    assert ages[0] < 8 < 16 < ages[-1]


@pytest.mark.parametrize("language", ["en", "es"])
def test_text_without_words_has_reading_age_zero(language):
    assert reading_age("", language) == reading_age(" 12 … — ", language) == 0


def test_longer_sentences_have_a_higher_reading_age():
    assert reading_age("We push the wall. We count to ten. We rest.") < reading_age(
        "We push the wall and we count to ten and we rest"
    )


def test_reading_age_matches_the_formula_by_hand():
    # 6 words, 1 sentence, 6 syllables: grade -1.45; the lowest reading age is five
    assert reading_age("The cat sat on the mat.") == 5

    # 13 words, 1 sentence, 24 syllables: 0.39 * 13 + 11.8 * 24 / 13 - 15.59 + 5
    assert reading_age(
        "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."
    ) == pytest.approx(16.3, abs=1.0)


def test_words_are_split_as_they_are_spoken():
    assert split_words("{child}. Safe. I'm here, 10 times") == [
        "Wren",
        "Safe",
        "I'm",
        "here",
        "times",
    ]
    assert len(split_words("¿Qué tan cerca estás?")) == 4
