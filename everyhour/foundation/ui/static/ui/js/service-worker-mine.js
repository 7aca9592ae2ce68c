// Pages of the signed-in person that are kept for the hours without a network (docs/adr/0027), with
// their files. A part of the service worker.
const MINE = "mine-"; // pages of the signed-in person, by a digest of person and session
const FILES = "files"; // scripts, styles and pictures of those pages
const NOBODY = "none";
const FRESH = 6 * 3600e3; // milliseconds in which a kept page is not warmed again
const MOST_FILES = 400;
const BETWEEN = 250; // milliseconds between two pages that are warmed

const mineCaches = async () => (await caches.keys()).filter(name => name.startsWith(MINE));
const isMember = async () => (await mineCaches()).length > 0;
// Of a search, only a choice names another page: of a child, and of what a usual day's page is
// about. The rest is what a search found.
const isChoice = url =>
  /^\?child=[\w-]+$/.test(url.search) ||
  (/^\?(practice|weeks)=[\w-]+$/.test(url.search) && url.pathname.includes("/rhythm/"));
const nameOf = url => url.pathname + (isChoice(url) ? url.search : "");

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
