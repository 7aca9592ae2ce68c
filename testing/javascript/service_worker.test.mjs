import assert from "node:assert/strict";
import test from "node:test";
import { fakeCaches, worker } from "./service_worker.mjs";

const at = path => new URL(path, "https://every.example");
const page = (path, headers = {}, text = "<body data-everyhour>") => {
  const response = new Response(text, { headers });
  Object.defineProperty(response, "url", { value: at(path).href });
  response.clone = () => page(path, headers, text);
  return response;
};
const keep = person => ({ "everyhour-person": person, "everyhour-keep": "yes" });

for (const [address, name] of [
  ["/en/ideas/", "/en/ideas/"],
  ["/en/ideas/?q=bath", "/en/ideas/"],
  ["/en/helps/?child=3f2a-11", "/en/helps/?child=3f2a-11"],
  ["/en/helps/?child=3&q=x", "/en/helps/"],
  ["/en/rhythm/plan/?practice=bear-walk", "/en/rhythm/plan/?practice=bear-walk"],
  ["/en/rhythm/children/3/homes/?weeks=2", "/en/rhythm/children/3/homes/?weeks=2"],
  ["/en/now/?practice=bear-walk", "/en/now/"],
]) test(`${address} is kept as ${name}`, () => assert.equal(worker(["nameOf"]).nameOf(at(address)), name));

test("six files are fetched at once, and each once", async () => {
  const { several } = worker(["several"]);
  let going = 0, most = 0;
  const done = [];

  await several([...Array(20).keys()], async item => {
    most = Math.max(most, ++going);
    await new Promise(resolve => setTimeout(resolve, 1));
    going -= 1;
    done.push(item);
  });

  assert.equal(most, 6);
  assert.deepEqual(done.sort((a, b) => a - b), [...Array(20).keys()]);
});

test("one file that fails fails them all", async () => {
  const { several } = worker(["several"]);

  await assert.rejects(several([1, 2, 3], async item => { if (item === 2) throw new Error("cut off"); }), /cut off/);
});

test("a page that may be kept is kept for its person", async () => {
  const caches = fakeCaches();

  await worker(["settle"], { caches }).settle(page("/en/week/", keep("ada.1")));

  assert.deepEqual([...caches.all.get("mine-ada.1").keys()], ["/en/week/"]);
});

test("a page without the mark is not kept", async () => {
  const caches = fakeCaches();

  await worker(["settle"], { caches }).settle(page("/en/account/", { "everyhour-person": "ada.1" }));

  assert.equal(caches.all.has("mine-ada.1"), false);
});

test("what a search found is not kept", async () => {
  const caches = fakeCaches();

  await worker(["settle"], { caches }).settle(page("/en/ideas/?q=bath", keep("ada.1")));

  assert.equal(caches.all.has("mine-ada.1"), false);
});

for (const [who, next] of [["nobody", "none"], ["somebody else", "otto.9"], ["a later session", "ada.2"]])
  test(`a page of ${who} deletes what was kept`, async () => {
    const caches = fakeCaches({ "mine-ada.1": { "/en/week/": page("/en/week/") }, help: {} });

    await worker(["settle"], { caches }).settle(page("/en/about/", { "everyhour-person": next }));

    assert.deepEqual(await caches.keys(), ["help"]);
  });

test("a response that names nobody at all changes nothing", async () => {
  const caches = fakeCaches({ "mine-ada.1": { "/en/week/": page("/en/week/") } });

  await worker(["settle"], { caches }).settle(page("/en/now/pocket/"));

  assert.deepEqual(await caches.keys(), ["mine-ada.1"]);
});

test("a kept page says since when", async () => {
  const kept = page("/en/week/", { "everyhour-kept-at": "2026-03-01T15:10:00.000Z" }, "<body class='a'>");

  const shown = await (await worker(["dated"]).dated(kept)).text();

  assert.equal(shown, `<body data-kept-at="2026-03-01T15:10:00.000Z" class='a'>`);
});

test("the person of a cache is told without their session", () => {
  const { personOf } = worker(["personOf"]);

  assert.equal(personOf("mine-ada.1"), "ada");
  assert.equal(personOf(undefined), "");
});

test("only addresses of this site open from a notification", () => {
  const { inside } = worker(["inside"]);

  assert.deepEqual(["/en/today/", "//evil.example", "/\\evil", "https://evil.example", 7].map(inside), [true, false, false, false, false]);
});

const silence = (request, { signal }) => new Promise((resolve, reject) => signal.addEventListener("abort", () => reject(new Error("late"))));
const open = async (path, held, fetch) => {
  const patience = [], caches = fakeCaches(held);
  const later = (act, milliseconds) => { patience.push(milliseconds); return setTimeout(act, 1); };
  const worked = worker(["page"], { caches, fetch, setTimeout: later });
  const shown = await worked.page({ request: { url: at(path).href }, waitUntil() {} }, at(path));
  return { shown, patience };
};
const shell = { "shell-r1": { "/en/": page("/en/", {}, "a guest's home"), "/en/offline/": page("/en/offline/", {}, "not here") } };
const ada = { ...shell, "mine-ada.1": { "/en/week/": page("/en/week/") } };

for (const [how, fetch] of [
  ["is gone", () => Promise.reject(new TypeError("gone"))],
  ["never answers", silence],
  ["answers that it is down", async () => new Response("down", { status: 503 })],
]) test(`a member's app starts on Today where the server ${how}`, async () => {
  const { shown, patience } = await open("/en/", ada, fetch);

  assert.equal(shown.headers.get("location"), "https://every.example/en/today/");
  assert.ok(Math.max(...patience) <= 1500, `waited ${patience}`);
});

test("a guest's app starts on the home, without asking anybody", async () => {
  const { shown, patience } = await open("/en/", shell, silence);

  assert.equal(await shown.text(), "a guest's home");
  assert.deepEqual(patience, []);
});

test("a page that was never kept is the one that says so", async () => {
  const { shown } = await open("/en/family/", ada, silence);

  assert.equal(await shown.text(), "not here");
});
