"""Somebody with a place opens Today: the clock in words, one small thing or rest, seven days, their own dose."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from everyhour.domain.families.models import Caregiver, Level
from everyhour.domain.moments.models import Moment, Rest
from everyhour.domain.recommendations.models import Decision
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

THURSDAY = datetime(2026, 11, 19, 23, 40, tzinfo=UTC)  # twenty to six in Chicago
DAY = {"wakes": 420, "school_starts": 510, "home_again": 930, "dinner": 1095, "bed": 1200}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(THURSDAY, tick=False) as moved:
        yield moved


@pytest.fixture
def ada():
    family = make.family()
    make.child(family, day=DAY, hard=["mealtime"])
    return make.guardian(family, name="Ada")


def sign_in(client, caregiver):
    client.force_login(caregiver.person)
    return client


def test_the_clock_is_in_words_and_the_day_is_told(client, ada):
    told = sign_in(client, ada).get("/en/today/").text

    assert "<h1>5:40 pm</h1>" in told
    assert "Thursday. Dinner is at 6:15 pm." in told
    assert "<title>Today · Everyhour</title>" in told


def test_one_small_thing_is_next_and_stays_the_same_for_this_part_of_the_day(client, ada, clock):
    first = sign_in(client, ada).get("/en/today/").context["today"].next

    clock.shift(timedelta(minutes=20))
    again = client.get("/en/today/").context["today"].next

    assert first.heading == "Next, a little before dinner"
    assert first.practice == again.practice
    assert [kept.practice for kept in Decision.objects.all()] == [first.practice]


def test_two_people_and_two_days_are_not_all_offered_the_same(client, ada, clock):
    drawn = set()

    for _day in range(6):
        drawn.add(sign_in(client, ada).get("/en/today/").context["today"].next.practice)
        clock.shift(timedelta(days=1))

    assert len(drawn) > 1


def test_what_is_never_suggested_is_never_next(client, ada, clock):
    first = sign_in(client, ada).get("/en/today/").context["today"].next.practice

    ada.family.children.update(never=[first])

    assert client.get("/en/today/").context["today"].next.practice != first


def test_not_now_lets_it_go_until_tomorrow_and_can_be_taken_back(client, ada, clock):
    part = sign_in(client, ada).get("/en/today/").context["today"].part

    told = client.post("/en/today/not-now/", {"part": part}, follow=True)
    assert "OK, not now. I’ll suggest it again tomorrow." in told.text
    assert told.context["today"].next is None

    back = client.post("/en/today/not-now/", {"part": part, "undo": "1"}, follow=True)
    assert back.context["today"].next is not None

    client.post("/en/today/not-now/", {"part": part})
    clock.shift(timedelta(days=1))
    assert client.get("/en/today/").context["today"].next is not None


def test_a_day_off_is_rest_for_the_home_and_can_be_taken_back(client, ada):
    told = sign_in(client, ada).post("/en/today/rest/", follow=True).text
    client.post("/en/today/rest/")

    assert "Today is a day off." in told
    assert [rest.on.isoformat() for rest in Rest.objects.all()] == ["2026-11-19"]

    client.post("/en/today/rest/", {"undo": "1"})
    assert not Rest.objects.exists()


def test_after_a_hard_moment_rest_is_next(client, ada):
    child = ada.family.children.get()
    make.moment(ada, child=child, at=THURSDAY - timedelta(hours=3), state_before="terror")

    told = sign_in(client, ada).get("/en/today/").text

    assert "Time to rest." in told and "That was hard." in told
    assert "Not now" not in told


def test_from_shut_down_to_loud_is_told_as_a_possible_step(client, ada, clock):
    child = ada.family.children.get()
    make.moment(
        ada,
        child=child,
        at=THURSDAY - timedelta(minutes=20),
        state_before="shutdown",
        state_after="alarm",
        outcome="not_yet",
    )

    told = sign_in(client, ada).get("/en/today/").text

    assert (
        "Wren went from shut down to loud. That can be a step forward: some energy is back." in told
    )
    clock.shift(timedelta(hours=14))
    assert "step forward" not in client.get("/en/today/").text


def test_after_any_moment_there_is_room(client, ada):
    make.moment(ada, child=ada.family.children.get(), at=THURSDAY - timedelta(minutes=30))

    assert sign_in(client, ada).get("/en/today/").context["today"].resting == "after"


def test_rest_after_a_moment_is_as_long_when_the_clock_is_changed(client, ada, clock):
    """In the night to March 14, 2027 the clock goes from two to three; ninety minutes stay ninety minutes."""
    clock.move_to(datetime(2027, 3, 14, 8, 20, tzinfo=UTC))  # twenty past three
    family = ada.family
    family.quiet_from = family.quiet_until = 0
    family.save()
    family.children.update(day={"dinner": 1095, "wakes": 60, "bed": 0})
    make.moment(
        ada, child=family.children.get(), at=datetime(2027, 3, 14, 7, 10, tzinfo=UTC)
    )  # ten past one

    assert sign_in(client, ada).get("/en/today/").context["today"].resting == "after"


def test_an_hour_with_a_professional_is_followed_by_rest_and_ones_own_tea_is_not(client, ada):
    make.moment(ada, at=THURSDAY - timedelta(minutes=20))
    assert sign_in(client, ada).get("/en/today/").context["today"].resting == ""

    make.moment(
        ada,
        child=ada.family.children.get(),
        at=THURSDAY - timedelta(minutes=40),
        kind=Moment.Kind.PROFESSIONAL,
    )
    assert client.get("/en/today/").context["today"].resting == "after"


def test_who_sleeps_late_is_left_to_sleep(client, ada, clock):
    ada.family.children.update(day={**DAY, "wakes": 9 * 60, "bed": 0})
    clock.move_to(datetime(2026, 11, 21, 14, 0, tzinfo=UTC))  # Saturday, eight in the morning

    assert sign_in(client, ada).get("/en/today/").context["today"].resting == "quiet"


def test_a_day_off_holds_for_the_home_also_where_it_is_already_tomorrow(client, ada):
    ben = make.guardian(ada.family, who=make.person(zone="Asia/Tokyo"))
    sign_in(client, ada).post("/en/today/rest/")

    told = sign_in(client, ben).get("/en/today/")
    assert told.context["today"].resting == "day_off"

    client.post("/en/today/rest/", {"undo": "1"})
    assert not Rest.objects.exists()


def test_quiet_hours_ask_nothing(client, ada, clock):
    clock.shift(timedelta(hours=4))

    assert "Quiet hours." in sign_in(client, ada).get("/en/today/").text


def test_the_picture_and_the_sentence_say_the_same(client, ada):
    child = ada.family.children.get()
    for hours in (25, 26, 50):
        make.moment(ada, child=child, at=THURSDAY - timedelta(hours=hours))
    make.moment(ada, child=child, at=THURSDAY - timedelta(hours=30), kind=Moment.Kind.PROFESSIONAL)
    make.moment(ada, at=THURSDAY - timedelta(hours=5))

    today = sign_in(client, ada).get("/en/today/").context["today"]

    assert sum(mark.given for mark in today.mini.marks) == 3
    assert sum(mark.professional for mark in today.mini.marks) == 1
    assert today.sentence == "3 small moments for Wren. One hour of therapy."
    assert today.dose == "You had 1 this week. The last one was at 12:40 pm."


def test_an_empty_week_is_ordinary_time_and_the_first_day_says_so(client, ada):
    told = sign_in(client, ada).get("/en/today/").text

    assert "Ordinary time. Nothing to fill in." in told
    assert "This is your first day." in told


def test_a_giver_who_may_not_see_the_week_sees_their_own_moments_alone(client, ada):
    nana = make.giver(ada.family, who=make.person())
    child = ada.family.children.get()
    make.moment(ada, child=child, at=THURSDAY - timedelta(hours=5))
    make.moment(nana, child=child, at=THURSDAY - timedelta(hours=6))

    answer = sign_in(client, nana).get("/en/today/")

    assert answer.context["today"].own == ["at 11:40 am"]
    assert "The last seven days" not in answer.text and "Rest today" not in answer.text
    assert client.post("/en/today/rest/").status_code == 404


def test_the_other_home_shows_only_what_it_lets_be_seen(client):
    family = make.family(households=2)
    here, there = family.households.all()
    child = make.child(family, day=DAY)
    ada, otto = make.guardian(family, household=here), make.guardian(family, household=there)
    make.moment(otto, child=child, at=THURSDAY - timedelta(hours=10))

    nothing = sign_in(client, ada).get("/en/today/").context["today"]
    make.household_share(there, here, child, Level.HOURS)
    hour = client.get("/en/today/").context["today"]

    assert nothing.sentence == "Ordinary time. Nothing to fill in." and not nothing.mini.marks
    assert hour.sentence == "In the other home, 1 hour has something." and [
        (m.given, m.hint) for m in hour.mini.marks
    ] == [(0, 1)]


def test_a_page_costs_the_same_for_one_moment_and_for_many(
    client, ada, django_assert_max_num_queries
):
    child = ada.family.children.get()
    make.moment(ada, child=child, at=THURSDAY - timedelta(hours=2))
    sign_in(client, ada).get("/en/today/")
    for n in range(60):
        make.moment(ada, child=child, at=THURSDAY - timedelta(hours=2 + n))

    with django_assert_max_num_queries(16):
        client.get("/en/today/")


def test_who_has_no_family_is_led_to_begin_one(client):
    client.force_login(make.person())

    answer = client.get("/en/today/")

    assert answer.status_code == 302 and "/family/start" in answer.headers["Location"]


def test_home_leads_who_is_signed_in_to_today(client, ada):
    assert sign_in(client, ada).get("/en/").headers["Location"] == "/en/today/"


def test_a_guest_is_asked_to_sign_in_first(client):
    assert "/sign-in/" in client.get("/en/today/").headers["Location"]


def test_who_left_is_led_to_begin_a_family_of_their_own(client, ada):
    Caregiver.objects.filter(pk=ada.pk).update(until=THURSDAY)

    assert sign_in(client, ada).get("/en/today/").status_code == 302
    assert client.post("/en/today/not-now/", {"part": "x"}).status_code == 404


def test_in_spanish_the_clock_speaks_spanish(client, ada):
    told = sign_in(client, ada).get("/es/today/").text

    assert "<h1>17:40</h1>" in told
    assert "Jueves. La cena es a las 18:15." in told
