// Right now, on the phone: the same steps as the pages, from the offline bundle, without asking the
// server. Until the bundle is here, a tap follows its link to the server's page instead.
import * as childBundle from "./child_bundle.js";
import { paintAnswer, paintCalls, paintCard } from "./answer.js";
import { startBreath, stopBreath } from "./breath.js";
import { allowed, cardsFor, draw, offer } from "./choosing.js";
import { find, flow, parsed, words } from "./flow_page.js";
import { countTries, newMoment, nudgeOffer } from "./moment.js";
import { flush } from "./outbox.js";
import { fetchBundle } from "./offline_bundle.js";
import { findSituation } from "./own_words.js";
import { arrange } from "./tiles.js";
import { voice } from "./voice.js";
import { lightUp } from "./new_light.js";
import { paintChildren, paintName } from "./who.js";
import { knownLimits } from "./wishes.js";
import {
  changeWishes,
  chooseChild,
  readMoments,
  readOwner,
  requestPersistence,
  saveMoment,
} from "./store.js";

const sections = [...flow.querySelectorAll("[data-step]")];
const current = {
  state: flow.dataset.state || null,
  situation: flow.dataset.situation || "any",
  caregiver: flow.dataset.caregiver || null,
  seen: [],
  seenForYou: [],
  moment: null,
};
const CALM = "calm"; // the state of a reminder, which comes before the hard part
const STORAGE_TIMEOUT = 500; // milliseconds; storage that hangs does not stop the page
let bundle = null,
  learned = null,
  chosen = { child: null, children: [] },
  saved = [],
  wishes = knownLimits({}); // until they are read, and where storage is blocked

// Nothing is offered before the wishes are read: they say what may not be offered.
const wishesRead = Promise.race([
  readChild(),
  new Promise(resolve => setTimeout(resolve, STORAGE_TIMEOUT)),
]);
wishesRead.then(() => voice?.set(wishes.read_aloud === true));
readBundle().catch(() => {});
readMoments()
  .then(moments => {
    saved = moments;
    // Once, and not under a thumb.
    if (flow.dataset.at !== "around") arrange(find("[data-tiles]"), find("[data-rest]"), saved);
  })
  .catch(() => {});
// New child bundles are fetched after the page has loaded, and only on a phone with an owner.
addEventListener("load", () =>
  setTimeout(async () => {
    if ((await readOwner().catch(() => null)) && (await childBundle.refresh())) readChild();
  }, 200),
);

async function readBundle() {
  bundle = await fetchBundle(flow.dataset.bundle, wishesRead.then(() => wishes));
  if (bundle) startFlow();
}

async function readChild() {
  try {
    chosen = await childBundle.readChosenChild();
    learned = chosen.bundle;
    wishes = chosen.wishes;
  } catch {
    /* blocked storage holds no wishes */
  }
  paintName(nickname());
  paintChildren(chosen);
}

// Deep links work offline too: there is one page, and the address says where to start. It is the
// page of the breath, which nobody needs again in the middle.
const [, , , firstPart, secondPart] = location.pathname.split("/");
const query = Object.fromEntries(new URLSearchParams(location.search)); // from a reminder or a plan
const isCopy = flow.dataset.at === "breath" && Boolean(firstPart);

function startFlow() {
  paintName(nickname());
  paintCalls(bundle, wishes);
  const offered = current.moment ? null : parsed("offer");
  if (query.practice && !current.moment) {
    showPractice(query.practice, offered);
    return;
  }
  if (offered && fitsPhone(offered)) {
    // The server made this offer; it is saved like any other.
    startMoment();
    current.moment.offers.push(offered);
    current.seen.push(offered.practice);
    current.choice = { slug: offered.practice };
    find("[data-never-line]").hidden = false;
    saveMoment(current.moment).catch(() => {});
  } else if (offered) propose();
  if (!isCopy || current.moment) return;
  if (bundle.states[firstPart]) {
    current.state = firstPart;
    if (bundle.situations[secondPart]) {
      current.situation = secondPart;
      show("idea");
    } else choose(firstPart);
  } else if (firstPart === "you" && bundle.caregiver_states[secondPart]) {
    current.caregiver = secondPart;
    paintOwnCard();
    show("you");
  }
}

const practiceOf = slug => bundle.practices.find(practice => practice.slug === slug);

function startMoment(nudged = false) {
  const { state, situation, caregiver } = current;
  current.moment ??= newMoment({ state, situation, caregiver, language: bundle.language, nudged });
}

/** Start with the practice in the address; with the first step when it is unknown or may not be
 *  suggested. */
async function showPractice(slug, offered) {
  const isOther =
    query.child !== chosen.child?.id && chosen.children.some(child => child.id === query.child);
  if (isOther) await switchChild(query.child);
  const practice = practiceOf(slug);
  if (!practice || !allowed(practice, wishes, query.situation)) {
    if (offered) {
      current.state = null;
      show("start", { back: true });
    }
    return;
  }
  const situation = bundle.situations[query.situation] ? query.situation : "any";
  const reminder = nudgeOffer(query.nudge, slug);
  Object.assign(current, { state: CALM, situation, seen: [], moment: null, reminder });
  show("idea", { back: Boolean(offered) });
  if (offered) propose();
}

// Whether the server's offer fits: it does not know the wishes of this phone, nor the chosen child.
function fitsPhone(offered) {
  const practice = practiceOf(offered.practice);
  const sameChild = !flow.dataset.child || !chosen.child || flow.dataset.child === chosen.child.id;
  return (!practice || allowed(practice, wishes, current.situation)) && sameChild;
}

const nickname = () => chosen.child?.nickname || wishes.nickname;
const childName = () => (nickname() ? [nickname(), nickname()] : (bundle?.child ?? ["", ""]));
const withName = text =>
  (text ?? "").replaceAll("{child}", childName()[0]).replaceAll("{Child}", childName()[1]);

async function switchChild(id) {
  try {
    await chooseChild(id);
  } catch {
    return;
  }
  await readChild();
  find(`[data-children] [data-child="${id}"]`)?.focus();
}

const position = () => ({ state: current.state, situation: current.situation });

function show(step, { back = false } = {}) {
  const depth = (history.state?.depth ?? 0) + 1;
  if (!back) history.pushState({ step, depth, ...position() }, "");
  for (const section of sections) section.hidden = section.dataset.step !== step;
  stopBreath();
  voice?.stop();
  flow.dataset.at = step;
  if (step === "idea" && !back) propose();
  scrollTo(0, 0);
  focusOn(step);
}

function choose(state) {
  Object.assign(current, { state, situation: "any", seen: [], moment: null });
  show(words.presence_only.includes(state) ? "idea" : "around");
}

function chooseSituation(situation) {
  Object.assign(current, { situation, seen: [], moment: null });
  show("idea");
}

function propose() {
  const { state, situation, seen, reminder } = current;
  const tries = countTries(saved.filter(isOfChosenChild), state);
  const choice =
    reminder ??
    offer(bundle, { state, situation, seen, wishes, tries, draw: draw(), own: learned });
  current.reminder = null;
  startMoment(Boolean(reminder?.nudge));
  current.choice = choice;
  const practice = choice && practiceOf(choice.slug);
  paintIdea(practice, tries);
  if (!choice) return;
  seen.push(choice.slug);
  const { slug, ...drawn } = choice;
  const { edition } = practice;
  const source = { practice: slug, edition, pocket: bundle.version, rule: bundle.rule };
  current.moment.offers.push({ ...source, ...drawn });
  saveMoment(current.moment).catch(() => {});
}

function isOfChosenChild(moment) {
  const isOfOther = moment.child && chosen.child && moment.child !== chosen.child.id;
  return moment.id !== current.moment?.id && !isOfOther;
}

function paintIdea(practice, tries) {
  const { state, situation, seen } = current;
  const count = practice && (learned?.tries?.[practice.slug] ?? tries[practice.slug]);
  const child = { nickname: nickname(), withName };
  const turn = seen.length;
  paintAnswer({ bundle, practice, state, situation, wishes, turn, child, count });
  find("[data-never-line]").hidden = !practice;
  find("[data-never]").textContent = words.not_for_us;
  find("[data-else]").hidden = !practice;
  find("[data-from-the-start]").hidden = Boolean(practice);
  // "I tried it" needs something that was offered.
  find("[data-step=idea] [data-go=after]").hidden = !practice && !current.moment?.offers.length;
  voice?.read();
}

function paintOwnCard() {
  const cards = cardsFor(bundle, current.caregiver, wishes, flow.dataset.relation);
  const unseen = cards.filter(card => !current.seenForYou.includes(card.slug));
  const left = unseen.length ? unseen : cards;
  const card = left[Math.floor(draw() * left.length)];
  if (!card) return;
  current.seenForYou.push(card.slug);
  paintCard(card, bundle, withName);
}

function finish(outcome) {
  startMoment();
  current.moment.outcome = outcome;
  const close = words.closes[outcome];
  find("[data-close-title]").textContent = close.title;
  find("[data-close-body]").textContent = close.body;
  lightUp(find("[data-new-light]"), { moment: current.moment, saved, child: chosen.child });
  show(outcome === "unsafe" ? "safe" : "done");
  save();
}

async function save() {
  const lines = flow.querySelectorAll("[data-saved]");
  const say = text => {
    for (const line of lines) line.textContent = text;
  };
  say("");
  find("[data-retry-line]").hidden = true;
  const moment = structuredClone(current.moment);
  try {
    await saveMoment(moment);
    say(words.saved);
    saved = [...saved.filter(one => one.id !== moment.id), moment];
    requestPersistence();
    if (chosen.child && (await flush()) === "sent") say(words.saved_all);
  } catch {
    say(words.not_saved);
    find("[data-retry-line]").hidden = false;
  }
}

addEventListener("country", event => {
  wishes = { ...wishes, country: event.detail }; // chosen in the crisis sheet
  if (bundle) paintCalls(bundle, wishes);
});

/** Return what a tap does, by the data attributes of the button or link; null follows the link. */
function actionOf(tapped) {
  const { child, state, situation, you, outcome, go } = tapped.dataset;
  if (child) return () => switchChild(child);
  if (state) return () => choose(state);
  if (situation)
    return () => chooseSituation(situation);
  if ("else" in tapped.dataset)
    return () => {
      propose();
      scrollTo(0, 0);
      focusOn("idea");
    };
  if (you) return () => chooseCaregiverState(you, tapped);
  if ("forYou" in tapped.dataset || "youElse" in tapped.dataset)
    return () => {
      paintOwnCard();
      if ("forYou" in tapped.dataset) show("you");
      else focusOn("you");
    };
  if ("never" in tapped.dataset) return () => toggleNever(tapped);
  if ("retry" in tapped.dataset) return save;
  if ("again" in tapped.dataset)
    return () => {
      Object.assign(current, { moment: null, seen: [] });
      show("idea");
    };
  if (outcome) return () => finish(outcome);
  if (go === "start") return () => show("start");
  if (go && current.state)
    return () => {
      if (go === "idea") current.moment = null;
      show(go);
    };
  return null;
}

// A signed-in caregiver begins and ends on Today, also where this copy of the page is a guest's.
try {
  const home = localStorage.getItem("home");
  for (const link of home ? document.querySelectorAll("[data-home], [data-back]") : [])
    if (/^\/[a-z]{2}\/$/.test(link.pathname)) link.href = home;
} catch {
  /* storage is blocked: the links stay as they are */
}

const focusOn = step => find(`#h-${step}`).focus({ preventScroll: true });
flow.addEventListener("click", event => {
  const tapped = event.target.closest("a,button");
  if (!tapped || !bundle || event.metaKey || event.ctrlKey) return;
  const action = actionOf(tapped);
  if (!action) return;
  event.preventDefault();
  action();
});
document.querySelector("[data-back]").addEventListener("click", event => {
  if (!(history.state?.depth > 0)) return;
  event.preventDefault();
  history.back();
});

// A reload goes on where it makes sense, without the breath; after it the browser still has the
// earlier history entries.
const before = history.state ?? {};
if (flow.dataset.at === "breath") {
  if (before.step === "around" && before.state) {
    current.state = before.state;
    show("around", { back: true });
  } else if ((before.step ?? "breath") !== "breath" || firstPart || query.practice)
    show("start", { back: true });
  else startBreath(goOn);
}
const { depth = 0 } = before;
history.replaceState({ ...before, step: flow.dataset.at, depth, ...position() }, "");
addEventListener("popstate", event => {
  const {
    step = "start",
    state = current.state,
    situation = current.situation,
  } = event.state ?? {};
  Object.assign(current, { state, situation });
  // After a reload an earlier step is still empty: propose something new, or go to the first step.
  const isPainted = find(`#h-${step}`)?.textContent.trim();
  const canPropose = step === "idea" && !isPainted && bundle && state;
  show(isPainted || canPropose ? step : "start", { back: true });
  if (canPropose) propose();
});

/** Answer a tap on how the caregiver is; a second tap takes it back. */
function chooseCaregiverState(state, button) {
  current.caregiver = button.getAttribute("aria-pressed") === "true" ? null : state;
  for (const other of flow.querySelectorAll("[data-you]"))
    other.setAttribute("aria-pressed", String(other.dataset.you === current.caregiver));
  const { answer } = bundle.caregiver_states[current.caregiver] ?? {};
  find("[data-answer]").textContent = withName(answer);
  find("[data-for-you]").hidden = !current.caregiver;
}

async function toggleNever(button) {
  const slug = current.choice?.slug,
    off = !(wishes.never ?? []).includes(slug);
  const others = old => (old.never ?? []).filter(one => one !== slug);
  const change = old => ({ ...old, never: [...others(old), ...(off ? [slug] : [])] });
  wishes = change(wishes); // at once, before the storage answers
  try {
    (await childBundle.setNever(slug, off)) || (await changeWishes(change));
  } catch {
    /* blocked storage: it applies while this page is open */
  }
  const turnedOff = chosen.child && !chosen.guards ? words.never_here : words.never_taken;
  button.textContent = off ? `${turnedOff} ${words.undo}` : words.not_for_us;
}

find("[data-words]").addEventListener("submit", event => {
  if (!bundle) return; // the server looks
  event.preventDefault();
  const typed = event.target.elements.words.value;
  const situation = findSituation(typed, bundle.situations, words.danger_situations);
  // The search shows the numbers above what it finds.
  const isWorry = event.target.querySelector("[data-danger-panel]") !== null;
  const fits = situation && (!isWorry || words.danger_situations.includes(situation));
  if (fits) chooseSituation(situation);
  else location.assign(`${event.target.dataset.search}?${new URLSearchParams({ q: typed })}`);
});

// In place of the breath: going back leads to the page before it.
function goOn() {
  show("start", { back: true });
  history.replaceState({ ...history.state, step: "start" }, "");
}
find("[data-breathed]").addEventListener("click", event => {
  if (event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  goOn();
});
