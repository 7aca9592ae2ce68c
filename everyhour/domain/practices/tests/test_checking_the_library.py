"""Break a good library in one way: the check names that file and that line, and nothing else."""

import re
import shutil
from datetime import date, timedelta

import pytest

from everyhour.domain.practices.ages import check_ages
from everyhour.domain.practices.checks import check
from everyhour.domain.practices.tests.shelves import TODAY, edit, line_of, real

WALL, GUM, BALLOON, HERE, CHEW = (
    f"activities/{slug}.md"
    for slug in (
        "wall-push",
        "bubble-gum-break",
        "balloon-between-us",
        "i-am-here",
        "chew-for-the-ride",
    )
)
LIES, TERROR, LEAVING, WATER = (
    "reframes/lies.md",
    "words/terror-name-and-safe.md",
    "packs/leaving.md",
    "caregiver/cold-water-hands.md",
)


def test_the_small_library_is_good(root):
    assert check(root) == []


def test_the_library_we_ship_passes_every_rule():
    library = real()

    assert [str(finding) for finding in check(library.root)] == []
    kinds = [kind for kind, _ in library.items]
    assert (kinds.count("activity"), kinds.count("reframe")) == (88, 30)
    assert min(kinds.count(kind) for kind in ("caregiver", "words", "pack", "crisis_lines")) > 0


def test_every_item_we_ship_is_reviewed_sourced_and_translated():
    library = real()
    items = {key: file for key, file in library.items.items() if key[0] != "crisis_lines"}
    sources = set(library.vocabulary("sources"))

    assert all(
        isinstance(file.facts["reviewed_on"], date) and file.facts["reviewed_by"]
        for file in items.values()
    )
    assert all(
        file.facts["sources"] and set(file.facts["sources"]) <= sources for file in items.values()
    )
    assert set(library.translations["es"]) == set(items)


WAYS_TO_BREAK = [
    # Ages and dangers (the hard rules).
    pytest.param(
        BALLOON,
        "adult_only: true\n",
        "",
        "age:",
        "With balloon, the functioning age begins at 8",
        id="a balloon before eight",
    ),
    pytest.param(
        BALLOON,
        "[balloon, touch_consent]",
        "[touch_consent]",
        "cautions:",
        "A balloon is named",
        id="a balloon without its caution",
    ),
    pytest.param(
        GUM,
        "{from: 6,",
        "{from: 5,",
        "age:",
        "With gum, the functioning age begins at 6",
        id="gum before six",
    ),
    pytest.param(
        GUM,
        "[choking, allergy]",
        "[allergy]",
        "cautions:",
        "Food that can choke is named",
        id="gum without its caution",
    ),
    pytest.param(
        WALL,
        "materials: [wall]",
        "materials: [wall, popcorn]",
        "cautions:",
        "Food that can choke is named",
        id="popcorn among the materials",
    ),
    pytest.param(
        WALL,
        "Rest when they rest.",
        "Eat grapes when they rest.",
        "cautions:",
        "Food that can choke is named",
        id="grapes in a step",
    ),
    pytest.param(
        CHEW,
        "{from: 4,",
        "{from: 3,",
        "age:",
        "With small parts, the functioning age begins at 4",
        id="small parts before four",
    ),
    pytest.param(
        WALL,
        "cautions: [fall]",
        "cautions: [fall, weight]",
        "age:",
        "With weight, the functioning age begins at 5",
        id="weight before five",
    ),
    pytest.param(
        WALL,
        "materials: [wall]",
        "materials: [wall, weighted blanket]",
        "cautions:",
        "Something with weight",
        id="weight without its caution",
    ),
    pytest.param(WALL, "age: {from: 4, to: 99}\n", "", 1, "`age` is missing", id="no age"),
    pytest.param(
        WALL,
        "{from: 4, to: 99}",
        "{from: 9, to: 4}",
        "age:",
        "from a younger to an older age",
        id="ages the wrong way round",
    ),
    pytest.param(
        WALL,
        "{from: 4, to: 99}",
        "{from: four, to: 99}",
        "age:",
        "`age` is `{from: 3, to: 10}`",
        id="an age in words",
    ),
    # Touch, presence, the car.
    pytest.param(
        BALLOON,
        "## consent\nElbows, hips or a towel? You choose how close we are.\n",
        "",
        1,
        "`## consent` is missing",
        id="touch without asking",
    ),
    pytest.param(
        BALLOON,
        "## consent\nElbows, hips or a towel? You choose how close we are.\n",
        "## consent\n",
        1,
        "`## consent`",
        id="an empty question",
    ),
    pytest.param(
        BALLOON,
        "## no touch\nEach take two corners of a towel and carry the ball on it.\n",
        "",
        1,
        "`## no touch`",
        id="no way without touch",
    ),
    pytest.param(
        BALLOON,
        "[balloon, touch_consent]",
        "[balloon]",
        "cautions:",
        "Touch needs the caution",
        id="touch without its caution",
    ),
    pytest.param(
        HERE,
        "presence: true",
        "presence: false",
        "states:",
        "only presence and safety",
        id="something to do at fear",
    ),
    pytest.param(
        CHEW,
        "[driver, small_parts]",
        "[small_parts]",
        "cautions:",
        "the driver watches the road",
        id="a car without a driver",
    ),
    pytest.param(
        WALL,
        "[home, school, out]",
        "[home, car]",
        "cautions:",
        "the driver watches the road",
        id="works in a car without a driver",
    ),
    pytest.param(
        WALL,
        "seconds: {from: 60, to: 60}",
        "seconds: {from: 60, to: 30}",
        "seconds:",
        "`seconds` is missing",
        id="shorter than its shortest",
    ),
    # Our own words.
    pytest.param(
        WALL,
        "[alert, alarm]",
        "[alert, amber]",
        "states:",
        "“amber”, which is not one of our words",
        id="a state we do not know",
    ),
    pytest.param(WALL, "energy: steady\n", "", 1, "`energy` is missing", id="no energy"),
    pytest.param(
        WALL,
        "cautions: [fall]",
        "cautions: [falling]",
        "cautions:",
        "“falling”",
        id="a caution we do not know",
    ),
    pytest.param(
        WALL, "evidence: C", "evidence: E", "evidence:", "“E”", id="a grade we do not know"
    ),
    pytest.param(
        WATER,
        "[wound_up, flooded]",
        "[wound_up, alarm]",
        "states:",
        "“alarm”",
        id="a child's state for a caregiver",
    ),
    pytest.param(
        LEAVING,
        "situation: leaving",
        "situation: going",
        "situation:",
        "“going”",
        id="a situation we do not know",
    ),
    pytest.param(
        LEAVING,
        "[wall-push, chew",
        "[wall-pull, chew",
        "activities:",
        "There is no activity “wall-pull”",
        id="an activity that is not there",
    ),
    # The words budget of each state.
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
    # Steps and sections.
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
        "## why\nSlow, hard pushing tells the body where it is and gives the push inside somewhere to go.\n",
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
        "18 words",
        id="new eyes too long",
    ),
    # How it is said.
    pytest.param(
        WALL,
        "Rest when they rest.",
        "Rest when they rest!",
        "4.",
        "No exclamation marks",
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
        "lying, restrained, lies,",
        "lying",
        "“restrained”",
        id="coercion among the cues",
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
        "Physiological temperature modification substantially facilitates autonomic regulation notwithstanding considerable dysregulation "
        "affecting communicative, interpretative, organisational, representational capabilities simultaneously.",
        1,
        "Reads like age",
        id="a text for a colleague",
    ),
    # Where it comes from.
    pytest.param(
        WALL, "sources: [SEED]", "sources: []", "sources:", "A source is missing", id="no source"
    ),
    pytest.param(WALL, "sources: [SEED]\n", "", 1, "A source is missing", id="no line for sources"),
    pytest.param(
        WALL,
        "sources: [SEED]",
        "sources: [SEED, XYZ]",
        "sources:",
        "“XYZ” is not in sources.yaml",
        id="an unknown source",
    ),
    pytest.param(
        WALL, "reviewed_on: 2026-11-23\n", "", 1, "`reviewed_on` is missing", id="never reviewed"
    ),
    pytest.param(
        WALL,
        "2026-11-23",
        "last spring",
        "reviewed_on:",
        "`reviewed_on` is a day",
        id="reviewed in words",
    ),
    pytest.param(
        WALL, "reviewed_by: editors\n", "", 1, "`reviewed_by` is missing", id="reviewed by nobody"
    ),
    # Spanish.
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
        "Step 4 is longer than 14 words",
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
        "No exclamation marks",
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
    pytest.param("es/" + LIES, "Un", "Un", None, "", id="nothing changed"),
]


@pytest.mark.parametrize(("name", "before", "after", "where", "says"), WAYS_TO_BREAK)
def test_a_file_broken_in_one_way_is_named_with_its_line(root, name, before, after, where, says):
    edit(root / name, before, after)

    found = check(root)

    line = line_of(root / name, where) if isinstance(where, str) else where
    assert [(finding.path, finding.line) for finding in found if says in finding.message] == (
        [(root / name, line)] if says else []
    )
    assert {finding.path for finding in found} <= {root / name, root / "es" / name}


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
def test_what_a_tired_caregiver_thinks_may_be_written_down_as_what_it_is(root, section, words):
    edit(root / LIES, section, words)

    assert check(root) == []


def test_the_first_material_is_read_as_a_word_of_its_own(root):
    edit(root / WALL, "materials: [wall]", "materials: [weighted blanket]")

    assert [f.message for f in check(root)] == [
        "Something with weight is named. Add the caution `weight`."
    ]


def test_the_founding_sentence_may_name_what_it_lets_go_of(root):
    edit(root / WALL, "Dry floor,", "Struggling, not misbehaving. Dry floor,")

    assert check(root) == []


def test_review_is_due_after_two_years_and_never_fails_the_check(root):
    edit(root / WALL, "2026-11-23", str(TODAY - timedelta(days=730)))

    due = check_ages(root, today=TODAY + timedelta(days=1))

    assert check(root) == []
    assert [f for f in check_ages(root, today=TODAY) if "two years" in f.message] == []
    assert [f.line for f in due if "two years" in f.message] == [
        line_of(root / WALL, "reviewed_on:")
    ]


@pytest.mark.parametrize(
    "steps", ["", "".join(f"{n}. Push.\n" for n in range(1, 7))], ids=["none", "six"]
)
def test_one_to_five_steps_can_be_held_in_mind(root, steps):
    lines = (root / WALL).read_text().splitlines(keepends=True)
    kept = "".join(line for line in lines if line[0] not in "1234").replace(
        "## steps\n", f"## steps\n{steps}"
    )
    (root / WALL).write_text(kept)

    found = [f for f in check(root) if "can be held in mind" in f.message]

    assert [(f.path, f.line) for f in found] == [(root / WALL, line_of(root / WALL, "## steps"))]


@pytest.mark.parametrize("guesses", [2, 9])
def test_three_to_eight_guesses_never_one(root, guesses):
    text = (root / LIES).read_text()
    begin, end = text.index("- Fear of"), text.index("## say")
    (root / LIES).write_text(text[:begin] + "- Hungry, perhaps.\n" * guesses + "\n" + text[end:])

    found = [f for f in check(root) if "Offer three to eight guesses" in f.message]

    assert [(f.path, f.line) for f in found] == [
        (root / LIES, line_of(root / LIES, "## may be under it"))
    ]


def test_a_missing_translation_is_named_at_the_english_file(root):
    (root / "es" / WALL).unlink()

    found = check(root)

    assert [(f.path, f.line) for f in found] == [(root / WALL, 1)]
    assert "es translation is missing: es/activities/wall-push.md" in found[0].message


def test_a_translation_left_over_is_named(root):
    shutil.copy(root / "es" / WALL, root / "es/activities/wall-pull.md")

    found = check(root)

    assert [(f.path, f.line) for f in found] == [(root / "es/activities/wall-pull.md", 1)]
    assert "no English file of this name" in found[0].message


def test_unreadable_files_in_both_languages_are_all_named_at_once(root):
    edit(root / WALL, "[alert, alarm]", "[alert, alarm")
    edit(root / "es" / GUM, "Masticar", "Masti\x07car")

    found = check(root)

    assert {(f.path, f.line) for f in found} >= {
        (root / WALL, 4),
        (root / "es" / GUM, line_of(root / "es" / GUM, "Masti")),
    }


ODD_FACTS = ["7", "calm", "[1, null]", "[[calm]]", "{from: a, to: b}", "2026-11-23 10:00:00"]


@pytest.mark.parametrize("name", [WALL, LIES, TERROR, LEAVING, WATER, "crisis-lines/us.md"])
def test_a_fact_of_the_wrong_kind_is_a_finding_and_never_ends_the_check(root, name):
    good = (root / name).read_text()
    for other in root.rglob("*.md"):
        other.unlink()
    ended = []

    for broken in with_odd_facts(good):
        (root / name).write_text(broken)
        try:
            check(root)
        except Exception as error:
            ended.append(f"{broken.splitlines()[1]}: {type(error).__name__}: {error}")

    assert ended == []


def with_odd_facts(text: str):
    """Yield the file with each of its facts, in turn, of another kind than it should be."""
    facts, body = text.removeprefix("---\n").split("\n---\n", 1)
    keys = [line.split(":")[0] for line in facts.splitlines() if line[0].isalpha()]
    for key in keys:
        others = re.sub(rf"^{key}:.*(?:\n[ -].*)*\n?", "", facts, flags=re.M)
        for odd in ODD_FACTS:
            yield f"---\n{key}: {odd}\n{others}\n---\n{body}"
