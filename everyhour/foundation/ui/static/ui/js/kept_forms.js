// Forms without a network (docs/adr/0028): give each form a key, so that it is carried out once;
// say what waits on this phone; send it again, and let its person delete it.
const DATABASE = "everyhour-forms";
const FIRST_PAUSE = 4000,
  LONGEST_PAUSE = 120_000; // milliseconds between two tries
const REPEAT = 3000; // milliseconds in which a second tap is the same form
// With passwords, codes or files, or with an answer that must be seen.
const NEVER = /\/(sign-\w+|account|data|password|invitations|departure|safety|feed)\//;

const line = document.querySelector("[data-forms]");
const pageOf = form =>
  new URL(form.getAttribute("action") || location.href, location.href).pathname;

const hiddenField = (form, name) =>
  form.querySelector(`[name=${name}]`) ??
  form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));

document.addEventListener(
  "submit",
  ({ target: form, submitter }) => {
    const method = submitter?.getAttribute("formmethod") ?? form.method;
    if (method !== "post" || form.enctype === "multipart/form-data" || NEVER.test(pageOf(form)))
      return;
    const field = hiddenField(form, "submission");
    // What was tapped, in words, so that it can be recognized while it waits on this phone.
    hiddenField(form, "said").value = submitter?.name ? submitter.textContent.trim() : "";
    const now = Date.now();
    if (!(now - Number(field.dataset.at) < REPEAT)) field.value = crypto.randomUUID();
    field.dataset.at = String(now);
  },
  true,
);

// A kept page was written some time ago: what it would log happens now, and is another moment.
function refreshForms() {
  if (!document.body.dataset.keptAt) return;
  const now = new Date(Date.now() + clockOffset());
  for (const form of document.querySelectorAll("form[data-fresh]")) {
    for (const name of ["key", "moment"])
      if (form.elements[name]) form.elements[name].value = crypto.randomUUID();
    const { day, time } = wall(now, form.dataset.zone);
    set(form.elements.day, day);
    set(form.elements.time, time);
    if (form.elements.opened) form.elements.opened.value = now.toISOString();
  }
}
const set = (field, value) => {
  if (field && field.value === field.defaultValue) field.value = field.defaultValue = value;
};
function wall(at, timeZone) {
  const text = new Intl.DateTimeFormat("sv-SE", {
    dateStyle: "short",
    timeStyle: "short",
    timeZone: timeZone || undefined,
  }).format(at);
  const [day, time] = text.split(" ");
  return { day, time };
}

// How far this phone's clock is from the server's, learned from pages that came from the server.
function learnClock() {
  const { now, keptAt } = document.body.dataset;
  if (!now || keptAt) return;
  const navigation = performance.getEntriesByType("navigation")[0];
  if (!navigation || navigation.type === "back_forward") return;
  const answeredAt = Date.now() - (performance.now() - navigation.responseStart);
  const offset = Number(now) - answeredAt;
  localStorage.setItem("clock", String(Math.abs(offset) > 60_000 ? Math.round(offset) : 0));
}
function clockOffset() {
  try {
    return Number(localStorage.getItem("clock")) || 0;
  } catch {
    return 0;
  }
}

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("forms", { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}
async function withForms(mode, act) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction("forms", mode, { durability: "strict" });
      const request = act(transaction.objectStore("forms"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}
/** Return the kept forms of the person who is signed in here, the oldest first. */
async function readForms() {
  const mine = (await caches.keys()).find(name => name.startsWith("mine-")) ?? "";
  const person = mine.slice("mine-".length).split(".")[0];
  const forms = await withForms("readonly", store => store.getAll());
  return forms.filter(form => form.person === person).sort((a, b) => a.at - b.at);
}

async function say() {
  const forms = await readForms();
  if (!line) return forms;
  line.hidden = !forms.length;
  const words = line.querySelector("[data-forms-words]");
  const refused = forms.filter(form => form.refused).length;
  const { one, many, refusedOne, refusedMany } = line.dataset;
  const said = [];
  if (forms.length - refused)
    said.push((forms.length - refused === 1 ? one : many).replace("{n}", forms.length - refused));
  if (refused) said.push((refused === 1 ? refusedOne : refusedMany).replace("{n}", refused));
  if (words.textContent !== said.join(" ")) words.textContent = said.join(" ");
  list(forms);
  return forms;
}

// What a form says, for the person who typed it.
const HIDDEN = new Set([
  ..."csrfmiddlewaretoken submission key moment opened seen next quick what child".split(" "),
  ...["favourite", "not_favourite", "list", "q", "number"],
]);
const textOf = form =>
  [...new URLSearchParams(form.body)]
    .filter(([name, value]) => value && !HIDDEN.has(name) && !/^[\w-]{20,40}$/.test(value))
    .map(([, value]) => value)
    .join(", ")
    .slice(0, 200);

function list(forms) {
  const rows = line.querySelector("[data-forms-list]");
  rows.replaceChildren(
    ...forms.map(form => {
      const row = document.createElement("li"),
        text = document.createElement("span"),
        away = Object.assign(document.createElement("button"), {
          type: "button",
          className: "q",
          textContent: line.dataset.delete,
        });
      text.textContent = textOf(form) || line.dataset.untitled;
      away.addEventListener("click", () => remove(form.key));
      row.append(text);
      if (form.refused) {
        const page = Object.assign(document.createElement("a"), {
          href: form.from,
          className: "q",
          textContent: line.dataset.open,
        });
        row.append(page);
      }
      row.append(away);
      return row;
    }),
  );
}

async function remove(key) {
  await withForms("readwrite", store => store.delete(key));
  await say();
}

let pause = FIRST_PAUSE,
  timer = 0;
async function send() {
  const forms = await say();
  if (!forms.some(form => !form.refused)) return;
  navigator.serviceWorker?.controller?.postMessage({ forms: "send" });
  clearTimeout(timer);
  timer = setTimeout(send, pause);
  pause = Math.min(LONGEST_PAUSE, pause * 2);
}

navigator.serviceWorker?.addEventListener("message", async ({ data }) => {
  if (typeof data?.forms !== "number") return;
  await say();
  if (data.forms && !document.querySelector("dialog[open]") && !document.hidden)
    document.dispatchEvent(new CustomEvent("forms:sent", { detail: data.forms }));
});
const now = () => {
  pause = FIRST_PAUSE;
  send().catch(() => {});
};
addEventListener("online", now);
document.addEventListener("visibilitychange", () => document.hidden || now());
learnClock();
refreshForms();
now();
