// The week picture: tap or arrow to any hour, and read it in words. Without this each lit hour is a link.
const main = document.querySelector("main"), peek = document.querySelector("[data-peek]");
const make = (tag, about = {}, ...inside) => { const made = Object.assign(document.createElement(tag), about); made.append(...inside); return made; };
let map, days, lit, here;

/** Read the picture, at first and after each live update. */
function begin() {
  const selected = map?.querySelector("[aria-selected]"), place = selected && find(selected);
  map = main.querySelector("[data-map]");
  days = [...map.querySelectorAll(".day")].map(day => [...day.querySelectorAll(".c")]);
  lit = JSON.parse(document.getElementById("lit").textContent);
  here = map.querySelector('[tabindex="0"]') ?? days.flat()[0];
  const focused = document.activeElement?.closest(".c");
  if (focused && focused !== here) { here.tabIndex = -1; here = focused; here.tabIndex = 0; }
  if (place && !peek.hidden) { const again = days[place[0]]?.[place[1]]; if (again) show(again); }
}

function find(cell) {
  const day = days.findIndex(row => row.includes(cell));
  return [day, days[day].indexOf(cell)];
}

function open(cell) {
  show(cell);
  cell.scrollIntoView({ block: "nearest" });
}

function show(cell) {
  map.querySelector("[aria-selected]")?.removeAttribute("aria-selected");
  cell.setAttribute("aria-selected", "true");
  const label = cell.getAttribute("aria-label"), at = label.lastIndexOf(": ", lit[find(cell).join("-")] ? label.indexOf(": ") : undefined);
  const lights = lit[find(cell).join("-")] ?? [["", label[at + 2].toUpperCase() + label.slice(at + 3)]];
  const close = make("button", { type: "button", className: "q", textContent: peek.dataset.close });
  close.addEventListener("click", () => { const [day, hour] = find(cell); shut(); days[day][hour].focus(); });
  peek.replaceChildren(
    make("p", {}, make("b", { textContent: label.slice(0, at) }), close),
    make("ul", {}, ...lights.map(row)),
  );
  peek.hidden = false;
}

function row([kind, what, how, url, step]) {
  return make("li", {},
    ...(kind ? [make("i", { className: `k k-${kind}` })] : []),
    url ? make("a", { href: url, textContent: what }) : make("span", { textContent: what }),
    ...(how ? [make("small", { textContent: how })] : []),
    ...(step ? [make("small", { className: "step-on", textContent: step })] : []),
  );
}

function shut() {
  peek.hidden = true;
  map.querySelector("[aria-selected]")?.removeAttribute("aria-selected");
}

function move(cell) { here.tabIndex = -1; here = cell; cell.tabIndex = 0; cell.focus(); }

main.addEventListener("click", e => {
  const cell = e.target.closest(".c");
  if (!cell || e.metaKey || e.ctrlKey) return;
  e.preventDefault();
  move(cell);
  open(cell);
});

// Arrows follow what the eye sees: on a wide page the hours run sideways, and from the right where one reads from there.
main.addEventListener("keydown", e => {
  const cell = e.target.closest(".c");
  if (!cell) return;
  const [day, hour] = find(cell), first = days.find(row => row.length > 1);
  const wide = first[0].getBoundingClientRect().top === first[1].getBoundingClientRect().top;
  const onward = document.dir === "rtl" ? -1 : 1;
  const step = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-onward, 0], ArrowRight: [onward, 0] }[e.key];
  if (step) {
    e.preventDefault();
    const [across, along] = wide ? [step[1], step[0]] : step, row = days[day + across];
    const next = row?.[across ? Math.min(hour, row.length - 1) : hour + along];
    if (next) move(next);
  } else if (e.key === "Home" || e.key === "End") { e.preventDefault(); move(days[day].at(e.key === "Home" ? 0 : -1)); }
  else if (e.key === "Enter" || e.key === " ") { e.preventDefault(); open(cell); }
});

// An hour opened by its address can be closed here too.
peek.querySelector("[data-shut]")?.addEventListener("click", e => { e.preventDefault(); shut(); history.replaceState(null, "", e.currentTarget.href); here.focus(); });

document.addEventListener("parts:fresh", begin);
begin();

// The lamps come on in the order the week was lived, once: a day after a day, hour after hour.
for (const layer of [".sky circle.l", ".sky g.l"]) [...map.querySelectorAll(layer)].forEach((light, i) => light.style.setProperty("--i", i));
map.classList.add("go");
