"""The pages What helps and Who is around, and who may see them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from everyhour.domain.families.models import Caregiver, Level
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

NOW = datetime(2026, 11, 19, 23, 40, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ada():
    family = make.family()
    make.child(family)
    return make.guardian(family, name="Ada")


def create_tries(
    by: Caregiver,
    outcomes: str,
    *,
    practice: str = "wall-push",
    state: str = "alarm",
    situation: str = "bedtime",
    child=None,
    **columns,
):
    """Create tries, oldest first: s(ettled), a (bit), n(ot yet)."""
    outcomes_by_letter = {"s": "settled", "a": "a_bit", "n": "not_yet"}
    for n, letter in enumerate(outcomes):
        make.moment(
            by,
            child=child or by.family.children.first(),
            at=NOW - timedelta(days=20) + timedelta(hours=n),
            practice=practice,
            state_before=state,
            situation=situation,
            outcome=outcomes_by_letter[letter],
            **columns,
        )


def see(client, who: Caregiver, path: str = "helps/"):
    client.force_login(who.person)
    return client.get(f"/en/{path}")


def groups(answer) -> dict[str, list[tuple[str, int, int]]]:
    return {
        card.key: [(row.practice, row.helped, row.tried) for row, _said in card.rows]
        for card in (*answer.context["cards"], *answer.context["folded"])
        if card.rows
    }


def test_tries_are_lights_oldest_first_with_count_in_words(client, ada):
    create_tries(ada, "ssasnsass")

    answer = see(client, ada)

    ((row, _said),) = answer.context["cards"][0].rows
    assert row.lights == ("full", "full", "half", "full", "none", "full", "half", "full", "full")
    assert "Helped 8 of 9 times, at bedtime" in answer.text
    assert "Next ten tries: likely <b>7 to 10</b> would help" in answer.text
    assert "From what you tapped: 9 tries since October." in answer.text
    assert "<title>What helps · Everyhour</title>" in answer.text


def test_likeliest_practice_comes_first(client, ada):
    create_tries(ada, "ssssss", practice="low-hum")
    create_tries(ada, "ssassn", practice="wall-push")
    create_tries(ada, "ss", practice="push-hands")
    create_tries(ada, "nnnnnna", practice="warm-nest")

    assert groups(see(client, ada)) == {
        "good": [("low-hum", 6, 6), ("wall-push", 5, 6)],
        "finding": [("push-hands", 2, 2)],
        "leave": [("warm-nest", 1, 7)],
    }


def test_states_are_counted_separately(client, ada):
    create_tries(ada, "sssss", state="alarm")
    create_tries(ada, "nn", state="shutdown", practice="low-hum")

    assert groups(see(client, ada)) == {"good": [("wall-push", 5, 5)]}
    assert groups(see(client, ada, "helps/?state=shutdown")) == {"finding": [("low-hum", 0, 2)]}
    assert see(client, ada, "helps/?state=nonsense").status_code == 200


def test_hard_states_come_before_calm(client, ada):
    create_tries(ada, "sssss", state="calm")
    create_tries(ada, "n", state="fear")

    assert see(client, ada).context["state"] == "fear"
    assert [key for key, _name in see(client, ada).context["states"]][-1] == "calm"


def test_only_calm_tries_select_calm(client, ada):
    create_tries(ada, "s", state="calm")

    assert see(client, ada).context["state"] == "calm"


def test_shutdown_to_alarm_is_shown_as_possible_step(client, ada):
    create_tries(ada, "nn", state="shutdown", practice="low-hum", state_after="alarm")
    create_tries(ada, "n", state="shutdown", practice="low-hum", state_after="shutdown")

    answer = see(client, ada, "helps/?state=shutdown")

    assert (
        "Wren went from shut down to loud 2 times. "
        "That can be a step forward: some of the energy is back." in answer.text
    )
    assert groups(answer) == {"finding": [("low-hum", 0, 3)]}
    assert "step forward" not in see(client, ada, "helps/?state=alarm").text


def test_page_without_tries_is_kind(client, ada):
    text = see(client, ada).text

    assert text.index("Usually works") < text.index("Sometimes works") < text.index("Still finding")
    assert "Nothing yet. What helps most of the time will show up here." in text
    assert "Each time you tap how it went, a light comes on here." in text


def test_children_are_counted_separately(client, ada):
    robin = make.child(ada.family, nickname="Robin", at=NOW)
    create_tries(ada, "sssss")
    create_tries(ada, "nnnnn", child=robin)

    assert groups(see(client, ada))["good"] == [("wall-push", 5, 5)]
    assert groups(see(client, ada, f"helps/?child={robin.pk}"))["leave"] == [("wall-push", 0, 5)]


def test_other_familys_child_returns_404(client, ada):
    stranger = make.child(make.family())

    assert see(client, ada, f"helps/?child={stranger.pk}").status_code == 404
    assert see(client, ada, "helps/around/?child=nobody").status_code == 404


def test_other_home_counts_only_when_shared(client):
    family = make.family(households=2)
    here, there = family.households.all()
    child = make.child(family)
    ada, otto = (
        make.guardian(family, household=here),
        make.guardian(family, household=there, name="Otto"),
    )
    create_tries(otto, "sssss")

    assert groups(see(client, ada)) == {}
    assert "Otto" not in see(client, ada, "helps/around/").text

    share = make.household_share(there, here, child, Level.HOURS)
    assert groups(see(client, ada)) == {}

    share.level = Level.MOMENTS
    share.save()
    assert groups(see(client, ada)) == {"good": [("wall-push", 5, 5)]}
    assert "Otto" in see(client, ada, "helps/around/").text


def test_private_tries_count_only_for_their_owner(client, ada):
    otto = make.guardian(ada.family, name="Otto")
    create_tries(otto, "sssss", private=True)

    assert groups(see(client, ada)) == {}
    assert groups(see(client, otto)) == {"good": [("wall-push", 5, 5)]}


def test_giver_sees_counts_only_with_permission(client, ada):
    create_tries(ada, "sssss")
    nana = make.giver(ada.family, who=make.person())
    teacher = make.giver(
        ada.family, who=make.person(), name="Ms. Lee", may=[Caregiver.LOG, Caregiver.SEE_HELPS]
    )

    assert see(client, nana).status_code == 404
    assert groups(see(client, teacher)) == {"good": [("wall-push", 5, 5)]}


def test_people_around_are_listed_by_name(client, ada):
    zoe = make.giver(ada.family, name="Zoe")
    make.giver(ada.family, name="Bert")
    create_tries(zoe, "sssss")
    create_tries(ada, "s")

    answer = see(client, ada, "helps/around/")

    assert [(who, count) for who, _relation, count, _own in answer.context["people"]] == [
        ("Ada", 1),
        ("Bert", 0),
        ("Zoe", 5),
    ]
    assert (
        "In the last four weeks, 2 safe people had small moments with Wren. 6 moments in all."
        in answer.text
    )
    assert "0 moments" not in answer.text


def test_moments_older_than_four_weeks_do_not_count(client, ada):
    make.moment(ada, child=ada.family.children.get(), at=NOW - timedelta(days=29))

    assert "No small moments in the last four weeks" in see(client, ada, "helps/around/").text


# Estimates take five queries.
@pytest.mark.parametrize(("path", "most"), [("helps/", 17), ("helps/around/", 12)])
def test_query_count_does_not_grow_with_tries(
    client, ada, path, most, django_assert_max_num_queries
):
    create_tries(ada, "s")
    see(client, ada, path)
    for n in range(8):
        create_tries(
            make.giver(ada.family, name=f"G{n}"),
            "snsan",
            practice=["wall-push", "low-hum", "gone-from-here"][n % 3],
        )

    with django_assert_max_num_queries(most):
        client.get(f"/en/{path}")
