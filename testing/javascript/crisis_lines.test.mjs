import assert from "node:assert/strict";
import test from "node:test";
import { now } from "./modules.mjs";

const { isOverdue, sortLines, waysTo } = await now("crisis_lines.js");
const words = { text: "Text {number}", text_word: "Text {word} to {number}" };
const line = other => ({ id: "a", for: "crisis", status: "read", checked_on: "2026-11-23", ...other });

test("verified lines come first, by purpose, and the others apart", () => {
  const lines = [
    line({ id: "unsure", status: "to_verify" }),
    line({ id: "poison", for: "poison" }),
    line({ id: "crisis", checked_on: "2026-10-01" }),
    line({ id: "child", for: "child" }),
  ];

  const { checked, unchecked, oldest } = sortLines(lines);

  assert.deepEqual(checked.map(one => one.id), ["crisis", "child", "poison"]);
  assert.deepEqual(unchecked.map(one => one.id), ["unsure"]);
  assert.equal(oldest, "2026-10-01");
  assert.deepEqual(sortLines([]), { checked: [], unchecked: [], oldest: "" });
});

test("a line is overdue after its days, as on the crisis pages", () => {
  const checked = line({ checked_on: "2026-01-01" });

  assert.equal(isOverdue(checked, 45, Date.parse("2026-02-15T23:00Z")), false);
  assert.equal(isOverdue(checked, 45, Date.parse("2026-02-16T01:00Z")), true);
});

test("a line is reached by call and by text", () => {
  const both = line({ name: "Help", who: "For you.", hours: "any hour", call: "1-800 55", text: { to: "741 741", word: "HOME" } });

  const [call, text] = waysTo(both, words);

  assert.deepEqual(call, { kind: "phone", href: "tel:180055", title: "Help:", number: "1-800 55", detail: "For you. · Any hour" });
  assert.deepEqual(text, { kind: "text", href: "sms:741741?&body=HOME", title: "Text HOME to 741 741", number: "", detail: "Help" });
});

test("a line for texts only says whom it is for", () => {
  const [only, ...rest] = waysTo(line({ name: "Help", who: "For you.", hours: "any hour", text: { to: "988", word: "" } }), words);

  assert.deepEqual(rest, []);
  assert.deepEqual([only.href, only.title, only.detail], ["sms:988", "Text 988", "Help. For you. · Any hour"]);
});
