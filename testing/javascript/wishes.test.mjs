import assert from "node:assert/strict";
import test from "node:test";
import { now } from "./modules.mjs";

const { addWishes, cleanWishes, knownLimits, limitsOf, monthOf, monthsOld } = await now("wishes.js");
const november = new Date(2026, 10, 30);
const limits = phone => knownLimits(phone, november);
const born = (months, other = {}) => ({ real_months: months, real_months_on: "2026-11", ...other });

test("a phone where nothing was said offers no touch", () => {
  const { age, real_age, months, touch, care_touch, bodies } = limits({});

  assert.deepEqual({ age, real_age, months, touch, care_touch, bodies }, {
    age: null, real_age: null, months: null, touch: false, care_touch: false, bodies: [],
  });
});

test("a known age allows touch, unless it was refused", () => {
  assert.ok(limits(born(50)).touch);
  assert.ok(!limits(born(50, { touch: false })).touch);
  assert.ok(limits({ age: 4 }).touch);
});

test("the age a child acts goes before the age a child has", () => {
  const { age, real_age } = limits(born(9 * 12, { age: 3 }));

  assert.deepEqual([age, real_age], [3, 9]);
  assert.deepEqual([limits(born(9 * 12 + 11)).age, limits(born(0)).age], [9, 0]);
});

test("months count under three years", () => {
  assert.deepEqual([limits(born(0)).months, limits(born(35)).months, limits(born(36)).months], [0, 35, null]);
});

test("the child grows with the months that have passed", () => {
  assert.equal(monthsOld({ real_months: 9, real_months_on: "2026-08" }, november), 12);
  assert.equal(monthsOld({ real_months: 9, real_months_on: "2025-12" }, november), 20);
  assert.equal(monthsOld({ real_months: 9, real_months_on: "2027-02" }, november), 9, "a clock set back takes nothing away");
  assert.equal(monthsOld({ real_months: 9 }, november), 9);
  assert.equal(monthsOld({}, november), null);
  assert.equal(monthOf(november), "2026-11");
});

test("touch at bath and bed needs a yes and a child under ten", () => {
  assert.ok(limits(born(119, { care_touch: true })).care_touch);
  assert.ok(!limits(born(120, { care_touch: true })).care_touch);
  assert.ok(!limits(born(60)).care_touch);
  assert.ok(!limits({ age: 4, care_touch: true }).care_touch, "how old a child acts is not enough");
});

test("wishes stored before there was an age in months keep working", () => {
  const { age, real_age, touch, care_touch, country } = limits({ nickname: "Wren", age: 5, touch: true, country: "us" });

  assert.deepEqual({ age, real_age, touch, care_touch, country }, { age: 5, real_age: null, touch: true, care_touch: false, country: "us" });
});

test("unknown words for a body are left out", () => {
  assert.deepEqual(limits({ bodies: ["blind", "wings", "seated"] }).bodies, ["seated", "blind"]);
});

const family = other => ({
  age: 3, real_age: 9, months: null, touch: true, care_touch: true, bodies: ["deaf"], avoid: ["noise"], ...other,
});

test("what the family said goes before what this phone says", () => {
  const { age, real_age, months, touch, care_touch, avoid } = limitsOf(born(20), family(), november);

  assert.deepEqual({ age, real_age, months, touch, care_touch, avoid }, {
    age: 3, real_age: 9, months: null, touch: true, care_touch: true, avoid: ["noise"],
  });
  assert.ok(limitsOf({}, family(), november).touch, "a phone that says nothing does not take touch away");
});

test("touch needs both, and a body needs one of family and phone", () => {
  const { touch, bodies } = limitsOf({ touch: false, bodies: ["senses"] }, family(), november);

  assert.deepEqual([touch, bodies], [false, ["deaf", "senses"]]);
  assert.ok(!limitsOf(born(20, { care_touch: true }), family({ care_touch: false }), november).care_touch);
});

test("a family that knows no age leaves it to the phone, without touch", () => {
  const unknown = family({ age: null, real_age: null, touch: false, care_touch: false });

  const { age, months, touch, care_touch } = limitsOf(born(20), unknown, november);

  assert.deepEqual([age, months, touch, care_touch], [1, 20, false, false]);
});

test("a child bundle of an older version offers no touch at bath and bed", () => {
  const { bodies, care_touch: _gone, ...older } = family();

  const limits = limitsOf({}, older, november);

  assert.deepEqual([limits.care_touch, limits.bodies], [false, []]);
});

test("wishes of a copy keep what is known and of its kind", () => {
  const wishes = {
    nickname: "Wren", age: 3, real_months: 108, real_months_on: "2026-11", touch: false, care_touch: true,
    country: "us", bodies: ["deaf"], never: ["wall-push"],
  };

  assert.deepEqual(cleanWishes(wishes), wishes);
  assert.deepEqual(cleanWishes({
    nickname: "W\u202eren\u0000".padEnd(90, "x"), age: "3", real_months: 12.5, real_months_on: ["2026-11"], touch: "no",
    care_touch: 1, country: "https://", bodies: ["wings", "deaf", "deaf"], never: [1, "../x", "low-hum", "low-hum"], more: 1,
  }), { nickname: `W ren ${"x".repeat(34)}`, bodies: ["deaf"], never: ["low-hum"] });
  for (const nothing of [null, undefined, "wishes", [], 7]) assert.deepEqual(cleanWishes(nothing), {});
});

test("ages out of range and months that do not exist are left out", () => {
  assert.deepEqual(cleanWishes({ age: 19, real_months: 229, real_months_on: "2026-13" }), {});
  assert.deepEqual(cleanWishes({ age: -1, real_months: -1, real_months_on: "26-1" }), {});
  assert.deepEqual(cleanWishes({ age: 0, real_months: 0 }), { age: 0, real_months: 0 });
});

test("a copy fills in what this phone does not know and changes nothing said here", () => {
  const here = { nickname: "Jo", bodies: [], never: ["low-hum"], age: null };
  const copied = { nickname: "Wren", age: 3, bodies: ["blind"], never: ["wall-push"], ...born(9) };

  assert.deepEqual(addWishes(here, copied), { ...copied, nickname: "Jo", never: ["low-hum", "wall-push"] });
});

test("an age and its month come from the same place", () => {
  const here = { real_months: 50, real_months_on: "2026-01" };

  assert.deepEqual(addWishes(here, born(9)), here);
  assert.deepEqual(addWishes({ real_months: 50 }, born(9)), { real_months: 50 });
});

test("touch refused in one place stays refused", () => {
  assert.equal(addWishes({ touch: true }, { touch: false }).touch, false);
  assert.equal(addWishes({ touch: false }, { touch: true }).touch, false);
});
