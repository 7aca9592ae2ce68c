import assert from "node:assert/strict";
import test from "node:test";
import { now } from "./modules.mjs";

const { learnedOrder } = await now("tiles.js");
const NOW = Date.parse("2026-11-30T17:00:00Z"), DAY = 86_400_000;
const FIRST = ["homework", "bedtime", "screens"], OTHERS = ["teeth", "bath"];
const tapped = (situation, times, { daysAgo = 1, ...other } = {}) =>
  Array.from({ length: times }, () => ({ situation, at: new Date(NOW - daysAgo * DAY).toISOString(), ...other }));
const order = moments => learnedOrder(FIRST, OTHERS, moments, NOW);

test("without taps the usual order stays", () => assert.deepEqual(order([]), FIRST));

test("what was tapped most comes first, and among equals the usual order stays", () => {
  assert.deepEqual(order([...tapped("screens", 4), ...tapped("bedtime", 1), ...tapped("homework", 1)]), ["screens", "homework", "bedtime"]);
});

test("taps older than eight weeks no longer count", () => {
  assert.deepEqual(order(tapped("screens", 9, { daysAgo: 56 })), FIRST);
  assert.equal(order(tapped("screens", 1, { daysAgo: 55 }))[0], "screens");
});

test("a time in the future and a reminder are no taps", () => {
  assert.deepEqual(order([...tapped("screens", 2, { daysAgo: -2 }), ...tapped("bedtime", 2, { origin: "nudge" })]), FIRST);
});

test("another situation takes a place after three taps, never after two", () => {
  assert.deepEqual(order(tapped("bath", 2)), FIRST);
  assert.deepEqual(order(tapped("bath", 3)), ["bath", "homework", "bedtime"]);
});

test("a damaged moment changes nothing", () => assert.deepEqual(order([{ at: "soon", situation: "screens" }, {}]), FIRST));
