"""What a guest says of a child on the phone gives the same limits as the answers of a family."""

import json
import random
import subprocess
from datetime import date

from everyhour.domain.families.models import Child
from everyhour.domain.practices.vocabulary import BODIES
from everyhour.domain.recommendations import context
from testing.test_javascript import FOLDER, node

TODAY = (2026, 11)


def born(months: int) -> date:
    """Return the month of birth of a child of so many months."""
    since = 12 * TODAY[0] + TODAY[1] - 1 - months
    return date(since // 12, since % 12 + 1, 1)


def said(dice: random.Random) -> tuple[dict, Child]:
    """Return the same answers as a phone keeps them and as a family does."""
    months = dice.choice([None, *range(40), *range(0, 19 * 12, 7)])
    acts = dice.choice([None, None, *range(19)])
    no_touch, care_touch = dice.random() < 0.3, dice.random() < 0.5
    bodies = dice.sample(BODIES, dice.choice([0, 1, 3]))
    given = months and dice.randint(0, months)  # asked when the child was this old
    asked = born(months - given) if months is not None else None
    phone = {
        "age": acts,
        "real_months": given,
        "real_months_on": asked and f"{asked:%Y-%m}",
        "touch": not no_touch,
        "care_touch": care_touch,
        "bodies": bodies,
    }
    child = Child(
        born_in=None if months is None else born(months),
        functions_like_age=acts,
        no_touch=no_touch,
        care_touch=care_touch,
        bodies=bodies,
    )
    return phone, child


def test_phone_and_family_answers_give_the_same_limits():
    dice = random.Random(168)
    pairs = [said(dice) for _number in range(2000)]

    done = subprocess.run(
        [node(), FOLDER / "limits.mjs"],
        input=json.dumps({"today": TODAY, "phones": [phone for phone, _child in pairs]}),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert tuple(answer["BODIES"]) == BODIES
    for (phone, child), limits in zip(pairs, answer["limits"], strict=True):
        wishes = context.wishes(child, TODAY)
        names = ("age", "real_age", "months", "touch", "care_touch")
        assert {n: limits[n] for n in names} == {n: getattr(wishes, n) for n in names}, phone
        assert set(limits["bodies"]) == wishes.bodies


def test_guest_who_said_nothing_has_the_limits_of_an_unknown_child():
    done = subprocess.run(
        [node(), FOLDER / "limits.mjs"],
        input=json.dumps({"today": TODAY, "phones": [{}]}),
        capture_output=True,
        text=True,
    )

    (limits,) = json.loads(done.stdout)["limits"]
    unknown = context.UNKNOWN
    assert (limits["age"], limits["real_age"], limits["months"]) == (None, None, None)
    assert (limits["touch"], limits["care_touch"]) == (unknown.touch, unknown.care_touch)
