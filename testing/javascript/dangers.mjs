// The kinds of danger that danger.js finds: `node dangers.mjs < texts.json` prints [kind or null, ...].
import { readFileSync } from "node:fs";
import { load } from "./modules.mjs";

const UI = new URL("../../everyhour/foundation/ui/static/ui/", import.meta.url);
const { find, prepare } = await load("everyhour/foundation/ui/static/ui/js/danger.js");
const files = ["en", "es"].map(language => JSON.parse(readFileSync(new URL(`danger.${language}.json`, UI), "utf8")));
const started = performance.now();
const patterns = prepare(files);
const ready = performance.now();
const kinds = JSON.parse(readFileSync(0, "utf8")).map(text => find(text, patterns));
if (process.env.TIMES) console.error(`prepare ${ready - started} ms, find ${(performance.now() - ready) / kinds.length} ms`);
process.stdout.write(JSON.stringify(kinds));
