"""Two tabs at once; and a release while somebody is in the middle of it."""

import re
import shutil
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from journeys.steps import (
    moments,
    open_right_now,
    saved,
    to_idea,
    tried,
    until,
    until_kept,
    whole,
    wishes,
    with_pocket,
)
from testing.server import ROOT, Server

FILES = "[...document.querySelectorAll('link[rel=stylesheet]'), ...document.scripts].map(file => file.href || file.src).filter(Boolean)"


def test_two_tabs_both_keep_what_happened(visit):
    context = visit.context()
    one, two = context.new_page(), context.new_page()
    for page in (one, two):
        open_right_now(page)
        to_idea(page)

    tried(one, "settled")
    tried(two, "not_yet")

    saved(one)
    saved(two)
    assert sorted(kept["outcome"] for kept in moments(one)) == ["not_yet", "settled"]


def test_a_wish_told_in_one_tab_survives_a_wish_told_in_another(visit):
    context = visit.context()
    flow, phone = context.new_page(), context.new_page()
    open_right_now(flow)
    to_idea(flow)
    phone.goto("/en/now/phone/")
    phone.locator("#nickname").fill("Wren")
    phone.locator("#nickname").blur()
    expect(phone.locator("[data-wishes-said]")).to_have_text("Saved on this phone.")

    flow.locator("[data-step=idea] .fold summary").click()
    flow.locator("[data-never]").click()
    expect(flow.locator("[data-never]")).to_have_text("It won’t come up again. Undo")

    told = wishes(flow)
    assert told.get("nickname") == "Wren" and len(told["never"]) == 1


@pytest.fixture(scope="module")
def next_release(tmp_path_factory) -> Path:
    """Our package as it may be next week: every style, script and icon is another file under another name."""
    tree = tmp_path_factory.mktemp("next") / "tree"
    shutil.copytree(
        ROOT / "everyhour",
        tree / "everyhour",
        ignore=shutil.ignore_patterns("__pycache__", "tests"),
    )
    for asset in tree.glob("everyhour/**/static/**/*"):
        if asset.suffix in (".css", ".js"):
            asset.write_text(asset.read_text() + "\n/* next week */\n")
        elif asset.suffix in (".svg", ".png"):
            asset.write_bytes(asset.read_bytes() + b"\n")
    return tree


@pytest.fixture
def first(serve) -> Server:
    return serve()


@pytest.fixture
def deploy(serve, first, next_release):
    """Put the next release in place of the first: the same address, the same state folder."""

    def put() -> Server:
        first.stop()
        content = str(ROOT / "content")
        return serve(
            port=first.port,
            state=first.state,
            PYTHONPATH=str(next_release),
            PYTHONSAFEPATH="1",
            EVERYHOUR_CONTENT=content,
        )

    return put


def release(page: Page) -> str:
    return page.locator("body").get_attribute("data-release")


def until_new(page: Page, old: str) -> None:
    """Wait until another release than `old` is whole on this phone and in charge, as after a few visits."""
    until(
        page,
        """async old => {
          const worker = await navigator.serviceWorker.getRegistration();
          await worker.update().catch(() => {});
          const shell = (await caches.keys()).find(name => name.startsWith('shell-') && name !== `shell-${old}`);
          return shell && !worker.installing && !worker.waiting && worker.active.state === 'activated';
        }""",
        old,
    )


def test_a_release_that_renames_every_asset_disturbs_nobody(visit, first, deploy):
    page = visit.page(of=first)
    failed = []
    page.on("response", lambda told: failed.append(told.url) if told.status >= 400 else None)
    open_right_now(page)
    until_kept(page)
    named, old = to_idea(page), release(page)
    files = page.evaluate(FILES)

    deploy()

    # The page that was open goes on to its end.
    assert page.locator("#h-idea").inner_text() == named
    tried(page, "settled")
    saved(page)
    # Going on from it, nobody meets a white screen; old page or new, it is whole.
    for address in ("/en/", "/en/ideas/", "/en/now/", "/en/now/phone/"):
        page.goto(address)
        whole(page)
    # In a while the new one is here.
    until_new(page, old)
    page.goto("/en/now/")
    whole(page)
    assert release(page) != old
    assert not set(files) & set(page.evaluate(FILES))
    with_pocket(page)
    to_idea(page)
    tried(page, "a_bit")
    saved(page)
    assert len(moments(page)) == 2
    assert failed == []


def test_a_page_without_a_service_worker_finds_its_old_files_after_a_release(visit, first, deploy):
    page = visit.page(of=first, service_workers="block")
    open_right_now(page)
    files = page.evaluate(FILES)

    deploy()

    assert len(files) == 6
    for address in files:
        assert page.request.get(address).status == 200
    to_idea(page)
    tried(page, "settled")
    saved(page)
    page.reload()
    whole(page)
    assert not set(files) & set(page.evaluate(FILES))


def test_after_a_release_it_helps_in_flight_mode(visit, first, deploy):
    page = visit.page(of=first)
    page.goto("/en/")
    until_kept(page)
    old = release(page)
    deploy()
    page.goto("/en/")
    until_new(page, old)

    page.context.set_offline(True)

    open_right_now(page)
    whole(page)
    assert release(page) != old
    assert to_idea(page)


def test_half_a_release_is_no_release(visit, first, deploy):
    page = visit.page(of=first)
    page.goto("/en/")
    until_kept(page)
    old = release(page)
    new = deploy()
    worker = new.get("/sw.js")[2].decode()
    flow = next(
        path for path in (new.state / "static" / "now").glob("flow.*.js") if path.name in worker
    )
    kept = {
        path: path.read_bytes()
        for path in (flow, flow.with_name(f"{flow.name}.gz"))
        if path.exists()
    }
    for path in kept:
        path.write_bytes(bytes(255 - byte for byte in kept[path]))

    page.goto("/en/now/")
    page.evaluate(
        "navigator.serviceWorker.getRegistration().then(worker => worker.update()).catch(() => {})"
    )
    until(
        page,
        "async () => { const worker = await navigator.serviceWorker.getRegistration(); return !worker.installing && !worker.waiting }",
    )

    open_right_now(page)
    whole(page)
    assert release(page) == old and f'"release": "{old}"' not in worker
    assert to_idea(page)
    for path in kept:
        path.write_bytes(kept[path])
    until_new(page, old)
    page.goto("/en/now/")
    whole(page)
    assert release(page) != old


def test_from_the_first_page_on_no_style_is_missing_while_the_server_starts(first):
    style = re.search(rb'href="(/static/ui/tokens[^"]+)"', first.get("/en/")[2])[1].decode()
    first.stop()
    first.start(wait="/en/")

    answers = [first.get(style)[0] for _try in range(40) if not time.sleep(0.02)]

    assert set(answers) == {200}
