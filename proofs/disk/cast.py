"""Creates the families that `kill9` and `powercut` write for: `python -m proofs.disk.cast`.

Prints the writers as JSON.
"""

import json

import django


def plant() -> list[dict[str, str]]:
    """Create two families of four people; return session, caregiver and child of each writer."""
    from django.test import Client

    from testing import make

    writers = []
    for _ in range(2):
        family = make.family()
        child = make.child(family)
        people = [make.person() for _ in range(4)]
        for number, who in enumerate(people):
            caregiver = (make.guardian if number < 2 else make.giver)(family, who=who)
            phone = Client()
            phone.force_login(who)
            writers.append(
                {
                    "session": phone.cookies["sessionid"].value,
                    "person": caregiver.pk,
                    "child": child.pk,
                }
            )
    return writers


if __name__ == "__main__":
    django.setup()
    print(json.dumps(plant()))
