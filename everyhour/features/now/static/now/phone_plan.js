// On the page This phone: write the family's own plan. It is shown first in the crisis sheet.
import { checkLine, cleanPlan, LONGEST_LINE, MOST_LINES, readPlan, savePlan } from "./plan.js";

const form = document.querySelector("[data-plan]"),
  list = form.querySelector("ol"),
  status = form.querySelector("[data-plan-said]"),
  more = form.querySelector("[data-plan-more]");
const words = JSON.parse(document.getElementById("plan-words").textContent);
const rows = () => [...list.children];
const say = (...sentences) => {
  status.textContent = sentences.filter(Boolean).join(" ");
};

/** Show the stored plan, with a row to write in. */
export async function paintPlan() {
  const lines = await readPlan().catch(() => []);
  list.replaceChildren();
  for (const line of lines) addRow(line);
  if (!lines.length) addRow();
  paintButtons();
}

/** Take over the plan of a copy, unless this phone has one, and say which. */
export async function addPlan(raw, where) {
  const lines = cleanPlan(raw);
  if (!lines.length) return;
  const own = await readPlan().catch(() => []);
  if (JSON.stringify(own) === JSON.stringify(lines)) return;
  if (!own.length && !(await save(lines))) return;
  where.append(` ${own.length ? words.own_stays : words.came_along}`);
  await paintPlan();
}

function addRow({ text = "", number = "" } = {}) {
  const made = form.querySelector("template").content.cloneNode(true);
  const row = made.firstElementChild,
    place = rows().length + 1;
  for (const [name, value] of Object.entries({ text, number })) {
    const field = row.querySelector(`[name=${name}]`);
    field.value = value;
    field.id = `plan-${name}-${place}-${Date.now()}`;
    row.querySelector(`[data-for=${name}]`).htmlFor = field.id;
  }
  list.append(row);
  return row;
}

function paintButtons() {
  more.hidden = rows().length >= MOST_LINES;
  for (const [index, row] of rows().entries()) {
    const remove = row.querySelector("[data-remove]");
    // Hidden in place: what moves under a thumb is not what gets tapped.
    const isEmpty = !typed(row).text && !typed(row).number;
    remove.style.visibility = isEmpty ? "hidden" : "";
    remove.ariaLabel = words.delete_line.replace("{number}", index + 1);
  }
}

const typed = row => ({
  text: row.querySelector("[name=text]").value,
  number: row.querySelector("[name=number]").value,
});

async function save(lines, ...sentences) {
  try {
    await savePlan(lines);
    say(words.saved, ...sentences);
    return true;
  } catch {
    say(words.not_saved);
    return false;
  }
}

form.addEventListener("change", async event => {
  const row = event.target.closest("li"),
    { line, cut, notNumber } = checkLine(typed(row));
  // A number that cannot be dialled stays on the page to be corrected, and is not stored.
  row.querySelector("[name=number]").setAttribute("aria-invalid", String(notNumber));
  if (cut && line) row.querySelector("[name=text]").value = line.text;
  paintButtons();
  await save(
    rows().map(typed),
    cut && words.cut.replace("{most}", LONGEST_LINE),
    notNumber && words.not_number,
  );
});

form.addEventListener("submit", event => event.preventDefault());
more.addEventListener("click", () => {
  addRow().querySelector("[name=text]").focus();
  paintButtons();
});

list.addEventListener("click", async event => {
  const button = event.target.closest("[data-remove]");
  if (!button) return;
  const before = await readPlan().catch(() => []),
    removed = button.closest("li");
  const left = rows().filter(row => row !== removed);
  if (!(await save(left.map(typed)))) return;
  await paintPlan();
  const undo = Object.assign(document.createElement("button"), {
    type: "button",
    className: "q",
    textContent: words.undo,
  });
  undo.addEventListener("click", async () => {
    if (await save(before)) await paintPlan();
    list.querySelector("[name=text]").focus();
  });
  say(words.removed);
  status.append(" ", undo);
  undo.focus();
});

paintPlan();
