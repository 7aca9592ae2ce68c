"""The pages in a browser without scripts, online."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from journeys import cast
from journeys.conftest import looks
from journeys.steps import expect_complete, fetch_bundle, find_clipped_text, idea_title, step
from testing.browser import DESK, PHONE, QUIET, chromium


@pytest.fixture(scope="module")
def scriptless(browsers) -> Iterator[Browser]:
    """A browser with scripts switched off in its settings, so that <noscript> shows."""
    opened = browsers.playwright.chromium.launch(
        executable_path=chromium(), args=[*QUIET, "--blink-settings=scriptEnabled=false"]
    )
    yield opened
    opened.close()


@pytest.fixture(params=looks("phone-light", "phone-night", "desk-light"))
def plain(request, visit, scriptless) -> Page:
    size, light = request.param.split("-")
    visit.browser = scriptless
    return visit.page(size=PHONE if size == "phone" else DESK, light=light)


def test_two_taps_lead_to_the_first_step_and_an_outcome(plain):
    page = plain
    page.goto("/en/")
    page.locator(".rn").click()
    page.locator("[data-breathed]").click()

    page.locator("[data-state=alarm]").click()
    page.locator("[data-step=around] [data-situation=homework]").click()

    expect(page.locator("[data-steps] li").first).to_be_visible()
    expect(page.locator("#h-idea")).to_contain_text(re.compile(r"\w"))
    expect(page.locator("[data-where]")).to_have_text("Homework. Wound up.")
    page.locator("[data-go=after]:visible").click()
    page.locator("[data-outcome=settled]").click()
    expect(page.locator("#h-done")).to_have_text("It’s easing. You stayed.")
    page.locator("[data-home]").click()
    expect_complete(page)


def test_something_else_shows_new_ideas_only(plain):
    page = plain
    page.goto("/en/now/alarm/homework/")

    shown = [idea_title(page)]
    for _tap in range(5):
        page.locator("[data-else]").click()
        shown.append(idea_title(page))

    assert len(set(shown)) == 6


def test_caregiver_is_answered_and_gets_a_card(plain):
    page = plain
    page.goto("/en/now/start/")

    page.locator("[data-you=flooded]").click()

    expect(page.locator("[data-answer]")).to_have_text("That’s a lot. We’ll keep it to one thing.")
    expect(page.locator("[data-you=flooded]")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-for-you]").click()
    first = page.locator("#h-you").inner_text()
    assert first
    page.locator("[data-you-else]").click()
    assert page.locator("#h-you").inner_text() != first
    page.locator("[data-step=you] [data-go=start]").click()
    expect(step(page, "start")).to_be_visible()


def test_caregiver_cards_have_no_placeholders(plain, server):
    page = plain
    cards = [card for card in fetch_bundle(server)["caregiver"] if "flooded" in card["states"]]
    page.goto("/en/now/you/flooded/")

    for _card in cards:
        assert "{" not in page.locator("main").inner_text()
        page.locator("[data-you-else]").click()


def test_caregiver_card_shows_its_cautions(plain, server):
    page = plain
    carried = fetch_bundle(server)
    card = next(
        card for card in carried["caregiver"] if "flooded" in card["states"] and card["cautions"]
    )
    others = [other["slug"] for other in carried["caregiver"] if other != card]

    page.goto(f"/en/now/you/flooded/?seen={','.join(others)}")

    expect(page.locator("#h-you")).to_have_text(card["title"])
    for caution in card["cautions"]:
        expect(step(page, "you")).to_contain_text(carried["cautions"][caution])


def test_high_arousal_states_hide_what_it_looks_like(plain):
    page = plain

    for state in ("alarm", "fear", "terror", "shutdown"):
        page.goto(f"/en/now/{state}/homework/")

        assert page.locator("[data-way=old]").is_hidden()
        page.locator("[data-step=idea] .fold summary").click()
        expect(page.locator("[data-way=old]")).to_be_hidden()


def test_fear_leads_to_help_at_the_first_tap(plain):
    page = plain
    page.goto("/en/now/")

    page.locator("[data-breathed]").click()
    page.locator("[data-state=fear]").click()

    expect(page.locator("[data-steps] li").first).to_be_visible()


def test_unsafe_outcome_leads_to_crisis_numbers(plain):
    page = plain
    page.goto("/en/now/alarm/homework/after/")

    page.locator("[data-outcome=unsafe]").click()

    expect(page.locator("#h-safe")).to_be_visible()
    page.locator("[data-step=safe] .btn--lamp").click()
    expect(page.locator("a[href='tel:911']").first).to_be_visible()


def test_unknown_state_returns_404_and_starts_again(plain):
    page = plain

    response = page.goto("/en/now/volcano/")

    assert response.status == 404
    expect(page.get_by_role("status").first).to_have_text(
        "That page doesn’t exist. Start again from here."
    )
    expect(page.locator("[data-state=alarm]")).to_be_visible()


def test_script_only_parts_are_hidden_or_explained(plain):
    page = plain

    page.goto("/en/now/phone/")

    expect(page.locator("noscript p")).to_be_visible()
    expect(page.locator("[data-lamp]")).not_to_be_visible()
    for form_part in page.locator("[data-wishes], [data-export], [data-forget]").all():
        expect(form_part).not_to_be_visible()


def test_ideas_can_be_searched(plain):
    page = plain
    page.goto("/en/ideas/")

    page.locator("#q").fill("wall")
    page.locator("form[role=search] .pair button").click()

    expect(page.get_by_role("link", name=re.compile("wall", re.I)).first).to_be_visible()
    assert find_clipped_text(page) == []


def test_leave_opens_the_other_site(plain, elsewhere):
    page = plain
    page.goto("/en/now/")

    page.locator("[data-leave]").click()

    page.wait_for_url(elsewhere)


def test_signed_in_caregiver_chooses_a_child_and_gets_their_ideas(plain, server):
    page = plain
    family = cast.run(
        server,
        cast.FAMILY
        + """
from everyhour.domain.recommendations import bundle
known = [practice["slug"] for practice in bundle.current("en")["practices"]]
never = [slug for slug in known if slug != "wall-push"]
jo = make.child(family, nickname="Jo", at=now, never=never)
""",
    )
    cast.sign_in(page.context, server, family, "Ada")
    wall = next(p["title"] for p in fetch_bundle(server)["practices"] if p["slug"] == "wall-push")

    page.goto("/en/now/start/")
    page.locator("[data-children]").get_by_role("link", name="Jo").click()
    expect(page.locator("[data-how-is]")).to_have_text("How is Jo?")
    assert find_clipped_text(page) == []
    page.locator("[data-state=alarm]").click()
    page.locator("[data-step=around] [data-situation=homework]").click()

    expect(page.locator("[data-title]")).to_have_text(wall)
    page.locator("[data-go=after]:visible").click()
    expect(page.locator("[data-how-now]")).to_have_text("How is Jo now?")
