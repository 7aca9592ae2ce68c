// Elements with data-part are replaced by current ones of the same page: after a server-sent event,
// when a link marked data-swap is followed, or when a person returns to the page. Without this
// module the page works, but does not update.
const policy = self.trustedTypes?.createPolicy("everyhour-parts", { createHTML: html => html });
const QUIET = 45_000; // the server sends every 15 s; after this long the connection is dead
const STALE = 60_000; // a page that was hidden for longer is refreshed

const parts = within =>
  new Map([...within.querySelectorAll("[data-part]")].map(part => [part.dataset.part, part]));
const busy = part =>
  [...part.querySelectorAll("input, textarea")].some(
    field => field.type !== "hidden" && field.value !== field.defaultValue,
  );

let fetching = null,
  again = false,
  refreshedAt = Date.now();

/** Fetch this page, or another URL of it, and replace the parts that differ. Calls during a fetch
 *  cause one more fetch. Returns false if the page could not be refreshed. */
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
      refreshedAt = Date.now();
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
    const refind = focusFinder(old),
      open = [...old.querySelectorAll("details[open][id]")].map(details => details.id),
      closed = [...old.querySelectorAll("details:not([open])[id]")].map(details => details.id);
    const top = scrollY;
    const next = document.importNode(part, true);
    for (const id of open) next.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
    for (const id of closed) next.querySelector(`#${CSS.escape(id)}`)?.removeAttribute("open");
    old.replaceWith(next);
    if (refind)
      (refind(next) ?? next.querySelector("[tabindex], a, button"))?.focus({
        preventScroll: true,
      });
    if (scrollY !== top) scrollTo({ top, behavior: "instant" });
    changed = true;
  }
  if (changed) document.dispatchEvent(new CustomEvent("parts:fresh"));
  return changed;
}

// Return a function that finds the focused element again in the fresh part: by its id, or by what
// it is and the how-manieth of its kind, as other things may come or go before it.
function focusFinder(part) {
  const focused = document.activeElement;
  if (!part.contains(focused) || focused === document.body) return null;
  const same = ["id", "href", "name"]
    .filter(name => focused.hasAttribute(name))
    .map(name => `[${name}="${CSS.escape(focused.getAttribute(name))}"]`)[0];
  const selector = focused.localName + (same ?? "");
  const place = [...part.querySelectorAll(selector)].indexOf(focused);
  return fresh => fresh.querySelectorAll(selector)[place];
}

function say(words) {
  const status = document.querySelector("[data-live-said]");
  if (status) {
    status.textContent = "";
    requestAnimationFrame(() => {
      status.textContent = words;
    });
  }
}

// Links to another view of the same page (another state, another child): without a page load, and
// with a URL of their own.
document.addEventListener("click", async event => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  try {
    if (await refresh(link.href)) history.pushState(null, "", link.href);
    else location.assign(link.href);
  } catch {
    location.assign(link.href);
  }
});
addEventListener("popstate", () => refresh().catch(() => location.reload()));

// Events: received only while the page is visible; a page that was hidden asks for those it missed.
const page = document.querySelector("[data-live]");
let connection = null,
  missed = false,
  tries = 0,
  after = page?.dataset.live ?? "",
  timer = 0;

function reconnect() {
  clearTimeout(timer);
  // Random, so that not every page reconnects at once after a restart.
  const wait = Math.min(60_000, 500 * 2 ** tries) * (0.5 + Math.random());
  tries += 1;
  timer = setTimeout(listen, wait);
}

async function listen() {
  if (connection || document.hidden) return;
  const own = (connection = new AbortController());
  let dead = setTimeout(() => own.abort(), QUIET);
  try {
    const response = await fetch(`/live/?after=${encodeURIComponent(after)}`, {
      signal: own.signal,
      cache: "no-store",
      headers: { Accept: "text/event-stream" },
    });
    if (response.status === 401 || response.status === 404) {
      lose();
      return;
    }
    if (!response.ok) throw new Error(response.status);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let buffer = ""; ;) {
      const { value, done } = await reader.read();
      if (done) break;
      clearTimeout(dead);
      dead = setTimeout(() => own.abort(), QUIET);
      const events = (buffer + value).split("\n\n");
      buffer = events.pop();
      for (const event of events) receive(event);
    }
  } catch {
    /* no network, or the server restarts: reconnect below */
  } finally {
    clearTimeout(dead);
    if (connection === own) {
      connection = null;
      if (!document.hidden && after !== "gone") reconnect();
    }
  }
}

function receive(event) {
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
  } // The server ends the stream; reconnecting checks what this person may still see.
  if (fields.event || missed) update(); // a heartbeat retries a missed refresh
}

// Show a change. Without a network, remember that one was missed.
async function update() {
  try {
    missed = !(await refresh());
  } catch {
    missed = true;
  }
  if (!missed) say(page.dataset.said ?? "");
}

// Signed out, or no longer in this family: hide everything private.
function lose() {
  after = "gone";
  document.body.hidden = true;
  location.reload();
}

if (page) {
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      clearTimeout(timer);
      connection?.abort();
      connection = null;
      return;
    }
    if (Date.now() - refreshedAt > STALE) refresh().catch(() => {});
    tries = 0;
    listen();
  });
  addEventListener("online", () => {
    tries = 0;
    clearTimeout(timer);
    if (missed) update();
    listen();
  });
  addEventListener("pagehide", () => {
    connection?.abort();
    connection = null;
  });
  addEventListener("pageshow", event => {
    if (event.persisted) {
      refresh().catch(() => {});
      listen();
    }
  });
  listen();
}
