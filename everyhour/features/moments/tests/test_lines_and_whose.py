"""Whom a moment was for: asked when there are several children, never guessed; lines as read."""

from datetime import UTC, datetime

import pytest
import time_machine

from everyhour.domain.moments.models import Moment
from everyhour.features.moments.tests.test_logging import log, shown
from testing import make

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)  # Monday evening at six in Chicago


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MONDAY, tick=False) as moved:
        yield moved


@pytest.fixture
def ada(client):
    family = make.family()
    ada = make.guardian(family, who=make.person(name="Ada"), name="Ada")
    for name in ("Wren", "Finn"):
        make.child(family, nickname=name)
    client.force_login(ada.person)
    return ada


def send_line(client, line):
    return client.post("/en/moments/line/", {"line": line})


def names():
    return sorted(moment.child.nickname for moment in Moment.objects.filter(deleted=False))


def test_two_children_are_asked_about_before_saving(client, ada):
    answer = log(client, what="low-hum")

    assert answer.status_code == 422 and "which child" in answer.content.decode()
    assert not Moment.objects.exists()


def test_moment_for_both_children_is_two_moments_undone_together(client, ada):
    answer = log(client, what="low-hum", child="all")
    assert names() == ["Finn", "Wren"]

    page = client.get(answer.url).content.decode()
    held = [moment.pk for moment in Moment.objects.all()]
    assert "Saved for" in page and all(f'value="{pk}"' in page for pk in held)
    client.post(
        "/en/moments/gone/", {"moments": held, "key": "10000000-0000-4000-8000-000000000001"}
    )

    assert names() == []


def test_resent_form_for_both_saves_once(client, ada):
    form = {**shown(client.get("/en/moments/log/")), "child": "all"}

    client.post("/en/moments/log/", form)
    client.post("/en/moments/log/", form)

    assert names() == ["Finn", "Wren"]


def test_undo_together_refuses_what_is_not_ours(client, ada):
    log(client, what="low-hum", child="all")
    other = make.guardian(make.family())
    theirs = make.moment(other, child=make.child(other.family), at=MONDAY)
    mine = [moment.pk for moment in Moment.objects.filter(family=ada.family)]

    answer = client.post(
        "/en/moments/gone/",
        {"moments": [*mine, theirs.pk], "key": "10000000-0000-4000-8000-000000000001"},
    )

    assert answer.status_code == 404 and Moment.objects.filter(deleted=True).count() == 0


def test_for_me_needs_no_child(client, ada):
    log(client, title="Tea", child="me")

    assert [(m.kind, m.child, m.caregiver) for m in Moment.objects.all()] == [("got", None, ada)]


def test_family_without_children_logs_for_the_caregiver(client, ada):
    ada.family.children.all().delete()

    log(client, title="Tea")

    assert Moment.objects.get().kind == "got"


@pytest.mark.parametrize(
    ("line", "child", "time"),
    [
        ("i had tea alone last night", "me", "20:30"),
        ("rocked wren last night at 3", "Wren", "03:00"),
        ("mecer a finn anoche a las 3", "Finn", "03:00"),
        ("danced with both kids at 4", "all", "16:00"),
        ("hummed at 4", "", "16:00"),
    ],
)
def test_line_says_whom_it_was_for_and_asks_otherwise(client, ada, line, child, time):
    form = shown(send_line(client, line))
    children = {one.nickname: one.pk for one in ada.family.children.all()}

    assert form.get("child", "") == children.get(child, child)
    assert form["time"] == time


def test_line_naming_two_of_three_children_is_for_these_two(client, ada):
    make.child(ada.family, nickname="Mo")

    client.post("/en/moments/log/", shown(send_line(client, "sang with wren and finn")))

    assert names() == ["Finn", "Wren"]


def test_what_lies_ahead_is_offered_as_a_plan_and_not_saved(client, ada):
    page = send_line(client, "tomorrow at 8 bath with wren")
    text, form = page.content.decode(), shown(page)

    assert "still to come" in text and "8 pm" in text and "/en/ideas/" in text
    assert (form["day"], form["time"]) == ("", "")
    assert client.post("/en/moments/log/", form).status_code == 422
    assert not Moment.objects.exists()
    assert "tomorrow at 8 bath with wren" in text


def test_hours_ago_cross_the_end_of_summer_time(client, ada, clock):
    clock.move_to(datetime(2026, 11, 1, 8, 30, tzinfo=UTC))  # 2:30, an hour after clocks went back

    client.post("/en/moments/log/", shown(send_line(client, "held wren 1 hour ago")))

    moment = Moment.objects.get()
    assert (moment.at, moment.wall) == (
        datetime(2026, 11, 1, 7, 30, tzinfo=UTC),
        "2026-11-01T01:30",
    )


def test_line_of_600_characters_is_kept_whole(client, ada):
    line = "held wren " + "and then she told me of the dog " * 19

    client.post("/en/moments/log/", shown(send_line(client, line)))

    assert [note.opened for note in Moment.objects.get().notes.all()] == [line.strip()]
