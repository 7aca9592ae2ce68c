"""The pages of the week: picture, sentences, figures, PDF, permissions."""

import gzip
import re
from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from everyhour.domain.families.models import Caregiver, Level
from everyhour.domain.moments.models import Moment, Rest
from everyhour.features.week.tests import example_week
from testing import make

pytestmark = pytest.mark.django_db
# Two for the sheet of “+”; four lay out the dates: parts, turns, seasons, holidays.
QUERIES = 15


def cells(text: str) -> list[str]:
    return re.findall(r'role="gridcell"[^>]*aria-label="([^"]*)"', text)


def count_lights(text: str) -> Counter:
    """Count the lights of the drawing, by kind."""
    lights = "".join(re.findall(r'<g class="l h\d+">(.*?)</g>', text))
    return Counter(re.findall(r'class="(g|p|t|hint)[ "]', lights))


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace(" .", ".")


def test_words_and_picture_agree_with_moments(as_ada, ada, wren):
    count = example_week.sample(ada, wren)
    moments = list(Moment.objects.of(ada.family))
    given, got = ([m for m in moments if m.kind == kind] for kind in ("given", "got"))
    hours = Counter(m.at.astimezone(example_week.CHICAGO).hour for m in given)
    hour, most = max(((h, hours[h] + hours[h + 1]) for h in range(23)), key=lambda pair: pair[1])

    text = as_ada.get("/en/week/").text

    assert count == len(moments) == 50
    assert (len(given), len(got), hour, most) == (38, 10, 18, 17)
    assert f"<b>{len(given)} small moments</b> for Wren." in text
    assert f"<b>{len(got)}</b> for you." in text
    assert (
        f"{most} of them were in the evening, from {hour - 12} pm to {hour - 10} pm. "
        "The 2 squares are time with a professional." in text
    )
    lit_hours = {
        kind: len({m.at.replace(minute=0) for m in moments if m.kind == kind})
        for kind in ("given", "got", "professional")
    }
    assert count_lights(text) == Counter(
        g=lit_hours["given"], p=lit_hours["got"], t=lit_hours["professional"]
    )
    assert "48 were sleep. 32 were school." in text


def test_ordinary_week_has_168_cells(as_ada):
    text = as_ada.get("/en/week/").text

    assert len(cells(text)) == 168
    assert cells(text)[0] == "Friday, 6 am: ordinary time"
    assert cells(text)[18] == "Friday night, midnight: asleep"
    assert cells(text)[-1] == "Thursday night, 5 am: still to come"
    assert text.count('class="now') == 1
    assert len(re.findall(r'tabindex="0"\s+aria-label', text)) == 1


def test_empty_week_is_ordinary(as_ada):
    text = as_ada.get("/en/week/").text

    assert "An ordinary week. There is nothing to fill in." in text
    assert "There is nothing to fill in here. Moments need rest around them." in text
    assert not re.search(r"\bmissed|streak|goal|average|score", text)


def test_no_earlier_link_before_the_family_began(client, today):
    family = make.family(at=example_week.NOW - timedelta(days=2))
    ada = make.guardian(family, who=make.person(at=example_week.LONG_AGO))
    wren = make.child(family)
    client.force_login(ada.person)

    fresh, weeks = client.get("/en/week/").text, client.get("/en/weeks/").text
    make.moment(ada, child=wren, at=example_week.NOW - timedelta(days=16))
    page = client.get("/en/week/").text

    assert 'rel="prev"' not in fresh
    assert weeks.count('class="mini"') == 1
    assert 'rel="prev"' in page
    assert client.get("/en/weeks/").text.count('class="mini"') == 3


def test_night_is_one_bar_when_waking_at_six_forty(client, today):
    ada, _wren = example_week.home(
        day={**example_week.DAY, "wakes": 6 * 60 + 40, "bed": 20 * 60 + 30}
    )
    client.force_login(ada.person)

    text = client.get("/en/week/").text

    assert cells(text)[0] == "Friday, 6 am: ordinary time"
    assert cells(text)[14] == "Friday, 8 pm: ordinary time"
    assert cells(text)[15] == "Friday, 9 pm: asleep"
    assert text.count('<rect class="z h15 n9"/>') == 6
    assert 'class="q ' not in text[text.index('<svg class="hours-24') : text.index('class="hrs"')]


def test_shutdown_to_alarm_is_shown_as_possible_step(as_ada, ada, wren):
    make.moment(
        ada,
        child=wren,
        at=example_week.local(18, 16, 5),
        state_before="shutdown",
        state_after="alarm",
        outcome="not_yet",
    )

    text = as_ada.get("/en/week/2026-11-19/20261118T2200Z/").text

    peek = text[text.index("<aside") : text.index("</aside>")]
    assert (
        "Wren went from shut down to loud. That can be a step forward: some of the energy is back."
        in peek
    )


def test_hour_links_to_its_moment(as_ada, ada, wren):
    made = make.moment(ada, child=wren, at=example_week.local(18, 16, 5))

    text = as_ada.get("/en/week/2026-11-19/20261118T2200Z/").text

    assert f'href="/en/moments/{made.pk}/"' in text[text.index("<aside") : text.index("</aside>")]


def test_hour_has_its_own_url(as_ada, ada, wren):
    example_week.sample(ada, wren)

    text = as_ada.get("/en/week/2026-11-19/20261118T2200Z/").text

    peek = text[text.index("<aside") : text.index("</aside>")]
    assert "Wednesday, 4 pm" in peek
    assert "Blanket roll" in peek
    assert "a bit" in peek
    assert "Called your sister" in peek


@pytest.mark.parametrize(
    "path",
    [
        "2026-11-19/20261118T2230Z/",
        "2026-11-19/nothing/",
        "2026-13-40/",
        "2026-11-20.pdf",
        "1999-01-01/",
    ],
)
def test_invalid_hours_and_weeks_return_404(as_ada, path):
    assert as_ada.get(f"/en/week/{path}").status_code == 404


def test_navigation_goes_back_and_never_past_today(as_ada):
    before = as_ada.get("/en/week/2026-11-12/").text

    assert "Nov 6 to 12" in before
    assert 'href="/en/week/2026-11-05/" rel="prev"' in before
    assert 'href="/en/week/2026-11-19/" rel="next"' in before
    assert 'rel="next"' not in as_ada.get("/en/week/").text
    assert as_ada.get("/en/week/2026-11-20/").headers["Location"] == "/en/week/"


@pytest.mark.parametrize(
    ("year", "month", "day", "hours"),
    [(2026, 11, 3, 169), (2027, 3, 16, 167), (2026, 11, 19, 168)],
    ids=["autumn", "spring", "usual"],
)
def test_clock_change_alters_number_of_hours(client, ada, year, month, day, hours):
    with time_machine.travel(example_week.NOW.replace(year=year, month=month, day=day), tick=False):
        client.force_login(ada.person)
        text = client.get("/en/week/").text

    assert len(cells(text)) == hours
    assert f"<h1>{hours} hours</h1>" in text
    assert (f"so this week has {hours} hours" in text) == (hours != 168)


def test_repeated_hour_is_shown_twice(client, ada, wren):
    first, again = (
        example_week.local(1, 1, 30).replace(fold=fold).astimezone(ZoneInfo("UTC"))
        for fold in (0, 1)
    )
    for at in (first, again):
        make.moment(ada, child=wren, at=at)

    with time_machine.travel(example_week.local(3, 12), tick=False):
        client.force_login(ada.person)
        text_shown = cells(client.get("/en/week/").text)

    lit = [label for label in text_shown if "A small moment" in label]
    assert again - first == timedelta(hours=1)
    assert lit == [
        "Saturday night, 1 am: A small moment",
        "Saturday night, 1 am, the second time: A small moment",
    ]


def test_travel_week_uses_local_hours(client, ada, wren):
    ada.person.move("Europe/Berlin", at=example_week.local(17, 14))
    berlin = ZoneInfo("Europe/Berlin")
    make.moment(ada, child=wren, at=example_week.local(16, 9))
    make.moment(ada, child=wren, at=example_week.local(18, 9, zone=berlin), zone="Europe/Berlin")

    with time_machine.travel(example_week.local(19, 17, zone=berlin), tick=False):
        client.force_login(ada.person)
        text = client.get("/en/week/").text

    lit = [label for label in cells(text) if "A small moment" in label]
    assert len(cells(text)) == 161
    assert lit == ["Monday, 9 am: A small moment", "Wednesday, 9 am: A small moment"]
    assert "Tuesday, 1 pm in Chicago: at school" in cells(text)
    assert "Tuesday, 9 pm in Berlin: ordinary time" in cells(text)


def test_week_shows_four_hundred_moments(as_ada, ada, wren):
    for number in range(400):
        make.moment(ada, child=wren, at=example_week.local(13, 6) + timedelta(minutes=22 * number))

    answer = as_ada.get("/en/week/")

    assert "<b>400 small moments</b>" in answer.text
    assert len(gzip.compress(picture_of(answer.text))) < 8_000


def test_picture_is_small(as_ada, ada, wren):
    example_week.sample(ada, wren)

    drawn_bytes = picture_of(as_ada.get("/en/week/").text)

    assert len(drawn_bytes) < 40_000
    assert len(gzip.compress(drawn_bytes)) < 8_000


def picture_of(text: str) -> bytes:
    return text[text.index('<div class="map') : text.index('<ul class="key"')].encode()


@pytest.mark.parametrize("path", ["week/", "week/2026-11-12/", "weeks/", "week/2026-11-19.pdf"])
def test_query_count_does_not_grow_with_moments(
    as_ada, ada, wren, path, django_assert_max_num_queries
):
    as_ada.get("/en/week/")  # the first page of a session also records the visit
    with django_assert_max_num_queries(QUERIES) as few:
        as_ada.get(f"/en/{path}")
    example_week.sample(ada, wren)
    for number in range(60):
        make.moment(ada, child=wren, at=example_week.local(13, 6) + timedelta(minutes=90 * number))

    with django_assert_max_num_queries(QUERIES) as many:
        as_ada.get(f"/en/{path}")

    assert len(many.captured_queries) == len(few.captured_queries)


def test_other_homes_moment_shows_only_its_hour(client, today):
    family = make.family(households=2)
    here, there = family.households.all()
    ada = make.guardian(family, household=here, who=make.person(at=example_week.LONG_AGO))
    sam = make.guardian(family, household=there, who=make.person(at=example_week.LONG_AGO))
    wren = make.child(family, day=example_week.DAY)
    make.household_share(there, here, wren, Level.HOURS)
    title = family.seal("Secret of the other home", place="moment:other:title")
    make.moment(sam, child=wren, at=example_week.local(18, 16, 5), key="other", title=title)
    client.force_login(ada.person)

    text = client.get("/en/week/").text

    assert count_lights(text) == Counter(hint=1)
    assert "1 faint light is from another home. You only see the hour." in plain(text)
    assert [label for label in cells(text) if "another home" in label] == [
        "Wednesday, 4 pm: A moment in another home"
    ]
    assert "Secret" not in text
    assert "small moment</b>" not in text


def test_each_child_has_a_separate_week(as_ada, ada, wren):
    robin = make.child(ada.family, nickname="Robin", at=example_week.NOW)
    make.moment(ada, child=wren, at=example_week.local(18, 16))
    for hour in (7, 9):
        make.moment(ada, child=robin, at=example_week.local(18, hour))

    first, other = (as_ada.get(f"/en/week/{query}").text for query in ("", f"?child={robin.pk}"))

    assert "<b>1 small moment</b> for Wren." in first
    assert "<b>2 small moments</b> for Robin." in other
    assert (
        f'rel="prev" href="/en/week/2026-11-12/?child={robin.pk}' in other
        or f"/en/week/2026-11-12/?child={robin.pk}" in other
    )


def test_day_off_is_drawn_as_rest(as_ada, ada):
    sunday = example_week.NOW.date() - timedelta(days=4)
    Rest.objects.create(
        family=ada.family,
        household=ada.household,
        on=sunday,
        zone="America/Chicago",
        by=ada,
        created_at=example_week.NOW,
    )

    text = as_ada.get("/en/week/").text

    assert "Sunday was a day off." in text
    assert "Sunday, noon: a day off" in cells(text)


def test_several_days_off_share_one_sentence(as_ada, ada):
    for day in (14, 15):
        Rest.objects.create(
            family=ada.family,
            household=ada.household,
            on=date(2026, 11, day),
            zone="America/Chicago",
            by=ada,
            created_at=example_week.NOW,
        )

    assert "Saturday and Sunday were days off." in as_ada.get("/en/week/").text


def test_moments_for_other_grown_ups_are_not_yours(as_ada, ada, wren):
    nana = make.giver(ada.family)
    for by in (ada, nana, nana):
        make.moment(by, kind="got", at=example_week.local(18, 16))

    text = as_ada.get("/en/week/").text

    assert "<b>3</b> for grown-ups, 1 of them for you." in text
    assert "For a grown-up" in text


def test_spanish_plurals_and_times(as_ada, ada, wren):
    example_week.sample(ada, wren)

    text = as_ada.get("/es/week/").text

    assert "168 horas" in text
    assert "<b>38 pequeños momentos</b>" in text
    assert "6 pm" in text and "18:00" not in text
    assert "viernes" in text.lower()


def test_title_and_pdf_name_do_not_identify_child(as_ada):
    text, paper = as_ada.get("/en/week/").text, as_ada.get("/en/week/2026-11-19.pdf")

    assert "<title>Week · Everyhour</title>" in text
    assert paper.headers["Content-Disposition"] == 'inline; filename="week-2026-11-19.pdf"'
    assert paper.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("nickname", ["Wren", "نور", "🐦 Wren", "x" * 40, "<b>%(count)s {0}"])
def test_pdf_accepts_any_nickname(as_ada, ada, wren, nickname):
    wren.nickname = nickname
    wren.save()
    example_week.sample(ada, wren)

    paper, page = as_ada.get("/en/week/2026-11-19.pdf"), as_ada.get("/en/week/")

    assert paper.content.startswith(b"%PDF-")
    assert len(paper.content) < 120_000
    assert page.status_code == 200
    assert "<b>%(count)s" not in page.text


def test_recent_weeks_are_listed(as_ada, ada, wren):
    example_week.sample(ada, wren)

    text = as_ada.get("/en/weeks/").text

    assert text.count('class="mini"') == 12
    assert "38 for Wren, 10 for grown-ups" in plain(text)
    assert 'href="/en/week/2026-11-12/"' in text


def test_figures_explain_themselves(as_ada, ada, wren):
    example_week.sample(ada, wren)

    text = plain(as_ada.get("/en/week/").text)

    assert "Separate moments 38 Moments for your child." in text
    assert "Hours with a moment 31 of" in text
    assert "For your child and for grown-ups 38 and 10 How many moments were for your child" in text
    assert re.search(r"Rest \d+ long pauses Pauses of at least an hour and a half", text)


def test_figures_agree_with_sentences_for_close_moments(as_ada, ada, wren):
    for minute in (0, 4, 30):
        make.moment(ada, child=wren, at=example_week.local(18, 16, minute))

    text = plain(as_ada.get("/en/week/").text)

    assert "3 small moments for Wren." in text
    assert "For your child and for grown-ups 3 and 0" in text
    assert (
        "Separate moments 2 Moments for your child. Two within ten minutes count as one here"
        in text
    )


def test_empty_week_has_no_figures(as_ada):
    assert "In numbers" not in as_ada.get("/en/week/").text


PATHS = (
    "week/",
    "week/2026-11-12/",
    "week/2026-11-19/20261118T2200Z/",
    "week/2026-11-19.pdf",
    "weeks/",
)


@pytest.mark.parametrize("path", PATHS)
def test_week_redirects_guests_to_sign_in(client, path, db):
    answer = client.get(f"/en/{path}")

    assert (answer.status_code, "sign-in" in answer.headers["Location"]) == (302, True)


@pytest.mark.parametrize("path", PATHS)
def test_week_returns_404_without_permission(client, ada, today, path):
    stranger, nana = make.person(), make.person()
    make.giver(ada.family, who=nana, may=[Caregiver.LOG])

    for who in (stranger, nana):
        client.force_login(who)
        assert client.get(f"/en/{path}").status_code == 404


def test_other_familys_child_returns_404(as_ada):
    theirs = make.child(make.family())

    assert (
        as_ada.get(f"/en/week/?child={theirs.pk}").status_code
        == as_ada.get("/en/week/?child=nobody").status_code
        == 404
    )


def test_family_without_child_has_a_week(client, today):
    family = make.family()
    ada = make.guardian(family, who=make.person(at=example_week.LONG_AGO))
    client.force_login(ada.person)

    text = client.get("/en/week/").text

    assert "For your child" in text
    assert len(cells(text)) == 168
