"""The week: hours, arrow keys, the table, clock changes and printing."""

import re

import pytest
from playwright.sync_api import Page, expect

from testing.browser import DESK, PHONE

# The design's sample week in the server's database, and a signed-in caregiver.
LIVE = """
from django.test import Client
from everyhour.features.week.tests import example_week
from everyhour.foundation.accounts.models import Person
from testing import make
person = Person.objects.filter(email="ada-of-the-week@example.org").first()
if person is None:
    ada, wren = example_week.home()
    person = ada.person
    person.email = "ada-of-the-week@example.org"
    person.save()
    example_week.sample(ada, wren)
    for day, hour in ((1, 1), (1, 15)):
        make.moment(ada, child=wren, at=example_week.local(day, hour, 30))
    make.moment(ada, child=wren, at=example_week.local(8, 3, 30, month=3))
client = Client()
client.force_login(person)
told = client.cookies["sessionid"].value
"""
SAMPLE = "/en/week/2026-11-19/"


@pytest.fixture(scope="session")
def session(server) -> str:
    return server.seed(LIVE)


def signed_in(visit, session: str, **options) -> Page:
    page = visit.page(service_workers="block", **options)
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": visit.server.url}])
    return page


def cell(page: Page, label: str):
    return page.locator(f'.c[aria-label^="{label}"]')


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''")


def test_tapped_hour_lists_its_moments(visit, session):
    page = signed_in(visit, session)
    page.goto(SAMPLE)

    cell(page, "Wednesday, 4 pm").click()

    peek = page.locator("[data-peek]")
    expect(peek).to_contain_text("Wednesday, 4 pm")
    expect(peek.locator("li")).to_have_count(2)
    expect(peek).to_contain_text("Called your sister")
    peek.get_by_role("button", name="Close").click()
    expect(peek).to_be_hidden()
    assert focused(page).startswith("Wednesday, 4 pm")


def test_empty_hour_says_ordinary_time(visit, session):
    page = signed_in(visit, session)
    page.goto(SAMPLE)

    cell(page, "Saturday, noon").click()

    expect(page.locator("[data-peek]")).to_contain_text("Ordinary time")


@pytest.mark.parametrize(
    ("size", "walk"),
    [(PHONE, ("ArrowDown", "ArrowRight")), (DESK, ("ArrowRight", "ArrowDown"))],
    ids=["390", "1280"],
)
def test_arrow_keys_follow_the_visible_layout(visit, session, size, walk):
    page = signed_in(visit, session, size=size)
    page.goto(SAMPLE)
    cell(page, "Friday, 6 am").focus()

    page.keyboard.press(walk[0])
    an_hour_on = focused(page)
    page.keyboard.press(walk[1])
    a_day_on = focused(page)
    page.keyboard.press("Enter")

    assert an_hour_on.startswith("Friday, 7 am")
    assert a_day_on.startswith("Saturday, 7 am")
    expect(page.locator("[data-peek]")).to_contain_text("Saturday, 7 am")
    assert page.locator('.c[tabindex="0"]').count() == 1


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1280"])
def test_every_light_is_drawn_in_its_hour(visit, session, size):
    page = signed_in(visit, session, size=size)
    page.goto(SAMPLE)

    astray = page.evaluate("""() => {
      const days = [...document.querySelectorAll('.day')]
        .map(day => [...day.querySelectorAll('.c')]);
      const middle = box => [box.left + box.width / 2, box.top + box.height / 2], astray = [];
      for (const light of document.querySelectorAll('.sky g.l')) {
        const day = +light.parentNode.className.baseVal.slice(1);
        const hour = +light.classList[1].slice(1);
        const [x, y] = middle(light.getBoundingClientRect());
        const [u, v] = middle(days[day][hour].getBoundingClientRect());
        if (Math.hypot(x - u, y - v) > 1.5) astray.push([day, hour, x - u, y - v]);
      }
      return [document.querySelectorAll('.sky g.l').length, astray];
    }""")

    assert astray[0] > 40
    assert astray[1] == []


def test_week_is_readable_as_a_table(visit, session):
    page = signed_in(visit, session)
    page.goto(SAMPLE)

    page.get_by_text("Read the week as a table").click()

    row = page.locator("tr", has_text="Tuesday")
    expect(row).to_contain_text("5 (7 am, 5 pm, 6 pm, 7 pm)")
    row.get_by_role("link", name="4 pm").click()
    expect(page.locator("[data-peek]")).to_contain_text("Session with Ruth")


def test_printed_week_shows_picture_and_numbers_but_no_titles(visit, session):
    page = signed_in(visit, session)
    page.goto(SAMPLE)

    page.emulate_media(media="print")

    expect(page.locator(".sky")).to_be_visible()
    expect(page.locator(".figures")).to_contain_text("Separate moments")
    expect(page.locator(".figures li").first).to_be_visible()
    for unseen in ("#lit", ".dock", "[data-peek]", ".turn a", "table"):
        expect(page.locator(unseen).first).to_be_hidden()
    assert "Called your sister" not in page.locator("main").inner_text()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("on", ["2026-11-19", "2026-11-03"], ids=["usual", "169-hours"])
def test_week_prints_on_one_sheet(visit, session, on, paper):
    page = signed_in(visit, session, size=DESK)
    page.goto(f"/en/week/{on}/")

    printed = page.pdf(
        format=paper, landscape=True, prefer_css_page_size=True, print_background=True
    )

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_arrow_keys_follow_the_layout_from_right_to_left(visit, session):
    page = signed_in(visit, session)
    page.goto(SAMPLE)
    page.evaluate("document.dir = 'rtl'")
    cell(page, "Friday, 6 am").focus()
    before = page.evaluate("document.activeElement.getBoundingClientRect().left")

    page.keyboard.press("ArrowLeft")

    assert focused(page).startswith("Saturday, 6 am")
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") < before


def test_hour_is_a_page_without_javascript(visit, session):
    page = signed_in(visit, session, java_script_enabled=False)
    page.goto(SAMPLE)

    cell(page, "Tuesday, 4 pm").locator("a").click()

    expect(page.locator("#hour")).to_contain_text("Session with Ruth")
    page.locator("#hour").get_by_role("link", name="Close").click()
    expect(page.locator("#hour")).to_be_hidden()


@pytest.mark.parametrize(
    ("on", "hours", "longest"),
    [("2026-11-03", 169, 25), ("2026-03-10", 167, 24), ("2026-11-19", 168, 24)],
)
def test_week_with_a_clock_change_has_all_its_hours(visit, session, on, hours, longest):
    page = signed_in(visit, session)

    page.goto(f"/en/week/{on}/")

    expect(page.locator("h1")).to_have_text(f"{hours} hours")
    assert page.locator(".c").count() == hours
    assert page.locator(f".sky .hours-{longest}, .sky svg.hours-{longest}").count() == 1


def test_skipped_hour_is_not_in_the_week(visit, session):
    page = signed_in(visit, session)

    page.goto("/en/week/2026-03-10/")

    expect(cell(page, "Saturday night, 2 am")).to_have_count(0)
    expect(cell(page, "Sunday night, 2 am")).to_have_count(1)
    cell(page, "Saturday night, 3 am").click()
    expect(page.locator("[data-peek] li")).to_have_count(1)
    expect(page.locator("[data-peek]")).not_to_contain_text("Ordinary time")
