// This phone: show, change, export and delete what it stores. Only waiting changes are sent.
import { clock, weekdayAndDay } from "../ui/js/formats.js";
import { rememberCountry } from "./countries.js";
import { BIGGEST_COPY, clockIsOff, validate } from "./moment.js";
import { flush } from "./outbox.js";
import { readPlan } from "./plan.js";
import { addPlan, paintPlan } from "./phone_plan.js";
import { readChosenChild, refresh, setNever } from "./child_bundle.js";
import { fillForm, readChange } from "./phone_child.js";
import {
  changeWishes,
  deleteAll,
  deleteRejected,
  readMoments,
  readNevers,
  readOwner,
  readQueue,
  readRejected,
  readWishes,
  removeMoment,
  requeue,
  saveMoment,
  saveMoments,
  saveNevers,
  saveQueue,
  saveRejected,
  saveWishes,
} from "./store.js";
import { LONGEST_NAME, addWishes, cleanWishes } from "./wishes.js";

const MOST_SHOWN = 200,
  MOST_IMPORTED = 20_000;
const page = document.querySelector("[data-phone]"),
  find = selector => page.querySelector(selector);
const words = JSON.parse(document.getElementById("words").textContent);
const fill = (text, values) =>
  Object.entries(values).reduce((all, [key, value]) => all.replaceAll(`{${key}}`, value), text);
const say = (where, text) => {
  find(where).textContent = text;
};
const element = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};
const button = (textContent, act, properties = {}) => {
  const made = element("button", { type: "button", className: "q", textContent, ...properties });
  made.addEventListener("click", act);
  return made;
};
const form = find("[data-wishes]");
let bundle = null,
  wished = {},
  saved = [],
  undoable = [],
  lastResult = ""; // of sending the queue

async function start() {
  try {
    [wished, saved] = [await readWishes(), await readMoments()];
    await readUndoable();
  } catch {
    showTrouble(words.closed);
  }
  fillForm(form, wished);
  paint();
  paintQueue();
  refreshBundles();
  try {
    bundle = await (await fetch(page.dataset.bundle)).json();
    paint();
    warnOfClock(Date.now(), await serverTime());
  } catch {
    /* offline without a bundle: slugs and codes stand in for names */
  }
}

// Practices that can be suggested again from here: those turned off on this phone, and for a
// guardian those of the family.
async function readUndoable() {
  const chosen = await readChosenChild();
  undoable =
    !chosen.child || chosen.guards
      ? (chosen.wishes.never ?? [])
      : [...new Set([...(wished.never ?? []), ...chosen.turnedOff])];
}
async function refreshBundles() {
  if (!(await readOwner().catch(() => null)) || !(await refresh())) return;
  await readUndoable();
  paint();
}
async function undoNever(slug) {
  wished = await changeWishes(old => ({
    ...old,
    never: (old.never ?? []).filter(one => one !== slug),
  }));
  await setNever(slug, false);
  await readUndoable();
}

// Show what waits to be sent, and what the server refused.
async function paintQueue() {
  const owner = await readOwner().catch(() => null),
    box = find("[data-on-their-way]");
  box.hidden = !owner;
  if (!owner) return;
  document.querySelector("[data-lede]").textContent = words.belongs;
  const [queue, refused] = [await readQueue(), await readRejected()];
  const mustSignIn = lastResult === "signed-out" && queue.length > 0;
  const status = queueStatus(queue.length, refused.length);
  say("[data-waiting]", mustSignIn ? `${status} ${words.signed_out}` : status);
  find("[data-sign-in]").hidden = !mustSignIn;
  find("[data-rejected]").replaceChildren(...refused.map(refusedRow));
}
addEventListener("outbox", event => {
  lastResult = event.detail;
  paintQueue();
});

function queueStatus(waiting, refused) {
  if (waiting === 1) return words.waiting_one;
  if (waiting) return fill(words.waiting_many, { count: waiting });
  return refused ? words.some_refused : words.sent;
}

function refusedRow(change) {
  const item = row(change.set),
    line = item.firstChild;
  const reason = words.refused[change.reason] ?? words.refused[""];
  line.querySelector(".t").append(element("small", { textContent: reason }));
  line.querySelector("button").remove();
  line.append(
    button(words.try_again, async () => {
      await requeue(change.key);
      await flush();
      paintQueue();
    }),
    button(words.delete, async () => {
      await deleteRejected(change.key);
      paintQueue();
    }),
  );
  return item;
}

async function serverTime() {
  const options = { method: "HEAD", cache: "no-store", credentials: "omit" };
  const response = await fetch("/alive/", options);
  return response.ok ? Date.parse(response.headers.get("date") ?? "") : null;
}
function warnOfClock(phone, server) {
  if (!server || !clockIsOff(phone - server)) return;
  const line = find("[data-clock]");
  const hours = Math.round(Math.abs(phone - server) / 3_600_000);
  line.hidden = false;
  line.textContent = fill(words.clock, { hours });
}
function showTrouble(text) {
  find("[data-trouble]").hidden = false;
  say("[data-trouble]", text);
}

form.addEventListener("change", async event => {
  const cut = form.nickname.value.trim().length > LONGEST_NAME;
  // With the name as it stands: a browser may not have reported it yet.
  const changed = { ...readChange(form.nickname, form), ...readChange(event.target, form) };
  wished = { ...wished, ...changed };
  form.nickname.value = wished.nickname ?? "";
  rememberCountry(wished.country ?? "");
  if (changed.bodies?.length) keepWays();
  await attempt(
    async () => {
      wished = await changeWishes(old => ({ ...old, ...changed }));
    },
    "[data-wishes-said]",
    cut ? `${words.saved} ${fill(words.cut, { most: LONGEST_NAME })}` : words.saved,
  );
});
// Fetching the ways for other bodies once puts them into the service worker's cache.
function keepWays() {
  fetch(`${page.dataset.bundle}ways/`).catch(() => {});
}
form.addEventListener("submit", event => event.preventDefault());
// Chosen in the crisis sheet over this page.
addEventListener("country", event => {
  wished = { ...wished, country: event.detail };
  form.country.value = event.detail;
});

/** Write to the storage and say whether that succeeded. */
async function attempt(act, where, success) {
  try {
    await act();
    say(where, success);
    return true;
  } catch {
    say(where, words.not_saved);
    return false;
  }
}

function paint() {
  say("[data-count]", momentCount(saved.length));
  const newest = [...saved].sort((a, b) => b.at.localeCompare(a.at)).slice(0, MOST_SHOWN);
  find("[data-moments]").replaceChildren(...newest.map(row));
  find("[data-never-list]").hidden = !undoable.length;
  find("[data-never-list] ul").replaceChildren(...undoable.map(neverItem));
}

function momentCount(count) {
  if (!count) return words.none;
  return count === 1 ? words.kept_one : fill(words.kept_many, { count });
}

function neverItem(slug) {
  const undo = async () => {
    await attempt(() => undoNever(slug), "[data-wishes-said]", words.saved);
    paint();
  };
  return element(
    "li",
    {},
    button(`${titleOf(slug)} · ${words.undo}`, undo, { className: "btn" }),
  );
}

const practiceOf = slug => bundle?.practices.find(practice => practice.slug === slug);
const titleOf = slug => practiceOf(slug)?.title ?? slug.replaceAll("-", " ");

function row(moment) {
  const at = new Date(moment.at),
    time = `${weekdayAndDay(at)}, ${clock(at)}`;
  const stateName = bundle?.states[moment.state]?.name ?? moment.state;
  const outcome = moment.outcome
    ? (bundle?.outcomes[moment.outcome]?.name ?? moment.outcome)
    : words.no_outcome;
  const last = moment.offers.at(-1);
  const title = last ? titleOf(last.practice) : stateName;
  const isOlder = last && bundle && practiceOf(last.practice)?.edition !== last.edition;
  const facts = [time, stateName, outcome, ...(isOlder ? [words.older] : [])].join(" · ");
  const text = element(
    "span",
    { className: "t" },
    element("b", { textContent: title }),
    element("small", { textContent: facts }),
  );
  const removal = button(words.delete, () => remove(moment), {
    ariaLabel: `${words.delete}: ${title}, ${time}`,
  });
  return element("li", {}, element("div", { className: "row" }, text, removal));
}

async function remove(moment) {
  if (!(await attempt(() => removeMoment(moment.id), "[data-copy-said]", ""))) return;
  saved = saved.filter(one => one.id !== moment.id);
  paint();
  const undo = button(words.undo, async () => {
    if (await attempt(() => saveMoment(moment), "[data-copy-said]", "")) {
      saved.push(moment);
      paint();
    }
  });
  find("[data-count]").append(` ${words.removed} `, undo);
  undo.focus();
}

find("[data-export]").addEventListener("click", async () => {
  const copy = {
    everyhour: 1,
    saved_at: new Date().toISOString(),
    moments: saved,
    wishes: cleanWishes(wished),
    plan: await readPlan().catch(() => []),
  };
  const file = new Blob([JSON.stringify(copy, null, 1)], { type: "application/json" });
  const link = element("a", { href: URL.createObjectURL(file), download: "notes-copy.json" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
});

find("[data-import]").addEventListener("change", async event => {
  const file = event.target.files[0];
  event.target.value = "";
  if (!file) return;
  if (file.size > BIGGEST_COPY) {
    say("[data-copy-said]", words.too_big);
    return;
  }
  const copy = parse(await file.text().catch(() => ""));
  if (!Array.isArray(copy?.moments)) {
    say("[data-copy-said]", words.not_a_copy);
    return;
  }
  const { fresh, same, leftOut, reasons } = sortImported(copy.moments.slice(0, MOST_IMPORTED));
  const added = fill(words.brought, { count: fresh.length, same });
  const refused = fill(words.left_out, { count: leftOut, reasons: [...reasons].join(", ") });
  const report = leftOut ? `${added} ${refused}` : added;
  const save = async () => {
    await saveMoments(fresh);
    saved.push(...fresh);
    await importWishes(copy.wishes);
  };
  if (await attempt(save, "[data-copy-said]", report)) {
    paint();
    await addPlan(copy.plan, find("[data-copy-said]"));
    wished = await readWishes();
  }
});

async function importWishes(raw) {
  const copied = cleanWishes(raw);
  if (!Object.keys(copied).length) return;
  wished = await changeWishes(old => addWishes(old, copied));
  rememberCountry(wished.country ?? "");
  if (wished.bodies?.length) keepWays();
  await readUndoable();
  fillForm(form, wished);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Split imported moments into new ones, a count of known ones, and what cannot be read. */
function sortImported(moments) {
  const known = new Set(saved.map(moment => moment.id)),
    fresh = [],
    reasons = new Set();
  let same = 0,
    leftOut = 0;
  for (const raw of moments) {
    const { moment, reason } = validate(raw);
    if (reason) {
      leftOut += 1;
      reasons.add(words.reasons[reason]);
    } else if (known.has(moment.id)) same += 1;
    else {
      known.add(moment.id);
      fresh.push(moment);
    }
  }
  return { fresh, same, leftOut, reasons };
}

find("[data-forget]").addEventListener("click", async () => {
  const before = {
    saved,
    wished: await readWishes().catch(() => wished), // the plan is written beside them
    queue: await readQueue(),
    refused: await readRejected(),
    nevers: await readNevers(),
  };
  if (!(await attempt(deleteAll, "[data-copy-said]", words.forgotten))) return;
  rememberCountry("");
  saved = [];
  wished = {};
  undoable = [];
  fillForm(form, wished);
  paint();
  paintPlan();
  const restore = async () => {
    await saveMoments(before.saved);
    await saveWishes(before.wished);
    await saveQueue(before.queue);
    await saveRejected(before.refused);
    await saveNevers(before.nevers);
  };
  const undo = button(words.undo, async () => {
    if (!(await attempt(restore, "[data-copy-said]", words.saved))) return;
    ({ saved, wished } = before);
    rememberCountry(wished.country ?? "");
    await readUndoable();
    fillForm(form, wished);
    paint();
    paintPlan();
  });
  find("[data-copy-said]").append(" ", undo);
  undo.focus();
});

start();
