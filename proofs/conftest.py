"""Select the sabotages of one run (see selection.py). `-m "not proof"` leaves out all proofs."""

import os

import pytest

from proofs import selection
from proofs.test_proofs import CAUGHT


def pytest_collection_modifyitems(config, items):
    sabotages = {item: _sabotage(item) for item in items if _sabotage(item)}
    if not sabotages or config.option.keyword or any("::" in one for one in config.args):
        return  # tests named on the command line all run
    chosen, _waiting = selection.choose(list(CAUGHT))
    left_out = {item for item, sabotage in sabotages.items() if sabotage not in chosen}
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=list(left_out))


def _sabotage(item: pytest.Item) -> selection.Sabotage | None:
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    if not {"name", "sabotage"} <= parameters.keys():
        return None
    return parameters["name"], parameters["sabotage"]


def pytest_terminal_summary(terminalreporter):
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return
    chosen, waiting = selection.choose(list(CAUGHT))
    terminalreporter.section(f"{len(chosen)} of {len(CAUGHT)} sabotages")
    for name, sabotage in sorted(chosen):
        terminalreporter.line(f"run           {name} {sabotage}")
    for name, sabotage in sorted(waiting):
        terminalreporter.line(f"make verify   {name} {sabotage} (touched by this change)")
