"""Reading age is rough; it must tell a sentence for a child from one for a colleague, in both languages."""

import pytest

from everyhour.domain.practices import reading

EASY = {"en": "Come. Take my hand. It is all gone.", "es": "Ven. Te doy la mano. Ya pasó."}
PLAIN = {
    "en": "Put two foods on a plate and sit beside your child while they eat.",
    "es": "Pon dos comidas en un plato y siéntate al lado mientras come.",
}
FOR_A_COLLEAGUE = {
    "en": "Dysregulated physiological arousal necessitates individualised proprioceptive intervention prior to cognitive processing.",
    "es": "La desregulación fisiológica requiere intervenciones propioceptivas individualizadas previas al procesamiento cognitivo.",
}


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_harder_text_is_for_an_older_reader(language):
    ages = [reading.age(text[language], language) for text in (EASY, PLAIN, FOR_A_COLLEAGUE)]

    assert ages == sorted(ages)
    assert ages[0] < 8 < 16 < ages[-1]


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_empty_text_is_for_anybody(language):
    assert reading.age("", language) == reading.age(" 12 … — ", language) == 0


def test_longer_sentences_of_the_same_words_are_harder():
    assert reading.age("We push the wall. We count to ten. We rest.") < reading.age(
        "We push the wall and we count to ten and we rest"
    )


def test_a_known_text_has_its_published_grade():
    """Flesch and Kincaid's formula by hand: 6 words, 1 sentence, 6 syllables give grade -1.45; the youngest reader is five."""
    assert reading.age("The cat sat on the mat.") == 5

    # 13 words, 1 sentence, 24 syllables: 0.39 * 13 + 11.8 * 24 / 13 - 15.59 + 5
    assert reading.age(
        "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."
    ) == pytest.approx(16.3, abs=1.0)


def test_words_are_counted_as_they_are_spoken():
    assert reading.words("{child}. Safe. I'm here, 10 times") == [
        "Wren",
        "Safe",
        "I'm",
        "here",
        "times",
    ]
    assert len(reading.words("¿Qué tan cerca estás?")) == 4
