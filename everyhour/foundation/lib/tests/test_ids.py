"""Ids of rows fit their columns, and no command mistakes one for an option."""

import secrets

from everyhour.foundation.lib import ids


def test_ids_never_begin_with_a_hyphen(monkeypatch):
    drawn = iter(["-" + "a" * 21, "-" + "b" * 21, "c-" + "d" * 20])
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _bytes: next(drawn))

    assert ids.new_id() == "c-" + "d" * 20


def test_ids_are_as_long_as_their_columns():
    assert {len(ids.new_id()) for _ in range(500)} == {ids.LENGTH}
