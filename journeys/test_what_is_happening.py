"""From the situations to an idea: their order, danger, own words."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from journeys.steps import build_moment, go_to_idea, open_right_now, store, tap_situation, tap_state


def test_most_tapped_situations_come_first_next_time_and_stay_still_meanwhile(phone):
    page = phone
    open_right_now(page)
    tap_state(page, "alarm")
    names = page.locator("[data-tiles] [data-situation]")
    tiles = "tiles => tiles.map(tile => tile.dataset.situation)"
    usual = names.evaluate_all(tiles)
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    taps = [build_moment(n, situation="car", at=now) for n in range(4)]
    taps += [build_moment(10 + n, situation="teeth", at=now) for n in range(3)]
    store(page, moments=taps)
    requests = []
    page.on("request", lambda request: requests.append(request.post_data or ""))
    assert names.evaluate_all(tiles) == usual
    page.goto("/en/")

    open_right_now(page)
    tap_state(page, "alarm")

    assert names.evaluate_all(tiles) == ["car", "teeth", *usual[:7]]
    expect(page.locator("[data-rest] [data-situation=school_refusal]")).to_be_attached()
    assert "".join(requests) == ""
    tap_situation(page, "teeth")
    expect(page.locator("[data-where]")).to_have_text("Teeth. Wound up.")


def test_situations_of_danger_never_hide(phone):
    page = phone
    open_right_now(page)
    tap_state(page, "alarm")

    for situation in ("being_hit", "dying", "gone"):
        expect(page.locator(f".grave [data-situation={situation}]")).to_be_visible()
    page.locator(".grave [data-situation=gone]").click()

    expect(page.locator("[data-numbers] [data-calls] a[href='tel:911']")).to_be_visible()


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ("math again", "Homework."),
        ("she RAN AWAY", "Gone, or at the door."),
        ("won't eat", "Mealtime."),
    ],
)
def test_own_words_lead_to_a_situation_without_the_network(phone, typed, where):
    page = phone
    open_right_now(page)
    tap_state(page, "alarm")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("[data-more] summary").click()

    page.locator("#own-words").fill(typed)
    page.keyboard.press("Enter")

    expect(page.locator("[data-where]")).to_have_text(f"{where} Wound up.")
    assert not [url for url in asked if "words" in url or "q=" in url]


def test_own_words_that_fit_nothing_lead_to_the_search(phone):
    page = phone
    open_right_now(page)
    tap_state(page, "alarm")
    page.locator("[data-more] summary").click()

    page.locator("#own-words").fill("lies")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/en/ideas/\?q=lies$"))


@pytest.mark.parametrize("state", ["fear", "terror"])
def test_idea_comes_at_once_and_what_it_is_can_follow(phone, state):
    page = phone
    open_right_now(page)

    go_to_idea(page, state)

    which = page.locator("[data-which]")
    expect(which.get_by_role("link")).to_have_count(5)
    which.locator("[data-situation=public]").click()
    expect(page.locator("[data-where]")).to_contain_text("In public.")
    expect(page.locator("#h-idea")).to_be_focused()
