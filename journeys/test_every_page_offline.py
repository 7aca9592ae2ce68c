"""Every page of the product, signed in, without a network: its content, or that it is not here.

The addresses are those of `journeys/pages.py`, which `testing/test_pages.py` holds complete: a new
page is covered by itself.
"""

import pytest
from playwright.sync_api import Page, TimeoutError

from journeys import cast
from journeys.pages import FULL, VISITORS
from journeys.steps import CRISIS, FLOW, wait_for_service_worker, wait_until

# Files of the release that the phone has from the start, and the same for everybody.
FROM_THE_RELEASE = {*CRISIS, *FLOW, "phone", "offline"}
SHOWN = """() => ({
  ours: "everyhour" in document.body.dataset || Boolean(document.querySelector("[href^='tel:']")),
  heading: document.querySelector("main h1, h1")?.innerText.trim() ?? "",
  missing: Boolean(document.querySelector("[data-no-network]")),
  since: document.querySelector("[data-kept-line]:not([hidden])")?.innerText ?? "",
  member: Boolean(document.querySelector(".dock a[href$='/today/']")),
})"""
LISTED = "() => document.querySelector('[data-kept-pages] a')"
TODAY_IS_KEPT = """async () => {
  for (const name of await caches.keys()) if (name.startsWith("mine-"))
    return Boolean(await (await caches.open(name)).match("/en/today/"))
      && Boolean(await (await caches.open(name)).match("/en/offline/"));
}"""


@pytest.fixture
def story(server) -> dict:
    return cast.run(server, FULL)


@pytest.fixture
def addresses(story) -> list[tuple[str, str]]:
    """Return each address once, by its visitor and name."""
    names = {
        path.replace("{}", "en").format(**story): f"{visitor} {name}"
        for visitor, seen in VISITORS.items()
        for name, path in seen.pages.items()
    }
    return [(name, address) for address, name in names.items()]


@pytest.fixture
def ada(visit, server, story) -> Page:
    page = cast.page_of(visit, server, story, "Ada")
    page.goto("/en/today/")
    wait_for_service_worker(page)
    page.goto("/en/today/")
    wait_until(page, TODAY_IS_KEPT)
    return page


@pytest.mark.parametrize("share", [0, 1])
def test_every_page_opened_before_is_itself_and_every_other_says_so(share, ada, addresses):
    seen, pages = {}, addresses[share::2]
    for name, address in pages:
        answer = ada.goto(address, wait_until="commit")
        ada.wait_for_load_state("domcontentloaded")
        kept = answer.headers.get("everyhour-keep") == "yes" and ada.url.endswith(address)
        seen[name] = kept, ada.evaluate(SHOWN)["heading"]
    ada.context.set_offline(True)

    wrong = []
    for name, address in pages:
        try:
            ada.goto(address, wait_until="domcontentloaded")
        except Exception as error:  # the browser's own error page
            wrong.append(f"{name} ({address}): {str(error).splitlines()[0]}")
            continue
        wrong += [f"{name} ({address}): {one}" for one in faults(name, ada, *seen[name])]

    assert wrong == []
    assert sum(kept for kept, _heading in seen.values()) > 10


def faults(name: str, page: Page, kept: bool, heading: str) -> list[str]:
    """Return what is wrong with the page that is shown offline."""
    shown = page.evaluate(SHOWN)
    found = [] if shown["ours"] else ["not a page of ours"]
    if name.split()[1] in FROM_THE_RELEASE:
        return found
    if not shown["member"]:
        found.append("without the member's navigation")
    if kept:
        # The heading of Today is the time of day.
        if shown["missing"] or (shown["heading"] != heading and "today" not in name):
            found.append(f"kept, but shows {shown['heading']!r} for {heading!r}")
        if not shown["since"]:
            found.append("does not say since when")
    elif shown["missing"]:
        try:
            page.wait_for_function(LISTED, timeout=2000)
        except TimeoutError:
            found.append("does not list what is here")
    return found
