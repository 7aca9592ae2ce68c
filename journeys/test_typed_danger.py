"""Words of danger while a person types: the number to call stands beside the field at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.steps import find_clipped_text, wait_for_service_worker, wait_until

DANGER = {"en": "i want to kill myself", "es": "me quiero morir"}
# What pages ask for by themselves: assets, whether the network is back, the offline bundle.
QUIET = re.compile(
    r"(GET|HEAD) http://localhost:\d+/(static/\S+|alive/|\w\w/now/pocket/|\w\w/now/phone/)$"
)
SENTENCE = {"en": "You typed something that worries us.", "es": "Lo que escribiste nos preocupa."}
# A field of each kind, on a page that is there without a network.
FIELDS = {"search": ("/{}/ideas/", "#q"), "nickname": ("/{}/now/phone/", "#nickname")}


def panel(page: Page):
    return page.locator("[data-danger-panel]:visible")


def type_into(page: Page, field: str, text: str) -> None:
    """Type as a person does, once the page listens."""
    page.locator(field).focus()
    page.locator(field).press_sequentially(text, delay=5)


@pytest.fixture
def carried(phone):
    """A phone in London that has read both pages and is now offline."""
    phone.goto("/en/")
    wait_for_service_worker(phone)
    for address, _field in FIELDS.values():
        phone.goto(address.format("en"))
        phone.goto(address.format("es"))
    phone.context.set_offline(True)
    return phone


@pytest.mark.parametrize(("language", "written"), [("en", "en"), ("es", "en"), ("en", "es")])
@pytest.mark.parametrize("kind", FIELDS)
def test_panel_appears_offline_in_any_field_and_language(carried, kind, language, written):
    page, (address, field) = carried, FIELDS[kind]
    page.goto(address.format(language))
    asked = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))

    type_into(page, field, DANGER[written])

    expect(panel(page)).to_contain_text(SENTENCE[language])
    expect(panel(page).get_by_role("link").last).to_be_visible()
    assert page.locator(field).input_value() == DANGER[written]
    assert [one for one in asked if not QUIET.search(one)] == []
    assert find_clipped_text(page) == []


def test_ordinary_words_show_nothing(guest):
    guest.goto("/en/ideas/")

    type_into(guest, "#q", "killing time at the airport")
    guest.wait_for_timeout(900)

    assert panel(guest).count() == 0


def test_call_button_has_the_number_of_the_phone_and_the_link_opens_the_sheet(visit):
    page = visit.page(timezone_id="Europe/London", locale="en-GB")
    page.goto("/en/ideas/")

    type_into(page, "#q", "my son has a knife to his throat")

    expect(panel(page).locator("[data-danger-call]")).to_have_attribute("href", "tel:999")
    panel(page).locator("[data-crisis]").click()
    expect(page.locator("dialog[open]")).to_be_visible()


def test_panel_stays_when_words_are_deleted_and_goes_when_hidden(guest):
    guest.goto("/en/ideas/")
    type_into(guest, "#q", DANGER["en"])
    expect(panel(guest)).to_be_visible()

    guest.locator("#q").fill("")
    guest.wait_for_timeout(600)
    expect(panel(guest)).to_be_visible()

    panel(guest).locator("[data-danger-hide]").click()
    expect(panel(guest)).to_have_count(0)
    type_into(guest, "#q", DANGER["en"])
    guest.wait_for_timeout(900)
    expect(panel(guest)).to_have_count(0)


def test_sentence_that_goes_on_takes_the_panel_away(guest):
    guest.goto("/en/ideas/")
    type_into(guest, "#q", "my son is missing")
    expect(panel(guest)).to_be_visible()

    guest.locator("#q").press_sequentially(" his brother")

    expect(panel(guest)).to_have_count(0)


def test_password_and_code_fields_are_not_read(guest):
    guest.goto("/en/sign-in/password/")

    type_into(guest, "input[type=password]", DANGER["en"])
    guest.wait_for_timeout(900)

    assert panel(guest).count() == 0


def test_search_shows_the_panel_before_what_it_found(guest):
    guest.goto("/en/ideas/")
    guest.locator("#q").fill(DANGER["en"])
    guest.locator("#q").press("Enter")

    wait_until(guest, "async () => location.search.includes('q=')")
    expect(panel(guest)).to_have_count(1)
    boxes = [one.bounding_box()["y"] for one in (panel(guest), guest.locator("main .row").first)]
    assert boxes == sorted(boxes)
    guest.locator("#q").press_sequentially("!")
    guest.wait_for_timeout(600)
    expect(panel(guest)).to_have_count(1)


@pytest.mark.database
def test_panel_comes_after_saving_a_line_and_a_note_without_scripts(visit, server):
    family = cast.family(server)
    page = cast.page_of(visit, server, family, "Ada", java_script_enabled=False)
    page.goto("/en/moments/log/")

    page.locator("#line").fill("she said i want to kill myself")
    page.locator("#line").press("Enter")
    expect(panel(page)).to_contain_text(SENTENCE["en"])
    page.locator("form.stack").get_by_role("button", name="Save").first.click()

    page.wait_for_url(re.compile("saved="))
    expect(panel(page)).to_contain_text(SENTENCE["en"])
    page.goto("/en/moments/")
    expect(panel(page)).to_have_count(0)
