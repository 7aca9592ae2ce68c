import assert from "node:assert/strict";
import test from "node:test";
import { now } from "./modules.mjs";

const { findSituation } = await now("own_words.js");
const SITUATIONS = {
  homework: { name: "Homework", cues: "math, school work" },
  mealtime: { name: "Mealtime", cues: "eat, dinner" },
  school_refusal: { name: "Can’t go to school", cues: "won’t go to school" },
  dressing: { name: "Vestirse", cues: "calcetín" },
};

for (const [typed, found] of [
  ["MATH again!", "homework"],
  ["he wont go to school", "school_refusal"],
  ["el calcetin", "dressing"],
  ["calcetines", "dressing"],
  ["great weather", null],
  ["", null],
  ["<b>42</b>", null],
])
  test(`“${typed}” is about ${found}`, () => assert.equal(findSituation(typed, SITUATIONS), found));

test("the longer cue wins over a shorter one", () => {
  assert.equal(findSituation("dinner, then he won’t go to school", SITUATIONS), "school_refusal");
});
