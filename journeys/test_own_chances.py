"""The hard minute draws from what was learned of this child; a "no" works at once, also without network, and reaches the others' phones."""

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.accessible import sound
from journeys.cast import page_of
from journeys.steps import (
    OPEN,
    keep,
    lost_words,
    moments,
    open_right_now,
    pocket,
    step,
    tap_situation,
    tap_state,
    tried,
    until,
    until_kept,
)
from journeys.test_kept_after_signing_out import sign_out
from journeys.test_moments_from_the_phone import stored
from testing.browser import PHONE

# For three weeks pushing against the wall helped, humming never did; then the night's learning.
LEARNED = """
from everyhour.domain.recommendations import training
for n in range(80):
    practice, outcome = [("wall-push", "settled"), ("low-hum", "not_yet")][n % 2]
    at = now - timedelta(hours=6 * n + 3)
    make.moment(people["Ada"], child=child, at=at, practice=practice, outcome=outcome, state_before="alarm", situation="homework")
training.learn(at=now)
"""
TWO = """
jo = make.child(family, nickname="Jo", at=now, never=["wall-push"])
told["jo"] = jo.pk
"""
DRAWS = """async ([pocket, own, times]) => {
  const { offer } = await import('/static/now/choosing.js'), count = {};
  for (let n = 0; n < times; n++) {
    const made = offer(pocket, { state: 'alarm', situation: 'homework', draw: (n + .5) / times, own });
    count[made.slug] = (count[made.slug] ?? 0) + 1;
  }
  return count;
}"""
OWN = f"""async child => {{
  if (!(await indexedDB.databases()).some(one => one.version === 3)) return null;
  {OPEN} return new Promise(done => {{
    const asked = db.transaction('own').objectStore('own').get(child);
    asked.onsuccess = () => {{ db.close(); done(asked.result ?? null); }};
  }})
}}"""
HAS = f"async child => !!(await ({OWN})(child))?.version"
ALL_TOLD = f"""async () => {{ {OPEN} return new Promise(done => {{
  const asked = db.transaction('nevers').objectStore('nevers').count();
  asked.onsuccess = () => {{ db.close(); done(asked.result === 0); }};
}}) }}"""
BEFORE = """() => new Promise((done, fail) => {
  const asked = indexedDB.open('everyhour', 2);
  asked.onupgradeneeded = () => {
    const keys = { moments: { keyPath: 'id' }, wishes: {}, outbox: { keyPath: 'key' }, rejected: { keyPath: 'key' }, me: {} };
    for (const [name, options] of Object.entries(keys)) asked.result.createObjectStore(name, options);
  };
  asked.onsuccess = () => {
    const db = asked.result, change = db.transaction(['moments', 'wishes'], 'readwrite');
    change.objectStore('moments').put({ id: 'of-before', at: '2026-03-01T10:00:00.000Z', offers: [], state: 'alarm', outcome: null });
    change.objectStore('wishes').put({ nickname: 'Birdie', never: ['low-hum'] }, 'wishes');
    change.oncomplete = () => { db.close(); done(); };
  };
  asked.onerror = () => fail(asked.error);
})"""


@pytest.fixture
def family(server):
    return cast.on(server, cast.FAMILY + LEARNED)


def learned(page: Page, family: dict, *, child: str = "child") -> dict:
    """Open a page of somebody signed in, and wait until the phone carries what was learned of the child."""
    page.goto("/en/moments/")
    until(page, HAS, family[child])
    return page.evaluate(OWN, family[child])


def in_contact(page: Page, family: dict, what: str) -> None:
    """Open a page of somebody signed in until something holds of what the phone carries."""
    page.goto("/en/moments/")
    until(
        page,
        f"async child => {{ const own = await ({OWN})(child); return !!own && ({what}) }}",
        family["child"],
    )


def on_server(server, family: dict, *, child: str = "child") -> list[str]:
    return cast.on(
        server,
        f"from everyhour.domain.families.models import Child\ntold = Child.objects.get(pk={family[child]!r}).never",
    )


def idea(page: Page, state: str = "alarm", situation: str = "homework") -> str:
    tap_state(page, state)
    tap_situation(page, situation)
    expect(step(page, "idea")).to_be_visible()
    return page.locator("#h-idea").inner_text()


def say_never(page: Page) -> None:
    page.locator("[data-step=idea] .fold summary").click()
    page.locator("[data-never]").click()


def everything_offered(page: Page) -> list[str]:
    """Ask for something else until nothing is left; give all the titles."""
    titles = []
    while page.locator("[data-step=idea] [data-else]").is_visible():
        titles.append(page.locator("#h-idea").inner_text())
        page.locator("[data-step=idea] [data-else]").click()
    return titles


def test_what_helped_this_child_is_drawn_more_often(visit, server, family):
    page = page_of(visit, server, family, "Ada", size=PHONE)

    own = learned(page, family)

    carried = pocket(server)
    before, after = (page.evaluate(DRAWS, [carried, told, 10_000]) for told in (None, own))
    assert after["wall-push"] > 3 * before["wall-push"]
    assert after["low-hum"] < after["wall-push"] / 5
    assert min(after.values()) >= 90, "each may still come: with a chance of one in a hundred"


def test_the_moment_keeps_by_what_it_was_drawn(visit, server, family):
    page = page_of(visit, server, family, "Ada", size=PHONE)
    own = learned(page, family)

    open_right_now(page)
    idea(page)
    tried(page, "settled")
    expect(page.locator("[data-step=done] [data-saved]")).to_have_text(
        "Saved, and shared with your family. You don’t have to write anything."
    )

    kept = moments(page)[-1]
    offer = kept["offers"][-1]
    assert (offer["rule"], offer["own"], offer["belief"]) == (
        "learned-1",
        own["version"],
        own["belief"],
    )
    assert 0 < offer["probability"] < 1
    script = f"from everyhour.domain.moments.models import Moment\ntold = Moment.objects.get(key={kept['id']!r}).decision"
    assert cast.on(server, script) == kept["offers"]


@pytest.mark.database
def test_never_holds_without_network_and_then_for_the_other_phone(visit, server, family):
    ada, otto = (page_of(visit, server, family, name, size=PHONE) for name in ("Ada", "Otto"))
    learned(ada, family)
    learned(otto, family)
    open_right_now(ada)
    until_kept(ada)
    ada.context.set_offline(True)
    ada.reload()

    title = idea(ada)
    slug = next(p["slug"] for p in pocket(server)["practices"] if p["title"] == title)
    say_never(ada)
    expect(ada.locator("[data-never]")).to_have_text("It won’t come up again. Undo")
    ada.screenshot(path="journeys/shots/own-never.png", full_page=True)
    ada.goto("/en/now/")
    idea(ada)
    assert title not in everything_offered(ada)
    assert on_server(server, family) == []

    ada.context.set_offline(False)
    until(ada, ALL_TOLD)
    assert on_server(server, family) == [slug]
    in_contact(otto, family, f"own.never.includes('{slug}')")
    otto.context.set_offline(True)
    otto.goto("/en/now/")
    idea(otto)
    assert title not in everything_offered(otto)
    otto.context.set_offline(False)

    in_contact(otto, family, "true")
    otto.goto("/en/now/phone/")
    otto.locator("[data-never-list] button", has_text=title).click()
    until(otto, ALL_TOLD)
    expect(otto.locator("[data-never-list]")).to_be_hidden()
    in_contact(ada, family, "!own.never.length")
    assert on_server(server, family) == []


def test_an_undo_of_what_nobody_heard_tells_nobody(visit, server, family):
    ada = page_of(visit, server, family, "Ada", size=PHONE)
    learned(ada, family)
    open_right_now(ada)
    until_kept(ada)
    ada.context.set_offline(True)
    idea(ada)
    say_never(ada)
    expect(ada.locator("[data-never]")).to_contain_text("Undo")
    assert len(stored(ada, "nevers")) == 1

    ada.locator("[data-never]").click()

    expect(ada.locator("[data-never]")).to_have_text("Not for us. Don’t suggest it again.")
    until(ada, ALL_TOLD)


def test_a_giver_says_never_on_this_phone_alone(visit, server, family):
    nana = page_of(visit, server, family, "Nana", size=PHONE)
    nana.goto("/en/moments/log/")
    until(nana, HAS, family["child"])
    open_right_now(nana)

    title = idea(nana)
    say_never(nana)

    expect(nana.locator("[data-never]")).to_have_text(
        "It won’t come up again on this phone. A guardian can turn it off for the whole family. Undo"
    )
    assert lost_words(nana) == []
    nana.screenshot(path="journeys/shots/own-never-giver.png", full_page=True)
    open_right_now(nana)
    idea(nana)
    assert title not in everything_offered(nana)
    assert on_server(server, family) == []
    nana.goto("/en/now/phone/")
    nana.locator("[data-never-list] button", has_text=title).click()
    expect(nana.locator("[data-never-list]")).to_be_hidden()


def test_no_touch_told_on_the_childs_page_holds_on_the_phones(visit, server, family):
    ada, otto = (page_of(visit, server, family, name, size=PHONE) for name in ("Ada", "Otto"))
    learned(otto, family)
    ada.goto(f"/en/family/children/{family['child']}/")
    ada.locator("[name=no_touch]").check()
    ada.get_by_role("button", name="Save").first.click()
    expect(ada.locator("[role=status]").first).to_be_visible()

    in_contact(otto, family, "own.touch === false")
    otto.goto("/en/now/")
    until_kept(otto)
    otto.context.set_offline(True)

    touching = {p["title"] for p in pocket(server)["practices"] if p["touch"] == "needed"}
    assert touching
    for state, situation in (("alarm", "homework"), ("calm", "bedtime"), ("shutdown", "homework")):
        otto.goto("/en/now/")
        idea(otto, state, situation)
        assert not touching & set(everything_offered(otto))


def test_after_signing_out_nothing_of_it_is_on_the_phone(visit, server, family):
    page = page_of(visit, server, family, "Ada", size=PHONE)
    learned(page, family)

    sign_out(page)

    assert stored(page, "own") == []
    assert [mine["children"] for mine in stored(page, "me")] == [[]]
    open_right_now(page)
    idea(page)
    tried(page, "settled")
    expect(page.locator("[data-step=done] [data-saved]")).to_contain_text("Saved")
    assert [kept["offers"][-1]["rule"] for kept in moments(page)] == ["suits-1"]


def test_signed_out_from_afar_it_goes_with_the_next_contact(visit, server, family):
    page = page_of(visit, server, family, "Ada", size=PHONE)
    learned(page, family)
    page.context.clear_cookies()

    page.goto("/en/now/")

    until(page, f"async child => !(await ({OWN})(child))", family["child"])


def test_somebody_else_who_signs_in_finds_nothing_of_the_first_ones_child(visit, server, family):
    context = cast.sign_in(visit.context(size=PHONE), server, family, "Ada")
    page = context.new_page()
    learned(page, family)
    other = cast.on(server, cast.FAMILY)
    cast.sign_in(context, server, other, "Ada")

    learned(page, other)

    assert [own["child"] for own in stored(page, "own")] == [other["child"]]


def test_a_home_with_two_children_says_which_one_it_is_about(visit, server):
    family = cast.on(server, cast.FAMILY + LEARNED + TWO)
    page = page_of(visit, server, family, "Ada", size=PHONE)
    learned(page, family)
    until(page, HAS, family["jo"])

    open_right_now(page)
    expect(page.locator("[data-how-is]")).to_have_text("How is Wren right now?")
    page.locator("[data-children]").get_by_text("Jo").click()

    expect(page.locator("[data-how-is]")).to_have_text("How is Jo right now?")
    sound(page)
    page.screenshot(path="journeys/shots/own-which-child.png", full_page=True)
    open_right_now(page)
    expect(page.locator("[data-children] [aria-pressed=true]")).to_have_text("Jo")
    idea(page)
    wall = next(p["title"] for p in pocket(server)["practices"] if p["slug"] == "wall-push")
    assert wall not in everything_offered(page)


def test_a_page_from_the_server_does_not_offer_what_was_ruled_out_on_the_phone(guest, server):
    page = guest
    page.goto("/en/now/phone/")
    keep(
        page,
        wishes={
            "never": [p["slug"] for p in pocket(server)["practices"] if p["slug"] != "wall-push"]
        },
    )
    wall = next(p["title"] for p in pocket(server)["practices"] if p["slug"] == "wall-push")

    page.goto("/en/now/alarm/homework/")

    expect(page.locator("#h-idea")).to_have_text(wall)


def test_a_phone_with_a_store_of_before_keeps_all_it_had(visit, server, family):
    context = cast.sign_in(visit.context(size=PHONE), server, family, "Ada")
    page = context.new_page()
    page.goto("/en/about/")
    page.evaluate(BEFORE)

    learned(page, family)

    assert [kept["id"] for kept in stored(page, "moments")] == ["of-before"]
    assert stored(page, "wishes") == [{"nickname": "Birdie", "never": ["low-hum"]}]


def test_two_tabs_say_it_at_once_and_both_are_heard(visit, server, family):
    context = cast.sign_in(visit.context(size=PHONE), server, family, "Ada")
    one, two = context.new_page(), context.new_page()
    learned(one, family)
    learned(two, family)

    for page, slug in ((one, "low-hum"), (two, "wall-push")):
        page.evaluate(
            "async slug => { const { setNever } = await import('/static/now/child_bundle.js'); await setNever(slug, true) }",
            slug,
        )

    in_contact(one, family, "own.never.length === 2")
    assert on_server(server, family) == ["low-hum", "wall-push"]
