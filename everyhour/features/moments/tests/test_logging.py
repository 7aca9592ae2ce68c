"""Logging, editing and deleting moments on pages without JavaScript."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.utils import timezone

from everyhour.domain.families.models import Level
from everyhour.domain.moments.models import Moment
from everyhour.domain.practices.models import Edition
from testing import make

pytestmark = pytest.mark.django_db
KEY = "10000000-0000-4000-8000-000000000001"


@pytest.fixture
def ada(client):
    family = make.family()
    ada = make.guardian(family, who=make.person(name="Ada"), name="Ada")
    make.child(family, nickname="Wren")
    client.force_login(ada.person)
    return ada


def shown(page) -> dict[str, str]:
    """Read what the forms of a page hold, as a browser would send it untouched."""
    html = page.content.decode()
    held = {}
    for tag in re.findall(r"<input[^>]*>", html):
        kind, name, value = (re.search(rf'{a}="([^"]*)"', tag) for a in ("type", "name", "value"))
        if (
            name
            and not (kind and kind[1] in ("radio", "checkbox") and "checked" not in tag)
            and name[1] != "csrfmiddlewaretoken"
        ):
            held.setdefault(name[1], unescape(value[1]) if value else "")
    for name, inside in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', html, re.S):
        held[name] = (
            re.search(r'value="([^"]*)" selected', inside) or re.search(r'value="([^"]*)"', inside)
        )[1]
    for name, inside in re.findall(
        r'<textarea[^>]*name="(\w+)"[^>]*>\r?\n?(.*?)</textarea>', html, re.S
    ):
        held[name] = unescape(inside)
    return held


def log(client, **sent):
    return client.post("/en/moments/log/", {**shown(client.get("/en/moments/log/")), **sent})


def test_practice_alone_saves_a_moment(client, ada):
    answer = log(client, what="low-hum")

    moment = Moment.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/en/moments/?saved={moment.pk}")
    assert (
        moment.practice,
        moment.kind,
        moment.caregiver,
        moment.child.nickname,
        moment.origin,
    ) == ("low-hum", "given", ada, "Wren", "spontaneous")
    assert moment.edition is not None and abs(moment.at - timezone.now()) < timedelta(minutes=1)
    page = client.get(answer.url).content.decode()
    assert "Saved:" in page and "Undo" in page


def test_moment_without_practice_is_saved(client, ada):
    log(client)

    assert Moment.objects.get().practice == ""
    assert "Something small" in client.get("/en/moments/").content.decode()


def test_resent_form_saves_once(client, ada):
    form = shown(client.get("/en/moments/log/"))

    client.post("/en/moments/log/", form)
    client.post("/en/moments/log/", form)

    assert Moment.objects.count() == 1


def test_guardian_logs_any_day_for_any_giver(client, ada):
    nana = make.giver(ada.family, name="Nana")

    log(
        client,
        title="Bread together",
        day="2026-03-02",
        time="16:20",
        giver=nana.pk,
        minutes="25",
        outcome="settled",
    )

    moment = Moment.objects.get()
    assert (moment.wall, moment.caregiver, moment.minutes, moment.own_title) == (
        "2026-03-02T16:20",
        nana,
        25,
        "Bread together",
    )
    assert "Bread together" in client.get("/en/moments/?until=2026-03-05").content.decode()


def test_line_is_shown_before_it_is_saved(client, ada):
    page = client.post(
        "/en/moments/line/", {"line": "rocked Wren 10 min yesterday at 7 pm, settled"}
    )
    form = shown(page)
    assert not Moment.objects.exists()
    assert (form["minutes"], form["outcome"], form["time"], form["title"]) == (
        "10",
        "settled",
        "19:00",
        "rocked Wren",
    )

    client.post("/en/moments/log/", form)

    moment = Moment.objects.get()
    assert (moment.minutes, moment.outcome, moment.origin, moment.own_title) == (
        10,
        "settled",
        "line",
        "rocked Wren",
    )


def test_long_line_becomes_a_note(client, ada):
    text = "rocked, " + "and then she sent me about the dog " * 9

    client.post("/en/moments/log/", shown(client.post("/en/moments/line/", {"line": text})))

    assert [note.opened for note in Moment.objects.get().notes.all()] == [text.strip()]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"day": "2031-01-01"}, "hasn’t happened yet"),
        ({"day": "2026-03-08", "time": "02:30"}, "skipped this hour"),
        ({"day": "nonsense"}, "Almost"),
        ({"title": "x" * 300}, "Almost"),
        ({"minutes": "100000"}, "Almost"),
        ({"child": "another-familys-child"}, "Almost"),
        ({"giver": "another-familys-giver"}, "Almost"),
        ({"kind": "x" * 300}, "Almost"),
    ],
)
def test_invalid_form_keeps_what_was_typed(client, ada, sent, said):
    answer = log(client, **{"title": "Sat by the door", **sent})

    page = answer.content.decode()
    assert answer.status_code == 422 and said in page
    assert sent.get("title", "Sat by the door") in page
    assert not Moment.objects.exists()


def test_which_child_is_asked_where_there_are_several(client, ada):
    make.child(ada.family, nickname="Robin")

    answer = log(client, title="Sat by the door", child="")

    assert answer.status_code == 422 and "which child" in answer.text
    assert not Moment.objects.exists()


def test_too_long_note_is_rejected_and_kept_in_form(client, ada):
    answer = log(client, rest="x" * 4001)

    assert answer.status_code == 422 and "x" * 4001 in answer.content.decode()
    assert not Moment.objects.exists()


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("0001-01-02", "can’t read that day"),
        ("1999-12-31", "can’t read that day"),
        ("9999-12-31", "hasn’t happened yet"),
    ],
)
def test_impossible_days_are_rejected(client, ada, day, said):
    assert said in log(client, day=day).content.decode()
    assert client.get(f"/en/moments/?until={day}").status_code == 200


def test_moment_twenty_years_ago_can_be_undone(client, ada):
    answer = log(client, title="First night", day="2006-11-20", time="21:00")

    page = client.get(answer.url).content.decode()
    assert "Saved: First night" in page and "Undo" in page
    assert Moment.objects.get().wall == "2006-11-20T21:00"


def test_past_day_uses_the_zone_of_that_day(client, ada):
    ada.person.move("America/New_York", at=datetime(2026, 11, 20, 18, tzinfo=UTC))

    log(client, day="2026-11-19", time="19:00")
    log(client, day="2026-11-21", time="19:00")

    assert [(m.zone, m.at.hour) for m in Moment.objects.order_by("at")] == [
        ("America/Chicago", 1),
        ("America/New_York", 0),
    ]


def test_hour_repeated_by_travel_is_asked_by_place(client, ada):
    ada.person.move("America/Denver", at=datetime(2026, 11, 20, 18, tzinfo=UTC))

    asked = log(client, day="2026-11-20", time="11:30")
    assert "Chicago" in asked.content.decode() and "Denver" in asked.content.decode()
    client.post("/en/moments/log/", {**shown(asked), "which": "second"})

    assert (Moment.objects.get().zone, Moment.objects.get().at) == (
        "America/Denver",
        datetime(2026, 11, 20, 18, 30, tzinfo=UTC),
    )


def test_hour_skipped_by_travel_can_be_logged(client, ada):
    ada.person.move("America/New_York", at=datetime(2026, 11, 20, 18, tzinfo=UTC))

    log(client, day="2026-11-20", time="12:30")

    assert (Moment.objects.get().zone, Moment.objects.get().wall) == (
        "America/New_York",
        "2026-11-20T12:30",
    )


def test_repeated_hour_asks_which(client, ada):
    asked = log(client, day="2026-11-01", time="01:30")
    assert "Which one was it" in asked.content.decode()

    client.post("/en/moments/log/", {**shown(asked), "which": "second"})

    assert Moment.objects.get().at == datetime(2026, 11, 1, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize("title", ["🎈🐻", "שלום לך", "مرحبا", "<script>alert(1)</script>"])
def test_titles_in_any_script_are_shown(client, ada, title):
    log(client, title=title)

    page = client.get("/en/moments/").content.decode()
    assert title in unescape(page) and "<script>alert" not in page


def test_shutdown_to_alarm_is_shown_as_possible_progress(client, ada):
    answer = log(client, state_before="shutdown", state_after="alarm")

    assert "can be a step forward" in client.get(answer.url).content.decode()


def test_edit_sends_only_changed_fields(client, ada):
    log(client, outcome="not_yet", minutes="5")
    moment = Moment.objects.get()
    form = shown(client.get(f"/en/moments/{moment.pk}/"))
    other = shown(client.get(f"/en/moments/{moment.pk}/"))

    client.post(f"/en/moments/{moment.pk}/", {**form, "outcome": "settled"})
    client.post(f"/en/moments/{moment.pk}/", {**other, "minutes": "15"})

    moment.refresh_from_db()
    assert (moment.outcome, moment.minutes) == ("settled", 15)


def test_undo_reverts_the_edit_only(client, ada):
    log(client, outcome="not_yet", minutes="5")
    moment = Moment.objects.get()
    address = f"/en/moments/{moment.pk}/"

    answer = client.post(
        address, {**shown(client.get(address)), "outcome": "settled", "situation": "bedtime"}
    )
    page = client.get(answer.url).content.decode()
    assert "Saved." in page and "Undo" in page
    client.post(
        address, {**shown(client.get(address)), "situation": "car"}
    )  # another change since stays
    undo = answer.url.partition("?changed=")[2]
    client.post(f"{address}changes/{undo}/", {"key": "10000000-0000-4000-8000-000000000003"})

    moment.refresh_from_db()
    assert (moment.outcome, moment.minutes, moment.situation, moment.deleted) == (
        "not_yet",
        5,
        "car",
        False,
    )


def test_undo_restores_the_earlier_note(client, ada):
    log(client)
    address = f"/en/moments/{Moment.objects.get().pk}/"
    client.post(f"{address}note/", {**shown_note(client, address), "text": "He hummed back."})

    answer = client.post(f"{address}note/", {**shown_note(client, address), "text": ""})
    assert not Moment.objects.get().notes.exists()
    undo = answer.url.partition("?changed=")[2]
    client.post(f"{address}changes/{undo}/", {"key": "10000000-0000-4000-8000-000000000004"})

    assert [note.opened for note in Moment.objects.get().notes.all()] == ["He hummed back."]


def test_edit_keeps_the_edition(client, ada):
    log(client, what="low-hum")
    moment = Moment.objects.get()
    newer = Edition.objects.create(
        item=moment.edition.item,
        number=99,
        digest="0" * 64,
        facts={},
        texts={},
        loaded_at=timezone.now(),
    )
    address = f"/en/moments/{moment.pk}/"

    client.post(address, {**shown(client.get(address)), "title": "By the window"})

    moment.refresh_from_db()
    assert (moment.own_title, moment.edition == newer) == ("By the window", False)


def test_concurrent_notes_are_both_kept(client, ada):
    log(client)
    address = f"/en/moments/{Moment.objects.get().pk}/"
    one, two = shown_note(client, address), shown_note(client, address)

    client.post(f"{address}note/", {**one, "text": "He hummed back."})
    client.post(f"{address}note/", {**two, "text": "It took a while."})

    page = client.get(address).content.decode()
    assert "He hummed back." in page and "It took a while." in page and "We kept both notes" in page

    client.post(
        f"{address}note/", {**shown_note(client, address), "text": "He hummed back, after a while."}
    )

    assert [note.opened for note in Moment.objects.get().notes.all()] == [
        "He hummed back, after a while."
    ]


def shown_note(client, address) -> dict:
    html = client.get(address).content.decode()
    part = html[html.index("/note/") : html.index("Save the note")]
    return {
        name: re.search(rf'name="{name}"(?: value="([^"]*)")?', part)[1] or ""
        for name in ("key", "replaces")
    }


def test_deleted_moment_can_be_restored(client, ada):
    log(client)
    moment = Moment.objects.get()

    answer = client.post("/en/moments/gone/", {"moments": moment.pk, "key": KEY})

    assert "Deleted." in client.get(answer.url).content.decode() and not Moment.objects.of(
        ada.family
    )
    client.post(
        "/en/moments/gone/", {"moments": moment.pk, "key": KEY.replace("1", "2"), "undo": "True"}
    )

    assert Moment.objects.of(ada.family).count() == 1


def test_foreign_and_private_moments_return_404(client, ada):
    log(client, private="on")
    moment = Moment.objects.get()
    address = f"/en/moments/{moment.pk}/"
    cleo, stranger = make.guardian(ada.family), make.guardian(make.family())

    for other in (cleo, stranger):
        client.force_login(other.person)
        for path in (address, "/en/moments/no-such-moment/"):
            assert client.get(path).status_code == 404
            assert client.post(f"{path}note/", {}).status_code == 404
            assert (
                client.post(f"{path}changes/10000000-0000-4000-8000-000000000001/", {}).status_code
                == 404
            )
        gone = client.post("/en/moments/gone/", {"moments": moment.pk, "key": KEY})
        assert gone.status_code == 404
        assert "<b>Something small</b>" not in client.get("/en/moments/").content.decode()


def test_other_household_reads_but_cannot_edit(client):
    family = make.family(households=2)
    here, there = family.households.all()
    ada, ben = make.guardian(family, household=here), make.guardian(family, household=there)
    wren = make.child(family)
    client.force_login(ada.person)
    log(client, title="Bread")
    address = f"/en/moments/{Moment.objects.get().pk}/"
    client.post(f"{address}note/", {**shown_note(client, address), "text": "a secret"})
    client.force_login(ben.person)

    assert client.get(address).status_code == 404
    share = make.household_share(here, there, wren, Level.MOMENTS)
    assert (
        "a secret" not in client.get(address).content.decode()
        and "Bread" in client.get(address).content.decode()
    )
    assert (
        client.post(f"{address}gone/", {"key": "10000000-0000-4000-8000-000000000001"}).status_code
        == 404
    )
    share.level = Level.NOTES
    share.save()
    assert "a secret" in client.get(address).content.decode()


def test_giver_logs_and_sees_only_own_moments(client, ada):
    log(client, title="Bread")
    theirs = Moment.objects.get()
    nana = make.giver(ada.family, who=make.person())
    client.force_login(nana.person)

    log(client, title="Cards")

    page = client.get("/en/moments/").content.decode()
    assert "Cards" in page and "Bread" not in page
    assert client.get(f"/en/moments/{theirs.pk}/").status_code == 404


def test_guests_are_redirected_to_sign_in(client):
    assert client.get("/en/moments/log/").status_code == 302


def test_query_count_does_not_grow_with_moments(client, ada, django_assert_max_num_queries):
    for number in range(40):
        make.moment(
            ada, child=ada.family.children.first(), at=timezone.now() - timedelta(hours=number)
        )

    with django_assert_max_num_queries(16):
        page = client.get("/en/moments/").content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert main.count('class="row"') == 40


def test_bring_page_opens(client, ada):
    assert "Moments on this phone" in client.get("/en/moments/bring/").content.decode()


def test_bring_page_without_child_links_to_adding_one(client, ada):
    ada.family.children.all().delete()

    page = client.get("/en/moments/bring/").content.decode()
    added = client.post("/en/family/children/new/?then=bring", {"nickname": "Wren"})

    assert 'href="/en/family/children/new/?then=bring"' in page
    assert added["location"] == "/en/moments/bring/"
    assert "Add a child" not in client.get("/en/moments/bring/").content.decode()
