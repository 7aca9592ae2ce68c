"""The dock marks the current page by a filled icon."""

import pytest

from everyhour.foundation.ui.context import DOCK, GUEST_DOCK
from everyhour.foundation.ui.templatetags.ui import icon


@pytest.mark.parametrize("name", [icon for _name, icon, _words in (*DOCK, *GUEST_DOCK)])
def test_icons_of_the_dock_have_a_filled_variant(name):
    assert icon(f"{name}-fill") != icon(name)
    assert "<path" in icon(f"{name}-fill")
