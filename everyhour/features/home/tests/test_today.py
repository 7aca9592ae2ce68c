"""Today: the time, the next suggestion or rest, the last seven days, and own moments."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from everyhour.domain.families.models import Caregiver, Level
from everyhour.domain.moments.models import Moment, Rest
from everyhour.domain.recommendations.models import Decision
from testing import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

THURSDAY = datetime(2026, 11, 19, 23, 40, tzinfo=UTC)  # 5:40 pm in Chicago
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


def test_today_shows_the_time_and_what_the_day_brings(client, ada):
    page = sign_in(client, ada).get("/en/today/").text

    assert "<h1>5:40 pm</h1>" in page
    assert "Thursday. Dinner is at 6:15 pm." in page
    assert "<title>Today · Everyhour</title>" in page


def test_suggestion_stays_the_same_within_a_part_of_the_day(client, ada, clock):
    first = sign_in(client, ada).get("/en/today/").context["today"].next

    clock.shift(timedelta(minutes=20))
    again = client.get("/en/today/").context["today"].next

    assert first.heading == "Next, a little before dinner"
    assert first.practice == again.practice
    assert [kept.practice for kept in Decision.objects.all()] == [first.practice]


def test_suggestions_differ_between_days(client, ada, clock):
    drawn = set()

    for _day in range(6):
        drawn.add(sign_in(client, ada).get("/en/today/").context["today"].next.practice)
        clock.shift(timedelta(days=1))

    assert len(drawn) > 1


def test_never_suggested_practice_is_not_next(client, ada, clock):
    first = sign_in(client, ada).get("/en/today/").context["today"].next.practice

    ada.family.children.update(never=[first])

    assert client.get("/en/today/").context["today"].next.practice != first


def test_not_now_skips_until_tomorrow_and_can_be_undone(client, ada, clock):
    part = sign_in(client, ada).get("/en/today/").context["today"].part

    skipped = client.post("/en/today/not-now/", {"part": part}, follow=True)
    assert "OK, not now. I’ll suggest it again tomorrow." in skipped.text
    assert skipped.context["today"].next is None

    back = client.post("/en/today/not-now/", {"part": part, "undo": "1"}, follow=True)
    assert back.context["today"].next is not None

    client.post("/en/today/not-now/", {"part": part})
    clock.shift(timedelta(days=1))
    assert client.get("/en/today/").context["today"].next is not None


def test_day_off_is_recorded_once_and_can_be_undone(client, ada):
    page = sign_in(client, ada).post("/en/today/rest/", follow=True).text
    client.post("/en/today/rest/")

    assert "Today is a day off." in page
    assert [rest.on.isoformat() for rest in Rest.objects.all()] == ["2026-11-19"]

    client.post("/en/today/rest/", {"undo": "1"})
    assert not Rest.objects.exists()


def test_hard_moment_is_followed_by_rest(client, ada):
    child = ada.family.children.get()
    make.moment(ada, child=child, at=THURSDAY - timedelta(hours=3), state_before="terror")

    page = sign_in(client, ada).get("/en/today/").text

    assert "Time to rest." in page and "That was hard." in page
    assert "Not now" not in page


def test_shutdown_to_alarm_is_named_as_a_possible_step(client, ada, clock):
    child = ada.family.children.get()
    make.moment(
        ada,
        child=child,
        at=THURSDAY - timedelta(minutes=20),
        state_before="shutdown",
        state_after="alarm",
        outcome="not_yet",
    )

    page = sign_in(client, ada).get("/en/today/").text

    assert (
        "Wren went from shut down to loud. That can be a step forward: some energy is back." in page
    )
    clock.shift(timedelta(hours=14))
    assert "step forward" not in client.get("/en/today/").text


def test_moment_is_followed_by_rest(client, ada):
    make.moment(ada, child=ada.family.children.get(), at=THURSDAY - timedelta(minutes=30))

    assert sign_in(client, ada).get("/en/today/").context["today"].resting == "after"


def test_rest_lasts_as_long_when_the_clocks_change(client, ada, clock):
    """On March 14, 2027 the clock skips from 2 to 3 am; 90 minutes of rest stay 90 minutes."""
    clock.move_to(datetime(2027, 3, 14, 8, 20, tzinfo=UTC))  # 3:20 am
    family = ada.family
    family.quiet_from = family.quiet_until = 0
    family.save()
    family.children.update(day={"dinner": 1095, "wakes": 60, "bed": 0})
    make.moment(
        ada, child=family.children.get(), at=datetime(2027, 3, 14, 7, 10, tzinfo=UTC)
    )  # 1:10 am

    assert sign_in(client, ada).get("/en/today/").context["today"].resting == "after"


def test_rest_follows_a_professional_hour_but_no_moment_for_oneself(client, ada):
    make.moment(ada, at=THURSDAY - timedelta(minutes=20))
    assert sign_in(client, ada).get("/en/today/").context["today"].resting == ""

    make.moment(
        ada,
        child=ada.family.children.get(),
        at=THURSDAY - timedelta(minutes=40),
        kind=Moment.Kind.PROFESSIONAL,
    )
    assert client.get("/en/today/").context["today"].resting == "after"


def test_late_wake_time_extends_quiet_hours(client, ada, clock):
    ada.family.children.update(day={**DAY, "wakes": 9 * 60, "bed": 0})
    clock.move_to(datetime(2026, 11, 21, 14, 0, tzinfo=UTC))  # Saturday, 8 am

    assert sign_in(client, ada).get("/en/today/").context["today"].resting == "quiet"


def test_day_off_applies_in_another_time_zone(client, ada):
    ben = make.guardian(ada.family, who=make.person(zone="Asia/Tokyo"))
    sign_in(client, ada).post("/en/today/rest/")

    response = sign_in(client, ben).get("/en/today/")
    assert response.context["today"].resting == "day_off"

    client.post("/en/today/rest/", {"undo": "1"})
    assert not Rest.objects.exists()


def test_quiet_hours_are_shown(client, ada, clock):
    clock.shift(timedelta(hours=4))

    assert "Quiet hours." in sign_in(client, ada).get("/en/today/").text


def test_picture_and_sentence_agree(client, ada):
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


def test_first_day_shows_ordinary_time(client, ada):
    page = sign_in(client, ada).get("/en/today/").text

    assert "Ordinary time. Nothing to fill in." in page
    assert "This is your first day." in page


def test_giver_without_week_access_sees_only_their_own_moments(client, ada):
    nana = make.giver(ada.family, who=make.person())
    child = ada.family.children.get()
    make.moment(ada, child=child, at=THURSDAY - timedelta(hours=5))
    make.moment(nana, child=child, at=THURSDAY - timedelta(hours=6))

    answer = sign_in(client, nana).get("/en/today/")

    assert answer.context["today"].own == ["at 11:40 am"]
    assert "The last seven days" not in answer.text and "Rest today" not in answer.text
    assert client.post("/en/today/rest/").status_code == 404


def test_other_household_shows_only_what_it_shares(client):
    family = make.family(households=2)
    here, there = family.households.all()
    child = make.child(family, day=DAY)
    ada, otto = make.guardian(family, household=here), make.guardian(family, household=there)
    make.moment(otto, child=child, at=THURSDAY - timedelta(hours=10))

    nothing = sign_in(client, ada).get("/en/today/").context["today"]
    make.household_share(there, here, child, Level.HOURS)
    hour = client.get("/en/today/").context["today"]

    assert nothing.sentence == "Ordinary time. Nothing to fill in." and not nothing.mini.marks
    assert hour.sentence == "Something was logged in 1 hour at the other home." and [
        (m.given, m.hint) for m in hour.mini.marks
    ] == [(0, 1)]


def test_query_count_is_independent_of_the_number_of_moments(
    client, ada, django_assert_max_num_queries
):
    child = ada.family.children.get()
    make.moment(ada, child=child, at=THURSDAY - timedelta(hours=2))
    sign_in(client, ada).get("/en/today/")
    for n in range(60):
        make.moment(ada, child=child, at=THURSDAY - timedelta(hours=2 + n))

    with django_assert_max_num_queries(18):
        client.get("/en/today/")


def test_person_without_a_family_is_redirected_to_start(client):
    client.force_login(make.person())

    answer = client.get("/en/today/")

    assert answer.status_code == 302 and "/family/start" in answer.headers["Location"]


def test_home_redirects_a_signed_in_person_to_today(client, ada):
    assert sign_in(client, ada).get("/en/").headers["Location"] == "/en/today/"


def test_guest_is_redirected_to_sign_in(client):
    assert "/sign-in/" in client.get("/en/today/").headers["Location"]


def test_former_caregiver_is_redirected_to_start(client, ada):
    Caregiver.objects.filter(pk=ada.pk).update(until=THURSDAY)

    assert sign_in(client, ada).get("/en/today/").status_code == 302
    assert client.post("/en/today/not-now/", {"part": "x"}).status_code == 404


def test_spanish_page_uses_the_clock_of_the_region(client, ada):
    page = sign_in(client, ada).get("/es/today/").text
    ada.person.move("Europe/Madrid", at=datetime.now(UTC) - timedelta(minutes=5))
    spain = sign_in(client, ada).get("/es/today/").text

    assert "<h1>5:40 pm</h1>" in page and 'data-hours="12"' in page
    assert "Jueves. La cena es a las 6:15 pm" in page
    assert 'data-hours="24"' in spain and ":40 pm" not in spain
