// Find the cards for caregivers by choosing.js: {bundle, cases} on standard input, slugs on standard output.
import { readFileSync } from "node:fs";
import { now } from "./modules.mjs";

const { cardsFor } = await now("choosing.js");
const { bundle, cases } = JSON.parse(readFileSync(0, "utf8"));

console.log(
  JSON.stringify(
    cases.map(({ state, age, relation }) =>
      cardsFor(bundle, state, { age, real_age: age }, relation).map(card => card.slug),
    ),
  ),
);
