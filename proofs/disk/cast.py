"""Two families and eight people who write, signed in, in the database of a proof's server. `python -m proofs.disk.cast` prints them."""

import json

import django


def plant() -> list[dict[str, str]]:
    """Make them, and give for each writer the session and the child they write for."""
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
