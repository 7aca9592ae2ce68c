import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { fakeIndexedDB } from "./fake_indexeddb.mjs";
import { now } from "./modules.mjs";

let database, store;
beforeEach(async () => {
  globalThis.indexedDB = database = fakeIndexedDB();
  store = await now("store.js");
});

const moment = (id, other = {}) => ({ id, state: "alarm", offers: [], outcome: "settled", ...other });
const wren = { id: "wren", mark: "m1" }, jo = { id: "jo", mark: "m2" };
const ada = { person: "ada", guards: true, children: [wren] }, otto = { person: "otto", guards: true, children: [jo] };

test("every write asks for the disk", async () => {
  await store.saveMoment(moment("1"));
  await store.saveWishes({ nickname: "Wren" });

  const writes = database.transactions.filter(one => one.mode === "readwrite");
  assert.equal(writes.length, 2);
  assert.ok(writes.every(one => one.durability === "strict"));
});

test("a write the disk refused is an error, and nothing of it stays", async () => {
  await store.saveWishes({});
  database.fail = true;

  await assert.rejects(store.saveMoment(moment("1")), /Quota/);

  database.fail = false;
  assert.deepEqual(await store.moments(), []);
});

test("a guest's moment is kept and queued for nobody", async () => {
  await store.saveMoment(moment("1"));

  assert.deepEqual((await store.guests()).map(one => one.id), ["1"]);
  assert.deepEqual(await store.waiting(), []);
});

test("a moment without an end is kept and not queued", async () => {
  await store.become(ada);

  await store.saveMoment(moment("1", { outcome: null }));

  assert.equal((await store.moments()).length, 1);
  assert.deepEqual(await store.waiting(), []);
});

test("changes of one phone count up, and a newer one replaces the unsent one of its moment", async () => {
  await store.become(ada);

  await store.saveMoment(moment("1"));
  await store.saveMoment(moment("2"));
  await store.saveMoment(moment("1", { outcome: "not_yet" }));

  const waiting = await store.waiting();
  assert.deepEqual(waiting.map(one => [one.moment, one.counter]), [["2", 2], ["1", 3]]);
  assert.equal(waiting[1].set.outcome, "not_yet");
  assert.ok(!("of" in waiting[1].set) && !("sent" in waiting[1].set));
});

test("a moment taken out takes its queued change along", async () => {
  await store.become(ada);
  await store.saveMoment(moment("1"));

  await store.removeMoment("1");

  assert.deepEqual([await store.moments(), await store.waiting()], [[], []]);
});

test("what the server has leaves the queue and is marked as sent", async () => {
  await store.become(ada);
  await store.saveMoment(moment("1"));
  const [change] = await store.waiting();

  await store.settle([{ key: change.key, result: "accepted", counter: 40 }]);

  assert.deepEqual(await store.waiting(), []);
  assert.equal((await store.moments())[0].sent, true);
  assert.equal((await store.me()).counter, 40);
});

test("what the server could not keep stays readable with its reason, and can be tried again", async () => {
  await store.become(ada);
  await store.saveMoment(moment("1"));
  const [change] = await store.waiting();

  await store.settle([{ key: change.key, result: "rejected", reason: "ahead" }]);
  const [refused] = await store.rejected();
  assert.deepEqual([refused.reason, (await store.moments())[0].sent], ["ahead", undefined]);
  await store.retry(change.key);

  assert.deepEqual(await store.rejected(), []);
  assert.deepEqual((await store.waiting()).map(one => one.key), [change.key]);
});

test("an answer about a change this phone does not have changes nothing", async () => {
  await store.become(ada);

  await store.settle([{ key: "strange", result: "rejected", reason: "x" }]);

  assert.deepEqual(await store.rejected(), []);
});

test("another person on this phone sees nothing of the first, and what was not sent waits", async () => {
  await store.become(ada);
  await store.saveMoment(moment("sent"));
  await store.settle([{ key: (await store.waiting())[0].key, result: "accepted" }]);
  await store.saveMoment(moment("unsent"));

  await store.become(otto);
  assert.deepEqual([await store.moments(), await store.waiting()], [[], []]);
  await store.become(ada);

  assert.deepEqual((await store.moments()).map(one => one.id), ["unsent"]);
  assert.equal((await store.waiting()).length, 1);
});

test("the device and its counter stay when the phone changes hands", async () => {
  await store.become(ada);
  await store.saveMoment(moment("1"));
  const before = await store.me();

  await store.become(otto);

  const after = await store.me();
  assert.deepEqual([after.device, after.counter], [before.device, 1]);
});

test("what was learned of a child goes with the person or the child", async () => {
  await store.become({ ...ada, children: [wren, jo] });
  await store.keepOwn({ child: "wren", version: "1" });
  await store.keepOwn({ child: "jo", version: "1" });

  await store.become(ada);
  assert.deepEqual([(await store.ownOf("wren")).version, await store.ownOf("jo")], ["1", undefined]);
  await store.become(otto);

  assert.equal(await store.ownOf("wren"), undefined);
});

test("signed out, the phone keeps no child and nothing learned, and what waits goes on waiting", async () => {
  await store.become(ada);
  await store.keepOwn({ child: "wren" });
  await store.saveMoment(moment("1"));

  await store.signedOut();

  assert.deepEqual([(await store.me()).children, await store.ownOf("wren")], [[], undefined]);
  assert.equal((await store.waiting()).length, 1);
});

test("the chosen child stays chosen while it is there", async () => {
  await store.become({ ...ada, children: [wren, jo] });
  await store.chooseChild("jo");

  await store.become({ ...ada, children: [wren, jo] });
  assert.equal((await store.me()).child, "jo");
  await store.become(ada);

  assert.equal((await store.me()).child, "wren");
});

test("a guest's moments become a family's only when they are brought", async () => {
  await store.saveMoment(moment("1"));
  await store.saveMoment(moment("2", { outcome: null }));
  await store.become(ada);
  assert.deepEqual(await store.waiting(), []);

  await store.bring("wren");

  assert.deepEqual((await store.waiting()).map(one => [one.moment, one.child, one.of]), [["1", "wren", "ada"]]);
  assert.deepEqual(await store.guests(), []);
});

test("two changes of wishes at once both hold", async () => {
  await Promise.all([
    store.changeWishes(old => ({ ...old, nickname: "Wren" })),
    store.changeWishes(old => ({ ...old, age: 7 })),
  ]);

  assert.deepEqual(await store.wishes(), { nickname: "Wren", age: 7 });
});

const never = (other = {}) => ({ key: "ada:wren:hum", id: "1", child: "wren", slug: "hum", off: true, of: "ada", ...other });

test("never suggest waits to be told, unless the family's list says so already", async () => {
  await store.keepNever(never());
  assert.equal((await store.nevers()).length, 1);
  await store.keepOwn({ child: "wren", never: ["hum"] });

  await store.keepNever(never({ id: "2" }));

  assert.deepEqual(await store.nevers(), []);
});

test("a never on its way is answered by the list; what was said since waits", async () => {
  await store.keepNever(never());
  await store.sendNevers(await store.nevers());
  const said = await store.nevers();
  await store.keepNever(never({ id: "2", off: false }));

  await store.settleNevers("wren", said, ["hum"]);

  assert.deepEqual((await store.nevers()).map(one => [one.id, one.off]), [["2", false]]);
  assert.deepEqual((await store.ownOf("wren")).never, ["hum"]);
});

test("forget leaves nothing but whose phone it is", async () => {
  await store.become(ada);
  await store.saveMoment(moment("1"));
  await store.saveWishes({ nickname: "Wren" });
  await store.keepOwn({ child: "wren" });

  await store.forget();

  assert.deepEqual([await store.moments(), await store.wishes(), await store.waiting(), await store.nevers()], [[], {}, [], []]);
  assert.equal((await store.me()).person, "ada");
});
