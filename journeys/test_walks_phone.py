"""One person and one phone, over days: no network, a new phone, Spanish, by ear, large type."""

import re

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.steps import (
    breathe,
    expect_landed,
    find_clipped_text,
    go_to_idea,
    log_in_own_words,
    moment_rows,
    open_right_now,
    report_outcome,
    step,
    wait_for_bundle,
    wait_for_service_worker,
    wait_until,
)
from journeys.test_header_and_bar import LOST
from journeys.test_kept_forms import come_back, count
from journeys.test_kept_pages import KEPT
from journeys.test_sign_in import sign_out
from testing.browser import PHONE

NARROW = {"width": 320, "height": 640}


@pytest.fixture
def home(server):
    made = cast.family(server)
    cast.live_through(server, by={"pk": made["caregivers"]["Ada"]}, days=[1, 2, 3])
    return made


@pytest.fixture
def ada(visit, server, home) -> Page:
    return cast.page_of(visit, server, home, "Ada", size=PHONE)


def keep(page: Page, *paths: str, language: str = "en") -> None:
    """Open Today until this phone keeps the pages."""
    page.goto(f"/{language}/today/")
    wait_for_service_worker(page)
    page.goto(f"/{language}/today/")
    wait_until(
        page,
        f"async () => {{ const kept = await ({KEPT})(); return "
        f"{list(paths)}.every(path => kept.includes(path)); }}",
    )


def log_without_network(page: Page, title: str) -> None:
    page.goto("/en/moments/log/")
    page.locator("form[data-fresh] summary").click()
    page.locator("[name=title]").fill(title)
    page.locator("form[data-fresh] .btn--ink").first.click()
    expect(page.locator("[data-waiting-words]")).to_contain_text(
        "kept on this phone", ignore_case=True
    )


def test_three_days_without_a_network_arrive_once_at_the_end(ada, server, home):
    page = ada
    keep(page, "/en/today/", "/en/week/", "/en/moments/log/", "/en/now/")
    page.context.set_offline(True)

    for day, title in enumerate(("Song in the tent", "Stars", "Soup by the fire"), start=1):
        page.goto("/")
        expect_landed(page, "/en/today/")
        expect(page.locator("[data-kept-line]")).to_contain_text("No network.")
        log_without_network(page, title)
        said = "^Kept on this phone" if day == 1 else f"^{day} things are kept on this phone"
        expect(page.locator("[data-waiting-words]")).to_have_text(re.compile(said))
        page.goto("/en/week/")
        expect_landed(page, "/en/week/", "168 hours")
    assert count(server, home) == 3

    come_back(page)

    assert count(server, home) == 6
    rows = moment_rows(page)
    for title in ("Song in the tent", "Stars", "Soup by the fire"):
        expect(rows.filter(has_text=title)).to_have_count(1)
    page.goto("/en/today/")
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert count(server, home) == 6


def test_new_phone_has_the_week_and_the_old_one_keeps_only_its_own(ada, visit, server, home):
    old = ada
    keep(old, "/en/week/")
    old.goto("/en/week/")
    week = old.locator("main svg").first.get_attribute("aria-label")

    # The new phone: signed in, and everything that was is there.
    new = cast.page_of(visit, server, home, "Ada", size=PHONE)
    new.goto("/")
    expect_landed(new, "/en/today/")
    expect(new.locator(".glance")).to_contain_text("3 small moments for Wren.")
    new.goto("/en/week/")
    expect_landed(new, "/en/week/", "168 hours")
    assert new.locator("main svg").first.get_attribute("aria-label") == week
    keep(new, "/en/week/")

    # Days later the old one is given away: only what it kept goes.
    sign_in_again(old, server, home)
    sign_out(old)
    wait_until(old, f"async () => !(await ({KEPT})()).length")
    assert "/en/week/" in new.evaluate(f"({KEPT})()")
    log_in_own_words(new, "Still here")
    expect(moment_rows(new)).to_have_count(4)
    old.goto("/en/week/")
    expect(old).to_have_url(re.compile("/sign-in/"))


def sign_in_again(page: Page, server, home) -> None:
    """Open a session of Ada for this browser alone, as if she had just signed in."""
    script = f"""
key = session(Caregiver.objects.get(pk={home["caregivers"]["Ada"]!r}).person)
store = SessionStore(key)
store.update(dict.fromkeys(("reauthenticated_at", "since", "seen"), time.time()))
store.save()
told = key
"""
    own = {"sessions": {"Ada": cast.run(server, cast.SESSIONS + script)}}
    cast.sign_in(page.context, server, own, "Ada")


def test_days_in_spanish_stay_in_spanish(ada, server, home):
    page = ada
    page.goto("/es/today/")
    expect_landed(page, "/es/today/")
    expect(page.locator(".glance")).to_contain_text("3 pequeños momentos para Wren.")

    log_in_own_words(page, "Canción de cuna", language="es")
    expect(page.locator(".flash [role=status]")).to_contain_text("Guardado")
    open_right_now(page, language="es")
    expect(page.locator("[data-how-is]")).to_have_text("¿Cómo está Wren?")
    go_to_idea(page)
    report_outcome(page, "settled")
    expect(step(page, "done").locator("[data-saved]")).to_contain_text("Guardado")
    page.locator("[data-home]").click()
    expect_landed(page, "/es/today/")
    expect(page.locator(".glance")).to_contain_text("pequeños momentos para Wren.")

    # The day after, without a network.
    expect(moment_rows(page, language="es")).to_have_count(5)
    keep(page, "/es/today/", "/es/week/", language="es")
    page.context.set_offline(True)
    page.goto("/es/week/")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("[data-kept-line]")).to_contain_text("Sin red.")
    page.goto("/es/family/sharing/")
    expect_landed(page, "/es/family/sharing/", "No tienes conexión.")


def test_by_ear_each_step_has_its_heading_and_takes_the_focus(ada):
    page = ada
    page.goto("/en/today/")
    for landmark in ("banner", "main"):
        expect(page.get_by_role(landmark)).to_have_count(1)
    main, bar = page.get_by_role("main"), page.get_by_role("navigation", name="Main")
    expect(main.get_by_role("heading", level=1)).to_have_count(1)
    expect(main.get_by_role("heading", name="The last seven days")).to_be_visible()
    expect(main.get_by_role("img").first).to_have_accessible_name(re.compile(r"\w"))

    # Right now: the heading of each step is where one is.
    bar.get_by_role("link", name=re.compile("^Right now")).click()
    expect(page.get_by_role("heading", name="Breathe out first.")).to_be_visible()
    wait_for_bundle(page)
    page.get_by_role("link", name="Tap when you’re ready").click()
    expect(page.get_by_role("heading", name="How is Wren?", level=1)).to_be_focused()
    page.get_by_role("link", name=re.compile("^Wound up")).click()
    expect(page.get_by_role("heading", name="What’s happening?", level=1)).to_be_focused()
    page.get_by_role("link", name="Something else", exact=True).click()
    expect(page.get_by_role("link", name="I tried it")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("heading", level=2).first).to_have_text(re.compile(r"\w"))
    page.get_by_role("link", name="I tried it").click()
    expect(page.get_by_role("heading", name="How is Wren now?", level=1)).to_be_focused()
    page.get_by_role("main").get_by_role("listitem").first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Saved").first).to_be_visible()
    page.get_by_role("link", name="Enough for now").click()
    expect_landed(page, "/en/today/")

    # Log: named groups, and a status says what was saved.
    page.get_by_role("link", name="Add a small moment").click()
    expect(page.get_by_role("heading", name="What was it?", level=1)).to_be_visible()
    what = page.get_by_role("group", name="What was it?")
    what.get_by_role("radio").first.check()
    page.get_by_role("main").get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("status").filter(has_text="Saved").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)


def test_large_type_on_a_small_phone_through_today_log_and_right_now(ada):
    page = ada
    page.set_viewport_size(NARROW)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})

    def expect_readable() -> None:
        page.wait_for_function("getComputedStyle(document.documentElement).fontSize === '32px'")
        assert find_clipped_text(page) == []
        assert page.evaluate(LOST) == []

    page.goto("/en/today/")
    expect_readable()
    page.goto("/en/moments/log/")
    expect_readable()
    log_in_own_words(page, "Large letters")
    expect_readable()

    open_right_now(page)
    expect_readable()
    go_to_idea(page)
    expect_readable()
    page.locator("[data-step=idea] [data-go=after]").click()
    expect(step(page, "after")).to_be_visible()
    expect_readable()
    page.locator("[data-outcome=settled]").click()
    expect(step(page, "done").locator("[data-saved]")).to_contain_text("Saved")
    expect_readable()
    page.locator("[data-home]").click()
    expect_landed(page, "/en/today/")
    expect_readable()


# Rows of all stores of all databases of this phone, by "database/store"; and private cached pages.
# The owner's id may stay, without any child: what still waits to be sent waits for that person.
LEFT = """async () => {
  const left = {};
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise(done => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
    });
    for (const store of db.objectStoreNames) {
      const asked = db.transaction(store).objectStore(store).getAll();
      const rows = await new Promise(done => { asked.onsuccess = () => done(asked.result); });
      const kept = rows.filter(row => store !== "me" || row.children.length);
      if (kept.length) left[`${name}/${store}`] = kept.length;
    }
    db.close();
  }
  for (const name of await caches.keys()) if (name.startsWith("mine-")) left[name] = 1;
  return left;
}"""


def test_leaving_takes_a_copy_asks_erasure_and_empties_this_phone(ada, server, home):
    page = ada
    keep(page, "/en/today/", "/en/week/")
    open_right_now(page)
    breathe(page)
    go_to_idea(page)
    report_outcome(page, "settled")
    expect(step(page, "done").locator("[data-saved]")).to_contain_text("shared with your family")

    assert {"everyhour/moments", "everyhour/me"} <= set(page.evaluate(LEFT))

    # The copy first.
    sign_in_again(page, server, home)
    page.goto("/en/data/export/")
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("button", name="Download my copy").click()
    assert waiting.value.suggested_filename.endswith(".zip")

    # Then everything goes in seven days, which is said and can be taken back.
    page.goto("/en/data/erase/")
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_role("status").filter(has_text="Nothing changes until then")).to_be_visible()
    expect(page.get_by_role("button", name="Keep my account")).to_be_visible()

    # This phone: what it stores is deleted, then signed out.
    page.goto("/en/now/phone/")
    page.locator("[data-forget]").click()
    sign_out(page)
    expect_landed(page, "/en/")
    wait_until(page, f"async () => !Object.keys(await ({LEFT})()).length")
    page.context.set_offline(True)
    page.goto("/en/today/")
    expect(page.locator("body")).not_to_contain_text("Wren")
