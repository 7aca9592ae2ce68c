// Read {pocket, cases} as JSON from stdin; write what choosing.js offers in each case.
import { readFileSync } from "node:fs";
import { now } from "./modules.mjs";

const { offer } = await now("choosing.js");
const { pocket, cases } = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(cases.map(asked => offer(pocket, asked))));
