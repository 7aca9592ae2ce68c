// Pages kept on this phone (docs/adr/0027): say since when, read again once the network is back,
// and on the offline page list what is here.
import { clock, weekdayAndDay } from "./formats.js";

const AGAIN = 5000; // milliseconds between two looks for the network
const SETTLED = 4000; // milliseconds after which a page that is still open may fetch others
const body = document.body;
const line = document.querySelector("[data-kept-line]");

/** "8:10 am" of today; "Tuesday, Nov 24, 8:10 am" of another day. */
export function when(at, now = new Date()) {
  const same = at.toDateString() === now.toDateString();
  return same ? clock(at) : `${weekdayAndDay(at)}, ${clock(at)}`;
}

function sayWhen() {
  const at = new Date(body.dataset.keptAt ?? "");
  if (!line || Number.isNaN(at.valueOf())) return;
  line.textContent = line.dataset.words.replace("{time}", when(at));
  line.hidden = false;
  for (const hint of document.querySelectorAll("[data-needs-network]")) hint.hidden = false;
  lookForTheNetwork();
}

// What somebody is writing stays; the page is read again only while nothing has been changed on it.
const isBeingFilledIn = () =>
  [...document.querySelectorAll("input, textarea, select")].some(field =>
    field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked
      : field.type !== "hidden" && field.value !== (field.defaultValue ?? field.value),
  ) || document.querySelector("dialog[open]");

function lookForTheNetwork() {
  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" });
      if (answer.status < 500 && !isBeingFilledIn()) location.reload();
    } catch {
      /* not yet */
    }
  };
  addEventListener("online", look);
  document.addEventListener("visibilitychange", look);
  setInterval(look, AGAIN);
}

// Once per visit, the pages of this person are read before they are first opened.
async function warm() {
  const paths = (body.dataset.warm ?? "").split(" ").filter(Boolean);
  if (!paths.length || body.dataset.keptAt || !navigator.serviceWorker) return;
  const mark = `${body.dataset.release} ${document.documentElement.dataset.since}`;
  if (sessionStorage.getItem("warmed") === mark) return;
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ warm: paths });
  sessionStorage.setItem("warmed", mark);
}

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'" };
const titleOf = text =>
  (/<title>([^<]*)<\/title>/.exec(text)?.[1] ?? "")
    .replace(/&(#x27|\w+);/g, (whole, name) => ENTITIES[name] ?? whole)
    .replace(/ · [^·]*$/, "");

async function listKept() {
  const list = document.querySelector("[data-kept-pages]");
  if (!list) return;
  const titles = new Map();
  for (const name of (await caches.keys()).filter(name => name.startsWith("mine-"))) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const url = new URL(request.url);
      if (!url.pathname.startsWith(`/${document.documentElement.lang}/`)) continue;
      if (/\/offline\/$/.test(url.pathname)) continue;
      const title = titleOf(await (await cache.match(request)).text());
      if (title && !titles.has(title)) titles.set(title, url.pathname + url.search);
    }
  }
  for (const [title, path] of titles) {
    const link = Object.assign(document.createElement("a"), { href: path, className: "row" });
    link.append(Object.assign(document.createElement("b"), { textContent: title }));
    const row = document.createElement("li");
    row.append(link);
    list.append(row);
  }
  list.closest("section").hidden = !titles.size;
}

sayWhen();
setTimeout(() => warm().catch(() => {}), SETTLED);
listKept().catch(() => {});
