"""Finding moments: by title, note, name and idea, and never what somebody may not read."""

from datetime import timedelta

import pytest

from everyhour.domain.families.models import Caregiver, Level
from everyhour.domain.moments.models import Note
from everyhour.features.moments import finding
from testing import make
from testing.make import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    ada = make.guardian(make.family(households=2), who=make.person(name="Ada"), name="Ada")
    client.force_login(ada.person)
    return ada


@pytest.fixture
def wren(ada):
    return make.child(ada.family, nickname="Wren")


def log(by: Caregiver, *, title: str = "", note: str = "", **columns):
    moment = make.moment(by, **columns)
    if title:
        moment.title = by.family.seal(title, place=f"moment:{moment.key}:title")
        moment.save()
    if note:
        text = by.family.seal(note, place=f"note:{moment.key}:n")
        Note.objects.create(moment=moment, change_key="n", by=by, at=MONDAY, text=text)
    return moment


def found(client, q: str, language: str = "en", **more) -> set[str]:
    page = client.get(f"/{language}/moments/", {"q": q, **more})
    return {row["moment"].pk for _day, rows in page.context["days"] for row in rows}


@pytest.mark.parametrize(
    "search",
    ["pillow", "PILL", "fort pillow", "the fort", "cafe", "Café", "Wren", "wren fort", "Ada"],
)
def test_finds_titles_notes_and_names_by_the_beginnings_of_words(client, ada, wren, search):
    moment = log(ada, title="A pillow fort", note="Later at the café", child=wren)
    log(make.guardian(ada.family, name="Sam"), title="Reading", practice="wall-push")

    assert found(client, search) == {moment.pk}


@pytest.mark.parametrize(("search", "language"), [("push", "en"), ("push", "es"), ("pared", "en")])
def test_finds_an_idea_by_its_name_in_both_languages(client, ada, wren, search, language):
    moment = log(ada, child=wren, practice="wall-push")
    log(ada, title="Reading")

    assert moment.pk in found(client, search, language)


@pytest.mark.parametrize("search", ["illow", "pillow castle", "?!", "🦊", "_"])
def test_nothing_found_says_what_to_try_and_leads_on(client, ada, search):
    log(ada, title="A pillow fort")

    page = client.get("/en/moments/", {"q": search})

    assert page.context["days"] == []
    assert "Nothing found. Try one word" in page.text
    assert "See all moments" in page.text
    assert "No moments yet" not in page.text


def test_finds_what_is_years_back_and_shows_the_words_of_the_note(client, ada):
    moment = log(ada, at=MONDAY - timedelta(days=900), note="x" * 80 + " the dentist was kind")

    page = client.get("/en/moments/", {"q": "dentist"})

    assert page.context["excerpts"][moment.pk].endswith("the dentist was kind")
    assert "the dentist was kind" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_never_finds_what_is_private_to_others_deleted_or_of_another_family(client, ada):
    sam = make.guardian(ada.family, name="Sam")
    log(sam, title="secret", note="secret", private=True)
    log(ada, title="secret", deleted=True)
    log(make.guardian(make.family()), title="secret")

    assert found(client, "secret") == set()
    own = log(ada, title="secret", private=True)
    assert found(client, "secret") == {own.pk}


@pytest.mark.parametrize(
    ("level", "title", "note"),
    [
        (None, False, False),
        (Level.HOURS, False, False),
        (Level.MOMENTS, True, False),
        (Level.NOTES, True, True),
    ],
)
def test_of_another_household_finds_what_is_shared(client, ada, wren, level, title, note):
    other = ada.family.households.last()
    tom = make.guardian(ada.family, household=other, name="Tom")
    moment = log(tom, title="pillow", note="dentist", child=wren)
    if level:
        make.household_share(other, ada.household, wren, level)

    assert (found(client, "pillow") == {moment.pk}) is title
    assert (found(client, "dentist") == {moment.pk}) is note


def test_a_giver_without_the_week_finds_their_own_only(client, ada, wren):
    nana = make.giver(ada.family, who=make.person(), household=ada.household)
    log(ada, title="pillow", child=wren)
    own = log(nana, title="pillow", child=wren)

    client.force_login(nana.person)

    assert found(client, "pillow") == {own.pk}


@pytest.mark.parametrize("bound", ["MOST_READ", "MOST_FOUND"])
def test_what_one_answer_does_not_reach_is_one_tap_away(client, ada, monkeypatch, bound):
    monkeypatch.setattr(finding, bound, 2)
    moments = [log(ada, title="pillow", at=MONDAY - timedelta(days=d)) for d in range(5)]
    reached, until = set(), {}

    for _page in range(5):
        page = client.get("/en/moments/", {"q": "pillow", **until})
        reached |= {row["moment"].pk for _day, rows in page.context["days"] for row in rows}
        if not page.context["earlier"]:
            break
        assert f"?q=pillow&amp;until={page.context['earlier']}" in page.text
        until = {"until": page.context["earlier"]}

    assert reached == {moment.pk for moment in moments}


def test_words_of_danger_in_the_search_put_the_numbers_to_call_first(client, ada):
    page = client.get("/en/moments/", {"q": "i want to die"})

    assert page.text.index("data-danger-panel") < page.text.index("<h1>")


def test_a_long_history_is_searched_with_few_queries(
    client, ada, wren, django_assert_max_num_queries
):
    for number in range(30):
        log(ada, title=f"pillow {number}", note="dentist", child=wren)

    with django_assert_max_num_queries(40):
        assert len(found(client, "dentist")) == 30
