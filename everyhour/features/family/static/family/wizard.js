// Setting up: times get steps of 15 minutes, and the day being described draws itself as a row of the week.
// Without this, they are ordinary time fields. views/onboarding.py draws the same row.
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const line = document.querySelector("[data-dayline]");
const MORNING = 6, DAY = 1440;
const minutes = field => field.value ? Number(field.value.slice(0, 2)) * 60 + Number(field.value.slice(3, 5)) : null;
const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit", timeZone: "UTC" });
const words = at => clock.format(new Date(at * 60_000));

function draw() {
  if (!line) return;
  const told = Object.fromEntries($$(".times [data-name]").map(item => [item.dataset.name, minutes(item.querySelector("input"))]));
  const hour = name => (told[name] ?? Number(line.dataset[name])) / 60;
  const [start, end] = line.dataset.step === "quiet" ? [(told.quiet_from ?? 0) / 60, (told.quiet_until ?? 0) / 60] : [hour("bed"), hour("wakes")];
  const first = Math.floor(start);
  const lights = [hour("wakes"), hour("home_again"), hour("dinner"), (hour("bed") + 23) % 24].map(Math.floor);
  const mark = h => {
    if (first < end ? h >= first && h < end : h >= first || h < end - 0.5) return "z";
    if (lights.includes(h)) return "g";
    return h >= Math.floor(hour("school_starts")) && h < hour("home_again") ? "s" : "o";
  };
  $$(".c", line).forEach((cell, index) => { cell.className = `c ${mark((index + MORNING) % 24)}`; });
}

function step(item) {
  const field = item.querySelector("input"), label = item.querySelector("label"), said = document.createElement("output");
  const show = () => { said.textContent = field.value ? words(minutes(field)) : "–"; draw(); };
  const button = (by, glyph, name) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn--round", textContent: glyph });
    made.setAttribute("aria-label", `${label.textContent}, ${name}`);
    made.addEventListener("click", () => {
      const at = ((minutes(field) ?? 720) + by + DAY) % DAY;
      field.value = `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
      show();
    });
    return made;
  };
  said.htmlFor = field.id;
  field.hidden = true;
  field.before(button(-15, "−", line.dataset.earlier), said, button(15, "+", line.dataset.later));
  show();
}

if (line) for (const item of $$("[data-times] li")) step(item);
