"""The check of the library finds unsafe ages, materials, touch and presence."""

import pytest

from everyhour.domain.practices.checks import check
from everyhour.domain.practices.tests.libraries import assert_one_finding, edit

WALL = "activities/wall-push.md"
GUM = "activities/bubble-gum-break.md"
BALLOON = "activities/balloon-between-us.md"
HERE = "activities/i-am-here.md"
CHEW = "activities/chew-for-the-ride.md"


CASES = [
    pytest.param(
        BALLOON,
        "adult_only: true\n",
        "",
        "age:",
        "With balloon, the functioning age begins at 8",
        id="balloon before eight",
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
        "`age` must be `{from: 3, to: 10}`",
        id="an age in words",
    ),
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
        "`seconds` is missing or reversed",
        id="shorter than its shortest",
    ),
]


@pytest.mark.parametrize(("name", "before", "after", "where", "message"), CASES)
def test_unsafe_item_has_a_finding(root, name, before, after, where, message):
    edit(root / name, before, after)

    assert_one_finding(root, name, where, message)


def test_first_material_is_matched_as_a_word(root):
    edit(root / WALL, "materials: [wall]", "materials: [weighted blanket]")

    assert [f.message for f in check(root)] == [
        "Something with weight is named. Add the caution `weight`."
    ]
