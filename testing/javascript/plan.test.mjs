import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { fakeIndexedDB } from "./fake_indexeddb.mjs";
import { now } from "./modules.mjs";

let plan;
beforeEach(async () => {
  globalThis.indexedDB = fakeIndexedDB();
  plan = await now("plan.js");
});

test("a plan is stored beside the other wishes and read again", async () => {
  const lines = [{ text: "Call Sam", number: "+1 (555) 010-0100" }, { text: "Little ones to the kitchen." }];

  const wishes = await plan.savePlan(lines);

  assert.deepEqual(wishes.plan, lines);
  assert.deepEqual(await plan.readPlan(), lines);
});

test("a phone without a plan has no lines", async () => {
  assert.deepEqual(await plan.readPlan(), []);
});

test("only five lines are kept, and empty ones are left out", () => {
  const lines = ["", "a", " \t", "b", "c", "d", "e", "f"].map(text => ({ text }));

  assert.deepEqual(plan.cleanPlan(lines).map(one => one.text), ["a", "b", "c", "d", "e"]);
});

test("anything that is no plan is no line", () => {
  for (const raw of [null, undefined, "call", { text: "a" }, [null, 7, "b", [], { text: null }]])
    assert.deepEqual(plan.cleanPlan(raw), []);
});

test("a long line is cut and says so", () => {
  const { line, cut } = plan.checkLine({ text: "x".repeat(200) });

  assert.deepEqual([line.text.length, cut], [plan.LONGEST_LINE, true]);
  assert.equal(plan.checkLine({ text: "x".repeat(plan.LONGEST_LINE) }).cut, false);
});

test("a line is cleaned and nothing else is kept of it", () => {
  const { line } = plan.checkLine({ text: "Call\u202e  Sam\u0007", number: " 555 0100 ", html: "<b>" });

  assert.deepEqual(line, { text: "Call Sam", number: "555 0100" });
});

test("a number alone is its own text", () => {
  assert.deepEqual(plan.checkLine({ number: "555 0100" }).line, { text: "555 0100", number: "555 0100" });
});

test("what cannot be dialled is left out, and the words stay", () => {
  for (const number of ["Sam", "*21*555#", "1", "1".repeat(16), "555 0100 ext. 4", "1 ".repeat(40)]) {
    const { line, notNumber } = plan.checkLine({ text: "Call Sam", number });
    assert.deepEqual([line, notNumber], [{ text: "Call Sam" }, true], number);
  }
});

test("a number is dialled without its spaces", () => {
  assert.equal(plan.dialled("+44 (0)20 7946-0100"), "+442079460100");
  assert.equal(plan.dialled("555.0100"), "5550100");
  assert.equal(plan.dialled(""), "");
});

test("deleting everything deletes the plan", async () => {
  await plan.savePlan([{ text: "Call Sam" }]);
  const store = await now("store.js"); // another tab

  await store.deleteAll();

  assert.deepEqual(await plan.readPlan(), []);
});
