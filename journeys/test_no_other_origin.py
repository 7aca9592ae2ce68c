"""Nobody else is asked, ever. A short walk; `everyhour prove noleak` takes the long one."""

import socketserver
from threading import Thread
from urllib.parse import urlsplit

import pytest

from journeys.steps import KINDS, open_right_now, to_idea, tried, until_kept
from testing.browser import PHONE, QUIET, chromium

# What this browser asks for itself, whichever page is open.
BROWSERS_OWN = (
    "accounts.google.com:443",
    "clients2.google.com/time/",
    "content-autofill.googleapis.com:443",
    "optimizationguide-pa.googleapis.com:443",
    "update.googleapis.com",
)
LINKS = "[...document.querySelectorAll('a[href]')].map(link => link.href).filter(address => address.startsWith(location.origin))"


class Way(socketserver.StreamRequestHandler):
    """The only way out of the browser but to our own server: it writes down who was asked for, and lets nobody through."""

    def handle(self):
        asked = self.rfile.readline().decode(errors="replace").strip()
        if not any(host in asked for host in BROWSERS_OWN):
            self.server.asked.append(asked)


@pytest.fixture
def way_out():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Way) as way:
        way.asked = []
        Thread(target=way.serve_forever, daemon=True).start()
        yield way
        way.shutdown()


@pytest.fixture
def walker(visit, way_out):
    proxy = {"server": f"http://127.0.0.1:{way_out.server_address[1]}", "bypass": "localhost"}
    opened = visit.browser.browser_type.launch(executable_path=chromium(), args=QUIET, proxy=proxy)
    visit.browser = opened
    yield visit.page(size=PHONE)
    opened.close()


def test_a_walk_through_every_kind_of_page_asks_nobody_else(walker, way_out, server):
    page = walker
    page.goto("/en/")
    until_kept(page)

    found = set()
    for address in KINDS.values():
        for language in ("en", "es"):
            page.goto(address.format(language))
            found |= {urlsplit(link).path for link in page.evaluate(LINKS)}
    for address in sorted(found - {"/leave/"})[::12]:
        page.goto(address)
    open_right_now(page)
    to_idea(page)
    tried(page, "settled")
    page.goto("/en/now/phone/")

    assert len(found) > 100
    assert way_out.asked == []


def test_the_counter_counts(walker, way_out, visit):
    page = walker
    page.goto("/en/")

    with pytest.raises(Exception, match="ERR_"):
        page.context.new_page().goto("http://other.test/")

    assert any("other.test" in asked for asked in way_out.asked)
    assert visit.troubles.pop() == "asked other.test"


def test_our_own_policy_refuses_everybody_else(walker, way_out, visit):
    page = walker
    page.goto("/en/")

    refused = page.evaluate("""async () => {
      const tries = [fetch('http://other.test/').catch(() => 'refused')];
      for (const [tag, attribute] of [['img', 'src'], ['link', 'href']]) tries.push(new Promise(done => {
        const told = { rel: 'stylesheet', onerror: () => done('refused'), onload: () => done('loaded') };
        const made = Object.assign(document.createElement(tag), told);
        made[attribute] = 'http://other.test/x'; document.body.append(made); }));
      return Promise.all(tries);
    }""")
    refusals, visit.troubles[:] = list(visit.troubles), []

    assert refused == ["refused"] * 3
    assert refusals and way_out.asked == []
