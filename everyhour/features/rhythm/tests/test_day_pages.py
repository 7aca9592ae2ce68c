"""The pages of usual days: parts, seasons, two homes, and who may change them."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine

from everyhour.domain.families.models import Caregiver
from everyhour.domain.rhythm import days
from everyhour.domain.rhythm.models import Custody, Part, Season
from testing import make

pytestmark = pytest.mark.django_db

THURSDAY = datetime(2026, 11, 19, 23, 40, tzinfo=UTC)  # twenty to six in Chicago
DAY = {"wakes": 420, "school_starts": 510, "home_again": 930, "dinner": 1095, "bed": 1200}
PIANO = {
    "kind": "waiting",
    "name": "piano",
    "begins": "16:00",
    "ends": "16:45",
    "weekdays": ["1"],
    "every_weeks": "1",
    "when": "always",
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(THURSDAY, tick=False) as moved:
        yield moved


@pytest.fixture
def ada(client):
    family = make.family()
    make.child(family, day=DAY, hard=["homework"])
    ada = make.guardian(family, name="Ada")
    client.force_login(ada.person)
    return ada


@pytest.fixture
def wren(ada):
    return ada.family.children.get()


def tell(client, wren, **columns):
    return client.post(
        f"/en/rhythm/children/{wren.pk}/parts/new/", {**PIANO, **columns}, follow=True
    )


def test_usual_day_lists_times_and_hard_parts(client, ada):
    page = client.get("/en/rhythm/").text

    assert "Wren’s usual day" in page and "6:15 pm" in page and "often hard" in page
    assert "Piano on Tuesdays" in page  # nothing is different yet


def test_page_without_child_links_to_adding_one(client):
    ada = make.guardian(make.family())
    client.force_login(ada.person)

    assert "/en/family/children/new/" in client.get("/en/rhythm/").text


def test_part_is_added_for_tuesdays(client, ada, wren):
    page = tell(client, wren, hard="on").text

    part = Part.objects.get()
    assert (part.kind, part.begins, part.ends, part.weekdays, part.hard) == (
        "waiting",
        960,
        1005,
        [1],
        True,
    )
    assert "<bdi>piano</bdi>, 4 pm to 4:45 pm" in page and "Tuesday. Often hard" in page


def test_part_in_alternate_weeks_of_holidays(client, ada, wren):
    page = tell(client, wren, every_weeks="2", anchor="2026-11-24", when="free").text

    part = Part.objects.get()
    assert (part.every_weeks, part.anchor, part.when) == (2, date(2026, 11, 24), "free")
    assert "Tuesday, every other week, only during holidays" in page


def test_usual_part_can_be_off_on_some_days(client, ada, wren):
    tell(client, wren, kind="dinner", name="", begins="", off="on")

    assert days.day_of(wren, ada.household, date(2026, 11, 24)).transition("dinner") is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"begins": ""}, "Enter a start time."),
        ({"begins": "25:99"}, "Enter a time, such as 07:30."),
        ({"weekdays": []}, "Choose at least one day."),
        ({"off": "on"}, "Only a part of the usual day can be left out."),
        ({"anchor": "soon", "every_weeks": "2"}, "Enter a date, such as 2026-12-21."),
    ],
)
def test_invalid_part_keeps_what_was_typed(client, ada, wren, wrong, said):
    answer = tell(client, wren, **wrong)

    assert answer.status_code == 422
    assert said in answer.text and 'value="piano"' in answer.text
    assert not Part.objects.exists()


def test_odd_times_are_reported_and_saved(client, ada, wren):
    wren.day = {"dinner": 1200, "bed": 1140}
    wren.save()
    tell(client, wren, begins="18:30", ends="20:30", weekdays=["0", "1", "2", "3", "4", "5", "6"])
    page = tell(client, wren, name="night bus", kind="car", begins="23:00", ends="01:00").text

    assert "On some days, bed comes before dinner. If that’s right, leave it as it is." in page
    assert "night bus goes on past midnight." in page
    assert "piano and Bed overlap." in page
    assert Part.objects.count() == 2


def test_part_is_changed_deleted_and_restored(client, ada, wren):
    tell(client, wren)
    part = Part.objects.get()
    client.post(f"/en/rhythm/parts/{part.pk}/", {**PIANO, "begins": "17:00", "ends": ""})
    assert Part.objects.get().begins == 1020

    response = client.post(f"/en/rhythm/parts/{part.pk}/removal/", follow=True)
    assert "Deleted." in response.text and not Part.objects.exists()

    back = client.post(f"/en/rhythm/parts/{part.pk}/removal/", {"undo": "1"}, follow=True)
    assert "Restored." in back.text and Part.objects.get().pk == part.pk
    assert client.post(f"/en/rhythm/parts/{part.pk}/removal/", {"undo": "1"}).status_code == 404


def test_season_dates_in_reverse_order_are_swapped(client, ada, wren):
    sent = {"kind": "holidays", "first": "2027-01-01", "last": "2026-12-21", "name": "Winter"}
    page = client.post(f"/en/rhythm/children/{wren.pk}/seasons/", sent, follow=True).text

    season = Season.objects.get()
    assert (season.first, season.last) == (
        date(2026, 12, 21),
        date(2027, 1, 1),
    ) and "Winter" in page

    client.post(f"/en/rhythm/seasons/{season.pk}/removal/")
    assert not Season.objects.exists()
    client.post(f"/en/rhythm/seasons/{season.pk}/removal/", {"undo": "1"})
    assert Season.objects.get().pk == season.pk


def test_custody_days_are_saved_from_the_board(client, ada, wren):
    board = client.get(f"/en/rhythm/children/{wren.pk}/homes/?weeks=2").text
    assert board.count('name="days"') == 14 and count_checked(board) == 14

    client.post(
        f"/en/rhythm/children/{wren.pk}/homes/", {"weeks": "2", "days": ["0", "1", "2", "3", "4"]}
    )

    custody = Custody.objects.get()
    assert (custody.monday, custody.weeks, custody.days) == (date(2026, 11, 16), 2, [0, 1, 2, 3, 4])
    assert "in the other home" in client.get("/en/rhythm/").text
    assert count_checked(client.get(f"/en/rhythm/children/{wren.pk}/homes/").text) == 5


def count_checked(page: str) -> int:
    return len(re.findall(r'<input[^>]*name="days"[^>]* checked', page))


def test_giver_with_see_week_can_only_read(client, ada, wren):
    make.part(wren)
    nana = make.giver(ada.family, who=make.person(), may=[Caregiver.SEE_WEEK])
    client.force_login(nana.person)

    page = client.get("/en/rhythm/").text
    assert "piano" in page and "Add something" not in page and "removal" not in page
    assert client.get(f"/en/rhythm/children/{wren.pk}/parts/new/").status_code == 404
    assert client.post(f"/en/rhythm/parts/{Part.objects.get().pk}/removal/").status_code == 404


def test_part_of_another_home_returns_404(client, ada):
    other = make.part(make.child(make.family()))

    assert client.get(f"/en/rhythm/parts/{other.pk}/").status_code == 404
    assert client.get(f"/en/rhythm/?child={other.child_id}").status_code == 404
