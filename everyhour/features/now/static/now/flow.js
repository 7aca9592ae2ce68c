// Right now, on the phone: the same steps as the pages, from the offline bundle, in the frame of
// the tap. Nothing here waits: a tap that the bundle cannot answer yet follows its link instead.
import * as childBundle from "./child_bundle.js";
import { allowed, draw, offer } from "./choosing.js";
import { begin, broughtBy, tries } from "./moment.js";
import { flush } from "./outbox.js";
import { shown } from "./showing.js";
import { askToStay, changeWishes, chooseChild, me, moments, saveMoment } from "./store.js";

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
const CALM = "calm"; // a reminder comes before the hard part, not in it
const STORAGE_PATIENCE = 500; // milliseconds; storage that hangs holds nobody up
let bundle = null,
  learned = null,
  about = { child: null, children: [] };
let kept = [],
  wished = {},
  timers = [];

// Nothing is offered before it is known what may not be offered; until then a tap follows its link.
const known = Promise.race([readChild(), new Promise(done => setTimeout(done, STORAGE_PATIENCE))]);
readBundle().catch(() => {});
moments()
  .then(all => {
    kept = all;
  })
  .catch(() => {});
// What was learned since is fetched after the page, and only for a phone that belongs to a
// caregiver.
addEventListener("load", () =>
  setTimeout(async () => {
    if ((await me().catch(() => null)) && (await childBundle.refresh())) readChild();
  }, 200),
);

async function readBundle() {
  const response = await fetch(flow.dataset.bundle);
  if (!response.ok) return;
  const body = await response.json();
  await known;
  bundle = body;
  ready();
}

async function readChild() {
  try {
    about = await childBundle.forChild();
    learned = about.bundle;
    wished = about.wishes;
  } catch {
    /* blocked storage knows nothing */
  }
  paintName();
  paintChildren();
}

// Deep links work offline too: there is one page, and the address says where to begin.
const [, , , firstPart, secondPart] = location.pathname.split("/");
const asked = Object.fromEntries(new URLSearchParams(location.search)); // from a reminder or a plan

function ready() {
  paintName();
  const offered = current.moment ? null : parsed("offer");
  if (asked.practice && !current.moment) {
    showAsked(asked.practice, offered);
    return;
  }
  if (offered && mayStay(offered)) {
    // the page made this offer; it is kept like any other
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
  current.moment ??= begin({ state, situation, caregiver, language: bundle.language, nudged });
}

/** Begin with the practice in the address. Without it, or when it is never to be suggested: the
 *  usual start. */
async function showAsked(slug, offered) {
  const other =
    asked.child !== about.child?.id && about.children.some(one => one.id === asked.child);
  if (other) await turnTo(asked.child);
  const practice = practiceOf(slug);
  if (!practice || !allowed(practice, wished)) {
    if (offered) {
      current.state = null;
      show("start", { back: true });
    }
    return;
  }
  const situation = bundle.situations[asked.situation] ? asked.situation : "any";
  const brought = broughtBy(asked.nudge, slug);
  Object.assign(current, { state: CALM, situation, seen: [], moment: null, brought });
  show("idea", { back: Boolean(offered) });
  if (offered) propose();
}

// The server knows neither what was said on this phone nor, of several children, which one it is
// about.
function mayStay(offered) {
  const practice = practiceOf(offered.practice);
  const sameChild = !flow.dataset.child || !about.child || flow.dataset.child === about.child.id;
  return (!practice || allowed(practice, wished)) && sameChild;
}

// Of several children each has its name; a single one has the phone's nickname.
const nickname = () =>
  about.children.length > 1 ? about.child.nickname || wished.nickname : wished.nickname;
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

/** The children this can be about, where the household has several. */
function paintChildren() {
  const place = find("[data-children]"),
    painted = JSON.stringify([about.children, about.child]);
  if (place.dataset.shown === painted) return; // nothing moves under a thumb
  place.dataset.shown = painted;
  place.hidden = about.children.length < 2;
  place.replaceChildren(
    ...about.children.map((one, index) => {
      const textContent = one.nickname || fill(words.child_number, { number: index + 1 });
      const button = element("button", { type: "button", textContent });
      button.dataset.child = one.id;
      button.setAttribute("aria-pressed", String(one.id === about.child.id));
      return button;
    }),
  );
}

async function turnTo(id) {
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
  const { state, situation, seen, brought } = current;
  const counts = tries(kept.filter(isOfThisChild), state);
  const choice =
    brought ??
    offer(bundle, {
      state,
      situation,
      seen,
      wishes: wished,
      tries: counts,
      draw: draw(),
      own: learned,
    });
  current.brought = null;
  startMoment(Boolean(brought?.nudge));
  current.choice = choice;
  const practice = choice && practiceOf(choice.slug);
  paintIdea(practice, counts);
  if (!choice) return;
  seen.push(choice.slug);
  const { slug, ...drawn } = choice;
  const made = {
    practice: slug,
    edition: practice.edition,
    pocket: bundle.version,
    rule: bundle.rule,
  };
  current.moment.offers.push({ ...made, ...drawn });
  saveMoment(current.moment).catch(() => {});
}

function isOfThisChild(moment) {
  const ofOther = moment.child && about.child && moment.child !== about.child.id;
  return moment.id !== current.moment?.id && !ofOther;
}

function paintIdea(practice, counts) {
  const { state, situation } = current;
  const idea = shown(bundle, practice, { state, situation, vocabulary: words });
  const quoted = line => fill(words.quote, { words: withName(line) });
  find("[data-eyes-old]").hidden = !idea.old;
  find("[data-eyes-old] q").textContent = withName(idea.old);
  find("[data-new]").textContent = withName(idea.new);
  find("[data-title]").textContent = practice
    ? withName(practice.title)
    : words.nothing_left[state];
  paintList(find("[data-steps]"), practice?.steps ?? []);
  find("[data-numbers]").hidden = Boolean(practice) || !words.presence_only.includes(state);
  paintCalls();
  find("[data-say]").textContent = idea.say ? quoted(idea.say) : "";
  find(".say").hidden = !idea.say;
  const count = practice && (learned?.tries?.[practice.slug] ?? counts[practice.slug]);
  find("[data-history]").textContent = count ? fill(words.helped_before, count) : "";
  paintList(find("[data-cautions]"), idea.cautions);
  find(".fold", find("[data-step=idea]")).open = false;
  for (const key of ["why", "consent", "mind", "no_touch", "teen", "seated", "disability"]) {
    paintWay(key, practice?.[key] ? [practice[key]] : []);
  }
  paintWay("words", idea.other_words.map(quoted));
  paintWay(
    "eyes",
    idea.reframes.map(reframe => `${reframe.title}: ${reframe.new_eyes}`),
  );
  find("[data-never-line]").hidden = !practice;
  find("[data-never]").textContent = words.not_for_us;
  find("[data-else]").hidden = !practice;
  // Without anything to try there is nothing to have tried.
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
    kept = [...kept.filter(one => one.id !== moment.id), moment];
    askToStay();
    if ((await me().catch(() => null)) && (await flush()) === "sent") say(words.saved_all);
  } catch {
    say(words.not_saved);
    find("[data-retry-line]").hidden = false;
  }
}

/** Emergency numbers of the chosen country, wherever a step has a place for them. */
function paintCalls() {
  const numbers = bundle.crisis[wished.country || flow.dataset.country]?.emergency ?? [];
  for (const place of flow.querySelectorAll("[data-calls]")) {
    place.replaceChildren(
      ...numbers.map(number =>
        element("a", {
          className: "btn btn--ink btn--big",
          href: `tel:${number}`,
          textContent: fill(words.call, { number }),
        }),
      ),
    );
  }
}

/** What a tap does, by the data attribute of the button or link; null follows the link. */
function actionOf(tapped) {
  const { child, state, situation, you, outcome, go } = tapped.dataset;
  if (child) return () => turnTo(child);
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
  if (you) return () => chooseYou(you, tapped);
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

// The entry this page began on; after a reload the browser still holds what was shown then.
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
  // After a reload an earlier step has nothing painted yet: offer afresh, or begin again. Never an
  // empty screen.
  const painted = find(`#h-${step}`)?.textContent.trim();
  const afresh = step === "idea" && !painted && bundle && state;
  show(painted || afresh ? step : "start", { back: true });
  if (afresh) propose();
});

function chooseYou(state, button) {
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
    off = !(wished.never ?? []).includes(slug);
  const others = old => (old.never ?? []).filter(one => one !== slug);
  const change = old => ({ ...old, never: [...others(old), ...(off ? [slug] : [])] });
  wished = change(wished); // at once, whatever the storage says
  try {
    (await childBundle.setNever(slug, off)) || (await changeWishes(change));
  } catch {
    /* it holds while this page is open */
  }
  const turnedOff = about.child && !about.guards ? words.never_here : words.never_taken;
  button.textContent = off ? `${turnedOff} ${words.undo}` : words.not_for_us;
}

// One paced breath: four seconds in, six out. It asks for nothing and stops for nothing.
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
