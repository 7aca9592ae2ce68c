"""showing.js on the phone and bundle_reader on the server show the same with an idea."""

import json
import random
import subprocess

import pytest

from everyhour.domain.practices.vocabulary import BODIES
from everyhour.domain.recommendations import bundle, bundle_reader
from everyhour.domain.recommendations.advisor import GATES, Wishes
from everyhour.features.now import wording
from testing.test_javascript import FOLDER, node

pytestmark = pytest.mark.django_db


def random_wishes(dice: random.Random) -> Wishes:
    real_age = dice.choice([None, 0, 2, 5, 9, 12, 13, 17])
    return Wishes(
        age=dice.choice([real_age, None, 3]),
        real_age=real_age,
        months=12 * real_age + 5 if real_age is not None and real_age < 3 else None,
        touch=dice.random() < 0.5,
        care_touch=dice.random() < 0.5,
        bodies=frozenset(dice.sample(BODIES, dice.choice([0, 0, 1, 2]))),
        gates=GATES,
    )


def plain(wishes: Wishes) -> dict:
    names = ("age", "real_age", "months", "touch", "care_touch")
    return {name: getattr(wishes, name) for name in names} | {"bodies": sorted(wishes.bodies)}


@pytest.mark.parametrize("language", ["en", "es"])
def test_phone_and_server_show_the_same_in_every_cell(library, language):
    contents, dice = bundle.current(language), random.Random(168)
    cases = [
        {"slug": slug, "state": state, "situation": situation, "turn": dice.randint(0, 3)}
        for state, cells in contents["chances"].items()
        for situation, cell in cells.items()
        for slug in (None, *(contents["practices"][index]["slug"] for index, _p in cell))
    ]
    wishes = [random_wishes(dice) for _case in cases]

    asked = [case | {"wishes": plain(said)} for case, said in zip(cases, wishes, strict=True)]
    done = subprocess.run(
        [node(), FOLDER / "showing.mjs"],
        input=json.dumps({"bundle": contents, "vocabulary": wording.flow(), "cases": asked}),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert len(cases) > 500
    ways = set()
    for case, said, phone in zip(cases, wishes, json.loads(done.stdout), strict=True):
        server = bundle_reader.shown(contents, **case, wishes=said)
        assert phone == server, (case, said)
        ways.add(phone["way"])
    assert ways == {"steps", "teen", "no_touch", *BODIES}


def test_page_passes_the_vocabulary_of_bundle_reader_to_scripts(client, library):
    page = client.get("/en/now/").text

    words = json.loads(
        page.split('<script id="words" type="application/json">')[1].split("</script>")[0]
    )
    assert set(words["quiet_states"]) == bundle_reader.QUIET
    assert set(words["nothing_left"]) == set(bundle.current("en")["states"])


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_reframe_and_no_words_are_cut_off_for_good(library, language):
    contents = bundle.current(language)

    for state, cells in contents["chances"].items():
        for situation, cell in cells.items():
            reframes = bundle_reader.items_for(contents["reframes"], state, situation)
            slug = contents["practices"][cell[0][0]]["slug"] if cell else None
            seen = set()
            for turn in range(len(reframes)):
                shown = bundle_reader.shown(
                    contents, slug, state=state, situation=situation, turn=turn
                )
                seen |= {one["slug"] for one in shown["reframes"]}
                seen |= {one["slug"] for one in reframes if one["new_eyes"] == shown["new"]}
            assert seen == {one["slug"] for one in reframes}, (state, situation)
