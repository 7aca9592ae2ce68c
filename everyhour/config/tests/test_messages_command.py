"""`everyhour messages bounced`; `letters`, its former name, still works."""

import pytest

from everyhour.config.command import main
from everyhour.foundation.notifications import addresses
from testing import make

pytestmark = pytest.mark.django_db


def test_bounce_is_recorded_once(capsys):
    ada = make.person("ada@example.org")
    addresses.mailbox(ada, at=make.MONDAY)

    first, second = (
        main(["messages", "bounced", "ADA@example.org"]),
        main(["letters", "bounced", "ada@example.org"]),
    )

    assert (first, second) == (0, 1)
    assert "No more mail is sent there" in capsys.readouterr().out
    assert addresses.mailbox(ada, at=make.MONDAY).gone_at is not None


def test_unknown_address_exits_with_1():
    assert main(["messages", "bounced", "nobody@example.org"]) == 1
