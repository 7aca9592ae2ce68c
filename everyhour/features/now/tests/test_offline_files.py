"""What Right now needs on the phone is in the service worker's list, so it opens offline."""

import re
from pathlib import Path, PurePosixPath

import pytest
from django.contrib.staticfiles import finders

from everyhour.foundation.ui.views import SHELL_ASSETS

IMPORT = re.compile(r'^(?:import|export) .*?from "(\.[^"]+)";|^import "(\.[^"]+)";', re.M | re.S)
SCRIPTS = [name for name in SHELL_ASSETS if name.endswith(".js")]


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_import_of_an_offline_script_is_offline_too(name):
    text = Path(finders.find(name)).read_text()
    folder = PurePosixPath(name).parent

    imported = {simplify(folder / (one or other)) for one, other in IMPORT.findall(text)}

    assert imported <= set(SHELL_ASSETS)


def simplify(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


@pytest.mark.django_db
def test_every_file_of_the_page_is_offline(client, library):
    page = client.get("/en/now/").text

    named = re.findall(r'"/static/([\w/]+?)(?:\.[0-9a-f]{12})?(\.(?:css|js|svg))"', page)
    used = {name + ending for name, ending in named if name != "ui/plain"}
    assert {"now/flow.css", "now/pictograms.svg"} <= used
    assert used <= set(SHELL_ASSETS)
