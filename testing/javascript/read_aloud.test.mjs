import assert from "node:assert/strict";
import test from "node:test";
import { now } from "./modules.mjs";

const { findVoice, spokenParts } = await now("read_aloud.js");
const voice = (lang, other = {}) => ({ lang, localService: true, default: false, ...other });
const part = (textContent, { hidden = false } = {}) => ({ textContent, closest: () => hidden || null });

test("words are read first, then the title and each step, without quotation marks", () => {
  const spoken = spokenParts([part("“I’m here.”"), part("Room, sight"), part(" Step back. ")]);

  assert.deepEqual(spoken.map(([, text]) => text), ["I’m here.", "Room, sight", "Step back."]);
});

test("Spanish quotation marks, empty and hidden parts are not read", () => {
  const spoken = spokenParts([part("«Aquí estoy.»"), part(""), part("Gone", { hidden: true })]);

  assert.deepEqual(spoken.map(([, text]) => text), ["Aquí estoy."]);
});

test("only a voice on the device in the page's language is taken", () => {
  const remote = voice("en-US", { localService: false });
  const spanish = voice("es-MX"), british = voice("en_GB");

  assert.equal(findVoice([remote, spanish, british], "en"), british);
  assert.equal(findVoice([remote, spanish], "en"), null);
  assert.equal(findVoice([], "es"), null);
});

test("the device's default voice goes first", () => {
  const chosen = voice("es-ES", { default: true });

  assert.equal(findVoice([voice("es-MX"), chosen], "es"), chosen);
});
