"""Commands that carry people's things in and out, and those that invent some: `everyhour export`, `import`, `demo`."""

import argparse
import random  # the invented families come from a seed
import secrets
from pathlib import Path


def add(commands) -> None:
    """Add these commands to the parser."""
    carried = commands.add_parser(
        "export", help="write everything a person may take along", description=_export.__doc__
    )
    carried.add_argument("address", help="the address they sign in with")
    carried.add_argument("file", type=Path, help="where to write the archive (a .zip)")
    carried.set_defaults(run=_export)

    brought = commands.add_parser(
        "import", help="bring in what a person took along", description=_import.__doc__
    )
    brought.add_argument("file", type=Path, help="an archive, or the everyhour.json in it")
    brought.set_defaults(run=_import)

    demo = commands.add_parser(
        "demo", help="invented families with eight weeks of history", description=_demo.__doc__
    )
    demo.add_argument("--remove", action="store_true", help="take them away again")
    demo.add_argument(
        "--seed", type=int, default=168, help="seed of what is invented (default: 168)"
    )
    demo.set_defaults(run=_demo)


def _export(options: argparse.Namespace) -> int:
    """Write one person's archive, as the page “Take everything along” gives it to them."""
    _django()
    from django.utils import timezone

    from everyhour.features.data_rights import archive
    from everyhour.foundation.accounts.data_rights import known

    person = known(options.address)
    if person is None:
        print("Nobody here has this address.")
        return 1
    options.file.write_bytes(archive.create(person, at=timezone.now()).getvalue())
    print(f"Written: {options.file}. Its texts are open to whoever holds it.")
    return 0


def _import(options: argparse.Namespace) -> int:
    """Bring in a person with everything they took along; they then sign in with a code sent to their address."""
    _django()
    from django.utils import timezone

    from everyhour.features.data_rights import archive
    from everyhour.foundation.data_rights import ImportRejected

    try:
        with options.file.open("rb") as file:
            person = archive.load_into_new_account(archive.unpack(file), at=timezone.now())
    except (OSError, ImportRejected) as trouble:
        print(f"{trouble}\nNothing was changed.")
        return 1
    print(f"It is all here. {person.email} can sign in with a code sent to that address.")
    return 0


def _demo(options: argparse.Namespace) -> int:
    """Make four invented families, anew at each run, and print how to sign in; `--remove` takes them away."""
    _django()
    from django.utils import timezone

    from everyhour.features.demo import actions

    if options.remove:
        print(f"{actions.remove(at=timezone.now())} invented families taken away.")
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
            print(
                f"    {caregiver.name:16} {caregiver.person.email if caregiver.person else '(no account)'}"
            )
    print(
        f"\n  Password of all of them, new at each run:   {password}\n  `everyhour demo --remove` takes them away.\n"
    )
    return 0


def _django() -> None:
    import django

    django.setup()
