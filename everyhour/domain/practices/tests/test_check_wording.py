"""The check of the library finds texts that are too long, too hard, or unkind."""

import pytest

from everyhour.domain.practices.checks import check
from everyhour.domain.practices.tests.libraries import assert_one_finding, edit, line_of

WALL = "activities/wall-push.md"
GUM = "activities/bubble-gum-break.md"
HERE = "activities/i-am-here.md"
LIES = "reframes/lies.md"
TERROR = "words/terror-name-and-safe.md"
WATER = "caregiver/cold-water-hands.md"


CASES = [
    pytest.param(
        HERE,
        "### fear\nI am here.",
        "### fear\nI am right here now.",
        "## say",
        "At fear, 4 words are the most; this has 5",
        id="five at fear",
    ),
    pytest.param(
        HERE,
        "### shutdown\nI am here. No hurry.",
        "### shutdown\nI am here. There is no hurry.",
        "## say",
        "At shutdown, 6",
        id="seven at shutdown",
    ),
    pytest.param(
        HERE,
        "### alarm\nThis is",
        "### alarm\nI know that this is all so very",
        "## say",
        "At alarm, 9",
        id="twelve at alarm",
    ),
    pytest.param(
        WALL,
        "Help me keep",
        "Will you come and help me to keep",
        "## say",
        "At alarm, 9",
        id="too long without a line of its own",
    ),
    pytest.param(
        TERROR,
        "{child}. Safe.",
        "{child}. You are safe.",
        "## say",
        "At terror, 3 words are the most; this has 4",
        id="four at terror",
    ),
    pytest.param(
        GUM,
        "Gum first. Then we look at it",
        "Gum. First gum. Then it",
        "## say",
        "At alert, two sentences are the most",
        id="three sentences at alert",
    ),
    pytest.param(
        WALL,
        "2. Step your feet back a little.",
        "2. " + "Step back " * 6 + "now.",
        "2.",
        "Step 2 has 13 words",
        id="thirteen words in a step",
    ),
    pytest.param(WALL, "# Push the wall together\n", "", 1, "The title is missing", id="no title"),
    pytest.param(
        WALL,
        "## why\nSlow, hard pushing tells the body where it is "
        "and gives the push inside somewhere to go.\n",
        "",
        1,
        "`## why`",
        id="no reason",
    ),
    pytest.param(
        LIES,
        "A scared mouth can",
        "A mouth that is very scared and has been for a long time can",
        "## new eyes",
        "more than 18 words",
        id="new eyes too long",
    ),
    pytest.param(
        WALL,
        "Rest when they rest.",
        "Rest when they rest!",
        "4.",
        "Exclamation marks are not allowed",
        id="an exclamation mark",
    ),
    pytest.param(
        WALL,
        "Dry floor,",
        "Hold them down. Dry floor,",
        "Hold",
        "“Hold them down” sounds like coercion",
        id="holding down",
    ),
    pytest.param(
        WALL,
        "Dry floor,",
        "Dry floor, time out,",
        "Dry",
        "“time out” sounds like coercion",
        id="time out",
    ),
    pytest.param(
        LIES,
        '"Why did you',
        '"Look me in the eye. Why did you',
        '"Look',
        "sounds like coercion",
        id="coercion in what tends to slip out",
    ),
    pytest.param(
        LIES,
        "lying, lies,",
        "lying, lies, one two three four five six seven eight nine,",
        "## cues",
        "is no cue",
        id="a sentence among the cues",
    ),
    pytest.param(
        LIES,
        "lying, lies,",
        "lying, lies, Lying,",
        "## cues",
        "“lying” is there twice",
        id="a cue twice",
    ),
    pytest.param(
        WALL,
        "Dry floor,",
        "A defiant child. Dry floor,",
        "A defiant",
        "“defiant” sounds like scolding",
        id="scolding",
    ),
    pytest.param(
        WALL, "Rest when they rest.", "Rest when he rests.", "4.", "“he”", id="he instead of they"
    ),
    pytest.param(
        WALL, "# Push the", "# Just push the", "# Just", "“Just”", id="just, in the title"
    ),
    pytest.param(
        WALL,
        "# Push the wall together",
        "# Tantrums by the wall",
        "# Tantrums",
        "“Tantrums”",
        id="scolding in the title",
    ),
    pytest.param(
        WATER,
        "Cold on the skin, or new air, is a strong plain signal when words no longer reach you.",
        "Physiological temperature modification substantially facilitates autonomic regulation "
        "notwithstanding considerable dysregulation affecting communicative, interpretative, "
        "organisational, representational capabilities simultaneously.",
        1,
        "The reading age is",
        id="text for professionals",
    ),
]


@pytest.mark.parametrize(("name", "before", "after", "where", "message"), CASES)
def test_unsuitable_wording_has_a_finding(root, name, before, after, where, message):
    edit(root / name, before, after)

    assert_one_finding(root, name, where, message)


@pytest.mark.parametrize(
    "words", ["Lies to me like a naughty, lazy, manipulative liar.", "They should just calm down."]
)
@pytest.mark.parametrize(
    "section",
    [
        "Lies to me, even when I saw it happen.",
        '"Why did you lie to me? Nobody will ever believe you."',
        "lying, lies,",
    ],
)
def test_scolding_is_allowed_where_a_caregiver_is_quoted(root, section, words):
    edit(root / LIES, section, words)

    assert check(root) == []


def test_founding_sentence_is_allowed(root):
    edit(root / WALL, "Dry floor,", "Struggling, not misbehaving. Dry floor,")

    assert check(root) == []


@pytest.mark.parametrize(
    "steps", ["", "".join(f"{n}. Push.\n" for n in range(1, 7))], ids=["none", "six"]
)
def test_number_of_steps_is_one_to_five(root, steps):
    lines = (root / WALL).read_text().splitlines(keepends=True)
    kept = "".join(line for line in lines if line[0] not in "1234").replace(
        "## steps\n", f"## steps\n{steps}"
    )
    (root / WALL).write_text(kept)

    found = [f for f in check(root) if "Write one to 5" in f.message]

    assert [(f.path, f.line) for f in found] == [(root / WALL, line_of(root / WALL, "## steps"))]


@pytest.mark.parametrize("guesses", [2, 9])
def test_number_of_guesses_is_three_to_eight(root, guesses):
    text = (root / LIES).read_text()
    begin, end = text.index("- Fear of"), text.index("## say")
    (root / LIES).write_text(text[:begin] + "- Hungry, perhaps.\n" * guesses + "\n" + text[end:])

    found = [f for f in check(root) if "Offer three to eight guesses" in f.message]

    assert [(f.path, f.line) for f in found] == [
        (root / LIES, line_of(root / LIES, "## may be under it"))
    ]
