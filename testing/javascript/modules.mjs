// Import the product's browser modules into Node. They are copied beside a package.json first: in the product nothing tells Node
// that a .js file is a module. Each call of `load` gives a fresh module, with nothing left of another test.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const folders = [];

/** Copy the folder of one module and import it: load("everyhour/features/now/static/now/store.js"). */
export async function load(path) {
  const folder = mkdtempSync(join(tmpdir(), "everyhour-javascript-"));
  folders.push(folder);
  const [, parent, name] = path.match(/^(.*)\/([^/]+)$/);
  cpSync(join(ROOT, parent), folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"type": "module"}');
  return import(pathToFileURL(join(folder, name)));
}

export const now = name => load(`everyhour/features/now/static/now/${name}`);

process.on("exit", () => { for (const folder of folders) rmSync(folder, { recursive: true, force: true }); });
