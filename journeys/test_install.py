"""Installing Everyhour as an app."""

import contextlib
import json
import re
from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

from journeys.steps import wait_for_service_worker
from testing.browser import PHONE, QUIET, chromium

NAMES = {"en": "Right now", "es": "Ahora mismo"}


@pytest.fixture
def own_phone(visit, tmp_path):
    """A browser with a profile of its own: a private window cannot install apps."""
    with contextlib.closing(
        visit.browser.browser_type.launch_persistent_context(
            str(tmp_path),
            executable_path=chromium(),
            args=QUIET,
            viewport=PHONE,
            base_url=visit.server.url,
        )
    ) as context:
        yield visit.watch(context, light="light").pages[0]


@pytest.mark.parametrize("language", ["en", "es"])
def test_browser_reports_no_installability_errors(own_phone, language, server):
    page = own_phone
    page.goto(f"/{language}/")
    wait_for_service_worker(page)
    line = page.context.new_cdp_session(page)

    found = line.send("Page.getAppManifest")
    errors = line.send("Page.getInstallabilityErrors")["installabilityErrors"]

    manifest = json.loads(found["data"])
    assert found["errors"] == [] and errors == []
    assert (manifest["lang"], manifest["start_url"], manifest["id"]) == (
        language,
        f"/{language}/",
        "/",
    )
    assert manifest["shortcuts"][0]["url"] == f"/{language}/now/"
    for address in [
        manifest["start_url"],
        manifest["shortcuts"][0]["url"],
        *(icon["src"] for icon in manifest["icons"]),
    ]:
        assert server.get(urljoin("/", address))[0] == 200


def test_manifest_is_translated(server):
    found = {
        language: json.loads(server.get(f"/{language}/manifest.webmanifest")[2])
        for language in ("en", "es")
    }

    assert found["en"]["description"] != found["es"]["description"]
    assert found["en"]["shortcuts"][0]["name"] != found["es"]["shortcuts"][0]["name"]


def test_install_offer_appears_when_the_browser_can_install(phone):
    page = phone
    page.goto("/en/")
    offer = page.locator("[data-install]")
    expect(offer).to_be_hidden()

    page.evaluate("""() => {
      const can = new Event('beforeinstallprompt', { cancelable: true });
      can.prompt = async () => { window.asked = (window.asked ?? 0) + 1; };
      dispatchEvent(can);
      window.held = can.defaultPrevented;
    }""")

    expect(offer).to_be_visible()
    assert page.evaluate("held"), "the browser's own banner must not come up"
    page.get_by_role("button", name=re.compile("Add Everyhour to your home screen")).click()
    expect(offer).to_be_hidden()
    assert page.evaluate("asked") == 1
