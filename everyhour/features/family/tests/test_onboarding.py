"""Setup in five steps, each its own page; each can be skipped, none needs JavaScript."""

from datetime import date

import pytest

from everyhour.domain.families.models import Caregiver, Child, Family
from everyhour.domain.families.setup import STEPS
from everyhour.features.family.dayline import row
from everyhour.features.family.forms import ChildForm
from testing import make

pytestmark = pytest.mark.django_db


def go(step: str) -> str:
    return f"/en/family/start/{step}/"


def test_all_steps_set_up_a_family(as_):
    person = make.person(name="Ada")
    browser = as_(person)

    browser.post(
        go("child"), {"nickname": "Wren", "month": "3", "year": "2018", "functions_like_age": "4"}
    )
    browser.post(
        go("day"),
        {
            "wakes": "06:30",
            "bed": "20:00",
            "school_starts": "",
            "home_again": "",
            "dinner": "18:15",
        },
    )
    browser.post(go("hard"), {"hard": ["bedtime", "homework"]})
    browser.post(go("helps"), {"helps_rhythm": "1", "helps_movement": "0", "helps_senses": ""})
    answer = browser.post(go("quiet"), {"quiet_from": "21:30", "quiet_until": "06:30"})

    child, family = Child.objects.get(), Family.objects.get()
    assert answer.headers["Location"] == go("ready")
    assert (child.nickname, child.born_in, child.functions_like_age) == (
        "Wren",
        date(2018, 3, 1),
        4,
    )
    assert child.day == {"wakes": 390, "dinner": 1095, "bed": 1200}
    assert child.helps == {"rhythm": 1, "movement": 0} and child.helps_at
    assert child.hard == ["bedtime", "homework"] and not child.quiet_in_school
    assert (family.quiet_from, family.quiet_until) == (1290, 390)
    assert Caregiver.objects.get().person == person and list(child.households.all()) == [
        family.households.get()
    ]
    assert "That’s all we need." in browser.get(go("ready")).content.decode()


def test_body_is_asked_where_the_child_is_added(as_):
    browser = as_(make.person())
    assert "Something about their body" in browser.get(go("child")).text

    browser.post(go("child"), {"nickname": "Wren", "bodies": ["deaf"]})

    assert Child.objects.get().bodies == ["deaf"]
    assert '<details class="fold" open>' in browser.get(go("child")).text


def test_every_step_can_be_skipped(as_):
    browser = as_(make.person())

    answers = [browser.post(go(step), {"skip": "1"}) for step in STEPS[:-1]]

    assert [answer.headers["Location"] for answer in answers] == [go(step) for step in STEPS[1:]]
    assert Family.objects.count() == 1 and not Child.objects.exists()


def test_viewing_the_steps_creates_nothing(as_):
    browser = as_(make.person())

    answers = [browser.get(go(step)) for step in STEPS]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 200, 302]
    assert not Family.objects.exists()


def test_going_back_shows_saved_answers(as_):
    browser = as_(make.person())
    browser.post(go("child"), {"nickname": "Wren"})
    browser.post(go("day"), {"wakes": "07:15"})

    page = browser.get(go("day")).content.decode()

    assert 'value="07:15"' in page and 'value="20:00"' not in page
    assert 'value="Wren"' in browser.get(go("child")).content.decode()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("x" * 40, "x" * 40),
        ("👩‍👩‍👧 Wren 🐦", "👩‍👩‍👧 Wren 🐦"),
        ("رِن الصغيرة", "رِن الصغيرة"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("\u202e\u0007 Wren\n ", "Wren"),
    ],
)
def test_nickname_is_cleaned_and_escaped(as_, typed, kept):
    browser = as_(make.person())

    browser.post(go("child"), {"nickname": typed})

    assert Child.objects.get().nickname == kept
    assert "<script>alert" not in browser.get("/en/family/").content.decode()


@pytest.mark.parametrize(
    ("step", "typed", "said"),
    [
        ("child", {"nickname": "Wren", "month": "3"}, "Add the year"),
        (
            "child",
            {
                "nickname": "Wren",
                "month": "12",
                "year": str(date.today().year + 0),
                "functions_like_age": "x",
            },
            "age from 0 to 25",
        ),
        ("child", {"nickname": "Wren", "functions_like_age": "99"}, "25"),
        ("day", {"wakes": "half past"}, "Enter a time"),
    ],
)
def test_invalid_input_keeps_what_was_typed(as_, step, typed, said):
    browser = as_(make.person())

    answer = browser.post(go(step), typed)

    page = answer.content.decode()
    assert answer.status_code == 200 and said in page
    assert all(f'value="{value}"' in page for value in typed.values())
    assert not Family.objects.exists()


def test_giver_elsewhere_creates_their_own_family(as_, ada):
    nana = make.giver(ada.family, who=make.person())

    as_(nana).post(go("child"), {"nickname": "Pip"})

    assert Caregiver.objects.filter(person=nana.person).count() == 2
    assert not ada.family.children.exists()


def test_guest_is_redirected_to_sign_in_with_next(client):
    answer = client.get(go("day"))

    assert (
        answer.headers["Location"].startswith("/en/sign-in/?next=")
        and "day" in answer.headers["Location"]
    )


def test_unknown_step_returns_404(as_):
    assert as_(make.person()).get(go("diagnosis")).status_code == 404


DAY = {"wakes": 6.5, "school_starts": 8, "home_again": 15.1, "dinner": 18.25, "bed": 20}


def initials(marks: list[str]) -> str:
    """Rest, light, school, free."""
    return "".join(mark[0] for mark in marks)


@pytest.mark.parametrize(
    ("hours", "quiet", "drawn"),
    [
        (DAY, (20, 6.5), "lf" + "s" * 7 + "lffll" + "r" * 10),
        (
            DAY | {"wakes": 6.75},
            (20, 6.75),
            "l" + "s" * 7 + "lffll" + "r" * 11,
        ),  # the hour of waking is mostly night
        (
            DAY,
            (21.5, 7),
            "l" + "s" * 7 + "lffllfr" + "r" * 9,
        ),  # the light on waking never falls into the quiet
        (
            {name: DAY[name] for name in ("wakes", "dinner", "bed")},
            (20, 6.5),
            "l" + "f" * 11 + "ll" + "r" * 10,
        ),  # no school
        (DAY | {"bed": 0.5}, (0.5, 6.5), "lf" + "s" * 7 + "lfflffffl" + "r" * 6),  # late to bed
    ],
)
def test_day_row_marks_each_hour(hours, quiet, drawn):
    assert initials(row(hours, quiet)) == drawn


def test_quiet_school_hours_are_marked_as_rest():
    assert (
        initials(row(DAY, (21.5, 6.5), school_is_quiet=True)) == "lf" + "r" * 7 + "lffllf" + "r" * 9
    )


def test_day_without_school_is_saved_and_drawn(as_):
    browser = as_(make.person())

    browser.post(
        go("day"),
        {
            "wakes": "06:30",
            "school_starts": "",
            "home_again": "",
            "dinner": "18:15",
            "bed": "20:00",
        },
    )
    page = browser.get(go("day")).content.decode()

    assert Child.objects.get().day == {"wakes": 390, "dinner": 1095, "bed": 1200}
    assert 'class="hour school"' not in page and page.count('class="hour light"') == 3
    assert 'class="hour school"' not in browser.get(go("quiet")).content.decode()


def test_back_link_of_first_step(as_, ada):
    assert 'href="/en/account/" data-back' in as_(make.person()).get(go("child")).content.decode()
    assert 'href="/en/family/" data-back' in as_(ada).get(go("child")).content.decode()
    assert f'href="{go("child")}" data-back' in as_(ada).get(go("day")).content.decode()


def test_year_of_birth_alone_is_kept_as_a_year_and_shown_so():
    said = {"nickname": "Wren", "month": "", "year": "2018"}
    form = ChildForm(said, today=date(2026, 11, 23))

    assert form.is_valid()
    child = Child(born_in=form.details["born_in"])
    again = ChildForm.for_child(child, today=date(2026, 11, 23))
    assert (again.initial["month"], again.initial["year"]) == ("", 2018)
