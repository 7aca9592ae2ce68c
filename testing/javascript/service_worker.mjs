// The service worker's own functions under Node: its parts are joined as the server joins them and run with a `self` of our own.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

const FOLDER = fileURLToPath(new URL("../../everyhour/foundation/ui/static/ui/js/", import.meta.url));
const KNOWN = { release: "r1", assets: [], pages: [], crisis: [], languages: ["en", "es"] };

/** Return the functions named, from a worker that sees these globals. */
export function worker(names, globals = {}) {
  const parts = readdirSync(FOLDER).filter(name => /^service-worker(-\w+)?\.js$/.test(name));
  const source = parts.map(name => readFileSync(FOLDER + name, "utf-8")).join("");
  const self = { addEventListener() {}, clients: {}, registration: {} };
  const context = vm.createContext({
    self, location: new URL("https://every.example/sw.js"), navigator: { language: "en", locks: {} },
    URL, URLSearchParams, Response, Request, Headers, AbortController, AbortSignal, setTimeout, clearTimeout, crypto, console, ...globals,
  });
  return vm.runInContext(`${source.replace("/* RELEASE */ null", JSON.stringify(KNOWN))};({ ${names.join(", ")} })`, context);
}

/** As much of the Cache API as the worker uses. */
export function fakeCaches(held = {}) {
  const all = new Map(Object.entries(held).map(([name, pages]) => [name, new Map(Object.entries(pages))]));
  const key = request => new URL(request.url ?? request, "https://every.example").href.replace("https://every.example", "");
  const cacheOf = pages => ({
    match: async request => pages.get(key(request))?.clone(),
    put: async (request, response) => void pages.set(key(request), response),
    delete: async request => pages.delete(key(request)),
    keys: async () => [...pages.keys()].map(path => ({ url: `https://every.example${path}` })),
  });
  return {
    all,
    open: async name => { if (!all.has(name)) all.set(name, new Map()); return cacheOf(all.get(name)); },
    keys: async () => [...all.keys()],
    delete: async name => all.delete(name),
    match: async request => { for (const pages of all.values()) if (pages.has(key(request))) return pages.get(key(request)).clone(); },
  };
}
