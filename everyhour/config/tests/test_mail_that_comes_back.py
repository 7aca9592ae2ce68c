"""An operator tells that mail to an address came back."""

import pytest

from everyhour.config.command import main
from everyhour.foundation.notifications import addresses
from testing import make

pytestmark = pytest.mark.django_db


def test_it_is_noted_once_and_mail_stays_away(capsys):
    ada = make.person("ada@example.org")
    addresses.mailbox(ada, at=make.MONDAY)

    first, second = (
        main(["letters", "bounced", "ADA@example.org"]),
        main(["letters", "bounced", "ada@example.org"]),
    )

    assert (first, second) == (0, 1)
    assert "Nothing more is mailed there" in capsys.readouterr().out
    assert addresses.mailbox(ada, at=make.MONDAY).gone_at is not None


def test_of_an_address_nobody_wrote_to_nothing_is_kept():
    assert main(["letters", "bounced", "nobody@example.org"]) == 1
