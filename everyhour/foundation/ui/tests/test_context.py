"""The dock shows where one is by a filled icon; each page that can stand in it has one."""

import pytest

from everyhour.foundation.ui.context import DOCK
from everyhour.foundation.ui.templatetags.ui import icon


@pytest.mark.parametrize("name", [icon for _name, icon, _words in DOCK] + ["device-mobile", "info"])
def test_each_icon_of_the_dock_can_be_filled(name):
    assert icon(f"{name}-fill") != icon(name)
    assert "<path" in icon(f"{name}-fill")
