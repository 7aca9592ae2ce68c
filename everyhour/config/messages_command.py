"""What an operator tells the letterbox by hand: `everyhour letters bounced ADDRESS`."""

import argparse


def add(commands) -> None:
    """Add these commands to the parser."""
    letters = commands.add_parser(
        "letters",
        help="tell the letterbox that mail to an address comes back",
        description=_bounced.__doc__,
    )
    what = letters.add_subparsers(required=True, metavar="WHAT")
    bounced = what.add_parser(
        "bounced", help="mail to this address comes back", description=_bounced.__doc__
    )
    bounced.add_argument("address", help="the address a returned mail names")
    bounced.set_defaults(run=_bounced)


def _bounced(options: argparse.Namespace) -> int:
    """Note that mail to an address came back: nothing more goes there until its person asks for another try, or has another one."""
    import django

    django.setup()
    from django.utils import timezone

    from everyhour.foundation.notifications import addresses

    if addresses.bounced(options.address, at=timezone.now()):
        print("Noted. Nothing more is mailed there; its person sees that on “How we reach you”.")
        return 0
    print("No mail was tried at this address, or it is noted already.")
    return 1
