"""The words and steps of an idea, read aloud by the device."""

from playwright.sync_api import expect

from journeys.steps import go_to_idea, open_right_now, tap_something_else, wait_until
from testing.browser import PHONE

# A device that speaks: what was said, and with which voice.
SPEECH = """
  const voices = [
    { name: "Far", lang: "en-US", localService: false, default: true },
    { name: "Aquí", lang: "es-MX", localService: true, default: false },
    { name: "Here", lang: "en-GB", localService: true, default: false },
  ];
  window.spoken = [];
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => voices, cancel() {}, addEventListener() {},
    speak(said) {
      spoken.push({ text: said.text, voice: said.voice.name });
      setTimeout(() => said.onend());
    },
  } });
"""


def test_read_to_me_uses_only_a_voice_on_the_device(visit):
    context = visit.context(size=PHONE)
    context.add_init_script(SPEECH)
    page = context.new_page()
    open_right_now(page)
    go_to_idea(page)
    ear = page.locator("[data-ear]")
    expect(ear).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("spoken") == []

    ear.click()

    expect(ear).to_have_attribute("aria-pressed", "true")
    title, steps = page.locator("[data-title]"), page.locator("[data-steps] li")
    page.wait_for_function("spoken.length > 2")
    said = page.evaluate("spoken")
    assert {one["voice"] for one in said} == {"Here"}
    assert [one["text"] for one in said][1:] == [title.inner_text(), *steps.all_inner_texts()]
    page.evaluate("spoken.length = 0")
    tap_something_else(page)
    page.wait_for_function("spoken.length > 2")
    ear.click()
    expect(ear).to_have_attribute("aria-pressed", "false")


def test_read_to_me_is_remembered_on_this_phone(visit):
    context = visit.context(size=PHONE)
    context.add_init_script(SPEECH)
    page = context.new_page()
    open_right_now(page)
    go_to_idea(page)
    ear = page.locator("[data-ear]")
    ear.click()
    wait_until(page, "async () => (await indexedDB.databases()).length > 0")
    page.wait_for_function("spoken.length > 2")

    open_right_now(page)
    assert page.evaluate("spoken") == []
    go_to_idea(page)

    expect(ear).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("spoken.length > 2")
    ear.click()
    expect(ear).to_have_text("Read it to me")


def test_read_to_me_is_hidden_without_a_voice_on_the_device(visit):
    context = visit.context(size=PHONE)
    context.add_init_script(SPEECH.replace("en-GB", "fr-FR"))
    page = context.new_page()
    open_right_now(page)

    go_to_idea(page)

    expect(page.locator("[data-ear]")).to_be_hidden()
