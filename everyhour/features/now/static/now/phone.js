// This phone: show, change, save and delete what it keeps. Nothing is sent from here.
import { clock, weekdayAndDay } from "../ui/js/formats.js";
import { BIGGEST_COPY, clean, clockIsOff, validate } from "./moment.js";
import { flush } from "./outbox.js";
import { forChild, refresh, setNever } from "./child_bundle.js";
import {
  changeWishes,
  forget,
  keepNevers,
  keepRejected,
  keepWaiting,
  deleteRejected,
  me,
  moments,
  nevers,
  rejected,
  removeMoment,
  retry,
  saveMoment,
  saveMoments,
  saveWishes,
  waiting,
  wishes,
} from "./store.js";

const page = document.querySelector("[data-phone]"),
  find = selector => page.querySelector(selector);
const words = JSON.parse(document.getElementById("words").textContent);
const fill = (text, values) =>
  Object.entries(values).reduce((all, [key, value]) => all.replaceAll(`{${key}}`, value), text);
const say = (where, text) => {
  find(where).textContent = text;
};
const form = find("[data-wishes]");
let bundle = null,
  wished = {},
  kept = [],
  undoable = [],
  heard = ""; // how the last sending went, whoever paints last

async function begin() {
  try {
    [wished, kept] = [await wishes(), await moments()];
    await readNevers();
  } catch {
    trouble(words.closed);
  }
  fillForm();
  paint();
  paintQueue();
  refreshBundles();
  try {
    bundle = await (await fetch(page.dataset.bundle)).json();
    paint();
    warnOfClock(Date.now(), await serverTime());
  } catch {
    /* offline and never here before: names stay short */
  }
}

// The practices never suggested that can be undone here: those of this phone, and for a guardian
// those of the family.
async function readNevers() {
  const all = await forChild();
  undoable =
    !all.child || all.guards
      ? (all.wishes.never ?? [])
      : [...new Set([...(wished.never ?? []), ...all.said])];
}
async function refreshBundles() {
  if (!(await me().catch(() => null)) || !(await refresh())) return;
  await readNevers();
  paint();
}
async function undoNever(slug) {
  wished = await changeWishes(old => ({
    ...old,
    never: (old.never ?? []).filter(s => s !== slug),
  }));
  await setNever(slug, false);
  await readNevers();
}

// What waits to be sent, and what the server refused.
async function paintQueue() {
  const mine = await me().catch(() => null),
    box = find("[data-on-their-way]");
  box.hidden = !mine;
  if (!mine) return;
  document.querySelector("[data-lede]").textContent = words.belongs;
  const [queue, refused] = [await waiting(), await rejected()];
  const left = !queue.length
    ? refused.length
      ? words.some_refused
      : words.sent
    : queue.length === 1
      ? words.waiting_one
      : fill(words.waiting_many, { count: queue.length });
  say(
    "[data-waiting]",
    heard === "signed-out" && queue.length ? `${left} ${words.signed_out}` : left,
  );
  find("[data-sign-in]").hidden = !(heard === "signed-out" && queue.length);
  find("[data-rejected]").replaceChildren(...refused.map(refusal));
}
addEventListener("outbox", event => {
  heard = event.detail;
  paintQueue();
});

function refusal(change) {
  const item = row(change.set),
    line = item.firstChild,
    text = line.querySelector(".t");
  text.append(
    Object.assign(document.createElement("small"), {
      textContent: words.refused[change.reason] ?? words.refused[""],
    }),
  );
  line.querySelector("button").remove();
  const button = (label, act) => {
    const made = Object.assign(document.createElement("button"), {
      type: "button",
      className: "q",
      textContent: label,
    });
    made.addEventListener("click", async () => {
      await act();
      paintQueue();
    });
    return made;
  };
  line.append(
    button(words.try_again, async () => {
      await retry(change.key);
      await flush();
    }),
    button(words.delete, () => deleteRejected(change.key)),
  );
  return item;
}

async function serverTime() {
  const answer = await fetch("/alive/", { method: "HEAD", cache: "no-store", credentials: "omit" });
  return answer.ok ? Date.parse(answer.headers.get("date") ?? "") : null;
}
function warnOfClock(asked, server) {
  if (!server || !clockIsOff(asked - server)) return;
  const line = find("[data-clock]");
  line.hidden = false;
  line.textContent = fill(words.clock, { hours: Math.round(Math.abs(asked - server) / 3_600_000) });
}
function trouble(text) {
  find("[data-trouble]").hidden = false;
  say("[data-trouble]", text);
}

function fillForm() {
  form.nickname.value = wished.nickname ?? "";
  form.age.value = wished.age ?? "";
  form.no_touch.checked = wished.touch === false;
  form.country.value = wished.country ?? "";
}

form.addEventListener("change", async event => {
  const nickname = clean(form.nickname.value, 40);
  const cut = form.nickname.value.trim().length > 40;
  form.nickname.value = nickname;
  const changed = {
    nickname: { nickname },
    age: { age: form.age.value === "" ? null : Number(form.age.value) },
    no_touch: { touch: !form.no_touch.checked },
    country: { country: form.country.value },
  }[event.target.name];
  wished = { ...wished, ...changed };
  keepNumbers(wished.country ?? "");
  await keep(
    async () => {
      wished = await changeWishes(old => ({ ...old, ...changed }));
    },
    "[data-wishes-said]",
    cut ? `${words.saved} ${fill(words.cut, { most: 40 })}` : words.saved,
  );
});
// Pages without a database read the country from here; asking for the page once keeps it for when
// there is no network.
function keepNumbers(country) {
  try {
    localStorage.setItem("country", country);
  } catch {
    /* all countries, then */
  }
  const language = document.documentElement.lang;
  if (country)
    fetch(`/help/${country}/${language === "en" ? "" : `in-${language}/`}`).catch(() => {});
}
form.addEventListener("submit", event => event.preventDefault());

async function keep(act, where, well) {
  try {
    await act();
    say(where, well);
    return true;
  } catch {
    say(where, words.not_saved);
    return false;
  }
}

function paint() {
  say(
    "[data-count]",
    !kept.length
      ? words.none
      : kept.length === 1
        ? words.kept_one
        : fill(words.kept_many, { count: kept.length }),
  );
  const shown = [...kept].sort((a, b) => b.at.localeCompare(a.at)).slice(0, 200);
  find("[data-moments]").replaceChildren(...shown.map(row));
  find("[data-never-list]").hidden = !undoable.length;
  find("[data-never-list] ul").replaceChildren(
    ...undoable.map(slug => {
      const button = Object.assign(document.createElement("button"), {
        type: "button",
        className: "btn",
        textContent: `${titleOf(slug)} · ${words.undo}`,
      });
      button.addEventListener("click", async () => {
        await keep(() => undoNever(slug), "[data-wishes-said]", words.saved);
        paint();
      });
      const item = document.createElement("li");
      item.append(button);
      return item;
    }),
  );
}

const titleOf = slug =>
  bundle?.practices.find(p => p.slug === slug)?.title ?? slug.replaceAll("-", " ");

function row(moment) {
  const item = document.createElement("li"),
    line = document.createElement("div"),
    text = document.createElement("span");
  line.className = "row";
  text.className = "t";
  const when = `${weekdayAndDay(new Date(moment.at))}, ${clock(new Date(moment.at))}`;
  const last = moment.offers.at(-1),
    practice = last && bundle?.practices.find(p => p.slug === last.practice);
  const outcome = moment.outcome
    ? (bundle?.outcomes[moment.outcome]?.name ?? moment.outcome)
    : words.no_outcome;
  const title = last
    ? titleOf(last.practice)
    : (bundle?.states[moment.state]?.name ?? moment.state);
  const older =
    last && bundle && (!practice || practice.edition !== last.edition) ? ` · ${words.older}` : "";
  const heading = Object.assign(document.createElement("b"), { textContent: title });
  const stateName = bundle?.states[moment.state]?.name ?? moment.state;
  const small = Object.assign(document.createElement("small"), {
    textContent: `${when} · ${stateName} · ${outcome}${older}`,
  });
  const removal = Object.assign(document.createElement("button"), {
    type: "button",
    className: "q",
    textContent: words.delete,
    ariaLabel: `${words.delete}: ${title}, ${when}`,
  });
  removal.addEventListener("click", () => remove(moment));
  text.append(heading, small);
  line.append(text, removal);
  item.append(line);
  return item;
}

async function remove(moment) {
  if (!(await keep(() => removeMoment(moment.id), "[data-copy-said]", ""))) return;
  kept = kept.filter(m => m.id !== moment.id);
  paint();
  const back = Object.assign(document.createElement("button"), {
    type: "button",
    className: "q",
    textContent: words.undo,
  });
  back.addEventListener("click", async () => {
    if (await keep(() => saveMoment(moment), "[data-copy-said]", "")) {
      kept.push(moment);
      paint();
    }
  });
  find("[data-count]").append(` ${words.removed} `, back);
  back.focus();
}

find("[data-export]").addEventListener("click", () => {
  const copy = JSON.stringify(
    { everyhour: 1, saved_at: new Date().toISOString(), moments: kept },
    null,
    1,
  );
  const link = Object.assign(document.createElement("a"), {
    href: URL.createObjectURL(new Blob([copy], { type: "application/json" })),
    download: "notes-copy.json",
  });
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
  let brought;
  try {
    brought = JSON.parse(await file.text());
  } catch {
    brought = null;
  }
  if (!Array.isArray(brought?.moments)) {
    say("[data-copy-said]", words.not_a_copy);
    return;
  }
  const known = new Set(kept.map(m => m.id)),
    fresh = [],
    reasons = new Set();
  let same = 0,
    leftOut = 0;
  for (const raw of brought.moments.slice(0, 20_000)) {
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
  const report =
    fill(words.brought, { count: fresh.length, same }) +
    (leftOut
      ? ` ${fill(words.left_out, { count: leftOut, reasons: [...reasons].join(", ") })}`
      : "");
  if (await keep(() => saveMoments(fresh), "[data-copy-said]", report)) {
    kept.push(...fresh);
    paint();
  }
});

find("[data-forget]").addEventListener("click", async () => {
  const before = {
    kept,
    wished,
    queue: await waiting(),
    refused: await rejected(),
    said: await nevers(),
  };
  if (!(await keep(forget, "[data-copy-said]", words.forgotten))) return;
  kept = [];
  wished = {};
  undoable = [];
  fillForm();
  paint();
  const back = Object.assign(document.createElement("button"), {
    type: "button",
    className: "q",
    textContent: words.undo,
  });
  back.addEventListener("click", async () => {
    if (
      await keep(
        async () => {
          await saveMoments(before.kept);
          await saveWishes(before.wished);
          await keepWaiting(before.queue);
          await keepRejected(before.refused);
          await keepNevers(before.said);
        },
        "[data-copy-said]",
        words.saved,
      )
    ) {
      ({ kept, wished } = before);
      await readNevers();
      fillForm();
      paint();
    }
  });
  find("[data-copy-said]").append(" ", back);
  back.focus();
});

begin();
