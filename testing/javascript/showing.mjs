// Lay out ideas by showing.js: {bundle, vocabulary, cases} on standard input, the ideas on standard output.
import { readFileSync } from "node:fs";
import { now } from "./modules.mjs";

const { shown } = await now("showing.js");
const { bundle, vocabulary, cases } = JSON.parse(readFileSync(0, "utf8"));
const practices = new Map(bundle.practices.map(practice => [practice.slug, practice]));

console.log(
  JSON.stringify(
    cases.map(({ slug, state, situation, wishes, turn }) =>
      shown(bundle, practices.get(slug), { state, situation, wishes, turn, vocabulary }),
    ),
  ),
);
