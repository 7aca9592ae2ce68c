"""`everyhour export`, `import` and `demo`."""

import argparse
import random  # demo families are drawn from a seed
import secrets
from pathlib import Path

import django


def add(commands) -> None:
    export = commands.add_parser(
        "export", help="write a person's data to an archive", description=_export.__doc__
    )
    export.add_argument("address", help="the email address they sign in with")
    export.add_argument("file", type=Path, help="where to write the archive (a .zip)")
    export.set_defaults(run=_export)

    import_ = commands.add_parser(
        "import", help="read a person's data from an archive", description=_import.__doc__
    )
    import_.add_argument("file", type=Path, help="the archive, or the everyhour.json in it")
    import_.set_defaults(run=_import)

    demo = commands.add_parser(
        "demo", help="create demo families with eight weeks of history", description=_demo.__doc__
    )
    demo.add_argument("--remove", action="store_true", help="delete them")
    demo.add_argument("--seed", type=int, default=168, help="seed of the history (default: 168)")
    demo.set_defaults(run=_demo)


def _export(options: argparse.Namespace) -> int:
    """Write one person's archive, the same one they can download from their data page."""
    django.setup()
    from django.utils import timezone

    from everyhour.features.data_rights import archive
    from everyhour.foundation.accounts.data_rights import known

    person = known(options.address)
    if person is None:
        print(f"There is no account with the address {options.address}.")
        return 1
    options.file.write_bytes(archive.create(person, at=timezone.now()).getvalue())
    print(f"Written: {options.file}. It is not encrypted: keep it safe.")
    return 0


def _import(options: argparse.Namespace) -> int:
    """Create a person with the data of an archive. They sign in with a code sent by mail."""
    django.setup()
    from django.utils import timezone

    from everyhour.features.data_rights import archive
    from everyhour.foundation.data_rights import ImportRejected

    try:
        with options.file.open("rb") as file:
            person = archive.load_into_new_account(archive.unpack(file), at=timezone.now())
    except (OSError, ImportRejected) as error:
        print(f"{error}\nNothing was changed.")
        return 1
    print(f"Imported. {person.email} can sign in with a code sent to that address.")
    return 0


def _demo(options: argparse.Namespace) -> int:
    """Create four demo families, replacing earlier ones, and print how to sign in."""
    django.setup()
    from django.utils import timezone

    from everyhour.features.demo import actions

    if options.remove:
        print(f"{actions.remove(at=timezone.now())} demo families deleted.")
        return 0
    password = secrets.token_urlsafe(12)
    made = actions.make(
        at=timezone.now(),
        dice=lambda name: random.Random(f"{options.seed} {name}"),
        password=password,
    )
    for one in made:
        print(f"\n  {one.family.name}: {one.moments} moments")
        for caregiver in one.people:
            address = caregiver.person.email if caregiver.person else "(no account)"
            print(f"    {caregiver.name:16} {address}")
    print(f"\n  Password of all accounts, new on each run:   {password}")
    print("  `everyhour demo --remove` deletes them.\n")
    return 0
