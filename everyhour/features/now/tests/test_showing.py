"""showing.js on the phone and bundle_reader on the server show the same with an idea."""

import json
import subprocess

import pytest

from everyhour.domain.recommendations import bundle, bundle_reader
from everyhour.features.now import wording
from testing.test_javascript import FOLDER, node

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "es"])
def test_phone_and_server_show_the_same_in_every_cell(library, language):
    contents = bundle.current(language)
    cases = [
        {"slug": slug, "state": state, "situation": situation, "turn": turn}
        for state, cells in contents["chances"].items()
        for situation, cell in cells.items()
        for turn, slug in enumerate(
            (None, *(contents["practices"][index]["slug"] for index, _p in cell))
        )
    ]

    done = subprocess.run(
        [node(), FOLDER / "showing.mjs"],
        input=json.dumps({"bundle": contents, "vocabulary": wording.flow(), "cases": cases}),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert len(cases) > 500
    for case, phone in zip(cases, json.loads(done.stdout), strict=True):
        slug, state, situation, turn = case.values()
        server = bundle_reader.shown(contents, slug, state=state, situation=situation, turn=turn)
        assert phone == server, case


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
