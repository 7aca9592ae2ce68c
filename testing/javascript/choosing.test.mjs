import assert from "node:assert/strict";
import test from "node:test";
import { now } from "./modules.mjs";

const { FAMILIAR_SHARE, FLOOR, allowed, chances, draw, offer, pick, withFloor, without } = await now("choosing.js");
const { BODIES } = await now("wishes.js");
const practice = (slug, other = {}) => ({
  slug, touch: "none", cautions: [], age: [0, 99], real_age: [0, 99], bodies: BODIES, any_age: true, ...other,
});
const near = (got, wanted) => assert.ok(Math.abs(got - wanted) < 1e-12, `${got} is not ${wanted}`);
const total = pairs => pairs.reduce((sum, [, p]) => sum + p, 0);

test("never, touch, cautions and age each exclude a practice", () => {
  assert.ok(allowed(practice("a")));
  assert.ok(!allowed(practice("a"), { never: ["a"] }));
  assert.ok(!allowed(practice("a", { touch: "needed" }), { touch: false }));
  assert.ok(allowed(practice("a", { touch: "needed" }), { touch: true }));
  assert.ok(!allowed(practice("a", { cautions: ["noise"] }), { avoid: ["noise"] }));
  assert.ok(!allowed(practice("a", { age: [4, 9] }), { age: 3 }));
  assert.ok(allowed(practice("a", { age: [4, 9] }), { age: 9 }));
});

test("a practice that does not suit any age needs a known age", () => {
  const bound = practice("a", { any_age: false, age: [3, 99] });

  assert.deepEqual([allowed(bound, {}), allowed(bound, { age: null }), allowed(bound, { age: 4 })], [false, false, true]);
});

test("a practice must suit how old the child acts and how old the child is", () => {
  const rocking = practice("a", { age: [0, 4], real_age: [0, 12] });

  assert.ok(allowed(rocking, { age: 3, real_age: 9 }));
  assert.ok(!allowed(rocking, { age: 3, real_age: 13 }), "nothing babyish for a teenager");
  assert.ok(!allowed(rocking, { age: 9, real_age: 9 }));
  assert.ok(!allowed(practice("b", { real_age: [13, 99] }), { age: 9 }), "without a real age the other counts");
});

test("for a baby the months of a practice decide, where it has any", () => {
  const floor = practice("a", { age: [0, 1], months: [3, 9] });

  assert.deepEqual([2, 3, 9, 10].map(months => allowed(floor, { age: 0, real_age: 0, months })), [false, true, true, false]);
  assert.ok(allowed(practice("b", { age: [0, 3] }), { age: 0, real_age: 0, months: 2 }));
});

test("a practice without a way for each of the child's bodies is excluded", () => {
  const looking = practice("a", { bodies: ["seated", "deaf"] });

  assert.ok(allowed(looking, { bodies: ["seated", "deaf"] }));
  assert.ok(!allowed(looking, { bodies: ["seated", "blind"] }));
});

test("at dressing, bath and bed needed touch is allowed only after a yes", () => {
  const hug = practice("a", { touch: "needed" });
  const care = ["dressing", "pyjamas", "bath", "bedtime", "night"];

  for (const situation of care) {
    assert.ok(!allowed(hug, { touch: true, care_touch: false }, situation), situation);
    assert.ok(allowed(hug, { touch: true, care_touch: true }, situation), situation);
    assert.ok(!allowed(hug, { touch: false, care_touch: true }, situation), situation);
    assert.ok(allowed(practice("b", { touch: "optional" }), { touch: false }, situation), situation);
  }
  assert.ok(allowed(hug, { touch: true, care_touch: false }, "homework"));
});

test("without history probabilities follow the weights", () => {
  assert.deepEqual(chances([["hum", 1], ["walk", 3]]), [["hum", 0.25], ["walk", 0.75]]);
});

test("practices that helped before share 0.7, the others share 0.3", () => {
  const got = Object.fromEntries(chances([["a", 1], ["b", 1], ["c", 1]], { a: { tried: 2, helped: 2 } }));

  near(got.a, FAMILIAR_SHARE);
  near(got.b, (1 - FAMILIAR_SHARE) / 2);
});

test("a practice that was tried and never helped is not familiar", () => {
  assert.deepEqual(chances([["a", 1], ["b", 1]], { a: { tried: 5, helped: 0 } }), [["a", 0.5], ["b", 0.5]]);
});

test("a practice with weight 0 is left out", () => {
  assert.deepEqual(chances([["a", 0], ["b", 2]]), [["b", 1]]);
});

test("no probability is below the floor, and they add up to one", () => {
  const got = withFloor([["a", 0.001], ["b", 0.0105], ["c", 0.9885]]);

  assert.ok(got.every(([, p]) => p >= FLOOR - 1e-15));
  near(total(got), 1);
  assert.deepEqual(withFloor([]), []);
});

test("with more than 1 / floor candidates all are equally likely", () => {
  const many = withFloor(Array.from({ length: 200 }, (_, n) => [`p${n}`, n ? 0.0001 : 0.98]));

  for (const [, p] of many) near(p, 1 / 200);
});

test("the probability of a shown practice is shared among the rest", () => {
  assert.deepEqual(without([["a", 0.5], ["b", 0.25], ["c", 0.25]], ["a"]), [["b", 0.5], ["c", 0.5]]);
  assert.deepEqual(without([["a", 1]], ["a"]), []);
});

test("pick returns the interval that contains the draw, the last one at the end", () => {
  const pairs = [["a", 0.25], ["b", 0.75]];

  assert.equal(pick(pairs, 0).slug, "a");
  assert.equal(pick(pairs, 0.25).slug, "b");
  assert.deepEqual(pick([["a", 0.3], ["b", 0.3]], 0.99), { slug: "b", probability: 0.3, among: 2, draw: 0.99 });
  assert.equal(pick([], 0.5), null);
});

const bundle = {
  version: "v1", practices: [practice("a"), practice("b"), practice("c", { touch: "needed" })],
  chances: { alarm: { homework: [[0, 0.5], [1, 0.3], [2, 0.2]], any: [[1, 1]] } },
};
const asked = other => ({ state: "alarm", situation: "homework", draw: 0, ...other });

test("an offer uses the cell of state and situation, else of any situation", () => {
  assert.equal(offer(bundle, asked()).slug, "a");
  assert.equal(offer(bundle, asked({ situation: "unheard-of" })).slug, "b");
});

test("an offer leaves out seen and unwished practices, and is null without any", () => {
  assert.equal(offer(bundle, asked({ seen: ["a"], wishes: { touch: false } })).slug, "b");
  assert.equal(offer(bundle, asked({ seen: ["a", "b", "c"] })), null);
});

test("learned probabilities are used only with the bundle they belong to", () => {
  const own = { pocket: "v1", rule: "learned-1", belief: 7, version: "o1", chances: { alarm: { homework: [[1, 0.9], [0, 0.1]] } } };

  assert.deepEqual(offer(bundle, asked({ own })), { slug: "b", probability: 0.9, among: 2, draw: 0, rule: "learned-1", belief: 7, own: "o1" });
  assert.ok(!("rule" in offer(bundle, asked({ own: { ...own, pocket: "v0" } }))));
});

test("wishes filter learned probabilities, and an empty cell uses suits-2", () => {
  const own = { pocket: "v1", rule: "learned-1", belief: 7, version: "o1", chances: { alarm: { homework: [[1, 1]] } } };

  assert.equal(offer(bundle, asked({ own, wishes: { never: ["b"] } })).slug, "a");
});

test("draws are in [0, 1) and differ", () => {
  const drawn = Array.from({ length: 100 }, draw);

  assert.ok(drawn.every(one => one >= 0 && one < 1));
  assert.equal(new Set(drawn).size, 100);
});
