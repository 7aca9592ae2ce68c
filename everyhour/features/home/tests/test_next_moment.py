"""What is next is decided once for a home and a part of the day, written down with its reason, and follows a family's no at once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from everyhour.domain.families.models import Caregiver
from everyhour.domain.moments.models import Moment
from everyhour.domain.recommendations import bundle, candidate_sets, decisions, training
from everyhour.domain.recommendations.models import Decision
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

THURSDAY = datetime(2026, 11, 19, 23, 40, tzinfo=UTC)  # twenty to six in Chicago
DAY = {"wakes": 420, "school_starts": 510, "home_again": 930, "dinner": 1095, "bed": 1200}
HEAVY = "wall-push"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(THURSDAY, tick=False) as moved:
        yield moved


@pytest.fixture
def ada():
    family = make.family()
    make.child(family, day=DAY, hard=["mealtime"], functions_like_age=7)
    return make.guardian(family, name="Ada")


@pytest.fixture
def wren(ada):
    return ada.family.children.get()


def look(client, who: Caregiver, **headers):
    client.force_login(who.person)
    return client.get("/en/today/", headers=headers)


def reason(kept: Decision) -> str | None:
    return decisions.decode(kept).reason


def tried(by, child, practice: str, outcomes: str, situation: str = "mealtime") -> None:
    for n, letter in enumerate(outcomes):
        make.moment(
            by,
            child=child,
            at=THURSDAY - timedelta(days=20) + timedelta(hours=5 * n),
            changed_at=THURSDAY,
            practice=practice,
            state_before="calm",
            situation=situation,
            outcome={"s": "settled", "n": "not_yet"}[letter],
        )


def test_two_caregivers_of_one_home_see_the_same_and_it_is_written_once(client, ada):
    otto = make.guardian(ada.family, name="Otto")

    seen = {look(client, who).context["today"].next.practice for who in (ada, otto, ada)}

    (kept,) = Decision.objects.all()
    assert seen == {kept.practice}
    assert kept.caregiver == ada and decisions.decode(kept).send_probability == 1


def test_two_homes_decide_for_themselves(client):
    family = make.family(households=2)
    here, there = family.households.all()
    make.child(family, day=DAY)
    ada, otto = make.guardian(family, household=here), make.guardian(family, household=there)

    for who in (ada, otto):
        look(client, who)

    assert {kept.household for kept in Decision.objects.all()} == {here, there}


def test_a_later_part_and_another_day_are_decided_anew(client, ada, clock):
    look(client, ada)
    clock.shift(timedelta(minutes=40))  # before bed
    look(client, ada)
    clock.shift(timedelta(days=1))
    look(client, ada)

    assert [kept.key.split(":")[2:4] for kept in Decision.objects.all()] == [
        ["2026-11-19", "dinner"],
        ["2026-11-19", "bed"],
        ["2026-11-20", "bed"],
    ]


def test_never_works_at_once_and_back_again(client, ada, wren):
    first = look(client, ada).context["today"].next.practice

    wren.never = [first]
    wren.save()
    second = look(client, ada).context["today"].next.practice
    again = look(client, ada).context["today"].next.practice
    wren.never = []
    wren.save()

    assert second != first and again == second
    assert look(client, ada).context["today"].next.practice == first
    assert Decision.objects.count() == 2


def test_no_touch_works_at_once(client, ada, wren):
    look(client, ada)
    (kept,) = Decision.objects.all()
    touching = next(
        c.slug
        for c in candidate_sets.current()
        if c.touch == "needed" and "calm" in c.states and c.age[0] <= 7 <= c.age[1]
    )
    Decision.objects.filter(pk=kept.pk).update(practice=touching)  # as if that had been drawn
    assert look(client, ada).context["today"].next.practice == touching

    wren.no_touch = True
    wren.save()

    assert look(client, ada).context["today"].next.practice != touching


@pytest.mark.parametrize(
    ("hours", "state", "said"),
    [(3, "terror", "hard_day"), (0.5, "alarm", "own_moment")],
    ids=["after a hard one", "after a moment"],
)
def test_rest_after_a_moment_is_on_record_with_its_reason(client, ada, wren, hours, state, said):
    make.moment(ada, child=wren, at=THURSDAY - timedelta(hours=hours), state_before=state)

    assert look(client, ada).context["today"].next is None

    (kept,) = Decision.objects.all()
    assert (kept.practice, reason(kept)) == ("", said)
    assert decisions.replays_same(kept)


def test_a_day_off_and_quiet_hours_are_on_record_with_their_reason(client, ada, clock):
    client.force_login(ada.person)
    client.post("/en/today/rest/")
    look(client, ada)
    client.post("/en/today/rest/", {"undo": "1"})
    clock.shift(timedelta(hours=4))
    look(client, ada)
    look(client, ada)

    assert [reason(kept) for kept in Decision.objects.all()] == ["day_off", "quiet"]
    assert all(decisions.replays_same(kept) for kept in Decision.objects.all())


def test_when_rest_is_over_the_part_gets_its_offer(client, ada, wren, clock):
    make.moment(ada, child=wren, at=THURSDAY - timedelta(minutes=80))
    assert look(client, ada).context["today"].resting == "after"

    clock.shift(timedelta(minutes=20))

    assert look(client, ada).context["today"].next is not None
    assert [bool(kept.practice) for kept in Decision.objects.all()] == [False, True]


def test_quiet_hours_are_quiet_for_the_engine_too_on_the_night_the_clocks_change(
    client, ada, clock
):
    clock.move_to(datetime(2026, 11, 1, 7, 30, tzinfo=UTC))  # half past one, for the second time
    look(client, ada)
    clock.move_to(
        datetime(2027, 3, 14, 8, 10, tzinfo=UTC)
    )  # ten past three, ten minutes after ten to two
    look(client, ada)

    assert [reason(kept) for kept in Decision.objects.all()] == ["quiet", "quiet"]


@pytest.mark.parametrize(
    "headers", [{"sec-purpose": "prefetch;prerender"}, {"purpose": "prefetch"}]
)
def test_what_a_browser_fetches_ahead_is_not_on_record_and_is_the_same_when_somebody_looks(
    client, ada, headers
):
    ahead = look(client, ada, **headers).context["today"].next.practice
    client.head("/en/today/")
    assert not Decision.objects.exists()

    assert look(client, ada).context["today"].next.practice == ahead
    assert Decision.objects.count() == 1


def test_a_disk_that_takes_nothing_more_still_shows_an_offer(client, ada):
    def full(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "SAVEPOINT")) and "session" not in sql:
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    client.force_login(ada.person)
    with connection.execute_wrapper(full):
        shown = client.get("/en/today/").context["today"].next

    assert shown is not None and not Decision.objects.exists()
    assert look(client, ada).context["today"].next.practice == shown.practice


def test_a_fit_that_cannot_be_read_leaves_an_even_choice_with_its_probability(client, ada, wren):
    model_version = training.learn(at=THURSDAY - timedelta(hours=12))
    type(model_version).objects.filter(pk=model_version.pk).update(body=b"damaged")

    shown = look(client, ada).context["today"].next

    (kept,) = Decision.objects.all()
    made = decisions.decode(kept)
    assert shown.practice == kept.practice
    assert (made.fallback, made.probability) == ("no belief", pytest.approx(1 / len(made.slugs)))
    assert decisions.replays_same(kept)


def test_whatever_happens_to_a_decision_today_opens(client, ada, wren):
    look(client, ada)
    Decision.objects.update(
        body={"decision": "not one of ours", "why": {"among": 3, "reasons": [7]}}
    )
    wren.foods = b"sealed"
    wren.save()

    shown = look(client, ada)

    food = {p["slug"] for p in bundle.current("en")["practices"] if "allergy" in p["cautions"]}
    assert shown.status_code == 200
    assert shown.context["today"].next.practice not in food


def test_a_repeated_look_costs_one_query_and_writes_nothing(client, ada):
    look(client, ada)

    with CaptureQueriesContext(connection) as asked:
        client.get("/en/today/")

    about = [query["sql"] for query in asked if "recommendations_decision" in query["sql"]]
    assert len(about) == 1 and about[0].startswith("SELECT")
    assert [query["sql"] for query in asked if not query["sql"].startswith("SELECT")] == []
    assert (
        len(asked) <= 17
    )  # five read the rhythm: parts, turns, seasons, holidays, what is planned; one what came to mind today


def test_who_is_not_shown_what_is_next_makes_no_decision(client, ada):
    nana = make.giver(ada.family, who=make.person())

    look(client, nana)

    assert not Decision.objects.exists()


def test_where_no_child_is_told_of_the_pockets_rule_offers_and_nothing_is_decided(client):
    ada = make.guardian(make.family())

    shown = look(client, ada)

    assert shown.context["today"].next.why is None and "Why this?" not in shown.text
    assert not Decision.objects.exists()


def test_a_night_teaches_and_the_next_offer_says_so(client, ada, wren, clock):
    tried(ada, wren, HEAVY, "sssnsssss")
    training.learn(at=THURSDAY)

    look(client, ada)

    (kept,) = Decision.objects.all()
    assert kept.model_version is not None and kept.body["why"]["sureness"] in (
        "sure",
        "fairly",
        "a_guess",
    )
    assert Moment.objects.count() == 9
