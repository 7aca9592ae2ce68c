"""The check of the library finds missing, incomplete and faulty translations."""

import shutil

import pytest

from everyhour.domain.practices.checks import check
from everyhour.domain.practices.tests.libraries import assert_one_finding, edit

WALL = "activities/wall-push.md"
HERE = "activities/i-am-here.md"
LIES = "reframes/lies.md"
TERROR = "words/terror-name-and-safe.md"


CASES = [
    pytest.param(
        "es/" + WALL,
        "4. Descansa cuando descanse.\n",
        "",
        "## steps",
        "another number of items",
        id="a step not translated",
    ),
    pytest.param(
        "es/" + HERE,
        "### fear\nAquí estoy.\n",
        "",
        "## say",
        "another number of items or parts",
        id="a state's words not translated",
    ),
    pytest.param(
        "es/" + WALL,
        "## mind\nPiso seco, con zapatos o pies descalzos. Las medias resbalan.\n",
        "",
        1,
        "`## mind` is not translated",
        id="a section not translated",
    ),
    pytest.param(
        "es/" + WALL,
        "4. Descansa cuando descanse.",
        "4. Descansa cuando descanse" + " y descanse" * 6 + ".",
        "4.",
        "Step 4 has 15 words. 14 is the most.",
        id="a long step",
    ),
    pytest.param(
        "es/" + TERROR,
        "{child}. A salvo.",
        "{child}. Ya estás a salvo aquí.",
        "## say",
        "At terror, 5 words",
        id="too many words at terror, in Spanish",
    ),
    pytest.param(
        "es/" + WALL,
        "Piso seco,",
        "¡Cuidado! Piso seco,",
        "¡Cuidado",
        "Exclamation marks are not allowed",
        id="an exclamation mark in Spanish",
    ),
    pytest.param(
        "es/" + WALL,
        "Piso seco,",
        "Boca abajo. Piso seco,",
        "Boca",
        "“Boca abajo” sounds like coercion",
        id="coercion in Spanish",
    ),
    pytest.param(
        "es/" + LIES,
        '"¿Por qué me mentiste?',
        '"Mírame a los ojos. ¿Por qué me mentiste?',
        '"Mírame',
        "coercion",
        id="coercion in what slips out, in Spanish",
    ),
    pytest.param(
        "es/" + WALL,
        "Piso seco,",
        "Un berrinche. Piso seco,",
        "Un",
        "“berrinche” sounds like scolding",
        id="scolding in Spanish",
    ),
]


@pytest.mark.parametrize(("name", "before", "after", "where", "message"), CASES)
def test_faulty_translation_has_a_finding(root, name, before, after, where, message):
    edit(root / name, before, after)

    assert_one_finding(root, name, where, message)


def test_missing_translation_is_found_at_the_english_file(root):
    (root / "es" / WALL).unlink()

    found = check(root)

    assert [(f.path, f.line) for f in found] == [(root / WALL, 1)]
    assert "es translation is missing: es/activities/wall-push.md" in found[0].message


def test_translation_without_english_file_is_found(root):
    shutil.copy(root / "es" / WALL, root / "es/activities/wall-pull.md")

    found = check(root)

    assert [(f.path, f.line) for f in found] == [(root / "es/activities/wall-pull.md", 1)]
    assert "no English file of this name" in found[0].message
