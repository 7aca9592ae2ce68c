"""“+”: the sheet of every page, which logs what is happening now by one tap."""

import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from everyhour.domain.moments.models import Moment
from everyhour.features.moments.tests.test_logging import shown
from testing import make

pytestmark = pytest.mark.django_db
PAGES = ("today", "week", "helps", "family", "moments", "ideas", "rhythm", "messages")


@pytest.fixture
def ada(client):
    family = make.family()
    ada = make.guardian(family, who=make.person(name="Ada"), name="Ada")
    make.child(family, nickname="Wren")
    client.force_login(ada.person)
    return ada


def tap(client, **sent):
    form = {"quick": "1", "next": "/en/week/", "submission": str(uuid.uuid4()), **sent}
    return client.post("/en/moments/log/", form)


def sheet(client, path="/en/today/") -> str:
    page = client.get(path).content.decode()
    found = re.search(r"<dialog[^>]*data-add-sheet.*?</dialog>", page, re.S)
    return found[0] if found else ""


def chosen(html: str) -> list[str]:
    return re.findall(r'name="child" value="([\w-]+)" required checked', html)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_the_sheet_and_leads_back(client, ada, page):
    assert f'name="next" value="/en/{page}/"' in sheet(client, f"/en/{page}/")


def test_tap_logs_now_and_says_so_on_the_same_page(client, ada):
    child = ada.family.children.get()
    assert chosen(sheet(client)) == [child.pk]

    answer = tap(client, child=child.pk, what="low-hum")

    moment = Moment.objects.get()
    assert answer.url == f"/en/week/?saved={moment.pk}"
    assert (moment.practice, moment.child, moment.caregiver) == ("low-hum", child, ada)
    assert abs(moment.at - timezone.now()) < timedelta(minutes=1)
    page = client.get(answer.url).content.decode()
    assert "Saved:" in page and 'name="next" value="/en/week/"' in page


def test_undo_leads_back_and_can_be_undone(client, ada):
    tap(client, child=ada.family.children.get().pk, what="low-hum")
    moment = Moment.objects.get()
    form = {"moments": moment.pk, "key": str(uuid.uuid4()), "next": "/en/week/?saved=x"}

    answer = client.post("/en/moments/gone/", form)

    assert answer.url == f"/en/week/?gone={moment.pk}"
    assert "Deleted." in client.get(answer.url).content.decode()
    client.post("/en/moments/gone/", {**form, "key": str(uuid.uuid4()), "undo": "True"})
    assert Moment.objects.filter(deleted=False).count() == 1


def test_same_tap_twice_is_one_moment(client, ada):
    sent = {"child": ada.family.children.get().pk, "what": "low-hum"}

    for _time in range(2):
        tap(client, submission="10000000-0000-4000-8000-000000000001", **sent)

    assert Moment.objects.count() == 1


def test_of_two_children_none_is_chosen_first(client, ada):
    make.child(ada.family, nickname="Finn")
    assert chosen(sheet(client)) == []

    answer = tap(client, what="low-hum")
    assert answer.status_code == 422 and "which child" in answer.content.decode()

    tap(client, what="low-hum", child="all")
    assert Moment.objects.count() == 2


def test_typed_words_go_with_a_tapped_practice(client, ada):
    tap(client, child="me", what="own-pace-walk", line="ten quiet minutes")

    moment = Moment.objects.get()
    assert (moment.kind, moment.own_title, moment.origin) == ("got", "", "spontaneous")
    assert [note.opened for note in moment.notes.all()] == ["ten quiet minutes"]


def test_typed_words_are_kept_where_it_asks_whose(client, ada):
    make.child(ada.family, nickname="Finn")

    asked = tap(client, what="low-hum", line="she laughed")
    client.post("/en/moments/log/", {**shown(asked), "child": "all"})

    moments = Moment.objects.all()
    assert [[note.opened for note in one.notes.all()] for one in moments] == [["she laughed"]] * 2
    assert {moment.practice for moment in moments} == {"low-hum"}


def test_answer_goes_with_the_line(client, ada):
    finn = make.child(ada.family, nickname="Finn")

    page = client.post("/en/moments/line/", {"line": "hummed", "child": finn.pk}).content.decode()

    assert re.findall(r'value="([\w-]+)"[^>]*checked', page)[:1] == [finn.pk]


def test_next_never_leads_elsewhere(client, ada):
    for elsewhere in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        answer = tap(client, child="me", next=elsewhere)
        assert answer.url.startswith("/en/moments/?saved=")


def test_giver_who_may_not_log_and_guests_have_no_sheet(client, ada):
    giver = make.giver(ada.family, who=make.person(name="Nan"), may=[])
    client.force_login(giver.person)
    assert not sheet(client, "/en/moments/")
    client.logout()
    assert not sheet(client, "/en/ideas/")
