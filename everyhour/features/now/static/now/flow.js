// Right now, on the phone: the same steps as the pages, from the offline bundle, without asking the
// server. Until the bundle is here, a tap follows its link to the server's page instead.
import * as childBundle from "./child_bundle.js";
import { countryOf } from "./countries.js";
import { allowed, draw, offer, unpack } from "./choosing.js";
import { countTries, newMoment, nudgeOffer } from "./moment.js";
import { flush } from "./outbox.js";
import { shown } from "./showing.js";
import { knownLimits } from "./wishes.js";
import {
  changeWishes,
  chooseChild,
  readMoments,
  readOwner,
  requestPersistence,
  saveMoment,
} from "./store.js";

const flow = document.querySelector("[data-flow]");
const find = (selector, within = flow) => within.querySelector(selector);
const parsed = id => JSON.parse(document.getElementById(id)?.textContent ?? "null");
const words = parsed("words");
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
  chosen = { child: null, children: [] };
let saved = [],
  wishes = knownLimits({}), // until they are read, and where storage is blocked
  timers = [];

// Nothing is offered before the wishes are read: they say what may not be offered.
const wishesRead = Promise.race([
  readChild(),
  new Promise(resolve => setTimeout(resolve, STORAGE_TIMEOUT)),
]);
readBundle().catch(() => {});
readMoments()
  .then(moments => {
    saved = moments;
  })
  .catch(() => {});
// New child bundles are fetched after the page has loaded, and only on a phone with an owner.
addEventListener("load", () =>
  setTimeout(async () => {
    if ((await readOwner().catch(() => null)) && (await childBundle.refresh())) readChild();
  }, 200),
);

async function readBundle() {
  const fetched = fetch(flow.dataset.bundle);
  await wishesRead;
  const response = (await fetchWays()) ?? (await fetched);
  if (!response.ok) return;
  const body = await response.json();
  dispatchEvent(new CustomEvent("bundle", { detail: body })); // for the crisis sheet
  bundle = { ...body, chances: unpack(body.chances) };
  startFlow();
}

/** The larger bundle, for a child whose body needs its own ways; null when it is not here. */
async function fetchWays() {
  if (!wishes.bodies?.length) return null;
  const response = await fetch(`${flow.dataset.bundle}ways/`).catch(() => null);
  return response?.ok ? response : null;
}

async function readChild() {
  try {
    chosen = await childBundle.readChosenChild();
    learned = chosen.bundle;
    wishes = chosen.wishes;
  } catch {
    /* blocked storage holds no wishes */
  }
  paintName();
  paintChildren();
}

// Deep links work offline too: there is one page, and the address says where to start.
const [, , , firstPart, secondPart] = location.pathname.split("/");
const query = Object.fromEntries(new URLSearchParams(location.search)); // from a reminder or a plan

function startFlow() {
  paintName();
  paintCalls();
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
  if (!current.state && firstPart && bundle.states[firstPart]) {
    current.state = firstPart;
    if (bundle.situations[secondPart]) {
      current.situation = secondPart;
      show("idea");
    } else choose(firstPart);
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

// With several children each has its own nickname; a single child has the phone's.
const nickname = () =>
  chosen.children.length > 1 ? chosen.child.nickname || wishes.nickname : wishes.nickname;
const childName = () => (nickname() ? [nickname(), nickname()] : (bundle?.child ?? ["", ""]));
const withName = text =>
  (text ?? "").replaceAll("{child}", childName()[0]).replaceAll("{Child}", childName()[1]);
const fill = (text, values) =>
  Object.entries(values).reduce((all, [key, value]) => all.replaceAll(`{${key}}`, value), text);
const element = (tag, properties) => Object.assign(document.createElement(tag), properties);

function paintName() {
  if (!nickname()) return;
  find("[data-how-is]").textContent = fill(words.how_is, { child: nickname() });
  find("[data-how-now]").textContent = fill(words.how_now, { child: nickname() });
}

/** Show a button for each child, where the household has several. */
function paintChildren() {
  const place = find("[data-children]"),
    painted = JSON.stringify([chosen.children, chosen.child]);
  if (place.dataset.shown === painted) return; // unchanged: nothing moves under a thumb
  place.dataset.shown = painted;
  place.hidden = chosen.children.length < 2;
  place.replaceChildren(
    ...chosen.children.map((child, index) => {
      const textContent = child.nickname || fill(words.child_number, { number: index + 1 });
      const button = element("button", { type: "button", textContent });
      button.dataset.child = child.id;
      button.setAttribute("aria-pressed", String(child.id === chosen.child.id));
      return button;
    }),
  );
}

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
  timers.forEach(clearTimeout);
  flow.dataset.at = step;
  if (step === "idea" && !back) propose();
  scrollTo(0, 0);
  find(`#h-${step}`).focus({ preventScroll: true });
}

function choose(state) {
  Object.assign(current, { state, situation: "any", seen: [], moment: null });
  show(words.presence_only.includes(state) ? "idea" : "around");
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
  const { state, situation } = current;
  const turn = Math.max(0, current.seen.length);
  const idea = shown(bundle, practice, { state, situation, wishes, turn, vocabulary: words });
  const quoted = line => fill(words.quote, { words: withName(line) });
  find("[data-eyes-old]").hidden = !idea.old;
  find("[data-eyes-old] q").textContent = withName(idea.old);
  find("[data-new]").textContent = withName(idea.new);
  find("[data-title]").textContent = practice
    ? withName(practice.title)
    : words.nothing_left[state];
  paintList(find("[data-steps]"), idea.steps);
  find("[data-numbers]").hidden = !idea.danger;
  find("[data-say]").textContent = idea.say ? quoted(idea.say) : "";
  find(".say").hidden = !idea.say;
  const count = practice && (learned?.tries?.[practice.slug] ?? tries[practice.slug]);
  find("[data-history]").textContent = count ? fill(words.helped_before, count) : "";
  paintList(find("[data-cautions]"), idea.cautions);
  find(".fold", find("[data-step=idea]")).open = false;
  const ways = ["why", "consent", "mind", "no_touch", "teen", ...words.bodies, "disability", "steps"];
  for (const key of ways) paintWay(key, key === idea.way ? [] : [practice?.[key] ?? []].flat());
  paintWay("words", idea.other_words.map(quoted));
  paintWay(
    "eyes",
    idea.reframes.map(reframe => `${reframe.title}: ${reframe.new_eyes}`),
  );
  find("[data-never-line]").hidden = !practice;
  find("[data-never]").textContent = words.not_for_us;
  find("[data-else]").hidden = !practice;
  paintCalls();
  // "I tried it" needs something that was offered.
  find("[data-step=idea] [data-go=after]").hidden = !practice && !current.moment?.offers.length;
}

function paintList(holder, lines) {
  holder.replaceChildren(...lines.map(line => element("li", { textContent: withName(line) })));
}

function paintWay(key, lines) {
  const box = find(`[data-way=${key}]`);
  box.hidden = !lines.length;
  box.querySelectorAll("dd").forEach(line => line.remove());
  box.append(...lines.map(line => element("dd", { textContent: withName(line) })));
}

function paintCard(state) {
  const cards = bundle.caregiver.filter(card => card.states.includes(state));
  const unseen = cards.filter(card => !current.seenForYou.includes(card.slug));
  const left = unseen.length ? unseen : cards;
  const card = left[Math.floor(draw() * left.length)];
  if (!card) return;
  current.seenForYou.push(card.slug);
  find("[data-you-title]").textContent = withName(card.title);
  paintList(find("[data-you-steps]"), card.steps);
  find("[data-you-why]").textContent = withName(card.why);
  find("[data-you-numbers]").hidden = !card.cautions.some(isDangerous);
  const cautions = card.cautions.map(code => bundle.cautions[code]);
  find("[data-you-mind]").textContent = [withName(card.mind), ...cautions]
    .filter(Boolean)
    .join(" ");
}

function finish(outcome) {
  startMoment();
  current.moment.outcome = outcome;
  const close = words.closes[outcome];
  find("[data-close-title]").textContent = close.title;
  find("[data-close-body]").textContent = close.body;
  paintCalls();
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
    if ((await readOwner().catch(() => null)) && (await flush()) === "sent") say(words.saved_all);
  } catch {
    say(words.not_saved);
    find("[data-retry-line]").hidden = false;
  }
}

const isDangerous = caution => words.danger_cautions.includes(caution);

/** Show the emergency numbers of the person's country wherever a step has a place for them. */
function paintCalls() {
  const known = bundle.crisis;
  const country = countryOf({ chosen: wishes.country, site: flow.dataset.country, known });
  const numbers = known[country]?.emergency ?? [];
  for (const place of flow.querySelectorAll("[data-calls]")) {
    const some = place.dataset.calls === "one" ? numbers.slice(0, 1) : numbers;
    place.replaceChildren(
      ...some.map(number =>
        element("a", {
          className: "btn btn--ink btn--big",
          href: `tel:${number}`,
          textContent: fill(words.call, { number }),
        }),
      ),
    );
  }
  // The other numbers, where there is none of the country, and once every idea was shown.
  find("[data-you-numbers] [data-crisis]").hidden = numbers.length > 0;
  find("[data-numbers] [data-crisis]").hidden = numbers.length > 0 && !find("[data-else]").hidden;
}
addEventListener("country", event => {
  wishes = { ...wishes, country: event.detail }; // chosen in the crisis sheet
  if (bundle) paintCalls();
});

/** Return what a tap does, by the data attributes of the button or link; null follows the link. */
function actionOf(tapped) {
  const { child, state, situation, you, outcome, go } = tapped.dataset;
  if (child) return () => switchChild(child);
  if (state) return () => choose(state);
  if (situation)
    return () => {
      Object.assign(current, { situation, seen: [], moment: null });
      show("idea");
    };
  if ("else" in tapped.dataset)
    return () => {
      propose();
      scrollTo(0, 0);
      focusOn("idea");
    };
  if ("youElse" in tapped.dataset)
    return () => {
      paintCard(current.caregiver);
      focusOn("you");
    };
  if (you) return () => chooseCaregiverState(you, tapped);
  if ("never" in tapped.dataset) return () => toggleNever(tapped);
  if ("retry" in tapped.dataset) return save;
  if ("again" in tapped.dataset)
    return () => {
      current.moment = null;
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

// The step this page started with; after a reload the browser still has earlier history entries.
history.replaceState(
  { step: flow.dataset.at, depth: history.state?.depth ?? 0, ...position() },
  "",
);
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

function chooseCaregiverState(state, button) {
  current.caregiver = state;
  for (const other of flow.querySelectorAll("[data-you]"))
    other.setAttribute("aria-pressed", String(other === button));
  if (words.card_first.includes(state)) {
    paintCard(state);
    show("you");
  }
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

// One paced breath: four seconds in, six out.
(function breathe() {
  if (flow.dataset.at !== "start") return;
  const cue = find("[data-cue]");
  const later = (milliseconds, act) => timers.push(setTimeout(act, milliseconds));
  later(900, () => {
    find("[data-breath]").classList.add("go");
    cue.textContent = words.cues[1];
  });
  later(4900, () => {
    cue.textContent = words.cues[2];
  });
  later(10900, () => {
    cue.textContent = words.cues[3];
  });
})();
