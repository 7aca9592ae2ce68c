"""Steps that many browser tests repeat."""

import json
import re
import time
from pathlib import Path

import yaml
from playwright.sync_api import Page, expect

from testing.server import ROOT, Server

WAIT_FOR_BUNDLE = """async () => {
  const address = document.querySelector('[data-bundle]').dataset.bundle;
  await (await fetch(address)).json();
  await new Promise(done => setTimeout(done, 60));
}"""
OPEN_DATABASE = """const db = await new Promise((done, fail) => {
  const asked = indexedDB.open('everyhour');
  asked.onsuccess = () => done(asked.result); asked.onerror = () => fail(asked.error);
});"""
# Text that cannot be read (outside of the window, or clipped by a box around it), and controls that
# reach beyond the window: the body hides them without scrolling. What is in a row that scrolls
# sideways can be reached, as long as the row itself is in the window.
CLIPPED_TEXT = """() => {
  const lost = [], wide = document.documentElement.clientWidth;
  const page = document.documentElement.scrollWidth;
  if (page > wide) lost.push(`scrolls sideways: ${page} > ${wide}`);
  const inScrollingRow = holder => {
    for (let box = holder; box && box !== document.body; box = box.parentElement) {
      const b = box.getBoundingClientRect();
      const scrolls = /auto|scroll/.test(getComputedStyle(box).overflowX);
      if (scrolls && box.scrollWidth > box.clientWidth + 1)
        return b.left >= -1 && b.right <= wide + 1;
    }
    return false;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const holder = node.parentElement, hidden = '.vh, .skip, script, style, noscript, option';
    if (!node.data.trim() || holder.closest(hidden)) continue;
    if (!holder.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    if (inScrollingRow(holder)) continue;
    for (const r of range.getClientRects()) {
      if (r.width < 1) continue;
      if (r.left < -1 || r.right > wide + 1) {
        lost.push(`beyond the edge: ${node.data.trim().slice(0, 60)}`);
        break;
      }
      let box = holder, cut = false;
      for (; box && box !== document.body && !cut; box = box.parentElement) {
        const style = getComputedStyle(box), b = box.getBoundingClientRect();
        const clips = style.overflowX !== 'visible' && style.display !== 'inline';
        cut = clips && (r.left < b.left - 1 || r.right > b.right + 1);
      }
      if (cut) { lost.push(`cut: ${node.data.trim().slice(0, 60)}`); break; }
    }
  }
  for (const control of document.querySelectorAll('a[href], button, input, select, summary')) {
    if (control.closest('.vh, .skip') || inScrollingRow(control)) continue;
    if (!control.checkVisibility({ visibilityProperty: true })) continue;
    const r = control.getBoundingClientRect(), name = control.innerText || control.name;
    if (r.width < 1 || (r.left >= -1 && r.right <= wide + 1)) continue;
    lost.push(`control beyond the edge: ${name.trim().slice(0, 60)}`);
  }
  return lost;
}"""


# One address of every kind of page; {} stands for the language.
FLOW = {
    "breath": "/{}/now/",
    "start": "/{}/now/start/",
    "start-answered": "/{}/now/start/?you=flooded",
    "you": "/{}/now/you/flooded/",
    "around": "/{}/now/alarm/",
    "idea": "/{}/now/alarm/homework/",
    "presence": "/{}/now/fear/",
    "danger": "/{}/now/alarm/gone/",
    "after": "/{}/now/alarm/homework/after/",
    "done": "/{}/now/alarm/homework/settled/",
    "safe": "/{}/now/alarm/homework/unsafe/",
    "lost": "/{}/now/volcano/",
}
CRISIS = {"crisis": "/help/", "crisis-us": "/help/us/", "crisis-es": "/help/in-es/"}
SHELL = {
    "home": "/{}/",
    "about": "/{}/about/",
    "ideas": "/{}/ideas/",
    "nothing-found": "/{}/ideas/?q=zzz",
    "idea-page": "/{}/ideas/practices/wall-push/",
    "new-eyes": "/{}/ideas/new-eyes/lies/",
    "pack": "/{}/ideas/routines/bedtime/",
    "phone": "/{}/now/phone/",
    "gallery": "/{}/ui/",
    "offline": "/{}/offline/",
    "not-found": "/{}/nothing/here/",
}
KINDS = {**SHELL, **FLOW, **CRISIS}


def open_right_now(page: Page, *, language: str = "en") -> None:
    """Open Right now after its breath, once the phone has its bundle and answers taps itself."""
    page.goto(f"/{language}/now/")
    wait_for_bundle(page)
    breathe(page)


def open_right_now_from_home(page: Page) -> None:
    page.goto("/en/")
    page.locator(".rn").click()
    page.wait_for_url("**/now/")
    wait_for_bundle(page)
    breathe(page)


def breathe(page: Page) -> None:
    """Tap the breath away, if it shows."""
    if step(page, "breath").is_visible():
        page.locator("[data-breathed]").click()
    expect(step(page, "start")).to_be_visible()


def wait_for_bundle(page: Page) -> None:
    page.evaluate(WAIT_FOR_BUNDLE)


def wait_until(page: Page, promise: str, arg=None, *, patience: float = 20) -> None:
    """Wait until an async expression is true; `wait_for_function` takes any promise for true."""
    end = time.monotonic() + patience
    while not page.evaluate(promise, arg):
        assert time.monotonic() < end, f"still not so after {patience} s: {promise}"
        time.sleep(0.1)


def wait_for_service_worker(page: Page) -> None:
    """Wait until the service worker has cached this release and controls this page.

    `navigator.serviceWorker.ready` never answers where the first installation failed.
    """
    wait_until(
        page,
        """async () => {
          const { active } = (await navigator.serviceWorker.getRegistration()) ?? {};
          return active?.state === 'activated' && !!navigator.serviceWorker.controller;
        }""",
    )


def tap_state(page: Page, state: str) -> None:
    page.locator(f"[data-step=start] [data-state={state}]").click()


def tap_situation(page: Page, situation: str) -> None:
    tile = page.locator(f"[data-step=around] [data-situation={situation}]")
    if not tile.is_visible():
        page.locator("[data-more] summary").click()
    tile.click()


def go_to_idea(page: Page, state: str = "alarm", situation: str = "homework") -> str:
    """Tap the child's state and the situation; return the title of the idea."""
    tap_state(page, state)
    if state not in ("fear", "terror"):
        tap_situation(page, situation)
    expect(step(page, "idea")).to_be_visible()
    return idea_title(page)


def report_outcome(page: Page, outcome: str) -> None:
    page.locator("[data-step=idea] [data-go=after]").click()
    page.locator(f"[data-outcome={outcome}]").click()


def tap_something_else(page: Page) -> str:
    page.locator("[data-step=idea] [data-else]").click()
    return idea_title(page)


def log_in_own_words(page: Page, title: str, *, language: str = "en") -> None:
    """Log a moment of today in one's own words; the page that follows says that it is saved."""
    page.goto(f"/{language}/moments/log/")
    page.locator("form[data-fresh] summary").click()
    page.locator("[name=title]").fill(title)
    page.locator("form[data-fresh] .btn--ink").last.click()
    expect(page.locator(".flash [role=status]")).to_contain_text(title)


def expect_landed(page: Page, path: str, heading: str | re.Pattern | None = None) -> None:
    """Assert the path of the page, and its heading."""
    expect(page).to_have_url(re.compile(f"{path}$"))
    expect(page.locator("h1:visible").first).to_have_text(heading or re.compile(r"\w"))


def moment_rows(page: Page, *, language: str = "en"):
    """Open the list of moments; return its rows."""
    page.goto(f"/{language}/moments/")
    return page.locator("[data-part=moments] .row")


def idea_title(page: Page) -> str:
    """Return the title of the idea; once all were shown, the headline that says so."""
    title = page.locator("[data-title]")
    return (title if title.is_visible() else page.locator("#h-idea")).inner_text()


def step(page: Page, name: str):
    return page.locator(f"[data-step={name}]")


def expect_saved(page: Page) -> None:
    """Wait until the page says that the moment is saved on the phone."""
    expect(page.locator("[data-step=done] [data-saved]")).to_have_text(
        "Saved on this phone. You don’t have to write anything."
    )


def stored_moments(page: Page) -> list[dict]:
    """Return the moments stored on this phone, oldest first, read without our own code."""
    kept = page.evaluate(f"""async () => {{ {OPEN_DATABASE} return new Promise((done, fail) => {{
      const asked = db.transaction('moments').objectStore('moments').getAll();
      asked.onsuccess = () => {{ db.close(); done(asked.result); }};
      asked.onerror = () => fail(asked.error);
    }}) }}""")
    return sorted(kept, key=lambda moment: moment["at"])


def open_crisis_sheet(page: Page):
    """Tap “Someone may get hurt”; return the sheet."""
    page.locator("a.unsafe[data-crisis]").first.click()
    sheet = page.locator("[data-crisis-sheet]")
    expect(sheet).to_be_visible()
    return sheet


def stored_wishes(page: Page) -> dict:
    return page.evaluate(f"""async () => {{ {OPEN_DATABASE} return new Promise(done => {{
      const asked = db.transaction('wishes').objectStore('wishes').get('wishes');
      asked.onsuccess = () => {{ db.close(); done(asked.result ?? {{}}); }};
    }}) }}""")


def store(page: Page, *, moments: list[dict] = (), wishes: dict | None = None) -> None:
    """Write to the phone's database, as if earlier; the page must have opened it before."""
    page.evaluate(
        f"""async ([moments, wishes]) => {{ {OPEN_DATABASE} return new Promise((done, fail) => {{
          const change = db.transaction(['moments', 'wishes'], 'readwrite');
          for (const moment of moments) change.objectStore('moments').put(moment);
          if (wishes) change.objectStore('wishes').put(wishes, 'wishes');
          change.oncomplete = () => {{ db.close(); done(); }};
          change.onerror = () => fail(change.error);
        }}) }}""",
        [list(moments), wishes],
    )


def build_moment(
    number: int,
    *,
    practice: str = "wall-push",
    state: str = "alarm",
    outcome: str | None = "settled",
    **other,
) -> dict:
    """Return a moment as a phone stores it."""
    offer = {
        "practice": practice,
        "edition": 1,
        "pocket": "0" * 16,
        "rule": "suits-2",
        "probability": 0.1,
        "among": 10,
        "draw": 0.5,
    }
    return {
        "shape": 1,
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "at": f"2026-03-{1 + number % 28:02d}T17:{number % 60:02d}:00.000Z",
        "zone": "America/Denver",
        "wall": f"2026-03-{1 + number % 28:02d}T10:{number % 60:02d}",
        "state": state,
        "situation": "homework",
        "caregiver": None,
        "offers": [offer],
        "outcome": outcome,
        "language": "en",
        **other,
    }


def expect_complete(page: Page) -> None:
    """Assert that the page has a visible heading and all its style sheets."""
    expect(page.locator("h1:visible").first).to_have_text(re.compile(r"\w"))
    sheets = page.evaluate(
        "[...document.querySelectorAll('link[rel=stylesheet]')]"
        ".map(link => link.sheet?.cssRules.length ?? 0)"
    )
    assert len(sheets) >= 4 and all(sheets), f"styles are missing at {page.url}: {sheets}"


def fit_viewport_to_page(page: Page) -> None:
    """Make the window as tall as the page, so that the dock covers nothing."""
    page.set_viewport_size(
        {
            **page.viewport_size,
            "height": page.evaluate("Math.max(innerHeight, document.documentElement.scrollHeight)"),
        }
    )


def find_clipped_text(page: Page) -> list[str]:
    return page.evaluate(CLIPPED_TEXT)


def fetch_bundle(server: Server, language: str = "en") -> dict:
    body = json.loads(server.get(f"/{language}/now/pocket/ways/")[2])
    body["chances"] = {
        state: {
            situation: [[index, p] for p, *indexes in cell for index in indexes]
            for situation, cell in cells.items()
        }
        for state, cells in body["chances"].items()
    }
    return body


def read_activities() -> dict[str, dict]:
    """Return the front matter of every activity by slug, read without our own reader."""
    return {
        path.stem: yaml.safe_load(path.read_text().split("---")[1])
        for path in Path(ROOT / "content" / "activities").glob("*.md")
    }
