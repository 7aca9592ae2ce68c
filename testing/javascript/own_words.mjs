// Find situations by own_words.js: {situations, dangers, typed} on standard input, what was found on standard output.
import { readFileSync } from "node:fs";
import { now } from "./modules.mjs";

const { findSituation } = await now("own_words.js");
const { situations, dangers, typed } = JSON.parse(readFileSync(0, "utf8"));

console.log(JSON.stringify(typed.map(words => findSituation(words, situations, dangers))));
