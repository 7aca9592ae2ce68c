"""A signed-in person's pages without a network: as they were, since when, and nobody else's."""

import re

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.pages import GUARDIAN
from journeys.steps import wait_for_service_worker, wait_until

KEPT = """async () => {
  const paths = [];
  for (const name of await caches.keys()) if (name.startsWith('mine-'))
    for (const request of await (await caches.open(name)).keys())
      paths.push(new URL(request.url).pathname);
  return paths;
}"""
WARM = (
    "/en/offline/",
    "/en/now/",
    "/en/today/",
    "/en/week/",
    "/en/moments/log/",
    "/en/helps/",
    "/en/ideas/",
)


# A page asks for this once it has stayed open for four seconds (walked through in test_walks_*).
WARM_NOW = """() => navigator.serviceWorker.controller.postMessage(
  { warm: document.body.dataset.warm.split(" ") })"""


@pytest.fixture
def home(server):
    return cast.family(server, weeks=True)


@pytest.fixture
def ada(visit, server, home) -> Page:
    """Ada's phone after Today was opened once: the other pages are kept without a visit."""
    page = cast.page_of(visit, server, home, "Ada")
    page.goto("/en/today/")
    wait_for_service_worker(page)
    page.goto("/en/today/")
    page.evaluate(WARM_NOW)
    wait_until(
        page,
        f"async () => {{ const kept = await ({KEPT})(); return "
        f"{list(WARM)}.every(path => kept.includes(path)); }}",
    )
    return page


def test_pages_open_without_a_network_and_say_since_when(ada):
    page = ada
    page.context.set_offline(True)

    for path, heading in (
        ("/en/week/", "168 hours"),
        ("/en/moments/log/", ""),
        ("/en/ideas/", ""),
        ("/en/helps/", ""),
        ("/en/today/", ""),
    ):
        page.goto(path)
        expect(page.locator("[data-kept-line]")).to_have_text(
            re.compile(
                r"No network\. Saved on this phone at \d+(:\d\d)? [ap]m\.|at (noon|midnight)"
            )
        )
        expect(page.locator("h1").first).to_contain_text(heading)
        expect(page.locator(".dock a[href='/en/week/']")).to_be_visible()


def test_app_opens_on_today_without_a_network(ada):
    ada.context.set_offline(True)

    ada.goto("/en/")

    expect(ada).to_have_url(re.compile(r"/en/today/$"))
    ada.goto("/")
    expect(ada).to_have_url(re.compile(r"/en/today/$"))


def test_page_never_opened_lists_what_is_here(ada):
    ada.context.set_offline(True)

    ada.goto("/en/family/sharing/")

    expect(ada.locator("h1")).to_have_text("You’re offline.")
    expect(ada.locator(".lede")).to_contain_text("This page isn’t on this phone yet.")
    ada.get_by_role("link", name="Week", exact=True).first.click()
    expect(ada.locator("h1").first).to_have_text("168 hours")


def test_every_page_opens_without_the_error_page_of_the_browser(ada, home):
    ada.context.set_offline(True)

    for path in {**GUARDIAN}.values():
        address = path.format("en", **{k: home.get(k, "x") for k in re.findall(r"{(\w+)}", path)})
        ada.goto(address)
        assert ada.evaluate("'everyhour' in document.body.dataset"), address


def test_kept_page_is_read_again_once_the_network_is_back(ada):
    ada.context.set_offline(True)
    ada.goto("/en/week/")
    expect(ada.locator("[data-kept-line]")).to_be_visible()

    ada.context.set_offline(False)

    expect(ada.locator("[data-kept-line]")).to_be_hidden()


def test_library_offline_is_the_library_and_not_the_last_search(ada):
    ada.goto("/en/ideas/?q=zzzzqq")
    ada.context.set_offline(True)

    ada.goto("/en/ideas/")
    everything = ada.locator("main a.row, main .row a").count()
    ada.goto("/en/ideas/?q=bath")

    assert everything > 20
    expect(ada.locator("[data-kept-line]")).to_be_visible()


def test_right_now_keeps_its_person_without_a_network(ada):
    ada.context.set_offline(True)

    ada.goto("/en/now/")

    assert ada.evaluate("'since' in document.documentElement.dataset")


def test_signing_out_deletes_the_kept_pages(ada):
    ada.goto("/en/account/")
    with ada.expect_navigation():
        ada.locator("form[action$='/sign-out/'] button").first.click()

    wait_until(ada, f"async () => !(await ({KEPT})()).length")
    ada.context.set_offline(True)
    ada.goto("/en/week/")
    expect(ada.locator("h1")).to_have_text("You’re offline.")


def test_session_ended_elsewhere_deletes_the_kept_pages_at_the_next_answer(ada, server):
    server.seed(
        "from django.contrib.sessions.models import Session\n"
        "Session.objects.all().delete()\ntold = None"
    )

    ada.goto("/en/about/")

    wait_until(ada, f"async () => !(await ({KEPT})()).length")


def test_next_person_on_this_phone_sees_nothing_of_the_first(ada, server, home):
    cast.sign_in(ada.context, server, home, "Nana")
    ada.goto("/en/today/")
    wait_until(ada, f"async () => (await ({KEPT})()).length > 0")
    names = "async () => (await caches.keys()).filter(name => name.startsWith('mine-')).length"

    assert ada.evaluate(names) == 1
    ada.context.set_offline(True)
    ada.goto("/en/family/")
    expect(ada.locator("body")).not_to_contain_text("Invite")


def test_pages_with_secrets_are_never_kept(ada):
    for path in ("/en/account/", "/en/data/", "/en/family/invitations/new/"):
        ada.goto(path)

    kept = ada.evaluate(f"({KEPT})()")

    assert not [path for path in kept if re.search("account|data|invitations", path)]
