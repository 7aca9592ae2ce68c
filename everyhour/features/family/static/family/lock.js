// A lock stored on this phone only. Right now, the numbers to call and Leave are never behind it.
// A plain script in the head, so that it runs before anything is shown.
// It stops a quick look, not a person with developer tools.
(() => {
  const root = document.documentElement, AWAY = 60_000, ROUNDS = 310_000, TRIES = 5, PAUSE = 30_000;
  const path = location.pathname;
  const free = /^\/\w+\/now\/(?!phone\/)/.test(path) || path === root.dataset.out;
  const bytes = text => Uint8Array.from(atob(text), character => character.charCodeAt(0));
  const text = raw => btoa(String.fromCharCode(...new Uint8Array(raw)));
  const veil = on => { root.style.visibility = on ? "hidden" : ""; };
  let hidden = [], locked = false;

  function read(key) {
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  }

  function write(key, value) {
    try { localStorage.setItem(key, JSON.stringify(value)); } catch { return false; }
    return true;
  }

  function seen() {
    const now = String(Date.now());
    try { sessionStorage.setItem("open", now); } catch { /* the next page asks again */ }
  }

  async function digest(pin, salt, iterations) {
    const raw = new TextEncoder().encode(pin);
    const key = await crypto.subtle.importKey("raw", raw, "PBKDF2", false, ["deriveBits"]);
    const parameters = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
    return text(await crypto.subtle.deriveBits(parameters, key, 256));
  }

  function away() {
    let last = 0;
    try { last = Number(sessionStorage.getItem("open")); } catch { /* closed storage: ask */ }
    const gone = Date.now() - last;
    return !(gone >= 0 && gone < AWAY);
  }

  function cover() {
    const template = document.querySelector("template[data-lock]");
    if (locked || !template) { veil(false); return; }
    locked = true;
    // An open crisis sheet stays: help is never behind the lock, and hidden it would block all.
    hidden = [...document.body.children].filter(part => !part.hidden && !part.open);
    for (const part of hidden) part.hidden = true;
    document.body.append(template.content.cloneNode(true));
    const shown = document.querySelector("[data-locked]");
    shown.querySelector("form").addEventListener("submit", ask);
    shown.querySelector("[data-forgot]")?.addEventListener("click", () => {
      write("lock", { ...read("lock"), forgotten: root.dataset.since });
    });
    veil(false);
    shown.querySelector("input").focus();
  }

  function open() {
    document.querySelector("[data-locked]")?.remove();
    for (const part of hidden) part.hidden = false;
    hidden = [];
    locked = false;
    seen();
  }

  async function ask(event) {
    event.preventDefault();
    const field = event.target.querySelector("input"), lock = read("lock");
    const said = event.target.querySelector("[role=status]");
    if (Date.now() < (lock.until ?? 0)) { said.textContent = said.dataset.wait; return; }
    if (await digest(field.value, bytes(lock.salt), lock.rounds) === lock.digest) {
      write("lock", { ...lock, wrong: 0, until: 0 });
      open();
      return;
    }
    const wrong = (lock.wrong ?? 0) + 1;
    const paused = wrong >= TRIES;
    write("lock", { ...lock, wrong: wrong % TRIES, until: paused ? Date.now() + PAUSE : 0 });
    said.textContent = paused ? said.dataset.wait : said.dataset.wrong;
    field.value = "";
    field.focus();
  }

  function settings() {
    const form = document.querySelector("[data-lock-form]");
    if (!form || !globalThis.crypto?.subtle) return;
    const off = form.querySelector("[data-lock-off]"), field = form.querySelector("input");
    const said = form.querySelector("[data-lock-said]");
    form.hidden = false;
    off.hidden = !read("lock");
    form.addEventListener("submit", async event => {
      event.preventDefault();
      if (!/^[0-9]{4,8}$/.test(field.value)) {
        said.textContent = said.dataset.short;
        field.focus();
        return;
      }
      const salt = crypto.getRandomValues(new Uint8Array(16));
      const hash = await digest(field.value, salt, ROUNDS);
      const kept = write("lock", { salt: text(salt), rounds: ROUNDS, digest: hash });
      field.value = "";
      seen();
      said.textContent = kept ? said.dataset.set : said.dataset.cannot;
      off.hidden = !kept;
    });
    off.addEventListener("click", () => {
      localStorage.removeItem("lock");
      off.hidden = true;
      said.textContent = said.dataset.off;
    });
  }

  // A person who forgot the digits signs out and in again; the newer sign-in takes the lock off.
  const forgotten = read("lock")?.forgotten, since = root.dataset.since;
  if (forgotten && since && since !== forgotten) localStorage.removeItem("lock");
  if (free) return;
  const wanted = () => Boolean(read("lock"));
  const late = wanted() && away();
  if (late) veil(true); else if (wanted()) seen();
  document.addEventListener("DOMContentLoaded", () => { settings(); if (late) cover(); });
  document.addEventListener("visibilitychange", () => {
    if (!wanted()) return;
    if (document.visibilityState === "hidden") { if (!locked) seen(); veil(true); return; }
    if (!locked && away()) cover(); else veil(false);
  });
  addEventListener("pagehide", () => { if (wanted() && !locked) seen(); });
  addEventListener("pageshow", event => {
    if (event.persisted && wanted() && !locked && away()) cover();
  });
})();
