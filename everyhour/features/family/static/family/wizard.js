// Setup: time fields get buttons for 15 minutes, and the day is drawn as a row of the week.
// Without JavaScript they are ordinary time fields. dayline.py draws the same row.
import { clock } from "../ui/js/formats.js";

const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const line = document.querySelector("[data-dayline]");
const DAY = 1440, SCHOOL = ["school_starts", "home_again"];
const words = at => clock(new Date(at * 60_000), "UTC");

function minutes(field) {
  const [hour, minute] = field.value.split(":").map(Number);
  return field.value ? hour * 60 + minute : null;
}

function draw() {
  const fields = {};
  for (const item of $$(".times [data-name]")) {
    fields[item.dataset.name] = item.querySelector("input");
  }
  const entered = name => fields[name]?.value ? minutes(fields[name]) / 60 : null;
  const usual = name => line.dataset[name] ? Number(line.dataset[name]) / 60 : null;
  const noSchool = name => fields[name] && SCHOOL.includes(name);
  const hour = name => entered(name) ?? (noSchool(name) ? null : usual(name));
  const quiet = line.dataset.step === "quiet";
  const start = Math.floor((quiet ? entered("quiet_from") : null) ?? hour("bed"));
  const end = (quiet ? entered("quiet_until") : null) ?? hour("wakes");
  const rests = at => start < end ? at >= start && at < end - 0.5 : at >= start || at < end - 0.5;
  const morning = Math.ceil(end - 0.5) % 24, waking = Math.ceil(hour("wakes") - 0.5) % 24;
  const school = hour("school_starts"), home = hour("home_again");
  const schooled = at => school !== null && home !== null && at >= Math.floor(school) && at < home;
  const still = quiet && document.querySelector("[name=quiet_in_school]").checked;
  const lights = [rests(waking) ? morning : waking, Math.floor(hour("dinner"))];
  lights.push(Math.floor((hour("bed") + 23) % 24));
  if (home !== null) lights.push(Math.floor(home));
  const mark = at => {
    if (rests(at)) return "rest";
    if (lights.includes(at)) return "light";
    if (schooled(at)) return still ? "rest" : "school";
    return "free";
  };
  for (const [index, cell] of $$(".hour", line).entries()) {
    cell.className = `hour ${mark((index + morning) % 24)}`;
  }
}

function step(item) {
  const field = item.querySelector("input"), label = item.querySelector("label");
  const said = document.createElement("output");
  const show = () => { said.textContent = field.value ? words(minutes(field)) : "–"; draw(); };
  const button = (by, glyph, name) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "btn btn--round", textContent: glyph });
    made.setAttribute("aria-label", `${label.textContent}, ${name}`);
    made.addEventListener("click", () => {
      const from = minutes(field) ?? Number(line.dataset[item.dataset.name] || 720);
      const at = (from + by + DAY) % DAY;
      const parts = [Math.floor(at / 60), at % 60];
      field.value = parts.map(part => String(part).padStart(2, "0")).join(":");
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
  const items = $$(".times [data-name]").filter(item => SCHOOL.includes(item.dataset.name));
  const kept = new Map();
  const paint = () => {
    for (const item of items) {
      const field = item.querySelector("input");
      if (box.checked) { kept.set(item, field.value); field.value = ""; }
      else field.value ||= kept.get(item) || box.dataset[item.dataset.name];
      item.hidden = box.checked;
      field.dispatchEvent(new Event("set"));
    }
  };
  const empty = item => !item.querySelector("input").value;
  // A day with no times at all is not set yet, so it says nothing about school.
  box.checked = items.every(empty) && !$$(".times [data-name]").every(empty);
  box.closest("label").hidden = false;
  box.addEventListener("change", paint);
  for (const item of items) item.hidden = box.checked;
}

// Going back saves what was typed on this step, so that it is there again.
function goBackSaving(form, link) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("click", event => { changed ||= event.target.matches(".btn--round"); });
  link.addEventListener("click", event => {
    if (!changed) return;
    event.preventDefault();
    const back = Object.assign(document.createElement("input"), { type: "hidden", name: "back" });
    form.append(back);
    form.submit();
  });
}

const form = document.querySelector("form[data-step]");
const link = document.querySelector("[data-back]");
if (form && link) goBackSaving(form, link);
if (line) {
  for (const item of $$("[data-times] li")) step(item);
  for (const box of $$("[data-no-school]")) withoutSchool(box);
  for (const box of $$("[name=quiet_in_school]")) box.addEventListener("change", draw);
}
