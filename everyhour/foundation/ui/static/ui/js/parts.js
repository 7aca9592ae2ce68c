// Moving parts: elements with data-part are replaced by fresh ones of the same page, when something
// changed elsewhere (server-sent events), when a link marked data-swap is followed, or when
// somebody comes back to the page. Without this module the page is the same, only older.
const policy = self.trustedTypes?.createPolicy("everyhour-parts", { createHTML: html => html });
const QUIET = 45_000; // the server says something every 15 s; after this long the line is dead
const STALE = 60_000; // who was away longer than this sees a fresh page

const parts = within =>
  new Map([...within.querySelectorAll("[data-part]")].map(part => [part.dataset.part, part]));
const busy = part =>
  [...part.querySelectorAll("input, textarea")].some(
    field => field.type !== "hidden" && field.value !== field.defaultValue,
  );

let fetching = null,
  again = false,
  looked = Date.now();

/** Fetch this page, or another address of it, and replace what differs. Calls while one is under
 *  way become one more. */
export async function refresh(url = location.href) {
  if (fetching) {
    again = true;
    return fetching;
  }
  fetching = (async () => {
    do {
      again = false;
      const response = await fetch(url, {
        headers: { Accept: "text/html" },
        cache: "no-store",
        credentials: "same-origin",
      });
      if (response.redirected) {
        location.replace(response.url);
        return false;
      }
      if (!response.ok || new URL(response.url).origin !== location.origin) return false;
      const html = await response.text();
      replace(
        new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html"),
      );
      looked = Date.now();
    } while (again);
    return true;
  })().finally(() => {
    fetching = null;
  });
  return fetching;
}

function replace(fresh) {
  const now = parts(document);
  let changed = false;
  for (const [name, part] of parts(fresh)) {
    const old = now.get(name);
    if (!old || old.isEqualNode(part) || (busy(old) && old.dataset.swapping === undefined))
      continue;
    const focus = place(old),
      open = [...old.querySelectorAll("details[open][id]")].map(d => d.id),
      closed = [...old.querySelectorAll("details:not([open])[id]")].map(d => d.id);
    const top = scrollY;
    const next = document.importNode(part, true);
    for (const id of open) next.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
    for (const id of closed) next.querySelector(`#${CSS.escape(id)}`)?.removeAttribute("open");
    old.replaceWith(next);
    if (focus)
      (find(next, focus) ?? next.querySelector("[tabindex], a, button"))?.focus({
        preventScroll: true,
      });
    if (scrollY !== top) scrollTo({ top, behavior: "instant" });
    changed = true;
  }
  if (changed) document.dispatchEvent(new CustomEvent("parts:fresh"));
  return changed;
}

// Where the focus stands inside a part, fields so that it can be found in the fresh one.
function place(part) {
  const focused = document.activeElement;
  if (!part.contains(focused) || focused === document.body) return null;
  if (focused.id) return `#${CSS.escape(focused.id)}`;
  const steps = [];
  for (let at = focused; at !== part; at = at.parentElement)
    steps.unshift(`:nth-child(${[...at.parentElement.children].indexOf(at) + 1})`);
  return `:scope > ${steps.join(" > ")}`;
}

function find(part, selector) {
  try {
    return part.querySelector(selector);
  } catch {
    return null;
  }
}

function say(words) {
  const said = document.querySelector("[data-live-said]");
  if (said) {
    said.textContent = "";
    requestAnimationFrame(() => {
      said.textContent = words;
    });
  }
}

// Links to the same page with other eyes (another state, another child): instant, with an address
// of their own.
document.addEventListener("click", async e => {
  const link = e.target.closest("a[data-swap]");
  if (!link || e.metaKey || e.ctrlKey || e.shiftKey || e.button) return;
  e.preventDefault();
  try {
    if (await refresh(link.href)) history.pushState(null, "", link.href);
    else location.assign(link.href);
  } catch {
    location.assign(link.href);
  }
});
addEventListener("popstate", () => refresh().catch(() => location.reload()));

// Live: only while the page is looked at; a hidden page hears what it missed when it is opened
// again.
const page = document.querySelector("[data-live]");
let line = null,
  missed = false,
  tries = 0,
  after = page?.dataset.live ?? "",
  timer = 0;

function reconnect() {
  clearTimeout(timer);
  // Apart from one another, after a restart
  const wait = Math.min(60_000, 500 * 2 ** tries) * (0.5 + Math.random());
  tries += 1;
  timer = setTimeout(listen, wait);
}

async function listen() {
  if (line || document.hidden) return;
  const own = (line = new AbortController());
  let dead = setTimeout(() => own.abort(), QUIET);
  try {
    const response = await fetch(`/live/?after=${encodeURIComponent(after)}`, {
      signal: own.signal,
      cache: "no-store",
      headers: { Accept: "text/event-stream" },
    });
    if (response.status === 401 || response.status === 404) {
      gone();
      return;
    }
    if (!response.ok) throw new Error(response.status);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let kept = ""; ;) {
      const { value, done } = await reader.read();
      if (done) break;
      clearTimeout(dead);
      dead = setTimeout(() => own.abort(), QUIET);
      const events = (kept + value).split("\n\n");
      kept = events.pop();
      for (const event of events) hear(event);
    }
  } catch {
    /* no network, or the server starts anew: come back */
  } finally {
    clearTimeout(dead);
    if (line === own) {
      line = null;
      if (!document.hidden && after !== "gone") reconnect();
    }
  }
}

function hear(event) {
  const fields = Object.fromEntries(
    event.split("\n").map(row => [row.split(":", 1)[0], row.slice(row.indexOf(":") + 1).trim()]),
  );
  if (fields.id) {
    after = fields.id;
    page.dataset.listening = "";
    tries = 0;
  }
  if (fields.event === "bye") {
    tries = -1;
    missed = true;
    return;
  } // the line ends; asking again tells whether we may still be here, and see the same
  if (fields.event || missed) look(); // a heartbeat retries a missed refresh
}

// Something changed: show it. What could not be fetched now is fetched when the network is back.
async function look() {
  try {
    missed = !(await refresh());
  } catch {
    missed = true;
  }
  if (!missed) say(page.dataset.said ?? "");
}

// Signed out, or no longer of this family: nothing private stays on the screen.
function gone() {
  after = "gone";
  document.body.hidden = true;
  location.reload();
}

if (page) {
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      clearTimeout(timer);
      line?.abort();
      line = null;
      return;
    }
    if (Date.now() - looked > STALE) refresh().catch(() => {});
    tries = 0;
    listen();
  });
  addEventListener("online", () => {
    tries = 0;
    clearTimeout(timer);
    if (missed) look();
    listen();
  });
  addEventListener("pagehide", () => {
    line?.abort();
    line = null;
  });
  addEventListener("pageshow", e => {
    if (e.persisted) {
      refresh().catch(() => {});
      listen();
    }
  });
  listen();
}
