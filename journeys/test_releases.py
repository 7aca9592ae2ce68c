"""A new release while a page is open: old pages, old assets, offline, half a release."""

import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from journeys.steps import (
    breathe,
    expect_complete,
    expect_saved,
    go_to_idea,
    idea_title,
    open_right_now,
    report_outcome,
    stored_moments,
    wait_for_bundle,
    wait_for_service_worker,
    wait_until,
)
from testing.server import ROOT, Server

# The first test prepares a release and starts the site.
pytestmark = pytest.mark.timeout(420)

FILES = """[...document.querySelectorAll('link[rel=stylesheet]'), ...document.scripts]
  .map(file => file.href || file.src).filter(Boolean)"""


@dataclass(frozen=True)
class Release:
    """A release as it is deployed: its environment, and its static files after `prepare`."""

    environment: dict[str, str]
    static: Path


class Site:
    """One address and state folder on which two releases take turns.

    Preparing a release takes many seconds, so both are prepared once and their static files copied.
    """

    def __init__(self, serve, releases: tuple[Release, Release]):
        self.serve, self.releases, self.current = serve, releases, 0
        self.server = serve(worker=False)

    def deploy(self) -> Server:
        """Replace the running release with the other one."""
        self.server.stop()
        self.current = 1 - self.current
        release = self.releases[self.current]
        shutil.copytree(release.static, self.server.state / "static", dirs_exist_ok=True)
        self.server = self.serve(
            port=self.server.port,
            state=self.server.state,
            worker=False,
            prepare=False,
            **release.environment,
        )
        return self.server


@pytest.fixture(scope="module")
def site(serve, tmp_path_factory) -> Site:
    folder = tmp_path_factory.mktemp("releases")
    renamed = {
        "PYTHONPATH": str(rename_assets(folder / "tree")),
        "PYTHONSAFEPATH": "1",
        "EVERYHOUR_CONTENT": str(ROOT / "content"),
    }
    return Site(
        serve,
        (
            Release({}, prepare_static({}, folder / "this")),
            Release(renamed, prepare_static(renamed, folder / "next")),
        ),
    )


def rename_assets(tree: Path) -> Path:
    """Copy our package; every style, script and icon gets other content, and so another name."""
    shutil.copytree(
        ROOT / "everyhour",
        tree / "everyhour",
        ignore=shutil.ignore_patterns("__pycache__", "tests"),
    )
    for asset in tree.glob("everyhour/**/static/**/*"):
        if asset.suffix in (".css", ".js"):
            asset.write_text(asset.read_text() + "\n/* next release */\n")
        elif asset.suffix in (".svg", ".png"):
            asset.write_bytes(asset.read_bytes() + b"\n")
    return tree


def prepare_static(environment: dict[str, str], folder: Path) -> Path:
    """Prepare a state as a deployment does; return its static files."""
    server = Server(environment=environment)
    if not server.ready:
        command = [sys.executable, "-m", "everyhour", "prepare"]
        subprocess.run(command, cwd=ROOT, env=server.environment, check=True, capture_output=True)
    shutil.copytree(server.state / "static", folder)
    server.forget()
    return folder


@pytest.fixture
def first(site) -> Server:
    """The server with the release that is running before a deployment."""
    return site.server


@pytest.fixture
def deploy(site):
    return site.deploy


def release(page: Page) -> str:
    return page.locator("body").get_attribute("data-release")


def wait_for_new_release(page: Page, old: str) -> None:
    """Wait until the service worker of another release than `old` is active with its cache."""
    wait_until(
        page,
        """async old => {
          const worker = await navigator.serviceWorker.getRegistration();
          await worker.update().catch(() => {});
          const shells = (await caches.keys()).filter(name => name.startsWith('shell-'));
          const settled = !worker.installing && !worker.waiting;
          return shells.some(name => name !== `shell-${old}`)
            && settled && worker.active.state === 'activated';
        }""",
        old,
    )


def test_open_page_survives_a_release_that_renames_all_assets(visit, first, deploy):
    page = visit.page(of=first)
    failed = []
    page.on(
        "response", lambda response: failed.append(response.url) if response.status >= 400 else None
    )
    open_right_now(page)
    wait_for_service_worker(page)
    named, old = go_to_idea(page), release(page)
    files = page.evaluate(FILES)

    deploy()

    # The open page works to its end.
    assert idea_title(page) == named
    report_outcome(page, "settled")
    expect_saved(page)
    # The next pages are complete, whether of the old release or the new.
    for address in ("/en/", "/en/ideas/", "/en/now/", "/en/now/phone/"):
        page.goto(address)
        expect_complete(page)
    # After a while the new release is active.
    wait_for_new_release(page, old)
    page.goto("/en/now/")
    expect_complete(page)
    assert release(page) != old
    assert not set(files) & set(page.evaluate(FILES))
    wait_for_bundle(page)
    breathe(page)
    go_to_idea(page)
    report_outcome(page, "a_bit")
    expect_saved(page)
    assert len(stored_moments(page)) == 2
    assert failed == []


def test_old_assets_are_served_after_a_release(visit, first, deploy):
    page = visit.page(of=first, service_workers="block")
    open_right_now(page)
    files = page.evaluate(FILES)

    deploy()

    assert len(files) >= 6
    for address in files:
        assert page.request.get(address).status == 200
    go_to_idea(page)
    report_outcome(page, "settled")
    expect_saved(page)
    page.reload()
    expect_complete(page)
    assert not set(files) & set(page.evaluate(FILES))


def test_new_release_works_offline(visit, first, deploy):
    page = visit.page(of=first)
    page.goto("/en/")
    wait_for_service_worker(page)
    old = release(page)
    deploy()
    page.goto("/en/")
    wait_for_new_release(page, old)

    page.context.set_offline(True)

    open_right_now(page)
    expect_complete(page)
    assert release(page) != old
    assert go_to_idea(page)


def test_incomplete_release_is_not_activated(visit, first, deploy):
    page = visit.page(of=first)
    page.goto("/en/")
    wait_for_service_worker(page)
    old = release(page)
    new = deploy()
    worker = new.get("/sw.js")[2].decode()
    flow = next(
        path for path in (new.state / "static" / "now").glob("flow.*.js") if path.name in worker
    )
    kept = {
        path: path.read_bytes()
        for path in flow.parent.glob(f"{flow.name}*")  # compressed too
    }
    for path in kept:
        path.write_bytes(bytes(255 - byte for byte in kept[path]))

    page.goto("/en/now/")
    page.evaluate(
        "navigator.serviceWorker.getRegistration().then(worker => worker.update()).catch(() => {})"
    )
    wait_until(
        page,
        """async () => {
          const worker = await navigator.serviceWorker.getRegistration();
          return !worker.installing && !worker.waiting;
        }""",
    )

    open_right_now(page)
    expect_complete(page)
    assert release(page) == old and f'"release": "{old}"' not in worker
    assert go_to_idea(page)
    for path in kept:
        path.write_bytes(kept[path])
    wait_for_new_release(page, old)
    page.goto("/en/now/")
    expect_complete(page)
    assert release(page) != old


def test_styles_are_served_as_soon_as_pages_are(first):
    style = re.search(rb'href="(/static/ui/tokens[^"]+)"', first.get("/en/")[2])[1].decode()
    first.stop()
    first.start(wait="/en/")

    answers = [first.get(style)[0] for _try in range(40) if not time.sleep(0.02)]

    assert set(answers) == {200}
