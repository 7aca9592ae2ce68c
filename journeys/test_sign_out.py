"""After signing out the phone shows help and no family data: online, offline and by going back."""

import re

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.cast import page_of
from journeys.steps import find_clipped_text, wait_for_service_worker
from testing.browser import PHONE

SECRET = "Quillwren"
OWN = """
child.nickname = "Quillwren"
child.save()
at = now - timedelta(hours=2)
moment = make.moment(people["Ada"], child=child, at=at, practice="wall-push", outcome="settled")
told["moment"] = moment.pk
"""
# Public pages that a signed-out phone may have cached. Check a new kind of page before adding it.
KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys()) {
    const requests = await (await caches.open(name)).keys();
    kept.push(...requests.map(request => new URL(request.url).pathname));
  }
  return kept;
}"""
PUBLIC = re.compile(
    r"^/(static/.*|help/.*|leave/"
    r"|[a-z]{2}/(now/.*|about/|offline/|sign-in/.*|sign-up/.*|manifest\.webmanifest)?)$"
)


@pytest.fixture
def family(server):
    return cast.run(server, cast.FAMILY + OWN)


def private_pages(family: dict) -> list[str]:
    return [
        "/en/today/",
        "/en/week/",
        "/en/weeks/",
        "/en/helps/",
        "/en/helps/around/",
        "/en/moments/",
        f"/en/moments/{family['moment']}/",
        "/en/moments/log/",
        "/en/moments/bring/",
        "/en/family/",
        f"/en/family/children/{family['child']}/",
        "/en/family/sharing/",
        "/en/family/safety/",
        "/en/account/",
        "/en/account/sessions/",
        "/en/data/",
        "/en/data/export/",
    ]


def read_all(page: Page, family: dict) -> None:
    page.goto("/en/now/")
    wait_for_service_worker(page)
    for address in private_pages(family):
        answer = page.goto(address)
        assert answer.status == 200, address
        assert answer.headers["cache-control"] == "no-store", address


def sign_out(page: Page) -> None:
    page.goto("/en/account/")
    page.get_by_role("button", name="Sign out on this device").click()
    page.wait_for_url(re.compile(r"/en/$"))


def test_offline_phone_shows_no_family_data_after_sign_out(visit, server, family):
    page = page_of(visit, server, family, "Ada", size=PHONE)
    read_all(page, family)
    page.goto("/en/today/")
    expect(page.locator("body")).to_contain_text(SECRET)
    sign_out(page)

    page.context.set_offline(True)

    assert [path for path in page.evaluate(KEPT) if not PUBLIC.match(path)] == []
    for address in private_pages(family):
        page.goto(address)
        expect(page.locator("body")).not_to_contain_text(SECRET)
        expect(page.locator("h1").first).to_be_visible()


def test_back_button_after_sign_out_shows_no_family_data(visit, server, family):
    page = page_of(visit, server, family, "Ada", size=PHONE)
    page.goto("/en/today/")
    expect(page.locator("body")).to_contain_text(SECRET)
    sign_out(page)

    page.go_back()
    page.go_back()

    page.wait_for_url(re.compile(r"/sign-in/|/en/$"))
    expect(page.locator("body")).not_to_contain_text(SECRET)


@pytest.mark.parametrize("signed", ["in", "out"])
def test_help_works_offline_signed_in_or_out(visit, server, family, signed):
    page = page_of(visit, server, family, "Ada", size=PHONE)
    read_all(page, family)
    if signed == "out":
        sign_out(page)

    page.context.set_offline(True)

    page.goto("/en/now/")
    expect(page.get_by_text("Breathe out first.")).to_be_visible()
    page.goto("/help/")
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("a[href^='tel:']").count() > 0
    page.goto("/en/")
    expect(page.locator(".rn").first).to_be_visible()
    assert find_clipped_text(page) == []
