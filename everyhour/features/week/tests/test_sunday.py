"""The Sunday message: its sentences, its page and sheet, and who gets it when."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from everyhour.domain.families.models import Caregiver
from everyhour.features.week import queries, sunday
from everyhour.features.week.tests import example_week
from everyhour.features.week.tests.example_week import local
from everyhour.foundation.notifications import addresses, delivery
from everyhour.foundation.notifications.models import Notification, Preferences
from testing import make

SUNDAY = local(15, 17, 5)  # of November 2026


@pytest.fixture
def week(ada, wren):
    """Return a function that logs moments ("g19 p12") by a caregiver on Wednesday the 11th."""

    def log(marks: str, by: Caregiver = ada) -> None:
        kinds = {"g": "given", "p": "got"}
        for number, mark in enumerate(marks.split()):
            at = local(11, int(mark[1:]), 3 + number)
            child = wren if mark[0] == "g" else None
            make.moment(by, child=child, at=at, kind=kinds[mark[0]])

    return log


def nana_of(ada, *may: str) -> Caregiver:
    nana = make.giver(ada.family, who=make.person(name="Nana"), may=list(may))
    nana.name = "Nana"
    nana.save()
    return nana


def paragraph_of(ada, language: str = "en") -> str:
    viewer = queries.viewer_of(ada, ada.person)
    with translation.override(language):
        shown = queries.load_picture(viewer, SUNDAY.date(), at=SUNDAY)
        return sunday.paragraph(shown, viewer.child.nickname)


def test_paragraph_says_how_many_when_and_by_whom(ada, wren, week):
    week("g21 g21 p12 g7")
    week("g21 g21", by=nana_of(ada, "log"))

    assert paragraph_of(ada) == (
        f"Five small moments for {wren.nickname}. Bedtime was warmest. "
        "You gave three and Nana gave two. One was for you."
    )


def test_sheet_for_the_fridge_names_its_owner(ada, wren, week):
    week("g21 p12")
    week("g21", by=nana_of(ada, "log"))
    viewer = queries.viewer_of(ada, ada.person)
    shown = queries.load_picture(viewer, SUNDAY.date(), at=SUNDAY)

    said = sunday.paragraph(shown, "Wren", me="Ada")

    assert said.endswith("Ada gave one and Nana gave one. One was for Ada.")


def test_paragraph_is_spanish_for_spanish_readers(ada, wren, week):
    week("g21 g21 p12 g7")

    assert paragraph_of(ada, "es") == (
        f"Tres momentos pequeños para {wren.nickname}. Uno fue para ti."
    )


def test_week_without_moments_gets_a_kind_sentence(ada):
    assert paragraph_of(ada) == (
        "An ordinary week. Rest is part of it, and next week starts fresh."
    )


def test_no_part_of_the_day_is_warmest_when_two_are_alike(ada, week):
    week("g7 g8 g15 g16")

    assert "warmest" not in paragraph_of(ada)


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ("g7 g8 g9", "Mornings were warmest."),
        ("g12 g12 g12", "The middle of the day was warmest."),
        ("g15 g16 g17", "Afternoons were warmest."),
        ("g18 g19 g19", "Evenings were warmest."),
        ("g2 g3 g3", "Nights were warmest."),
    ],
)
def test_warmest_part_of_the_day_is_named(marks, said, ada, week):
    week(marks)

    assert said in paragraph_of(ada)


def test_large_numbers_are_figures_and_many_givers_are_summed_up(ada, week):
    week("g7 " * 12)
    for name in ("Ann", "Ben", "Cy", "Di"):
        giver = make.giver(ada.family, who=make.person(), may=["log"])
        giver.name = name
        giver.save()
        week("g7", by=giver)

    said = paragraph_of(ada)

    assert "You gave 12, Ann gave one, Ben gave one, Cy gave one and others gave one." in said


def test_page_shows_the_week_that_ended_on_sunday(as_ada, ada, wren):
    example_week.sample(ada, wren)

    page = as_ada.get("/en/week/sunday/").content.decode()

    assert "Nov 9 to 15" in page and "/en/week/2026-11-15/" in page
    assert 'class="mini"' in page


def test_message_is_asked_for_and_ended(as_ada, ada):
    as_ada.post("/en/week/sunday/message/", {"wanted": "on"})
    assert Preferences.objects.get(person=ada.person).wanted == ["sunday"]
    assert "Stop sending it" in as_ada.get("/en/week/sunday/").content.decode()

    as_ada.post("/en/week/sunday/message/")
    assert Preferences.objects.get(person=ada.person).wanted == []


def test_fridge_sheet_is_a_pdf_of_one_page_and_none_of_the_future(as_ada, ada, wren):
    example_week.sample(ada, wren)

    response = as_ada.get("/en/week/sunday/2026-11-15.pdf")

    assert response.headers["Content-Disposition"] == 'inline; filename="week-2026-11-15.pdf"'
    assert response.content.startswith(b"%PDF") and response.content.count(b"/Type /Page\n") == 1
    assert as_ada.get("/en/week/sunday/2026-11-22.pdf").status_code == 404


def test_it_is_written_once_on_sunday_at_five_by_the_readers_clock(ada, week):
    week("g7")
    addresses.want(ada.person, "sunday", wanted=True)
    begins = local(15, 17)

    assert sunday.write_due(begins - timedelta(minutes=1)) == 0
    assert sunday.write_due(begins + timedelta(hours=5)) == 0
    assert sunday.write_due(begins - timedelta(days=1)) == 0
    sunday.write_due(begins)
    sunday.write_due(begins + timedelta(minutes=10))

    written = Notification.objects.get()
    assert written.body.startswith("One small moment for")
    assert (written.title, written.path) == ("Your week", "/en/week/sunday/")


def test_it_goes_to_nobody_who_did_not_ask(ada):
    assert sunday.write_due(SUNDAY) == 0


def test_caregiver_who_may_not_see_the_week_gets_none(ada):
    nana = nana_of(ada, "log")
    nana.person.zone_periods.create(since=example_week.LONG_AGO, zone="America/Chicago")
    addresses.want(nana.person, "sunday", wanted=True)

    assert sunday.write_due(SUNDAY) == 0


def test_it_is_not_sent_to_someone_who_left_meanwhile(ada):
    addresses.want(ada.person, "sunday", wanted=True)
    sunday.write_due(SUNDAY)
    Caregiver.objects.filter(pk=ada.pk).update(until=SUNDAY)

    delivery.deliver_due(SUNDAY, clock=lambda: SUNDAY)

    assert Notification.objects.get().state == Notification.State.CANCELLED


@pytest.mark.parametrize("shows", [True, False])
def test_mail_has_words_and_sheet_only_for_those_who_chose_to_see(shows, ada, week, mailoutbox):
    week("g7")
    addresses.want(ada.person, "sunday", wanted=True)
    Preferences.objects.filter(person=ada.person).update(shows=shows, channels=["mail"])
    sunday.write_due(SUNDAY)

    delivery.deliver_due(SUNDAY, clock=lambda: SUNDAY)

    (mail,) = mailoutbox
    assert mail.subject == "A message for you"
    assert ("small moment" in mail.body) is shows
    assert [name for name, *_ in mail.attachments] == (["week-2026-11-15.pdf"] if shows else [])


def test_last_sunday_is_today_on_a_sunday():
    sundays = {sunday.last_sunday(SUNDAY.date() + timedelta(days=n)) for n in range(7)}

    assert sundays == {SUNDAY.date()}
    assert sunday.last_sunday(datetime(2026, 11, 22, tzinfo=ZoneInfo("UTC")).date()) > SUNDAY.date()
