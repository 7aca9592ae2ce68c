// The crisis sheet: help over any page, at once and without asking the server. The page beneath
// stays as it is. Without this module the links [data-crisis] lead to the crisis page.
import { day as writeDay } from "../ui/js/formats.js";
import { countryOf, rememberCountry } from "./countries.js";
import { isOverdue, sortLines, waysTo } from "./crisis_lines.js";
import { dialled, readPlan } from "./plan.js";
import { changeWishes, readWishes } from "./store.js";

const sheet = document.querySelector("[data-crisis-sheet]"),
  find = selector => sheet.querySelector(selector);
const words = JSON.parse(document.getElementById("crisis-words").textContent);
const fill = (text, values) =>
  Object.entries(values).reduce((all, [key, value]) => all.replaceAll(`{${key}}`, value), text);
const element = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};
const icon = kind => find(`template[data-icon=${kind}]`).content.cloneNode(true);
const choices = [...sheet.querySelectorAll("[data-choose]")];
const numbers = Object.fromEntries(
  choices.map(button => [button.dataset.choose, button.dataset.number]),
);
let chosen = "",
  bundle = null,
  opener = null,
  isEntry = false, // the sheet has a history entry of its own, on top
  isOwnStep = false; // the next step back in history is ours, not the page's

addEventListener("bundle", event => {
  bundle = event.detail; // Right now has read it
  paintLines();
});
paintCountry();
readPhone();
if (history.state?.sheet) {
  // Reloaded, for example after a call: the page starts anew, and the sheet is open again.
  history.replaceState({ ...history.state, sheet: undefined }, "");
  show();
}

document.addEventListener("click", event => {
  const link = event.target.closest("a[data-crisis]");
  const inPlace = !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.button;
  if (!link || !inPlace || !canOpen()) return;
  event.preventDefault();
  open(link);
});

// Without its styles the sheet would be a long list; the crisis page has its own.
function canOpen() {
  return sheet.showModal && choices.length && getComputedStyle(sheet).getPropertyValue("--styled");
}

function open(link) {
  if (sheet.open) return;
  opener = link;
  history.pushState({ ...history.state, sheet: true }, "");
  isEntry = true;
  show();
  readPhone();
}

function show() {
  sheet.hidden = false; // also when the lock has covered the page
  sheet.showModal();
  find(".sheet__in").scrollTop = 0;
  if (!bundle) readBundle().catch(() => {});
}

find("[data-crisis-back]").addEventListener("click", () => sheet.close());
sheet.addEventListener("close", () => {
  sheet.hidden = true;
  if (isEntry && history.state?.sheet) {
    isOwnStep = true;
    history.back();
  }
  isEntry = false;
  const link = opener?.isConnected ? opener : document.querySelector("a[data-crisis]");
  link?.focus({ preventScroll: true });
});

// Before the page's own listeners, which would show a step of the page again.
addEventListener(
  "popstate",
  event => {
    if (isOwnStep) {
      isOwnStep = false;
      event.stopImmediatePropagation();
    } else if (sheet.open && !event.state?.sheet) {
      if (isEntry) event.stopImmediatePropagation();
      isEntry = false;
      sheet.close();
    } else if (!sheet.open && event.state?.sheet) {
      event.stopImmediatePropagation(); // forward again
      isEntry = true;
      show();
    }
  },
  { capture: true },
);

/** Read what this phone holds: the chosen country and the family's plan. */
async function readPhone() {
  try {
    chosen = (await readWishes()).country ?? "";
    paintCountry();
    paintPlan(await readPlan());
  } catch {
    /* blocked storage: the guess and the four lines stay */
  }
}

async function readBundle() {
  const response = await fetch(sheet.dataset.bundle);
  if (!response.ok) return;
  bundle = await response.json();
  paintLines();
}

function country() {
  return countryOf({ chosen, site: sheet.dataset.country, known: numbers });
}

function paintCountry() {
  const code = country(),
    number = numbers[code];
  const call = find("[data-crisis-emergency]");
  call.hidden = !number;
  if (number) {
    call.href = `tel:${dialled(number)}`;
    call.querySelector("span").textContent = fill(words.call, { number });
  }
  find("[data-crisis-everywhere]").hidden = Boolean(number);
  for (const button of choices) {
    const isChosen = button.dataset.choose === code;
    button.setAttribute("aria-pressed", String(isChosen));
    if (isChosen) find("[data-crisis-country]").textContent = button.textContent;
  }
  paintLines();
}

function paintPlan(lines) {
  const rows = lines.map(({ text, number }, index) => {
    const lamp = lines.findIndex(line => line.number) === index ? " btn--lamp" : "";
    const link = { className: `btn${lamp}`, href: `tel:${dialled(number ?? "")}` };
    return element("li", {}, number ? element("a", link, icon("phone"), text) : text);
  });
  find("[data-crisis-plan] ol").replaceChildren(...rows);
  find("[data-crisis-plan]").hidden = !rows.length;
  find("[data-crisis-do]").hidden = rows.length > 0;
  if (rows.length) find("[data-write-plan]").textContent = words.change_plan;
}

function paintLines() {
  const number = numbers[country()];
  const { checked, unchecked, oldest } = sortLines(bundle?.crisis[country()]?.lines ?? []);
  find("[data-crisis-lines]").hidden = !checked.length && !unchecked.length;
  find("[data-lines]").replaceChildren(...checked.flatMap(rowsOf));
  find("[data-unchecked]").hidden = !unchecked.length;
  find("[data-unchecked] ul").replaceChildren(...unchecked.flatMap(rowsOf));
  find("[data-no-answer]").textContent = fill(words.no_answer, { number: number ?? "" });
  find("[data-all-checked]").textContent = oldest
    ? fill(words.all_checked, { day: writeDay(oldest) })
    : "";
}

function rowsOf(line) {
  const isOld = isOverdue(line, Number(sheet.dataset.overdue), Date.now());
  const date = isOld ? [fill(words.checked, { day: writeDay(line.checked_on) })] : [];
  return waysTo(line, words).map(({ kind, href, title, number, detail }) => {
    const small = [detail, ...date].map(textContent => element("small", { textContent }));
    const digits = element("span", { className: "number", textContent: number });
    const name = element("b", {}, `${title} `, digits);
    const about = element("span", { className: "t" }, name, ...small);
    return element("li", {}, element("a", { className: "row", href }, icon(kind), about));
  });
}

for (const button of choices)
  button.addEventListener("click", async () => {
    chosen = button.dataset.choose;
    paintCountry();
    find("[data-crisis-countries]").open = false;
    find("[data-crisis-countries] summary").focus();
    dispatchEvent(new CustomEvent("country", { detail: chosen }));
    rememberCountry(chosen);
    const kept = { country: chosen };
    await changeWishes(old => ({ ...old, ...kept })).catch(() => {}); // else it lasts for this page
  });
