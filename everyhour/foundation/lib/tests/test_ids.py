"""Names of rows: nobody can guess them, and no command takes one for an option."""

import secrets

from everyhour.foundation.lib import ids


def test_a_name_never_begins_with_a_hyphen(monkeypatch):
    drawn = iter(["-" + "a" * 21, "-" + "b" * 21, "c-" + "d" * 20])
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _bytes: next(drawn))

    assert ids.new_id() == "c-" + "d" * 20


def test_names_are_as_long_as_their_columns():
    assert {len(ids.new_id()) for _ in range(500)} == {ids.LENGTH}
