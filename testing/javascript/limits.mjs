// Read {today, phones} as JSON from stdin; write the limits that wishes.js makes of what each phone says, and its words for bodies.
import { readFileSync } from "node:fs";
import { now } from "./modules.mjs";

const { BODIES, knownLimits } = await now("wishes.js");
const { today, phones } = JSON.parse(readFileSync(0, "utf8"));
const [year, month] = today;
const limits = phones.map(phone => knownLimits(phone, new Date(year, month - 1, 15)));
process.stdout.write(JSON.stringify({ BODIES, limits }));
