// Makes help available offline. One cache per release, filled and verified before an older one is
// deleted. The server joins this file with service-worker-pages.js, -mine.js, -forms.js and
// -notifications.js into one script, /sw.js.
const KNOWN = /* RELEASE */ null;
const HELP = "help"; // crisis and leave pages, under paths that never change
const SHELL = `shell-${KNOWN.release}`;
const SHAPE = 2; // of the offline bundle that this release reads (recommendations/bundle.py)
// Of this shape only: scripts of one release never meet a bundle of another shape.
const BUNDLE = `pocket-${SHAPE}`;

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
