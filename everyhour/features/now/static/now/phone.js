// What this phone keeps: shown, corrected, taken along, let go. Nothing here leaves the phone by itself.
import { clock as timeOfDay, weekdayAndDay } from "../ui/js/formats.js";
import { BIGGEST_COPY, clean, clockIsOff, judge } from "./moment.js";
import { flush } from "./outbox.js";
import { never as neverForChild, refresh, told as holding } from "./own.js";
import { changeWishes, forget, keepNevers, keepRejected, keepWaiting, letGo, me, moments, nevers, rejected, removeMoment, retry, saveMoment, saveMoments, saveWishes, waiting, wishes } from "./store.js";

const page = document.querySelector("[data-phone]"), $ = s => page.querySelector(s);
const words = JSON.parse(document.getElementById("words").textContent);
const fill = (text, values) => Object.entries(values).reduce((all, [key, value]) => all.replaceAll(`{${key}}`, value), text);
const say = (where, text) => { $(where).textContent = text; };
const form = $("[data-wishes]");
let pocket = null, wished = {}, kept = [], offHere = [], heard = ""; // how the last sending went, whoever paints last

async function begin() {
  try { [wished, kept] = [await wishes(), await moments()]; await notHere(); } catch { trouble(words.closed); }
  fillForm();
  paint();
  onTheirWay();
  learned();
  try {
    pocket = await (await fetch(page.dataset.pocket)).json();
    paint();
    clock(Date.now(), await serverTime());
  } catch { /* offline and never here before: names stay short */ }
}

// What is not suggested on this phone, and may be taken back here: what was wished on it, and for its child what the family said, where
// a guardian holds it, or what was said on it.
async function notHere() {
  const all = await holding();
  offHere = !all.child || all.guards ? all.wishes.never ?? [] : [...new Set([...wished.never ?? [], ...all.said])];
}
async function learned() {
  if (!await me().catch(() => null) || !await refresh()) return;
  await notHere();
  paint();
}
async function takeBack(slug) {
  wished = await changeWishes(old => ({ ...old, never: (old.never ?? []).filter(s => s !== slug) }));
  await neverForChild(slug, false);
  await notHere();
}

// What waits for the family, and what it could not take.
async function onTheirWay() {
  const mine = await me().catch(() => null), box = $("[data-on-their-way]");
  box.hidden = !mine;
  if (!mine) return;
  document.querySelector("[data-lede]").textContent = words.belongs;
  const [queue, refused] = [await waiting(), await rejected()];
  const left = !queue.length ? refused.length ? words.some_refused : words.sent : queue.length === 1 ? words.waiting_one : fill(words.waiting_many, { count: queue.length });
  say("[data-waiting]", heard === "signed-out" && queue.length ? `${left} ${words.signed_out}` : left);
  $("[data-sign-in]").hidden = !(heard === "signed-out" && queue.length);
  $("[data-rejected]").replaceChildren(...refused.map(refusal));
}
addEventListener("outbox", e => { heard = e.detail; onTheirWay(); });

function refusal(change) {
  const item = row(change.set), line = item.firstChild, text = line.querySelector(".t");
  text.append(Object.assign(document.createElement("small"), { textContent: words.refused[change.reason] ?? words.refused[""] }));
  line.querySelector("button").remove();
  const button = (label, act) => { const made = Object.assign(document.createElement("button"), { type: "button", className: "q", textContent: label }); made.addEventListener("click", async () => { await act(); onTheirWay(); }); return made; };
  line.append(button(words.try_again, async () => { await retry(change.key); await flush(); }), button(words.let_go, () => letGo(change.key)));
  return item;
}

async function serverTime() {
  const answer = await fetch("/alive/", { method: "HEAD", cache: "no-store", credentials: "omit" });
  return answer.ok ? Date.parse(answer.headers.get("date") ?? "") : null;
}
function clock(asked, server) {
  if (!server || !clockIsOff(asked - server)) return;
  const line = $("[data-clock]");
  line.hidden = false;
  line.textContent = fill(words.clock, { hours: Math.round(Math.abs(asked - server) / 3_600_000) });
}
function trouble(text) { $("[data-trouble]").hidden = false; say("[data-trouble]", text); }

function fillForm() {
  form.nickname.value = wished.nickname ?? "";
  form.age.value = wished.age ?? "";
  form.no_touch.checked = wished.touch === false;
  form.country.value = wished.country ?? "";
}

form.addEventListener("change", async e => {
  const nickname = clean(form.nickname.value, 40);
  const cut = form.nickname.value.trim().length > 40;
  form.nickname.value = nickname;
  const told = { nickname: { nickname }, age: { age: form.age.value === "" ? null : Number(form.age.value) }, no_touch: { touch: !form.no_touch.checked }, country: { country: form.country.value } }[e.target.name];
  wished = { ...wished, ...told };
  bringNumbers(wished.country ?? "");
  await keep(async () => { wished = await changeWishes(old => ({ ...old, ...told })); }, "[data-wishes-said]", cut ? `${words.saved} ${fill(words.cut, { most: 40 })}` : words.saved);
});
// Pages without a database read the country from here; asking for the page once keeps it for when there is no network.
function bringNumbers(country) {
  try { localStorage.setItem("country", country); } catch { /* all countries, then */ }
  const language = document.documentElement.lang;
  if (country) fetch(`/help/${country}/${language === "en" ? "" : `in-${language}/`}`).catch(() => {});
}
form.addEventListener("submit", e => e.preventDefault());

async function keep(act, where, well) {
  try { await act(); say(where, well); return true; } catch { say(where, words.not_saved); return false; }
}

function paint() {
  say("[data-count]", !kept.length ? words.none : kept.length === 1 ? words.kept_one : fill(words.kept_many, { count: kept.length }));
  const shown = [...kept].sort((a, b) => b.at.localeCompare(a.at)).slice(0, 200);
  $("[data-moments]").replaceChildren(...shown.map(row));
  $("[data-never-list]").hidden = !offHere.length;
  $("[data-never-list] ul").replaceChildren(...offHere.map(slug => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: `${titleOf(slug)} · ${words.undo}` });
    button.addEventListener("click", async () => { await keep(() => takeBack(slug), "[data-wishes-said]", words.saved); paint(); });
    const item = document.createElement("li");
    item.append(button);
    return item;
  }));
}

const titleOf = slug => pocket?.practices.find(p => p.slug === slug)?.title ?? slug.replaceAll("-", " ");

function row(moment) {
  const item = document.createElement("li"), line = document.createElement("div"), text = document.createElement("span");
  line.className = "row";
  text.className = "t";
  const when = `${weekdayAndDay(new Date(moment.at))}, ${timeOfDay(new Date(moment.at))}`;
  const last = moment.offers.at(-1), practice = last && pocket?.practices.find(p => p.slug === last.practice);
  const outcome = moment.outcome ? pocket?.outcomes[moment.outcome]?.name ?? moment.outcome : words.no_outcome;
  const title = last ? titleOf(last.practice) : pocket?.states[moment.state]?.name ?? moment.state;
  const older = last && pocket && (!practice || practice.edition !== last.edition) ? ` · ${words.older}` : "";
  const b = Object.assign(document.createElement("b"), { textContent: title });
  const small = Object.assign(document.createElement("small"), { textContent: `${when} · ${pocket?.states[moment.state]?.name ?? moment.state} · ${outcome}${older}` });
  const out = Object.assign(document.createElement("button"), { type: "button", className: "q", textContent: words.remove, ariaLabel: `${words.remove}: ${title}, ${when}` });
  out.addEventListener("click", () => remove(moment));
  text.append(b, small);
  line.append(text, out);
  item.append(line);
  return item;
}

async function remove(moment) {
  if (!await keep(() => removeMoment(moment.id), "[data-copy-said]", "")) return;
  kept = kept.filter(m => m.id !== moment.id);
  paint();
  const back = Object.assign(document.createElement("button"), { type: "button", className: "q", textContent: words.undo });
  back.addEventListener("click", async () => { if (await keep(() => saveMoment(moment), "[data-copy-said]", "")) { kept.push(moment); paint(); } });
  $("[data-count]").append(` ${words.removed} `, back);
  back.focus();
}

$("[data-export]").addEventListener("click", () => {
  const copy = JSON.stringify({ everyhour: 1, saved_at: new Date().toISOString(), moments: kept }, null, 1);
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([copy], { type: "application/json" })), download: "notes-copy.json" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
});

$("[data-import]").addEventListener("change", async e => {
  const file = e.target.files[0];
  e.target.value = "";
  if (!file) return;
  if (file.size > BIGGEST_COPY) { say("[data-copy-said]", words.too_big); return; }
  let brought;
  try { brought = JSON.parse(await file.text()); } catch { brought = null; }
  if (!Array.isArray(brought?.moments)) { say("[data-copy-said]", words.not_a_copy); return; }
  const known = new Set(kept.map(m => m.id)), fresh = [], reasons = new Set();
  let same = 0, out = 0;
  for (const raw of brought.moments.slice(0, 20_000)) {
    const { moment, reason } = judge(raw);
    if (reason) { out += 1; reasons.add(words.reasons[reason]); } else if (known.has(moment.id)) same += 1; else { known.add(moment.id); fresh.push(moment); }
  }
  const told = fill(words.brought, { count: fresh.length, same }) + (out ? ` ${fill(words.left_out, { count: out, reasons: [...reasons].join(", ") })}` : "");
  if (await keep(() => saveMoments(fresh), "[data-copy-said]", told)) { kept.push(...fresh); paint(); }
});

$("[data-forget]").addEventListener("click", async () => {
  const before = { kept, wished, queue: await waiting(), refused: await rejected(), said: await nevers() };
  if (!await keep(forget, "[data-copy-said]", words.forgotten)) return;
  kept = []; wished = {}; offHere = [];
  fillForm(); paint();
  const back = Object.assign(document.createElement("button"), { type: "button", className: "q", textContent: words.undo });
  back.addEventListener("click", async () => {
    if (await keep(async () => { await saveMoments(before.kept); await saveWishes(before.wished); await keepWaiting(before.queue); await keepRejected(before.refused); await keepNevers(before.said); }, "[data-copy-said]", words.saved)) { ({ kept, wished } = before); await notHere(); fillForm(); paint(); }
  });
  $("[data-copy-said]").append(" ", back);
  back.focus();
});

begin();
