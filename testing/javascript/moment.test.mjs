import assert from "node:assert/strict";
import test from "node:test";
import { now } from "./modules.mjs";

const { clean, clockIsOff, countTries, newId, newMoment, nudgeOffer, validate } = await now("moment.js");
const ID = "00000000-0000-4000-8000-000000000001";
const raw = (other = {}) => ({ id: ID, at: "2026-03-01T17:00:00Z", state: "alarm", situation: "homework", outcome: "settled", ...other });
const offer = (other = {}) => ({ practice: "wall-push", edition: 1, pocket: "p", rule: "suits-1", probability: 0.5, among: 2, draw: 0.1, ...other });

for (const [what, given, reason] of [
  ["a list", [], "not-a-moment"],
  ["nothing", null, "not-a-moment"],
  ["a text", "moment", "not-a-moment"],
  ["no id", raw({ id: undefined }), "no-id"],
  ["an id that is not one", raw({ id: "../../etc" }), "no-id"],
  ["an unknown state", raw({ state: "volcano" }), "unknown-state"],
  ["no time", raw({ at: "yesterday" }), "no-time"],
  ["more than 20,000 characters", raw({ note: "x".repeat(20_001) }), "too-long"],
]) test(`validate refuses ${what}`, () => assert.deepEqual(validate(given), { reason }));

test("validate keeps a whole moment without unknown fields", () => {
  const { moment } = validate(raw({ secret: "words", zone: "America/Denver", wall: "2026-03-01T10:00", language: "en", offers: [offer()] }));

  assert.equal(moment.at, "2026-03-01T17:00:00.000Z");
  assert.equal(moment.offers.length, 1);
  assert.ok(!("secret" in moment));
});

test("validate turns an unknown outcome, caregiver or situation into none", () => {
  const { moment } = validate(raw({ outcome: "great", caregiver: "asleep", situation: "" }));

  assert.deepEqual([moment.outcome, moment.caregiver, moment.situation], [null, null, "any"]);
});

test("validate leaves out offers whose practice is not a slug, and keeps at most 50", () => {
  const { moment } = validate(raw({ offers: [offer({ practice: "<b>x</b>" }), null, ...Array(60).fill(offer())] }));

  assert.equal(moment.offers.length, 48);
  assert.ok(moment.offers.every(one => one.practice === "wall-push"));
});

test("validate limits a probability to 0 to 1", () => {
  const { moment } = validate(raw({ offers: [offer({ probability: 7 }), offer({ probability: -1 }), offer({ probability: "x" })] }));

  assert.deepEqual(moment.offers.map(one => one.probability), [1, 0, 0]);
});

test("validate keeps the child bundle of an offer", () => {
  const { moment } = validate(raw({ offers: [offer({ own: "b".repeat(16), belief: 7.9 }), offer()] }));

  assert.deepEqual([moment.offers[0].own, moment.offers[0].belief], ["b".repeat(16), 7]);
  assert.ok(!("own" in moment.offers[1]));
});

test("validate keeps the origin of a nudge and no other", () => {
  assert.equal(validate(raw({ origin: "nudge" })).moment.origin, "nudge");
  assert.ok(!("origin" in validate(raw({ origin: "line" })).moment));
});

test("validating a valid moment again changes nothing", () => {
  const { moment } = validate(raw({ offers: [offer()] }));

  assert.deepEqual(validate(moment), { moment });
});

test("clean replaces control and direction characters and joins white space", () => {
  assert.equal(clean("Wr\u0000en\u202e \n\t  Lee\u200f"), "Wr en Lee");
});

test("clean cuts to the length asked for, never in the middle of a character", () => {
  assert.equal(clean("x".repeat(500)).length, 200);
  assert.equal(clean("ab🐦", 3), "ab");
});

test("clean accepts null, numbers and other scripts", () => {
  assert.deepEqual([clean(null), clean(7), clean(" رِن 奶奶 ")], ["", "7", "رِن 奶奶"]);
});

test("newMoment uses the phone's wall time, and validate accepts it", () => {
  const at = new Date(2026, 2, 1, 7, 5);
  const made = newMoment({ state: "alarm", situation: "car", caregiver: "", language: "en", at });

  assert.equal(made.wall, "2026-03-01T07:05");
  assert.deepEqual([made.caregiver, made.outcome, made.offers], [null, null, []]);
  assert.deepEqual(validate(made).moment, made);
});

test("newMoment marks a moment that a nudge led to", () => {
  assert.equal(newMoment({ state: "calm", situation: "any", language: "en", nudged: true }).origin, "nudge");
});

test("a nudge's offer has probability 1 and keeps only a valid nudge name", () => {
  assert.deepEqual(nudgeOffer("n1", "low-hum"), { slug: "low-hum", rule: "nudge", probability: 1, among: 1, draw: 0, nudge: "n1" });
  assert.ok(!("nudge" in nudgeOffer("<script>", "low-hum")));
});

test("countTries counts the last offer of finished moments in this state", () => {
  const list = [
    { state: "alarm", outcome: "settled", offers: [offer({ practice: "a" }), offer({ practice: "b" })] },
    { state: "alarm", outcome: "a_bit", offers: [offer({ practice: "b" })] },
    { state: "alarm", outcome: "not_yet", offers: [offer({ practice: "b" })] },
    { state: "alarm", outcome: null, offers: [offer({ practice: "b" })] },
    { state: "calm", outcome: "settled", offers: [offer({ practice: "b" })] },
    { state: "alarm", outcome: "settled", offers: [] },
  ];

  assert.deepEqual(countTries(list, "alarm"), { b: { tried: 3, helped: 2 } });
});

test("a clock is off from half a day on", () => {
  assert.deepEqual([undefined, 3_600_000, -43_200_001].map(clockIsOff), [false, false, true]);
});

test("a new id is a version 4 UUID, also where the browser has no randomUUID", () => {
  const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  assert.match(newId(), pattern);

  const own = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  Object.defineProperty(globalThis, "crypto", { configurable: true, value: { getRandomValues: array => array.fill(255) } });
  try { assert.match(newId(), pattern); } finally { Object.defineProperty(globalThis, "crypto", own); }
});
