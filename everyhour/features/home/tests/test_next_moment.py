"""One recorded decision per household and part of the day; wishes take effect at once."""

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

THURSDAY = datetime(2026, 11, 19, 23, 40, tzinfo=UTC)  # 5:40 pm in Chicago
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


def open_today(client, caregiver: Caregiver, **headers):
    client.force_login(caregiver.person)
    return client.get("/en/today/", headers=headers)


def reason(kept: Decision) -> str | None:
    return decisions.decode(kept).reason


def record_tries(by, child, practice: str, outcomes: str, situation: str = "mealtime") -> None:
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


def test_caregivers_of_a_household_share_one_decision(client, ada):
    otto = make.guardian(ada.family, name="Otto")

    seen = {open_today(client, who).context["today"].next.practice for who in (ada, otto, ada)}

    (kept,) = Decision.objects.all()
    assert seen == {kept.practice}
    assert kept.caregiver == ada and decisions.decode(kept).send_probability == 1


def test_each_household_has_its_own_decision(client):
    family = make.family(households=2)
    here, there = family.households.all()
    make.child(family, day=DAY)
    ada, otto = make.guardian(family, household=here), make.guardian(family, household=there)

    for who in (ada, otto):
        open_today(client, who)

    assert {kept.household for kept in Decision.objects.all()} == {here, there}


def test_each_part_and_day_has_its_own_decision(client, ada, clock):
    open_today(client, ada)
    clock.shift(timedelta(minutes=40))  # before bed
    open_today(client, ada)
    clock.shift(timedelta(days=1))
    open_today(client, ada)

    assert [kept.key.split(":")[2:4] for kept in Decision.objects.all()] == [
        ["2026-11-19", "dinner"],
        ["2026-11-19", "bed"],
        ["2026-11-20", "bed"],
    ]


def test_never_takes_effect_at_once_and_can_be_undone(client, ada, wren):
    first = open_today(client, ada).context["today"].next.practice

    wren.never = [first]
    wren.save()
    second = open_today(client, ada).context["today"].next.practice
    again = open_today(client, ada).context["today"].next.practice
    wren.never = []
    wren.save()

    assert second != first and again == second
    assert open_today(client, ada).context["today"].next.practice == first
    assert Decision.objects.count() == 2


def test_no_touch_takes_effect_at_once(client, ada, wren):
    open_today(client, ada)
    (kept,) = Decision.objects.all()
    touching = next(
        c.slug
        for c in candidate_sets.current()
        if c.touch == "needed" and "calm" in c.states and c.age[0] <= 7 <= c.age[1]
    )
    Decision.objects.filter(pk=kept.pk).update(practice=touching)  # as if that had been drawn
    assert open_today(client, ada).context["today"].next.practice == touching

    wren.no_touch = True
    wren.save()

    assert open_today(client, ada).context["today"].next.practice != touching


@pytest.mark.parametrize(
    ("hours", "state", "expected"),
    [(3, "terror", "hard_day"), (0.5, "alarm", "own_moment")],
    ids=["after a hard one", "after a moment"],
)
def test_rest_after_a_moment_is_recorded_with_its_reason(client, ada, wren, hours, state, expected):
    make.moment(ada, child=wren, at=THURSDAY - timedelta(hours=hours), state_before=state)

    assert open_today(client, ada).context["today"].next is None

    (kept,) = Decision.objects.all()
    assert (kept.practice, reason(kept)) == ("", expected)
    assert decisions.replays_same(kept)


def test_day_off_and_quiet_hours_are_recorded_with_their_reason(client, ada, clock):
    client.force_login(ada.person)
    client.post("/en/today/rest/")
    open_today(client, ada)
    client.post("/en/today/rest/", {"undo": "1"})
    clock.shift(timedelta(hours=4))
    open_today(client, ada)
    open_today(client, ada)

    assert [reason(kept) for kept in Decision.objects.all()] == ["day_off", "quiet"]
    assert all(decisions.replays_same(kept) for kept in Decision.objects.all())


def test_suggestion_follows_when_rest_is_over(client, ada, wren, clock):
    make.moment(ada, child=wren, at=THURSDAY - timedelta(minutes=80))
    assert open_today(client, ada).context["today"].resting == "after"

    clock.shift(timedelta(minutes=20))

    assert open_today(client, ada).context["today"].next is not None
    assert [bool(kept.practice) for kept in Decision.objects.all()] == [False, True]


def test_quiet_hours_are_recorded_when_the_clocks_change(client, ada, clock):
    clock.move_to(datetime(2026, 11, 1, 7, 30, tzinfo=UTC))  # 1:30 am, the second time
    open_today(client, ada)
    clock.move_to(datetime(2027, 3, 14, 8, 10, tzinfo=UTC))  # 3:10 am, 20 minutes after 1:50
    open_today(client, ada)

    assert [reason(kept) for kept in Decision.objects.all()] == ["quiet", "quiet"]


@pytest.mark.parametrize(
    "headers", [{"sec-purpose": "prefetch;prerender"}, {"purpose": "prefetch"}]
)
def test_prefetch_records_nothing_and_shows_the_later_suggestion(client, ada, headers):
    ahead = open_today(client, ada, **headers).context["today"].next.practice
    client.head("/en/today/")
    assert not Decision.objects.exists()

    assert open_today(client, ada).context["today"].next.practice == ahead
    assert Decision.objects.count() == 1


def test_full_disk_still_shows_a_suggestion(client, ada):
    def full(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "SAVEPOINT")) and "session" not in sql:
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    client.force_login(ada.person)
    with connection.execute_wrapper(full):
        shown = client.get("/en/today/").context["today"].next

    assert shown is not None and not Decision.objects.exists()
    assert open_today(client, ada).context["today"].next.practice == shown.practice


def test_unreadable_model_version_falls_back_to_an_even_choice(client, ada, wren):
    model_version = training.learn(at=THURSDAY - timedelta(hours=12))
    type(model_version).objects.filter(pk=model_version.pk).update(body=b"damaged")

    shown = open_today(client, ada).context["today"].next

    (kept,) = Decision.objects.all()
    made = decisions.decode(kept)
    assert shown.practice == kept.practice
    assert (made.fallback, made.probability) == ("no belief", pytest.approx(1 / len(made.slugs)))
    assert decisions.replays_same(kept)


def test_today_opens_with_a_damaged_decision(client, ada, wren):
    open_today(client, ada)
    Decision.objects.update(
        body={"decision": "not one of ours", "why": {"among": 3, "reasons": [7]}}
    )
    wren.foods = b"sealed"
    wren.save()

    shown = open_today(client, ada)

    food = {p["slug"] for p in bundle.current("en")["practices"] if "allergy" in p["cautions"]}
    assert shown.status_code == 200
    assert shown.context["today"].next.practice not in food


def test_second_visit_reads_the_decision_once_and_writes_nothing(client, ada):
    open_today(client, ada)

    with CaptureQueriesContext(connection) as asked:
        client.get("/en/today/")

    about = [query["sql"] for query in asked if "recommendations_decision" in query["sql"]]
    assert len(about) == 1 and about[0].startswith("SELECT")
    assert [query["sql"] for query in asked if not query["sql"].startswith("SELECT")] == []
    # Five read the rhythm (parts, custody, seasons, holidays, plans); one reads the kept decision.
    assert len(asked) <= 19


def test_caregiver_without_week_access_causes_no_decision(client, ada):
    nana = make.giver(ada.family, who=make.person())

    open_today(client, nana)

    assert not Decision.objects.exists()


def test_without_a_child_the_bundles_rule_suggests_unrecorded(client):
    ada = make.guardian(make.family())

    shown = open_today(client, ada)

    assert shown.context["today"].next.why is None and "Why this?" not in shown.text
    assert not Decision.objects.exists()


def test_decision_after_training_names_its_model_version(client, ada, wren, clock):
    record_tries(ada, wren, HEAVY, "sssnsssss")
    training.learn(at=THURSDAY)

    open_today(client, ada)

    (kept,) = Decision.objects.all()
    assert kept.model_version is not None and kept.body["why"]["sureness"] in (
        "sure",
        "fairly",
        "a_guess",
    )
    assert Moment.objects.count() == 9
