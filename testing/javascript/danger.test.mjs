import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./modules.mjs";

const { find, prepare } = await load("everyhour/foundation/ui/static/ui/js/danger.js");
const file = (phrases, { not = [], exact = [] } = {}) => ({ phrases: Object.entries(phrases), not, exact });
const one = (phrase, other) => prepare([file({ self: [phrase, "the end ."] }, other)]);

test("a phrase is found in a sentence, whatever its capitals, accents and apostrophes", () => {
  const patterns = one("(dont|canot) want to live");

  for (const text of ["i dont want to live", "I DON\u2019T want to live!!", "ok. i d\u00f3n't want to liiive"])
    assert.equal(find(text, patterns), "self", text);
  assert.equal(find("want to live here", patterns), null);
});

test("a gap holds up to three words of one sentence", () => {
  const patterns = one("drank * bleach");

  assert.equal(find("drank some of the bleach", patterns), "self");
  assert.equal(find("drank some of the old bleach", patterns), null);
  assert.equal(find("drank it. the bleach is here", patterns), null);
});

test("one typing error is forgiven in long words that are not exact", () => {
  assert.equal(find("sucide", one("suicide")), "self");
  assert.equal(find("dyng", one("dying")), "self");
  assert.equal(find("dyng", one("dying", { exact: ["dying"] })), null);
  assert.equal(find("cab", one("can")), null);
});

test("a cancelling phrase cancels each match it shares a word with, and no other", () => {
  const patterns = one("(missing|die)", { not: ["missing his brother"] });

  assert.equal(find("my son is missing his brother", patterns), null);
  assert.equal(find("missing his brother, wants to die", patterns), "self");
});

test("the most urgent kind wins over all files, and a sentence may have to end", () => {
  const patterns = prepare([file({ poison: ["pils"], self: ["die ."] }), file({ poison: ["pastilas"], self: [] })]);

  assert.equal(find("die. pastillas", patterns), "poison");
  assert.equal(find("i want to die", patterns), "self");
  assert.equal(find("die laughing", patterns), null);
});
