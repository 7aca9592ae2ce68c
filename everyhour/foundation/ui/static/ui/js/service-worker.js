// Makes help available offline. One cache per release, filled and verified before an older one is
// deleted.
const KNOWN = /* RELEASE */ null;
const HELP = "help"; // crisis and leave pages, under paths that never change
const SHELL = `shell-${KNOWN.release}`;
const SHAPE = 2; // of the offline bundle that this release reads (recommendations/bundle.py)
// Of this shape only: scripts of one release never meet a bundle of another shape.
const BUNDLE = `pocket-${SHAPE}`;
const PAGES_READ = "seen"; // pages read before, for when the network is away
const ANSWERS = "said"; // answers to notifications given offline
const MINE = "mine-"; // pages of the signed-in person, by a digest of person and session
const FILES = "files"; // scripts, styles and pictures of those pages
const NOBODY = "none";
const FRESH = 6 * 3600e3; // milliseconds in which a kept page is not warmed again
const MOST_FILES = 400;
const BETWEEN = 250; // milliseconds between two pages that are warmed

self.addEventListener("install", event => event.waitUntil(install()));
self.addEventListener("activate", event => event.waitUntil(activate()));
self.addEventListener("message", event => {
  if (event.data === "mine") event.waitUntil(self.clients.claim().catch(() => {}));
  if (event.data?.forms === "send") event.waitUntil(sendForms().catch(() => {}));
  if (event.data === "forget") event.waitUntil(forget());
  if (event.data?.warm) event.waitUntil(warm(event.data.warm).catch(() => {}));
});
self.addEventListener("push", event => event.waitUntil(notify(event.data)));
self.addEventListener("notificationclick", event => {
  event.notification.close();
  event.waitUntil(openNotification(event.notification.data ?? {}, event.action));
});
self.addEventListener("pushsubscriptionchange", event => event.waitUntil(renew(event)));
self.addEventListener("sync", event =>
  event.waitUntil(event.tag === "forms" ? sendForms() : sendKept()),
);
self.addEventListener("fetch", event => {
  const { request } = event,
    url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && request.mode === "navigate")
    event.respondWith(submitted(event, url));
  if (request.method !== "GET") return;
  if (url.pathname.startsWith("/help/") || url.pathname === "/leave/")
    event.respondWith(help(request, url));
  else if (url.pathname.startsWith("/static/")) event.respondWith(asset(request));
  else if (/\/now\/pocket\/(ways\/)?$/.test(url.pathname)) event.respondWith(offlineBundle(event));
  else if (request.mode === "navigate") event.respondWith(page(event, url));
});

async function install() {
  const helpful = await caches.open(HELP);
  await several(KNOWN.crisis, async ([path, digest]) =>
    put(helpful, path, await fetched(path, digest)),
  );
  const shell = await caches.open(SHELL);
  const bundles = await caches.open(BUNDLE);
  try {
    await several(KNOWN.assets, async ([path, digest]) =>
      put(shell, path, await fetched(path, digest)),
    );
    await several(KNOWN.pages, async path =>
      put(path.endsWith("/pocket/") ? bundles : shell, path, await fetched(path)),
    );
  } catch (error) {
    // Delete an incomplete release; the old one stays in use.
    await caches.delete(SHELL);
    throw error;
  }
  await self.skipWaiting();
}

async function activate() {
  await self.clients.claim();
  // Keep this release and the one before it: a page opened yesterday still finds its files.
  const shells = (await caches.keys()).filter(name => name.startsWith("shell-") && name !== SHELL);
  for (const name of shells.slice(0, -1)) await caches.delete(name);
  await caches.delete("pocket"); // bundles of shape 1
}

// Do something with each item, six at a time: one after another takes minutes on a slow network.
async function several(items, act) {
  const waiting = [...items];
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: 6 }, work));
}

async function fetched(path, digest) {
  const response = await fetch(path, { cache: "no-store", credentials: "omit" });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const body = await response.clone().arrayBuffer();
  if (!body.byteLength) throw new Error(`${path}: empty`);
  if (digest && hex(await crypto.subtle.digest("SHA-256", body)) !== digest)
    throw new Error(`${path}: not what was promised`);
  return response;
}

const hex = buffer =>
  [...new Uint8Array(buffer)].map(b => b.toString(16).padStart(2, "0")).join("");
// A redirected response cannot answer a navigation, so its body is put into a new one.
const put = async (cache, path, response) =>
  cache.put(
    path,
    response.redirected
      ? new Response(await response.blob(), { headers: response.headers })
      : response,
  );

// Crisis and leave pages come from the cache at once and are refreshed in the background.
async function help(request, url) {
  const cache = await caches.open(HELP);
  const kept = await cache.match(url.pathname);
  const fresh = fetched(url.pathname).then(async response => {
    await put(cache, url.pathname, response.clone()).catch(() => {});
    return response;
  });
  if (kept) {
    fresh.catch(() => {});
    return kept;
  }
  try {
    return await fresh;
  } catch (error) {
    const language = url.pathname.match(/\/in-([a-z]{2})\/$/)?.[1];
    const any =
      (language && (await cache.match(`/help/in-${language}/`))) || (await cache.match("/help/"));
    if (any) return any;
    throw error;
  }
}

// The name of an asset contains its digest, so any cached copy is the right one.
async function asset(request) {
  const kept = await caches.match(request.url);
  return kept || fetch(request);
}

// The offline bundle comes from the cache at once; a new one replaces it only once it is complete.
async function offlineBundle(event) {
  const path = new URL(event.request.url).pathname,
    cache = await caches.open(BUNDLE),
    kept = await cache.match(path);
  const etag = kept?.headers.get("etag");
  const fresh = fetch(path, {
    headers: etag ? { "If-None-Match": etag } : {},
    cache: "no-store",
    credentials: "omit",
  }).then(async response => {
    if (response.status !== 200) return kept?.clone() ?? response;
    const payload = await response.clone().json();
    if (payload.shape !== SHAPE || !payload.version || !payload.practices?.length)
      return kept?.clone() ?? response;
    await cache.put(path, response.clone()).catch(() => {});
    return response;
  });
  if (kept) {
    event.waitUntil(fresh.catch(() => {}));
    return kept;
  }
  return fresh;
}

// A guest's home, Right now and this phone come from the cache of the release; a signed-in
// person's Right now and this phone as they last were, and are read again for the next time. Other
// pages come from the network, or else as they were last read.
async function page(event, url) {
  const { request } = event;
  const shell = await caches.open(SHELL);
  const language = KNOWN.languages.find(code => url.pathname.startsWith(`/${code}/`));
  const mine = await findMine(url);
  const kept = await shell.match(url.pathname);
  if (mine && kept && !/\/offline\/$/.test(url.pathname)) {
    event.waitUntil(readAhead(nameOf(url)).catch(() => {}));
    return mine;
  }
  const member = await isMember();
  if (kept && !member) return kept;
  if (
    language &&
    url.pathname.startsWith(`/${language}/now/`) &&
    !url.search &&
    !url.pathname.includes("/phone/")
  ) {
    try {
      const response = await quick(request, 1500);
      await settle(response);
      if (response.status < 500) return response;
    } catch {
      /* no network: Right now comes from the cache */
    }
    const path = `/${language}/now/`;
    const now =
      (await findMine(new URL(path, location.origin))) || (await shell.match(path));
    if (now) return now;
  }
  try {
    const response = await quick(request, mine ? 5000 : 8000);
    await settle(response);
    sendKept().catch(() => {});
    const seen = await caches.open(PAGES_READ);
    if (/no-store/.test(response.headers.get("cache-control") ?? "")) {
      // Never cached: pages of a signed-in person, and what a search found.
      if (!url.search) await seen.delete(url.pathname).catch(() => {});
    } else if (response.ok && !response.redirected && response.type === "basic") {
      await seen
        .put(url.pathname, response.clone())
        .then(() => trim(seen))
        .catch(() => {});
    }
    if (response.status < 500) return response;
    return (mine && dated(mine)) ?? (await seen.match(url.pathname)) ?? response;
  } catch {
    if (mine) return dated(mine);
    const any =
      language ||
      KNOWN.languages.find(code => navigator.language.startsWith(code)) ||
      KNOWN.languages[0];
    if (!language) {
      const start = await shell.match(`/${any}${url.pathname}`);
      if (start) return Response.redirect(`/${any}${url.pathname}`);
    }
    if (member && /^\/[a-z]{2}\/$/.test(url.pathname)) return Response.redirect(`/${any}/today/`);
    return (
      kept ||
      (await (await caches.open(PAGES_READ)).match(url.pathname)) ||
      offlinePage(url)
    );
  }
}

async function offlinePage(url) {
  const known = KNOWN.languages.find(code => url.pathname.startsWith(`/${code}/`));
  const asked = KNOWN.languages.find(code => navigator.language.startsWith(code));
  const path = `/${known ?? asked ?? KNOWN.languages[0]}/offline/`;
  return (
    (await findMine(new URL(path, location.origin))) ||
    (await (await caches.open(SHELL)).match(path)) ||
    (await caches.open(HELP)).match("/help/")
  );
}

const mineCaches = async () => (await caches.keys()).filter(name => name.startsWith(MINE));
const isMember = async () => (await mineCaches()).length > 0;
// Of a search, only the choice of a child names another page: the rest is what a search found.
const nameOf = url => url.pathname + (/^\?child=[\w-]+$/.test(url.search) ? url.search : "");

async function findMine(url) {
  for (const name of await mineCaches()) {
    const found = await (await caches.open(name)).match(nameOf(url));
    if (found) return found;
  }
}

// Every page names its person: pages kept for anybody else go, and this one is kept if it may be.
async function settle(response) {
  const person = response.headers.get("everyhour-person");
  if (!person) return;
  for (const name of await mineCaches()) if (name !== MINE + person) await caches.delete(name);
  if (person === NOBODY || response.headers.get("everyhour-keep") !== "yes") return;
  const url = new URL(response.url);
  if (url.search && nameOf(url) === url.pathname) return;
  await keepPage(person, nameOf(url), response.clone()).catch(() => {});
}

// Somebody signs out: what is being read for them is not kept any more.
let signedOut = 0;
async function forget() {
  signedOut += 1;
  for (const name of await mineCaches()) await caches.delete(name);
}

async function keepPage(person, name, response, since = signedOut) {
  const text = await response.text();
  if (since !== signedOut) return;
  const headers = new Headers(response.headers);
  for (const wire of ["content-encoding", "content-length"]) headers.delete(wire);
  headers.set("everyhour-kept-at", new Date().toISOString());
  await (await caches.open(MINE + person)).put(name, new Response(text, { headers }));
  await keepFiles(text, new URL(name, location.origin));
}

// Keep the files that a page, a style or a script names; their names contain their digest.
async function keepFiles(text, base) {
  const files = await caches.open(FILES);
  const names = text.matchAll(/["'(]([^"'()\s]*\.[0-9a-f]{8,}\.(?:css|m?js|svg|png|woff2|json))/g);
  for (const [, name] of names) {
    const url = new URL(name, base);
    if (url.origin !== location.origin || (await caches.match(url.href))) continue;
    const response = await fetch(url.href, { credentials: "omit" });
    if (!response.ok) continue;
    await files.put(url.href, response.clone());
    if (/\.(css|m?js)$/.test(url.pathname)) await keepFiles(await response.text(), url);
  }
}

// Read pages of a signed-in person before they are first opened.
async function warm(paths) {
  const began = signedOut;
  for (const path of paths) {
    if (began !== signedOut) return;
    const kept = await findMine(new URL(path, location.origin));
    const since = Date.now() - Date.parse(kept?.headers.get("everyhour-kept-at") ?? 0);
    if (since >= 0 && since < FRESH) continue;
    await readAhead(path);
    // What a person does meanwhile goes first.
    await new Promise(resolve => setTimeout(resolve, BETWEEN));
  }
  const files = await caches.open(FILES);
  const names = await files.keys();
  for (const old of names.slice(0, Math.max(0, names.length - MOST_FILES))) await files.delete(old);
}

// Read a page that nobody looks at yet.
async function readAhead(path) {
  const since = signedOut;
  const response = await fetch(path, {
    headers: { Accept: "text/html", Purpose: "prefetch" },
    credentials: "same-origin",
    redirect: "manual",
    cache: "no-store",
  });
  if (since === signedOut) await settle(response);
}

// A kept page says since when it is kept (kept_pages.js writes the line).
async function dated(kept) {
  const at = kept.headers.get("everyhour-kept-at") ?? "";
  const text = (await kept.text()).replace("<body ", `<body data-kept-at="${at}" `);
  return new Response(text, { headers: kept.headers });
}

function quick(request, patience) {
  const late = new AbortController(),
    timer = setTimeout(() => late.abort(), patience);
  return fetch(request, { signal: late.signal }).finally(() => clearTimeout(timer));
}

async function trim(cache) {
  const kept = await cache.keys();
  for (const request of kept.slice(0, Math.max(0, kept.length - 40))) await cache.delete(request);
}

// Show a notification; the server worded it as its person prefers.
async function notify(data) {
  let payload = {};
  try {
    payload = data.json();
  } catch {
    /* no readable payload: browsers must show a notification, so its title is a dot */
  }
  const path = inside(payload.path) ? payload.path : "/",
    nudge = new URL(path, location.origin).searchParams.get("nudge");
  const icon = KNOWN.icons?.[payload.plain ? "plain" : "own"];
  await self.registration.showNotification(payload.title || "\u2022", {
    body: payload.body ?? "",
    tag: payload.tag ?? "note",
    lang: payload.lang ?? "",
    icon,
    badge: icon,
    actions: nudge
      ? (payload.answers ?? []).slice(0, 2).map(([action, title]) => ({ action, title }))
      : [],
    data: {
      path,
      nudge,
      opened: inside(payload.opened) ? payload.opened : "",
      language: payload.lang ?? KNOWN.languages[0],
    },
  });
}
const inside = path => typeof path === "string" && /^\/[^/\\]/.test(path);

// A tap opens the notification's page, in an open window if there is one. An action needs no page.
async function openNotification({ path = "/", nudge, opened, language }, action) {
  const answer = what =>
    nudge &&
    send(
      `/${language}/nudges/${encodeURIComponent(nudge)}/answer/`,
      `what=${encodeURIComponent(what)}`,
    );
  if (action) return answer(action);
  const there = new URL(path, location.origin).href;
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.find(page => page.url === there) ?? null;
  await (open ? open.focus() : self.clients.openWindow(there)).catch(() => {});
  if (opened) await send(opened, "");
  await answer("opened");
}

// Send to the server; without a network keep it and send it later.
async function send(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      body,
      headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
      credentials: "same-origin",
      cache: "no-store",
    });
    if (answer.status < 500) return true;
  } catch {
    /* no network */
  }
  await (await caches.open(ANSWERS)).put(path, new Response(body)).catch(() => {});
  await self.registration.sync?.register("said").catch(() => {});
  return false;
}

async function sendKept() {
  const cache = await caches.open(ANSWERS);
  for (const request of await cache.keys()) {
    const body = await (await cache.match(request)).text();
    if (!(await send(new URL(request.url).pathname, body))) return;
    // Deleted only once the server has it; the server accepts the same answer twice.
    await cache.delete(request);
  }
}

// The push service gave this browser a new address: send it to the server, or none arrive.
async function renew({ oldSubscription, newSubscription }) {
  const kept =
    newSubscription ??
    (oldSubscription && (await self.registration.pushManager.subscribe(oldSubscription.options)));
  if (!kept) return;
  const body = JSON.stringify({ ...kept.toJSON(), instead_of: oldSubscription?.endpoint ?? "" });
  await fetch(`/${KNOWN.languages[0]}/messages/phones/`, {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    credentials: "same-origin",
  });
}
