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
        {"slug": slug, "state": state, "situation": situation}
        for state, cells in contents["chances"].items()
        for situation, cell in cells.items()
        for slug in (None, *(contents["practices"][index]["slug"] for index, _p in cell))
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
        slug, state, situation = case.values()
        server = bundle_reader.shown(contents, slug, state=state, situation=situation)
        assert phone == server, case


def test_page_passes_the_vocabulary_of_bundle_reader_to_scripts(client, library):
    page = client.get("/en/now/").text

    words = json.loads(
        page.split('<script id="words" type="application/json">')[1].split("</script>")[0]
    )
    assert set(words["quiet_states"]) == bundle_reader.QUIET
    assert set(words["nothing_left"]) == set(bundle.current("en")["states"])
