// Setup: time fields get buttons for 15 minutes, and the day is drawn as a row of the week.
// Without JavaScript they are ordinary time fields. dayline.py draws the same row.
import { clock } from "../ui/js/formats.js";

const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const line = document.querySelector("[data-dayline]");
const DAY = 1440, SCHOOL = ["school_starts", "home_again"];
const minutes = field => field.value ? Number(field.value.slice(0, 2)) * 60 + Number(field.value.slice(3, 5)) : null;
const words = at => clock(new Date(at * 60_000), "UTC");

function draw() {
  const fields = Object.fromEntries($$(".times [data-name]").map(item => [item.dataset.name, item.querySelector("input")]));
  const entered = name => fields[name]?.value ? minutes(fields[name]) / 60 : null;
  const usual = name => line.dataset[name] ? Number(line.dataset[name]) / 60 : null;
  const hour = name => entered(name) ?? (fields[name] && SCHOOL.includes(name) ? null : usual(name));
  const quiet = line.dataset.step === "quiet", school = hour("school_starts"), home = hour("home_again");
  const start = Math.floor((quiet ? entered("quiet_from") : null) ?? hour("bed")), end = (quiet ? entered("quiet_until") : null) ?? hour("wakes");
  const still = quiet && document.querySelector("[name=quiet_in_school]").checked;
  const rests = h => start < end ? h >= start && h < end - 0.5 : h >= start || h < end - 0.5;
  const morning = Math.ceil(end - 0.5) % 24, waking = Math.ceil(hour("wakes") - 0.5) % 24;
  const lights = [rests(waking) ? morning : waking, Math.floor(hour("dinner")), Math.floor((hour("bed") + 23) % 24), ...home === null ? [] : [Math.floor(home)]];
  const mark = h => {
    if (rests(h)) return "rest";
    if (lights.includes(h)) return "light";
    return school !== null && home !== null && h >= Math.floor(school) && h < home ? still ? "rest" : "school" : "free";
  };
  $$(".hour", line).forEach((cell, index) => { cell.className = `hour ${mark((index + morning) % 24)}`; });
}

function step(item) {
  const field = item.querySelector("input"), label = item.querySelector("label"), said = document.createElement("output");
  const show = () => { said.textContent = field.value ? words(minutes(field)) : "–"; draw(); };
  const button = (by, glyph, name) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn--round", textContent: glyph });
    made.setAttribute("aria-label", `${label.textContent}, ${name}`);
    made.addEventListener("click", () => {
      const at = ((minutes(field) ?? Number(line.dataset[item.dataset.name] || 720)) + by + DAY) % DAY;
      field.value = `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
      show();
    });
    return made;
  };
  said.htmlFor = field.id;
  field.hidden = true;
  field.before(button(-15, "−", line.dataset.earlier), said, button(15, "+", line.dataset.later));
  field.addEventListener("set", show);
  show();
}

// A day without school: both its times go, and come back as they were.
function withoutSchool(box) {
  const items = $$(".times [data-name]").filter(item => SCHOOL.includes(item.dataset.name)), kept = new Map();
  const paint = () => {
    for (const item of items) {
      const field = item.querySelector("input");
      if (box.checked) { kept.set(item, field.value); field.value = ""; }
      else field.value ||= kept.get(item) || box.dataset[item.dataset.name];
      item.hidden = box.checked;
      field.dispatchEvent(new Event("set"));
    }
  };
  const empty = item => !item.querySelector("input").value; // a day that is not set yet says nothing about school
  box.checked = items.every(empty) && !$$(".times [data-name]").every(empty);
  box.closest("label").hidden = false;
  box.addEventListener("change", paint);
  for (const item of items) item.hidden = box.checked;
}

if (line) {
  for (const item of $$("[data-times] li")) step(item);
  for (const box of $$("[data-no-school]")) withoutSchool(box);
  for (const box of $$("[name=quiet_in_school]")) box.addEventListener("change", draw);
}
