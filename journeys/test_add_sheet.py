"""“+” in the bar: one more tap logs what is happening now, on any page, also offline."""

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.accessibility import expect_accessible
from journeys.steps import wait_for_service_worker, wait_until
from journeys.test_kept_forms import come_back, count
from journeys.test_kept_pages import KEPT
from testing.browser import DESK, PHONE

PAGES = ("today", "week", "helps", "family", "ideas", "messages")
SECOND_CHILD = """
from everyhour.domain.families.models import Family
from testing import make
make.child(Family.objects.get(pk="{family}"), nickname="Finn")
told = None
"""


@pytest.fixture
def home(server):
    return cast.family(server)


def open_sheet(page: Page):
    page.locator("a[data-add]").click()
    return page.locator("[data-add-sheet]")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_two_taps_from_any_page(visit, server, home, size):
    page = cast.page_of(visit, server, home, "Ada", size=size)
    for number, name in enumerate(PAGES, start=1):
        page.goto(f"/en/{name}/")
        sheet = open_sheet(page)
        if number == 1:
            expect_accessible(page)
        sheet.get_by_role("button", name="Hum low together").click()

        expect(page.locator(".just")).to_contain_text("Saved: Hum low together.")
        wait_until(page, f"() => location.href.endsWith('/en/{name}/')")
        assert count(server, home) == number

    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".just")).to_contain_text("Deleted.")
    assert count(server, home) == len(PAGES) - 1


def test_of_two_children_it_asks_whose_and_keeps_what_was_typed(visit, server, home):
    server.seed(SECOND_CHILD.format(**home))
    page = cast.page_of(visit, server, home, "Ada")
    page.goto("/en/week/")
    sheet = open_sheet(page)
    sheet.get_by_role("button", name="Hum low together").click()
    expect(sheet.locator("[name=child]:invalid").first).to_be_attached()
    assert count(server, home) == 0

    sheet.get_by_label("Or type or say it in one line").fill("I want to kill myself")
    expect(sheet.locator("[data-danger-panel]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.locator("a[data-add]")).to_be_focused()
    open_sheet(page)
    expect(sheet.get_by_label("Or type or say it in one line")).to_have_value(
        "I want to kill myself"
    )

    sheet.get_by_label("Or type or say it in one line").fill("sang by the window")
    sheet.get_by_role("radio", name="Both").check()
    sheet.get_by_label("Or type or say it in one line").press("Enter")
    expect(page.get_by_text("Here’s what we understood.")).to_be_visible()
    expect(page.get_by_role("radio", name="Both")).to_be_checked()
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator(".just")).to_contain_text("Saved for")
    assert count(server, home) == 2


def test_without_a_network_it_waits_and_arrives_once(visit, server, home):
    page = cast.page_of(visit, server, home, "Ada")
    page.goto("/en/today/")
    wait_for_service_worker(page)
    page.goto("/en/week/")
    wait_until(page, f"async () => (await ({KEPT})()).includes('/en/week/')")
    page.context.set_offline(True)
    page.goto("/en/week/")
    for practice in ("Hum low together", "Something small"):
        open_sheet(page).get_by_role("button", name=practice).click()
        expect(page.locator("[data-forms-words]")).to_contain_text(
            "kept on this phone", ignore_case=True
        )
        wait_until(page, "() => location.pathname === '/en/week/'")
    expect(page.locator("[data-forms-words]")).to_contain_text("2 things")
    page.locator("[data-forms] summary").click()
    expect(page.locator("[data-forms-list]")).to_contain_text("Hum low together")

    come_back(page)

    assert count(server, home) == 2
