// Pages as they are opened: from the network, or else from what this phone has. A part of the
// service worker.
const PAGES_READ = "seen"; // pages read before, for when the network is away
const SOON = 1500; // milliseconds after which Right now and the app's start do without an answer

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
      const response = await quick(request, SOON);
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
  const start = member && language && url.pathname === `/${language}/`;
  try {
    const response = await quick(request, start ? SOON : mine ? 5000 : 8000);
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
    if (start) return todayOf(language);
    return (mine && dated(mine)) ?? (await seen.match(url.pathname)) ?? response;
  } catch {
    if (start) return todayOf(language);
    if (mine) return dated(mine);
    const any =
      language ||
      KNOWN.languages.find(code => navigator.language.startsWith(code)) ||
      KNOWN.languages[0];
    if (!language) {
      const translated = await shell.match(`/${any}${url.pathname}`);
      if (translated) return Response.redirect(`/${any}${url.pathname}`);
    }
    return (
      kept ||
      (await (await caches.open(PAGES_READ)).match(url.pathname)) ||
      offlinePage(url)
    );
  }
}

// The installed app starts on the home, from where the server sends its members to Today.
const todayOf = language =>
  Response.redirect(new URL(`/${language}/today/`, location.origin).href, 302);

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

function quick(request, patience) {
  const late = new AbortController(),
    timer = setTimeout(() => late.abort(), patience);
  return fetch(request, { signal: late.signal }).finally(() => clearTimeout(timer));
}

async function trim(cache) {
  const kept = await cache.keys();
  for (const request of kept.slice(0, Math.max(0, kept.length - 40))) await cache.delete(request);
}
