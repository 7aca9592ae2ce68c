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

test("every write is strictly durable", async () => {
  await store.saveMoment(moment("1"));
  await store.saveWishes({ nickname: "Wren" });

  const writes = database.transactions.filter(one => one.mode === "readwrite");
  assert.equal(writes.length, 2);
  assert.ok(writes.every(one => one.durability === "strict"));
});

test("a failed write raises an error and stores nothing", async () => {
  await store.saveWishes({});
  database.fail = true;

  await assert.rejects(store.saveMoment(moment("1")), /Quota/);

  database.fail = false;
  assert.deepEqual(await store.readMoments(), []);
});

for (const cut of ["lose", "interrupt"]) test(`a write is repeated on a new connection after ${cut}`, async () => {
  await store.setOwner(ada);
  database[cut]();

  await Promise.all([store.saveMoment(moment("1")), store.saveMoment(moment("2"))]);

  assert.deepEqual((await store.readMoments()).map(one => one.id).sort(), ["1", "2"]);
  assert.deepEqual((await store.readQueue()).map(one => one.moment).sort(), ["1", "2"]);
});

test("a read is repeated on a new connection, which later calls share", async () => {
  await store.saveMoment(moment("1"));
  database.lose();

  const read = await Promise.all([store.readMoments(), store.readMoments(), store.readWishes()]);

  assert.equal(read[0].length, 1);
  const { opened } = database;
  await store.saveMoment(moment("2"));
  assert.equal(database.opened, opened);
});

test("a full disk is not tried again", async () => {
  await store.saveWishes({});
  database.fail = true;
  const before = database.transactions.length;

  await assert.rejects(store.saveWishes({ nickname: "Wren" }), /Quota/);

  assert.equal(database.transactions.length, before + 1);
});

test("a guest's moment is stored and not queued", async () => {
  await store.saveMoment(moment("1"));

  assert.deepEqual((await store.readGuestMoments()).map(one => one.id), ["1"]);
  assert.deepEqual(await store.readQueue(), []);
});

test("a moment waits as a guest's while the owner's family has no child", async () => {
  await store.setOwner({ ...ada, children: [] });
  await store.saveMoment(moment("1"));
  assert.deepEqual(await store.readQueue(), []);
  assert.deepEqual((await store.readGuestMoments()).map(one => one.id), ["1"]);

  await store.setOwner(ada);
  await store.addGuestMoments("wren");

  const [change] = await store.readQueue();
  assert.equal(change.child, "wren");
  assert.deepEqual(await store.readGuestMoments(), []);
});

test("a moment without an outcome is stored and not queued", async () => {
  await store.setOwner(ada);

  await store.saveMoment(moment("1", { outcome: null }));

  assert.equal((await store.readMoments()).length, 1);
  assert.deepEqual(await store.readQueue(), []);
});

test("counters rise, and a newer change replaces the moment's unsent one", async () => {
  await store.setOwner(ada);

  await store.saveMoment(moment("1"));
  await store.saveMoment(moment("2"));
  await store.saveMoment(moment("1", { outcome: "not_yet" }));

  const waiting = await store.readQueue();
  assert.deepEqual(waiting.map(one => [one.moment, one.counter]), [["2", 2], ["1", 3]]);
  assert.equal(waiting[1].set.outcome, "not_yet");
  assert.ok(!("of" in waiting[1].set) && !("sent" in waiting[1].set));
});

test("removing a moment removes its queued change", async () => {
  await store.setOwner(ada);
  await store.saveMoment(moment("1"));

  await store.removeMoment("1");

  assert.deepEqual([await store.readMoments(), await store.readQueue()], [[], []]);
});

test("an accepted change leaves the queue and its moment is marked as sent", async () => {
  await store.setOwner(ada);
  await store.saveMoment(moment("1"));
  const [change] = await store.readQueue();

  await store.applyResults([{ key: change.key, result: "accepted", counter: 40 }]);

  assert.deepEqual(await store.readQueue(), []);
  assert.equal((await store.readMoments())[0].sent, true);
  assert.equal((await store.readOwner()).counter, 40);
});

test("a rejected change keeps its reason and can be queued again", async () => {
  await store.setOwner(ada);
  await store.saveMoment(moment("1"));
  const [change] = await store.readQueue();

  await store.applyResults([{ key: change.key, result: "rejected", reason: "ahead" }]);
  const [refused] = await store.readRejected();
  assert.deepEqual([refused.reason, (await store.readMoments())[0].sent], ["ahead", undefined]);
  await store.requeue(change.key);

  assert.deepEqual(await store.readRejected(), []);
  assert.deepEqual((await store.readQueue()).map(one => one.key), [change.key]);
});

test("a result for an unknown change is ignored", async () => {
  await store.setOwner(ada);

  await store.applyResults([{ key: "strange", result: "rejected", reason: "x" }]);

  assert.deepEqual(await store.readRejected(), []);
});

test("another owner sees none of the first one's moments; unsent ones wait", async () => {
  await store.setOwner(ada);
  await store.saveMoment(moment("sent"));
  await store.applyResults([{ key: (await store.readQueue())[0].key, result: "accepted" }]);
  await store.saveMoment(moment("unsent"));

  await store.setOwner(otto);
  assert.deepEqual([await store.readMoments(), await store.readQueue()], [[], []]);
  await store.setOwner(ada);

  assert.deepEqual((await store.readMoments()).map(one => one.id), ["unsent"]);
  assert.equal((await store.readQueue()).length, 1);
});

test("the device and its counter stay when the owner changes", async () => {
  await store.setOwner(ada);
  await store.saveMoment(moment("1"));
  const before = await store.readOwner();

  await store.setOwner(otto);

  const after = await store.readOwner();
  assert.deepEqual([after.device, after.counter], [before.device, 1]);
});

test("a child bundle is deleted with its child or owner", async () => {
  await store.setOwner({ ...ada, children: [wren, jo] });
  await store.saveChildBundle({ child: "wren", version: "1" });
  await store.saveChildBundle({ child: "jo", version: "1" });

  await store.setOwner(ada);
  assert.deepEqual([(await store.readChildBundle("wren")).version, await store.readChildBundle("jo")], ["1", undefined]);
  await store.setOwner(otto);

  assert.equal(await store.readChildBundle("wren"), undefined);
});

test("signing out deletes children and bundles and keeps the queue", async () => {
  await store.setOwner(ada);
  await store.saveChildBundle({ child: "wren" });
  await store.saveMoment(moment("1"));

  await store.clearOnSignOut();

  assert.deepEqual([(await store.readOwner()).children, await store.readChildBundle("wren")], [[], undefined]);
  assert.equal((await store.readQueue()).length, 1);
});

test("the chosen child stays chosen while in the household", async () => {
  await store.setOwner({ ...ada, children: [wren, jo] });
  await store.chooseChild("jo");

  await store.setOwner({ ...ada, children: [wren, jo] });
  assert.equal((await store.readOwner()).child, "jo");
  await store.setOwner(ada);

  assert.equal((await store.readOwner()).child, "wren");
});

test("a guest's moments are queued only after addGuestMoments", async () => {
  await store.saveMoment(moment("1"));
  await store.saveMoment(moment("2", { outcome: null }));
  await store.setOwner(ada);
  assert.deepEqual(await store.readQueue(), []);

  await store.addGuestMoments("wren");

  assert.deepEqual((await store.readQueue()).map(one => [one.moment, one.child, one.of]), [["1", "wren", "ada"]]);
  assert.deepEqual(await store.readGuestMoments(), []);
});

test("two concurrent changes of wishes are both saved", async () => {
  await Promise.all([
    store.changeWishes(old => ({ ...old, nickname: "Wren" })),
    store.changeWishes(old => ({ ...old, age: 7 })),
  ]);

  assert.deepEqual(await store.readWishes(), { nickname: "Wren", age: 7 });
});

const never = (other = {}) => ({ key: "ada:wren:hum", id: "1", child: "wren", slug: "hum", off: true, of: "ada", ...other });

test("a never is stored unless the family's list contains it already", async () => {
  await store.saveNever(never());
  assert.equal((await store.readNevers()).length, 1);
  await store.saveChildBundle({ child: "wren", never: ["hum"] });

  await store.saveNever(never({ id: "2" }));

  assert.deepEqual(await store.readNevers(), []);
});

test("the family's list settles a sent never; a newer change waits", async () => {
  await store.saveNever(never());
  await store.markNeversSending(await store.readNevers());
  const said = await store.readNevers();
  await store.saveNever(never({ id: "2", off: false }));

  await store.settleNevers("wren", said, ["hum"]);

  assert.deepEqual((await store.readNevers()).map(one => [one.id, one.off]), [["2", false]]);
  assert.deepEqual((await store.readChildBundle("wren")).never, ["hum"]);
});

test("deleteAll keeps only the owner", async () => {
  await store.setOwner(ada);
  await store.saveMoment(moment("1"));
  await store.saveWishes({ nickname: "Wren" });
  await store.saveChildBundle({ child: "wren" });

  await store.deleteAll();

  assert.deepEqual([await store.readMoments(), await store.readWishes(), await store.readQueue(), await store.readNevers()], [[], {}, [], []]);
  assert.equal((await store.readOwner()).person, "ada");
});
