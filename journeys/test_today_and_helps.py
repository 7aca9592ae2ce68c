"""Today, What helps and Why this, with and without scripts and data."""

import re

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.accessibility import expect_accessible, find_violations
from journeys.conftest import SHOTS
from journeys.steps import fit_viewport_to_page
from testing.browser import PHONE

# A family in a time zone where it is between 5 and 6 pm now; with TRIED, practices were tried and
# the nightly fit has run.
BEFORE_DINNER = (
    cast.SESSIONS
    + """
from everyhour.domain.recommendations import training
offset = (17 - now.hour + 12) % 24 - 12
zone = f"Etc/GMT{-offset:+d}"
then = now - timedelta(days=60)
family = make.family(at=then)
day = {"wakes": 420, "school_starts": 510, "home_again": 930, "dinner": 1095, "bed": 1200}
child = make.child(
    family, nickname=NICKNAME, day=day, hard=["mealtime"], functions_like_age=7, at=then
)
people = {}
for name in ("Ada", "Otto"):
    who = make.person(f"{name}{tag}@example.org", name=name, zone=zone, at=then)
    people[name] = make.guardian(family, name=name, who=who, at=then)
tries = ["settled"] * 6 + ["not_yet"] + ["a_bit"] * 2
for n, outcome in enumerate(tries if TRIED else ()):
    for practice in ("bean-bag-drop-on-signal", "crash-pile", "wall-push"):
        at, changed_at = now - timedelta(days=2 * n + 3), now - timedelta(days=1)
        make.moment(people["Ada"], child=child, at=at, changed_at=changed_at, zone=zone,
                    practice=practice, state_before="calm", situation="mealtime", outcome=outcome)
if TRIED:
    training.learn(at=now - timedelta(hours=12))
sessions = {name: session(caregiver.person) for name, caregiver in people.items()}
told = {"family": family.pk, "child": child.pk, "sessions": sessions}
"""
)
REASONS = """
from everyhour.domain.recommendations import decisions
from everyhour.domain.recommendations.models import Decision
told = [
    [kept.practice, decisions.decode(kept).reason, decisions.replays_same(kept)]
    for kept in Decision.objects.filter(family=FAMILY)
]
"""


@pytest.fixture(scope="module")
def family(server):
    return cast.family(server, weeks=True)


@pytest.fixture(scope="module")
def new_family(server):
    return cast.family(server)


def opened(visit, server, family, path: str, *, name: str = "Ada", **options) -> Page:
    context = cast.sign_in(visit.context(**options), server, family, name)
    page = context.new_page()
    page.goto(path)
    return page


def picture(page: Page, name: str, *, whole: bool = True) -> None:
    if whole:
        fit_viewport_to_page(page)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=SHOTS / f"{name}.png")


def test_first_day_explains_the_empty_pages(visit, server, new_family):
    page = opened(visit, server, new_family, "/en/today/", size=PHONE)

    expect(page.locator(".glance")).to_contain_text("This is your first day.")
    expect(page.locator(".glance")).to_contain_text("Ordinary time. Nothing to fill in.")
    expect_accessible(page)
    page.goto("/en/helps/")
    expect(page.locator(".helps")).to_contain_text("Nothing yet. What helps most")
    expect_accessible(page)


def test_giver_sees_a_simpler_today(visit, server, family):
    page = opened(visit, server, family, "/en/today/", name="Nana", size=PHONE)

    expect(page.locator("h1")).to_have_text(re.compile(r"\w"))
    expect(page.locator(".glance")).to_have_count(0)
    assert page.locator(".dock li").count() <= 3
    picture(page, "today-giver-390-light")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_tap_chooses_the_state_on_helps(visit, server, family, scripts):
    page = opened(visit, server, family, "/en/helps/", size=PHONE, java_script_enabled=scripts)
    other = page.locator(".pick a", has_text="Restless").or_(
        page.locator(".pick a[href*='state=alert']")
    )
    if scripts:
        page.evaluate("window.stayed = true")

    other.first.click()

    expect(page.locator(".pick [aria-current]")).to_have_attribute(
        "href", re.compile("state=alert")
    )
    assert "state=alert" in page.url
    if scripts:
        assert page.evaluate("window.stayed")
        page.go_back()
        expect(page.locator(".pick [aria-current]")).to_have_attribute(
            "href", re.compile("state=alarm")
        )


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_day_off_is_taken_and_undone(visit, server, scripts):
    page = opened(
        visit, server, cast.family(server), "/en/today/", size=PHONE, java_script_enabled=scripts
    )

    page.get_by_role("button", name="Rest today").click()
    expect(page.locator("#next-h")).to_have_text("Today is a day off.")
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("button", name="Rest today")).to_be_visible()


def test_tally_opens_and_estimates_the_next_ten_tries(visit, server, family):
    page = opened(visit, server, family, "/en/helps/?state=alarm", size=PHONE)
    second = page.locator("details:has(summary.try)").nth(1)

    second.locator("summary").click()

    expect(second.locator(".chance__w")).to_have_text(
        re.compile(r"Next ten tries: likely \d+( to \d+)? would help")
    )


def before_dinner(server, *, nickname: str = "Wren", tried: bool = True) -> dict:
    return cast.run(server, f"NICKNAME, TRIED = {nickname!r}, {tried!r}\n{BEFORE_DINNER}")


def read_decisions(server, family: dict) -> list:
    return cast.run(server, f"FAMILY = {family['family']!r}\n{REASONS}")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_why_this_opens_with_the_keyboard_and_explains(visit, server, scripts):
    page = opened(
        visit, server, before_dinner(server), "/en/today/", size=PHONE, java_script_enabled=scripts
    )
    why = page.locator("#why")
    expect(why.locator("p").first).to_be_hidden()

    why.locator("summary").focus()
    page.keyboard.press("Enter")

    expect(why.locator("p").first).to_have_text(
        re.compile(
            r"^((Mostly|Partly|A little) because .+\. )?(So far .+\. )?"
            r"(We’re fairly sure\.|This is still a guess(: you haven’t tried it yet)?\.) "
            r"Picked from \d+ that fit now\.$"
        )
    )
    expect(why.locator("dd").first).to_have_text(
        re.compile("likelier|Either could|age|never|touch|Food|loud")
    )
    page.keyboard.press("Tab")
    expect(
        page.get_by_role("link", name="What helps", exact=True).and_(why.locator("a"))
    ).to_be_focused()
    assert not scripts or find_violations(page) == []


@pytest.mark.parametrize(
    ("which", "nickname", "tried"),
    [
        ("why", "Wren", True),
        ("why-long", "Maximiliana-Bartholomäa von der Wiese", True),
        ("why-new", "", False),
    ],
)
def test_why_this_is_accessible_with_long_and_missing_names(visit, server, which, nickname, tried):
    family = before_dinner(server, nickname=nickname, tried=tried)
    page = opened(visit, server, family, "/en/today/", size=PHONE, service_workers="block")
    page.locator("#why summary").click()

    expect_accessible(page)
    picture(page, f"today-{which}")
    page.goto("/en/helps/")
    expect_accessible(page)
    picture(page, f"helps-{which}")


def test_never_replaces_the_suggestion_at_once(visit, server):
    page = opened(visit, server, before_dinner(server), "/en/today/", size=PHONE)
    first = page.locator("#next-h").inner_text()

    page.locator("#why summary").click()
    page.get_by_role("link", name="Never suggest this").click()
    page.get_by_label(first, exact=True).check()
    page.get_by_role("button", name=re.compile("Save|Keep")).click()
    page.goto("/en/today/")

    expect(page.locator("#next-h")).to_have_text(re.compile(r"\w"))
    expect(page.locator("#next-h")).not_to_have_text(first)


def test_caregivers_of_one_home_get_one_decision(visit, server):
    family = before_dinner(server)

    seen = {
        opened(visit, server, family, "/en/today/", name=name, size=PHONE)
        .locator("#next-h")
        .inner_text()
        for name in ("Ada", "Otto")
    }

    assert len(seen) == 1
    assert [(reason, again) for _practice, reason, again in read_decisions(server, family)] == [
        (None, True)
    ]


def test_day_off_is_recorded_as_a_decision_with_its_reason(visit, server):
    family = before_dinner(server)
    page = opened(visit, server, family, "/en/today/", size=PHONE)

    page.get_by_role("button", name="Rest today").click()

    expect(page.locator("#next-h")).to_have_text("Today is a day off.")
    assert [
        (practice == "", reason, again)
        for practice, reason, again in read_decisions(server, family)
    ] == [(False, None, True), (True, "day_off", True)]
