"""Right now draws from what was learned of this child.

Saying never applies at once, also offline, and reaches the other phones.
"""

import pytest
from playwright.sync_api import Page, expect

from journeys import cast
from journeys.accessibility import expect_accessible
from journeys.cast import page_of
from journeys.steps import (
    OPEN_DATABASE,
    breathe,
    fetch_bundle,
    find_clipped_text,
    idea_title,
    open_right_now,
    report_outcome,
    step,
    store,
    stored_moments,
    tap_situation,
    tap_state,
    wait_for_service_worker,
    wait_until,
)
from journeys.test_moment_sync import stored
from journeys.test_sign_out import sign_out
from testing.browser import PHONE

# For three weeks wall pushes helped and humming never did; then the nightly fit runs.
LEARNED = """
from everyhour.domain.recommendations import training
for n in range(80):
    practice, outcome = [("wall-push", "settled"), ("low-hum", "not_yet")][n % 2]
    at = now - timedelta(hours=6 * n + 3)
    make.moment(people["Ada"], child=child, at=at, practice=practice, outcome=outcome,
                state_before="alarm", situation="homework")
training.learn(at=now)
"""
TWO = """
jo = make.child(family, nickname="Jo", at=now, never=["wall-push"])
told["jo"] = jo.pk
"""
DRAWS = """async ([pocket, own, times]) => {
  const { offer } = await import('/static/now/choosing.js'), count = {};
  for (let n = 0; n < times; n++) {
    const draw = (n + .5) / times;
    const made = offer(pocket, { state: 'alarm', situation: 'homework', draw, own });
    count[made.slug] = (count[made.slug] ?? 0) + 1;
  }
  return count;
}"""
OWN = f"""async child => {{
  if (!(await indexedDB.databases()).some(one => one.version === 3)) return null;
  {OPEN_DATABASE} return new Promise(done => {{
    const asked = db.transaction('own').objectStore('own').get(child);
    asked.onsuccess = () => {{ db.close(); done(asked.result ?? null); }};
  }})
}}"""
HAS = f"async child => !!(await ({OWN})(child))?.version"
ALL_SENT = f"""async () => {{ {OPEN_DATABASE} return new Promise(done => {{
  const asked = db.transaction('nevers').objectStore('nevers').count();
  asked.onsuccess = () => {{ db.close(); done(asked.result === 0); }};
}}) }}"""
CREATE_OLD_DATABASE = """() => new Promise((done, fail) => {
  const asked = indexedDB.open('everyhour', 2);
  asked.onupgradeneeded = () => {
    const byKey = { keyPath: 'key' };
    const byId = { keyPath: 'id' };
    const stores = { moments: byId, wishes: {}, outbox: byKey, rejected: byKey, me: {} };
    for (const [name, options] of Object.entries(stores))
      asked.result.createObjectStore(name, options);
  };
  asked.onsuccess = () => {
    const db = asked.result, change = db.transaction(['moments', 'wishes'], 'readwrite');
    const at = '2026-03-01T10:00:00.000Z';
    change.objectStore('moments')
      .put({ id: 'of-before', at, offers: [], state: 'alarm', outcome: null });
    change.objectStore('wishes').put({ nickname: 'Birdie', never: ['low-hum'] }, 'wishes');
    change.oncomplete = () => { db.close(); done(); };
  };
  asked.onerror = () => fail(asked.error);
})"""


@pytest.fixture
def family(server):
    return cast.run(server, cast.FAMILY + LEARNED)


def load_child_bundle(page: Page, family: dict, *, child: str = "child") -> dict:
    """Open a signed-in page, and wait until the phone has the child's bundle; return it."""
    page.goto("/en/moments/")
    wait_until(page, HAS, family[child])
    return page.evaluate(OWN, family[child])


def wait_for_child_bundle(page: Page, family: dict, what: str) -> None:
    """Open a signed-in page, and wait until a condition on the child's bundle holds."""
    page.goto("/en/moments/")
    wait_until(
        page,
        f"async child => {{ const own = await ({OWN})(child); return !!own && ({what}) }}",
        family["child"],
    )


def never_on_server(server, family: dict, *, child: str = "child") -> list[str]:
    return cast.run(
        server,
        "from everyhour.domain.families.models import Child\n"
        f"told = Child.objects.get(pk={family[child]!r}).never",
    )


def open_idea(page: Page, state: str = "alarm", situation: str = "homework") -> str:
    breathe(page)
    tap_state(page, state)
    tap_situation(page, situation)
    expect(step(page, "idea")).to_be_visible()
    return idea_title(page)


def say_never(page: Page) -> None:
    page.locator("[data-step=idea] .fold summary").click()
    page.locator("[data-never]").click()


def everything_offered(page: Page) -> list[str]:
    """Tap Something else until nothing is left; return all titles."""
    titles = []
    while page.locator("[data-step=idea] [data-else]").is_visible():
        titles.append(idea_title(page))
        page.locator("[data-step=idea] [data-else]").click()
    return titles


def test_practice_that_helped_this_child_is_drawn_more_often(visit, server, family):
    page = page_of(visit, server, family, "Ada", size=PHONE)

    own = load_child_bundle(page, family)

    carried = fetch_bundle(server)
    before, after = (
        page.evaluate(DRAWS, [carried, child_bundle, 10_000]) for child_bundle in (None, own)
    )
    assert after["wall-push"] > 3 * before["wall-push"]
    assert after["low-hum"] < after["wall-push"] / 5
    assert min(after.values()) >= 90, "every practice keeps a probability of one in a hundred"


def test_moment_records_the_rule_and_bundle_it_was_drawn_from(visit, server, family):
    page = page_of(visit, server, family, "Ada", size=PHONE)
    own = load_child_bundle(page, family)

    open_right_now(page)
    open_idea(page)
    report_outcome(page, "settled")
    expect(page.locator("[data-step=done] [data-saved]")).to_have_text(
        "Saved, and shared with your family. You don’t have to write anything."
    )

    kept = stored_moments(page)[-1]
    offer = kept["offers"][-1]
    assert (offer["rule"], offer["own"], offer["belief"]) == (
        "learned-1",
        own["version"],
        own["belief"],
    )
    assert 0 < offer["probability"] < 1
    script = (
        "from everyhour.domain.moments.models import Moment\n"
        f"told = Moment.objects.get(key={kept['id']!r}).decision"
    )
    assert cast.run(server, script) == kept["offers"]


@pytest.mark.database
def test_never_applies_offline_and_syncs_to_the_other_phone(visit, server, family):
    ada, otto = (page_of(visit, server, family, name, size=PHONE) for name in ("Ada", "Otto"))
    load_child_bundle(ada, family)
    load_child_bundle(otto, family)
    open_right_now(ada)
    wait_for_service_worker(ada)
    ada.context.set_offline(True)
    ada.reload()

    title = open_idea(ada)
    slug = next(p["slug"] for p in fetch_bundle(server)["practices"] if p["title"] == title)
    say_never(ada)
    expect(ada.locator("[data-never]")).to_have_text("It won’t come up again. Undo")
    ada.screenshot(path="journeys/shots/own-never.png", full_page=True)
    ada.goto("/en/now/")
    open_idea(ada)
    assert title not in everything_offered(ada)
    assert never_on_server(server, family) == []

    ada.context.set_offline(False)
    wait_until(ada, ALL_SENT)
    assert never_on_server(server, family) == [slug]
    wait_for_child_bundle(otto, family, f"own.never.includes('{slug}')")
    otto.context.set_offline(True)
    otto.goto("/en/now/")
    open_idea(otto)
    assert title not in everything_offered(otto)
    otto.context.set_offline(False)

    wait_for_child_bundle(otto, family, "true")
    otto.goto("/en/now/phone/")
    otto.locator("[data-never-list] button", has_text=title).click()
    wait_until(otto, ALL_SENT)
    expect(otto.locator("[data-never-list]")).to_be_hidden()
    wait_for_child_bundle(ada, family, "!own.never.length")
    assert never_on_server(server, family) == []


def test_undone_offline_never_is_not_sent(visit, server, family):
    ada = page_of(visit, server, family, "Ada", size=PHONE)
    load_child_bundle(ada, family)
    open_right_now(ada)
    wait_for_service_worker(ada)
    ada.context.set_offline(True)
    open_idea(ada)
    say_never(ada)
    expect(ada.locator("[data-never]")).to_contain_text("Undo")
    assert len(stored(ada, "nevers")) == 1

    ada.locator("[data-never]").click()

    expect(ada.locator("[data-never]")).to_have_text("Not for us. Don’t suggest it again.")
    wait_until(ada, ALL_SENT)


def test_givers_never_applies_to_this_phone_only(visit, server, family):
    nana = page_of(visit, server, family, "Nana", size=PHONE)
    nana.goto("/en/moments/log/")
    wait_until(nana, HAS, family["child"])
    open_right_now(nana)

    title = open_idea(nana)
    say_never(nana)

    expect(nana.locator("[data-never]")).to_have_text(
        "It won’t come up again on this phone. "
        "A guardian can turn it off for the whole family. Undo"
    )
    assert find_clipped_text(nana) == []
    nana.screenshot(path="journeys/shots/own-never-giver.png", full_page=True)
    open_right_now(nana)
    open_idea(nana)
    assert title not in everything_offered(nana)
    assert never_on_server(server, family) == []
    nana.goto("/en/now/phone/")
    nana.locator("[data-never-list] button", has_text=title).click()
    expect(nana.locator("[data-never-list]")).to_be_hidden()


def test_no_touch_set_on_the_childs_page_applies_offline(visit, server, family):
    ada, otto = (page_of(visit, server, family, name, size=PHONE) for name in ("Ada", "Otto"))
    load_child_bundle(otto, family)
    ada.goto(f"/en/family/children/{family['child']}/")
    ada.locator("[name=no_touch]").check()
    ada.get_by_role("button", name="Save").first.click()
    expect(ada.locator("[role=status]").first).to_be_visible()

    wait_for_child_bundle(otto, family, "own.touch === false")
    otto.goto("/en/now/")
    wait_for_service_worker(otto)
    otto.context.set_offline(True)

    touching = {p["title"] for p in fetch_bundle(server)["practices"] if p["touch"] == "needed"}
    assert touching
    for state, situation in (("alarm", "homework"), ("calm", "bedtime"), ("shutdown", "homework")):
        otto.goto("/en/now/")
        open_idea(otto, state, situation)
        assert not touching & set(everything_offered(otto))


def test_sign_out_deletes_the_child_bundle(visit, server, family):
    page = page_of(visit, server, family, "Ada", size=PHONE)
    load_child_bundle(page, family)

    sign_out(page)

    assert stored(page, "own") == []
    assert [mine["children"] for mine in stored(page, "me")] == [[]]
    open_right_now(page)
    open_idea(page)
    report_outcome(page, "settled")
    expect(page.locator("[data-step=done] [data-saved]")).to_contain_text("Saved")
    assert [kept["offers"][-1]["rule"] for kept in stored_moments(page)] == ["suits-2"]


def test_ended_session_deletes_the_child_bundle_at_next_contact(visit, server, family):
    page = page_of(visit, server, family, "Ada", size=PHONE)
    load_child_bundle(page, family)
    page.context.clear_cookies()

    page.goto("/en/now/")

    wait_until(page, f"async child => !(await ({OWN})(child))", family["child"])


def test_other_persons_sign_in_deletes_the_first_childs_bundle(visit, server, family):
    context = cast.sign_in(visit.context(size=PHONE), server, family, "Ada")
    page = context.new_page()
    load_child_bundle(page, family)
    other = cast.run(server, cast.FAMILY)
    cast.sign_in(context, server, other, "Ada")

    load_child_bundle(page, other)

    assert [own["child"] for own in stored(page, "own")] == [other["child"]]


def test_two_children_can_be_chosen_between(visit, server):
    family = cast.run(server, cast.FAMILY + LEARNED + TWO)
    page = page_of(visit, server, family, "Ada", size=PHONE)
    load_child_bundle(page, family)
    wait_until(page, HAS, family["jo"])

    open_right_now(page)
    expect(page.locator("[data-how-is]")).to_have_text("How is Wren?")
    page.locator("[data-children]").get_by_text("Jo").click()

    expect(page.locator("[data-how-is]")).to_have_text("How is Jo?")
    expect_accessible(page)
    page.screenshot(path="journeys/shots/own-which-child.png", full_page=True)
    open_right_now(page)
    expect(page.locator("[data-children] [aria-pressed=true]")).to_have_text("Jo")
    open_idea(page)
    wall = next(p["title"] for p in fetch_bundle(server)["practices"] if p["slug"] == "wall-push")
    assert wall not in everything_offered(page)


def test_server_page_skips_what_the_phone_ruled_out(guest, server):
    page = guest
    page.goto("/en/now/phone/")
    store(
        page,
        wishes={
            "never": [
                p["slug"] for p in fetch_bundle(server)["practices"] if p["slug"] != "wall-push"
            ]
        },
    )
    wall = next(p["title"] for p in fetch_bundle(server)["practices"] if p["slug"] == "wall-push")

    page.goto("/en/now/alarm/homework/")

    expect(page.locator("[data-title]")).to_have_text(wall)


def test_database_upgrade_keeps_moments_and_wishes(visit, server, family):
    context = cast.sign_in(visit.context(size=PHONE), server, family, "Ada")
    page = context.new_page()
    page.goto("/help/")  # has no scripts, which would create the database
    page.evaluate(CREATE_OLD_DATABASE)

    load_child_bundle(page, family)

    assert [kept["id"] for kept in stored(page, "moments")] == ["of-before"]
    assert stored(page, "wishes") == [{"nickname": "Birdie", "never": ["low-hum"]}]


def test_two_tabs_can_say_never_at_once(visit, server, family):
    context = cast.sign_in(visit.context(size=PHONE), server, family, "Ada")
    one, two = context.new_page(), context.new_page()
    load_child_bundle(one, family)
    load_child_bundle(two, family)

    for page, slug in ((one, "low-hum"), (two, "wall-push")):
        page.evaluate(
            """async slug => {
              const { setNever } = await import('/static/now/child_bundle.js');
              await setNever(slug, true);
            }""",
            slug,
        )

    wait_for_child_bundle(one, family, "own.never.length === 2")
    assert never_on_server(server, family) == ["low-hum", "wall-push"]
