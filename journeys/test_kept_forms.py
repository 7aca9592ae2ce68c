"""Forms sent off without a network: kept on the phone, said so, and carried out once."""

import re

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.steps import wait_for_service_worker, wait_until
from journeys.test_kept_pages import KEPT

COUNT = """
from everyhour.domain.moments.models import Moment
told = Moment.objects.filter(family="{family}", deleted=False).count()
"""


@pytest.fixture
def home(server):
    return cast.family(server)


@pytest.fixture
def ada(visit, server, home) -> Page:
    """Ada's phone in a car park: the log form was opened before, and the network is away."""
    page = cast.page_of(visit, server, home, "Ada")
    page.goto("/en/today/")
    wait_for_service_worker(page)
    page.goto("/en/moments/log/")
    wait_until(page, f"async () => (await ({KEPT})()).includes('/en/moments/log/')")
    page.context.set_offline(True)
    page.goto("/en/moments/log/")
    return page


def log(page: Page, title: str) -> None:
    page.locator("form[data-fresh] summary").click()
    page.locator("[name=title]").fill(title)
    page.locator("form[data-fresh] .btn--ink").first.click()
    words = page.locator("[data-forms-words]")
    expect(words).to_contain_text("kept on this phone", ignore_case=True)


def count(server, home) -> int:
    return server.seed(COUNT.format(family=home["family"]))


def come_back(page: Page) -> None:
    """Restore the network; the page then sends what waits, and is read again."""
    page.context.set_offline(False)
    expect(page.locator("[data-kept-line]")).to_be_hidden()
    expect(page.locator("[data-forms]")).to_be_hidden()


def test_moment_logged_offline_is_kept_and_arrives_once(ada, server, home):
    log(ada, "Song in the car park")
    assert count(server, home) == 0

    come_back(ada)

    ada.goto("/en/moments/")
    expect(ada.get_by_text("Song in the car park")).to_have_count(1)
    assert count(server, home) == 1


def test_two_moments_of_one_kept_page_are_two(ada, server, home):
    log(ada, "First song")
    log(ada, "Second song")
    expect(ada.locator("[data-forms-words]")).to_have_text(re.compile("^2 things are kept"))

    come_back(ada)

    assert count(server, home) == 2


def test_kept_form_can_be_seen_and_deleted(ada, server, home):
    log(ada, "Never mind")
    ada.locator("[data-forms] summary").click()
    expect(ada.locator("[data-forms-list]")).to_contain_text("Never mind")

    ada.locator("[data-forms-list] button").click()

    expect(ada.locator("[data-forms]")).to_be_hidden()
    come_back(ada)
    assert count(server, home) == 0


def test_kept_form_waits_for_its_person(ada, server, home):
    log(ada, "Only mine")
    ada.goto("about:blank")
    cast.sign_in(ada.context, server, home, "Otto")
    ada.context.set_offline(False)

    ada.goto("/en/today/")
    expect(ada.locator("[data-forms]")).to_be_hidden()
    assert count(server, home) == 0
    cast.sign_in(ada.context, server, home, "Ada")
    ada.goto("/en/today/")

    wait_until(
        ada,
        "async () => !(await new Promise(done => { const a = indexedDB.open("
        "'everyhour-forms'); a.onsuccess = () => { const g = a.result.transaction('forms')"
        ".objectStore('forms').count(); g.onsuccess = () => done(g.result); }; }))",
    )
    assert count(server, home) == 1


def test_refused_form_says_so_and_stays(ada, server, home):
    log(ada, "Too late")
    server.seed(
        "from everyhour.domain.families.models import Caregiver\n"
        f"Caregiver.objects.filter(pk='{home['caregivers']['Ada']}').update(role='giver', may=[])\n"
        "told = None"
    )
    ada.context.set_offline(False)

    expect(ada.locator("[data-forms-words]")).to_contain_text("couldn’t be saved")
    ada.locator("[data-forms] summary").click()
    expect(ada.locator("[data-forms-list]")).to_contain_text("Too late")


def test_form_that_is_never_kept_shows_our_own_page(ada):
    ada.goto("/en/today/")
    ada.evaluate("""() => {
      const form = document.createElement("form");
      form.method = "post";
      form.action = "/en/data/erasure/";
      document.body.append(form);
      form.submit();
    }""")

    expect(ada.locator("h1")).to_have_text("You’re offline.")


def test_server_that_is_down_counts_as_no_network(visit, serve):
    own = serve(worker=False)
    home = cast.family(own)
    page = cast.page_of(visit, own, home, "Ada", of=own)
    page.goto("/en/today/")
    wait_for_service_worker(page)
    page.goto("/en/moments/log/")
    wait_until(page, f"async () => (await ({KEPT})()).includes('/en/moments/log/')")
    own.stop()

    log(page, "While it was down")

    serve(port=own.port, state=own.state, worker=False)
    expect(page.locator("[data-kept-line]")).to_be_hidden()
    expect(page.locator("[data-forms]")).to_be_hidden()
    assert count(own, home) == 1
