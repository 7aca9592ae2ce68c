"""`everyhour messages bounced ADDRESS`: record that mail to an address bounces."""

import argparse

import django


def add(commands) -> None:
    messages = commands.add_parser(
        "messages",
        aliases=["letters"],  # its name before 0.1.0
        help="record that mail to an address bounces",
        description=_bounced.__doc__,
    )
    what = messages.add_subparsers(required=True, metavar="WHAT")
    bounced = what.add_parser(
        "bounced", help="mail to this address bounces", description=_bounced.__doc__
    )
    bounced.add_argument("address", help="the recipient named in the bounced mail")
    bounced.set_defaults(run=_bounced)


def _bounced(options: argparse.Namespace) -> int:
    """Stop mail to a bouncing address until its person asks to try again, or changes it."""
    django.setup()
    from django.utils import timezone

    from everyhour.foundation.notifications import addresses

    if addresses.bounced(options.address, at=timezone.now()):
        print("Recorded. No more mail is sent there; its person sees that on “How we reach you”.")
        return 0
    print("Nothing recorded: no mail was sent to this address, or it is already marked.")
    return 1
