// Right now, on the phone: the same steps as the pages, from the pocket, in the same frame as the tap. Nothing here waits:
// a tap that the pocket cannot answer yet follows its link instead.
import { allowed, draw, offer } from "./choosing.js";
import { begin, broughtBy, tries } from "./moment.js";
import { flush } from "./outbox.js";
import { never as neverForChild, refresh, told as childsOwn } from "./own.js";
import { askToStay, changeWishes, chooseChild, me, moments, saveMoment } from "./store.js";

const flow = document.querySelector("[data-flow]");
const $ = (s, within = flow) => within.querySelector(s);
const words = JSON.parse(document.getElementById("words").textContent);
const steps = [...flow.querySelectorAll("[data-step]")];
const now = { state: flow.dataset.state || null, situation: flow.dataset.situation || "any", caregiver: flow.dataset.caregiver || null, seen: [], seenForYou: [], moment: null };
const CALM = "calm"; // what comes to mind before the hard part
let pocket = null, own = null, about = { child: null, children: [] }, kept = [], wished = {}, timers = [];

// Until it is known what may not be offered, nothing is offered: a tap before that follows its link. Storage that hangs holds nobody up.
const known = Promise.race([childs(), new Promise(done => setTimeout(done, 500))]);
fetch(flow.dataset.pocket).then(r => r.ok ? r.json() : Promise.reject(new Error(r.status))).then(async told => { await known; pocket = told; ready(); }).catch(() => {});
moments().then(told => { kept = told; }).catch(() => {});
// What was learned since comes after the page, and only to a phone that belongs to somebody.
addEventListener("load", () => setTimeout(async () => { if (await me().catch(() => null) && await refresh()) childs(); }, 200));

async function childs() {
  try {
    const told = await childsOwn();
    own = told.own; wished = told.wishes; about = told;
  } catch { /* closed storage knows nothing */ }
  name();
  choice();
}

// Deep links work offline too: the page is one, the address says where to begin.
const [, , , first, second] = location.pathname.split("/");
const asked = Object.fromEntries(new URLSearchParams(location.search)); // a nudge, or a plan, leads to one practice

function ready() {
  name();
  const made = flow.dataset.offer && !now.moment && JSON.parse(flow.dataset.offer);
  if (asked.practice && !now.moment) { lead(asked.practice, made); return; }
  if (made && stands(made)) { // this step came as a page; what it offered is kept like any other offer
    now.moment = begin({ state: now.state, situation: now.situation, caregiver: null, language: pocket.language });
    now.moment.offers.push(made);
    now.seen.push(made.practice);
    now.choice = { slug: made.practice };
    $("[data-never-line]").hidden = false;
    saveMoment(now.moment).catch(() => {});
  } else if (made) propose();
  if (!now.state && first && pocket.states[first]) {
    now.state = first;
    if (pocket.situations[second]) { now.situation = second; show("idea"); } else choose(first);
  }
}

/** Begin with the practice that was asked for. One that this phone does not have, or that was never to be suggested, is no error: the usual start. */
async function lead(slug, shown) {
  if (asked.child !== about.child?.id && about.children.some(one => one.id === asked.child)) await turnTo(asked.child);
  const practice = pocket.practices.find(p => p.slug === slug);
  if (!practice || !allowed(practice, wished)) { if (shown) { now.state = null; show("start", { back: true }); } return; }
  const situation = pocket.situations[asked.situation] ? asked.situation : "any";
  Object.assign(now, { state: CALM, situation, seen: [], moment: null, brought: broughtBy(asked.nudge, slug) });
  show("idea", { back: Boolean(shown) });
  if (shown) propose();
}

// A page from the server knows neither what was said on this phone nor, of several children, which one it is about here.
function stands(made) {
  const practice = pocket.practices.find(p => p.slug === made.practice);
  return (!practice || allowed(practice, wished)) && (!flow.dataset.child || !about.child || flow.dataset.child === about.child.id);
}

// Several children: each is called by name. One: as the phone was told to call them.
const nickname = () => about.children.length > 1 ? about.child.nickname || wished.nickname : wished.nickname;
const child = () => nickname() ? [nickname(), nickname()] : pocket?.child ?? ["", ""];
const told = text => (text ?? "").replaceAll("{child}", child()[0]).replaceAll("{Child}", child()[1]);
const fill = (text, values) => Object.entries(values).reduce((all, [key, value]) => all.replaceAll(`{${key}}`, value), text);

function name() {
  if (!nickname()) return;
  $("[data-how-is]").textContent = fill(words.how_is, { child: nickname() });
  $("[data-how-now]").textContent = fill(words.how_now, { child: nickname() });
}

/** Which child this is about, where the home has several. */
function choice() {
  const place = $("[data-children]"), shown = JSON.stringify([about.children, about.child]);
  if (place.dataset.shown === shown) return; // nothing moves under a thumb
  place.dataset.shown = shown;
  place.hidden = about.children.length < 2;
  place.replaceChildren(...about.children.map((one, n) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: one.nickname || fill(words.child_number, { number: n + 1 }) });
    button.dataset.child = one.id;
    button.setAttribute("aria-pressed", String(one.id === about.child.id));
    return button;
  }));
}
async function turnTo(id) {
  try { await chooseChild(id); } catch { return; }
  await childs();
  $(`[data-children] [data-child="${id}"]`)?.focus();
}

function show(step, { back = false } = {}) {
  if (!back) history.pushState({ step, depth: (history.state?.depth ?? 0) + 1, ...position() }, "");
  for (const section of steps) section.hidden = section.dataset.step !== step;
  timers.forEach(clearTimeout);
  flow.dataset.at = step;
  if (step === "idea" && !back) propose();
  scrollTo(0, 0);
  $(`#h-${step}`).focus({ preventScroll: true });
}
const position = () => ({ state: now.state, situation: now.situation });

function choose(state) {
  Object.assign(now, { state, situation: "any", seen: [], moment: null });
  show(state === "fear" || state === "terror" ? "idea" : "around");
}

function propose() {
  const { state, situation, seen } = now;
  const counts = tries(kept.filter(m => m.id !== now.moment?.id && (!m.child || !about.child || m.child === about.child.id)), state);
  const { brought } = now, choice = brought ?? offer(pocket, { state, situation, seen, wishes: wished, tries: counts, draw: draw(), own });
  now.brought = null;
  now.moment ??= begin({ state, situation, caregiver: now.caregiver, language: pocket.language, nudged: Boolean(brought?.nudge) });
  now.choice = choice;
  paint(choice && pocket.practices.find(p => p.slug === choice.slug), counts);
  if (!choice) return;
  seen.push(choice.slug);
  const practice = pocket.practices.find(p => p.slug === choice.slug);
  const { slug, ...drawn } = choice;
  now.moment.offers.push({ practice: slug, edition: practice.edition, pocket: pocket.version, rule: pocket.rule, ...drawn });
  saveMoment(now.moment).catch(() => {});
}

function paint(practice, counts) {
  const { state, situation } = now;
  const quiet = ["alarm", "fear", "terror", "shutdown"].includes(state);
  $("[data-eyes-old]").hidden = quiet;
  $("[data-eyes-old] q").textContent = told(pocket.states[state].old);
  $("[data-new]").textContent = told(`${quiet ? "" : pocket.situations[situation]?.line ?? ""} ${pocket.states[state].new}`.trim());
  $("[data-title]").textContent = practice ? told(practice.title) : words.nothing_left;
  list($("[data-steps]"), practice?.steps ?? []);
  const say = practice ? practice.say[state] ?? practice.say[""] : words_for(state)[0];
  $("[data-say]").textContent = say ? fill(words.quote, { words: told(say) }) : "";
  $(".say").hidden = !say;
  const count = practice && (own?.tries?.[practice.slug] ?? counts[practice.slug]);
  $("[data-history]").textContent = !practice ? "" : count ? fill(words.helped_before, count) : kept.length ? words.new_here : "";
  list($("[data-cautions]"), (practice?.cautions ?? []).filter(c => c !== "driver" || situation === "car").map(c => pocket.cautions[c]).filter(Boolean));
  $(".fold", $("[data-step=idea]")).open = false;
  for (const key of ["why", "consent", "mind", "no_touch", "teen", "seated", "disability"]) way(key, practice?.[key] ? [practice[key]] : []);
  way("words", words_for(state).slice(0, 3).map(w => fill(words.quote, { words: w })));
  way("eyes", fitting(pocket.reframes).slice(0, 4).map(r => `${r.title}: ${r.new_eyes}`));
  $("[data-never-line]").hidden = !practice;
  $("[data-never]").textContent = words.not_for_us;
  $("[data-else]").hidden = !practice;
  // What there is to try decides which button is the lamp: when nothing is left, staying near is.
  $("[data-step=idea] [data-go=after]").hidden = !practice && !now.moment?.offers.length;
}
const fitting = items => [...items.filter(i => i.states.includes(now.state) && i.situations.includes(now.situation)), ...items.filter(i => i.states.includes(now.state) && !i.situations.length)];
const words_for = state => fitting(pocket.words).map(w => w.say[state] ?? w.say[""]).filter(Boolean);

function list(holder, lines) {
  holder.replaceChildren(...lines.map(line => Object.assign(document.createElement("li"), { textContent: told(line) })));
}
function way(key, lines) {
  const box = $(`[data-way=${key}]`);
  box.hidden = !lines.length;
  box.querySelectorAll("dd").forEach(dd => dd.remove());
  box.append(...lines.map(line => Object.assign(document.createElement("dd"), { textContent: told(line) })));
}

function forYou(state) {
  const cards = pocket.caregiver.filter(card => card.states.includes(state));
  const left = cards.filter(card => !now.seenForYou.includes(card.slug));
  const card = (left.length ? left : cards)[Math.floor(draw() * (left.length || cards.length))];
  if (!card) return;
  now.seenForYou.push(card.slug);
  $("[data-you-title]").textContent = told(card.title);
  list($("[data-you-steps]"), card.steps);
  $("[data-you-why]").textContent = told(card.why);
  $("[data-you-mind]").textContent = [told(card.mind), ...card.cautions.map(c => pocket.cautions[c]).filter(Boolean)].filter(Boolean).join(" ");
}

function finish(outcome) {
  now.moment ??= begin({ state: now.state, situation: now.situation, caregiver: now.caregiver, language: pocket.language });
  now.moment.outcome = outcome;
  const close = words.closes[outcome];
  $("[data-close-title]").textContent = close.title;
  $("[data-close-body]").textContent = close.body;
  if (outcome === "unsafe") calls();
  show(outcome === "unsafe" ? "safe" : "done");
  save();
}

async function save() {
  const lines = flow.querySelectorAll("[data-saved]"), say = text => { for (const line of lines) line.textContent = text; };
  say("");
  $("[data-retry-line]").hidden = true;
  const moment = JSON.parse(JSON.stringify(now.moment));
  try {
    await saveMoment(moment);
    say(words.saved);
    kept = [...kept.filter(m => m.id !== moment.id), moment];
    askToStay();
    if (await me().catch(() => null) && await flush() === "sent") say(words.saved_all);
  } catch {
    say(words.not_saved);
    $("[data-retry-line]").hidden = false;
  }
}

function calls() {
  const country = pocket.crisis[wished.country || flow.dataset.country];
  $("[data-calls]").replaceChildren(...(country?.emergency ?? []).map(number => Object.assign(document.createElement("a"), { className: "btn btn--ink btn--big", href: `tel:${number}`, textContent: fill(words.call, { number }) })));
}

flow.addEventListener("click", e => {
  const tapped = e.target.closest("a,button");
  if (!tapped || !pocket || e.metaKey || e.ctrlKey) return;
  const d = tapped.dataset, act = run => { e.preventDefault(); run(); };
  if (d.child) act(() => turnTo(d.child));
  else if (d.state) act(() => choose(d.state));
  else if (d.situation) act(() => { now.situation = d.situation; now.seen = []; now.moment = null; show("idea"); });
  else if ("else" in d) act(() => { propose(); scrollTo(0, 0); $("#h-idea").focus({ preventScroll: true }); });
  else if ("youElse" in d) act(() => { forYou(now.caregiver); $("#h-you").focus({ preventScroll: true }); });
  else if (d.you) act(() => tellYou(d.you, tapped));
  else if ("never" in d) act(() => never(tapped));
  else if ("retry" in d) act(save);
  else if ("again" in d) act(() => { now.moment = null; show("idea"); });
  else if (d.outcome) act(() => finish(d.outcome));
  else if (d.go === "start") act(() => show("start"));
  else if (d.go && now.state) act(() => { if (d.go === "idea") now.moment = null; show(d.go); });
});
document.querySelector("[data-back]").addEventListener("click", e => { if (history.state?.depth > 0) { e.preventDefault(); history.back(); } });

// The entry this page began on; after a reload the browser still holds what was shown then.
history.replaceState({ step: flow.dataset.at, depth: history.state?.depth ?? 0, ...position() }, "");
addEventListener("popstate", e => {
  const { step = "start", state = now.state, situation = now.situation } = e.state ?? {};
  Object.assign(now, { state, situation });
  // After a reload an earlier step has nothing painted yet: offer afresh, or begin again. Never an empty screen.
  const painted = $(`#h-${step}`)?.textContent.trim();
  if (step === "idea" && !painted && pocket && state) { show(step, { back: true }); propose(); } else show(painted ? step : "start", { back: true });
});

function tellYou(state, button) {
  now.caregiver = state;
  for (const other of flow.querySelectorAll("[data-you]")) other.setAttribute("aria-pressed", String(other === button));
  if (["wound_up", "flooded", "numb"].includes(state)) { forYou(state); show("you"); }
}

async function never(button) {
  const slug = now.choice?.slug, off = !(wished.never ?? []).includes(slug);
  const change = old => ({ ...old, never: [...(old.never ?? []).filter(s => s !== slug), ...(off ? [slug] : [])] });
  wished = change(wished); // at once, whatever the storage says
  try { await neverForChild(slug, off) || await changeWishes(change); } catch { /* it holds while this page is open */ }
  button.textContent = off ? `${about.child && !about.guards ? words.never_here : words.never_taken} ${words.undo}` : words.not_for_us;
}

// One paced breath: four seconds in, six out. It asks for nothing and stops for nothing.
(function breathe() {
  if (flow.dataset.at !== "start") return;
  const cue = $("[data-cue]"), later = (ms, act) => timers.push(setTimeout(act, ms));
  later(900, () => { $("[data-breath]").classList.add("go"); cue.textContent = words.cues[1]; });
  later(4900, () => { cue.textContent = words.cues[2]; });
  later(10900, () => { cue.textContent = words.cues[3]; });
})();
