"""No page contacts another origin. `everyhour prove noleak` visits more pages."""

import socketserver
from threading import Thread
from urllib.parse import urlsplit

import pytest

from journeys.steps import (
    KINDS,
    go_to_idea,
    open_right_now,
    report_outcome,
    wait_for_service_worker,
)
from testing.browser import PHONE, QUIET, chromium

# Requests of the browser itself.
BROWSERS_OWN = (
    "accounts.google.com:443",
    "clients2.google.com/time/",
    "content-autofill.googleapis.com:443",
    "optimizationguide-pa.googleapis.com:443",
    "update.googleapis.com",
)
LINKS = """[...document.querySelectorAll('a[href]')].map(link => link.href)
  .filter(address => address.startsWith(location.origin))"""


class RefusingProxy(socketserver.StreamRequestHandler):
    """A proxy for all other origins: records each request and refuses it."""

    def handle(self):
        asked = self.rfile.readline().decode(errors="replace").strip()
        if not any(host in asked for host in BROWSERS_OWN):
            self.server.asked.append(asked)


@pytest.fixture
def way_out():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), RefusingProxy) as proxy:
        proxy.asked = []
        Thread(target=proxy.serve_forever, daemon=True).start()
        yield proxy
        proxy.shutdown()


@pytest.fixture
def walker(visit, way_out):
    proxy = {"server": f"http://127.0.0.1:{way_out.server_address[1]}", "bypass": "localhost"}
    opened = visit.browser.browser_type.launch(executable_path=chromium(), args=QUIET, proxy=proxy)
    visit.browser = opened
    yield visit.page(size=PHONE)
    opened.close()


def test_no_page_contacts_another_origin(walker, way_out, server):
    page = walker
    page.goto("/en/")
    wait_for_service_worker(page)

    found = set()
    for address in KINDS.values():
        for language in ("en", "es"):
            page.goto(address.format(language))
            found |= {urlsplit(link).path for link in page.evaluate(LINKS)}
    for address in sorted(found - {"/leave/"})[::12]:
        page.goto(address)
    open_right_now(page)
    go_to_idea(page)
    report_outcome(page, "settled")
    page.goto("/en/now/phone/")

    assert len(found) > 100
    assert way_out.asked == []


def test_request_to_another_origin_is_reported(walker, way_out, visit):
    page = walker
    page.goto("/en/")

    with pytest.raises(Exception, match="ERR_"):
        page.context.new_page().goto("http://other.test/")

    assert any("other.test" in asked for asked in way_out.asked)
    assert visit.troubles.pop() == "asked other.test"


def test_content_policy_refuses_other_origins(walker, way_out, visit):
    page = walker
    page.goto("/en/")

    refused = page.evaluate("""async () => {
      const tries = [fetch('http://other.test/').catch(() => 'refused')];
      const elements = [['img', 'src'], ['link', 'href']];
      for (const [tag, attribute] of elements) tries.push(new Promise(done => {
        const on = { onerror: () => done('refused'), onload: () => done('loaded') };
        const options = { rel: 'stylesheet', ...on };
        const made = Object.assign(document.createElement(tag), options);
        made[attribute] = 'http://other.test/x'; document.body.append(made); }));
      return Promise.all(tries);
    }""")
    refusals, visit.troubles[:] = list(visit.troubles), []

    assert refused == ["refused"] * 3
    assert refusals and way_out.asked == []
