// Words of danger while a person types: the number to call stands beside the field at once, also
// without a network. Nothing typed is kept, sent or counted, and nothing is held back.
import { find, prepare } from "./danger.js";

const TEXT_FIELD = "textarea, input:not([type]), input[type=text], input[type=search]";
const PAUSE = 300; // milliseconds after the last key
const template = document.querySelector("template[data-danger]");
const typed = new WeakSet(); // fields; a note that was written before is no news
const hidden = new Set(); // kinds of danger whose panel this person has hidden on this page
let reading = null,
  patterns = null,
  timer = 0,
  shown = null; // the panel, its field, the kind of danger and the length of the text

document.addEventListener("focusin", () => patterns || read());
document.addEventListener("input", event => {
  clearTimeout(timer);
  typed.add(event.target);
  timer = setTimeout(check, PAUSE, event.target);
});
// After the tap that took the focus away: a panel must not move the button under a finger.
document.addEventListener("focusout", event => setTimeout(check, 0, event.target));
document.addEventListener("submit", event => [...event.target.elements].forEach(check));
document.addEventListener("click", event => {
  const panel = event.target.closest("[data-danger-hide]")?.closest("[data-danger-panel]");
  if (panel) hide(panel);
});
for (const button of document.querySelectorAll("[data-danger-hide]")) button.hidden = false;
read();

/** Read the phrases of every language. Those of one are enough; without any, the next focus asks
 *  again. */
function read() {
  reading ??= readAll().finally(() => (reading = null));
}

async function readAll() {
  const urls = template.dataset.danger.split(" ");
  const all = await Promise.allSettled(urls.map(async url => (await fetch(url)).json()));
  const files = all.filter(one => one.status === "fulfilled").map(one => one.value);
  if (files.length) patterns = prepare(files);
  const field = document.activeElement;
  if (field.value !== field.defaultValue) typed.add(field); // before we listened
  check(field);
}

/** Look at what a field holds now. */
function check(field) {
  if (!typed.has(field)) return;
  const kind = kindIn(field);
  // A sentence that goes on ("he is missing his brother") takes the panel away, deleting does not.
  if (!kind && shown?.field === field && field.value.length > shown.length) remove();
  else if (kind && !hidden.has(kind)) show(field, kind);
}

function kindIn(field) {
  const isText = patterns && field?.matches?.(TEXT_FIELD) && !field.readOnly;
  return isText ? find(field.value, patterns) : null;
}

function show(field, kind) {
  const { length } = field.value;
  if (shown?.field === field && shown.panel.isConnected) Object.assign(shown, { kind, length });
  // The server has put one on top of what it found or saved.
  else if (!document.querySelector("[data-danger-panel]:not(.worry--beside)")) {
    remove();
    shown = { panel: createPanel(), field, kind, length };
    (field.closest("p, label") ?? field).after(shown.panel);
    shown.panel.scrollIntoView({ block: "nearest" });
  }
}

function createPanel() {
  const panel = template.content.firstElementChild.cloneNode(true),
    sentence = panel.querySelector("[role=status]"),
    words = sentence.textContent;
  panel.classList.add("worry--beside");
  panel.querySelector("[data-danger-hide]").hidden = false;
  localize(panel.querySelector("[data-danger-call]"), panel.querySelector("[data-crisis]"));
  // Screen readers say what changes in a region that they know already.
  sentence.textContent = "";
  setTimeout(() => (sentence.textContent = words), 50);
  return panel;
}

/** Take number and address from the page, which knows the country of this phone. */
function localize(call, link) {
  link.href = document.querySelector("a[data-crisis]")?.href ?? link.href;
  const known = document.querySelector("[data-crisis-emergency]");
  if (!known?.hasAttribute("href") || known.hidden) return;
  call.href = known.href;
  call.hidden = false;
  call.querySelector("span").textContent = known.textContent.trim();
}

function hide(panel) {
  for (const field of document.querySelectorAll(TEXT_FIELD)) hidden.add(kindIn(field));
  if (shown?.panel !== panel) return panel.remove();
  const { field, kind } = shown;
  hidden.add(kind);
  remove();
  field.focus();
}

function remove() {
  shown?.panel.remove();
  shown = null;
}
