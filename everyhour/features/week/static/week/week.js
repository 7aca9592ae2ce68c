// The week picture: tap any hour, or move to it with the arrows, and read it in words.
// Without JavaScript each lit hour is a link.
const main = document.querySelector("main");
const peek = document.querySelector("[data-peek]");
let map, days, lit, here;

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Read the picture, at first and after each live update. */
function begin() {
  const selected = map?.querySelector("[aria-selected]");
  const place = selected && find(selected);
  map = main.querySelector("[data-map]");
  days = [...map.querySelectorAll(".day")].map(day => [...day.querySelectorAll(".c")]);
  lit = JSON.parse(document.getElementById("lit").textContent);
  here = map.querySelector('[tabindex="0"]') ?? days.flat()[0];
  const focused = document.activeElement?.closest(".c");
  if (focused && focused !== here) setCurrent(focused);
  const again = place && !peek.hidden && days[place[0]]?.[place[1]];
  if (again) show(again);
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
  const label = cell.getAttribute("aria-label");
  const known = lit[find(cell).join("-")];
  const at = known ? label.indexOf(": ") : label.lastIndexOf(": ");
  const lights = known ?? [["", label[at + 2].toUpperCase() + label.slice(at + 3)]];
  const close = make("button", { type: "button", className: "q", textContent: peek.dataset.close });
  close.addEventListener("click", () => {
    const [day, hour] = find(cell);
    shut();
    days[day][hour].focus();
  });
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

function setCurrent(cell) {
  here.tabIndex = -1;
  here = cell;
  here.tabIndex = 0;
}

function move(cell) {
  setCurrent(cell);
  cell.focus();
}

main.addEventListener("click", event => {
  const cell = event.target.closest(".c");
  if (!cell || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  move(cell);
  open(cell);
});

/** Return the next cell in the direction of an arrow as seen: on a wide page hours run sideways. */
function neighbor(cell, right, down) {
  const [day, hour] = find(cell);
  const first = days.find(row => row.length > 1);
  const wide = first[0].getBoundingClientRect().top === first[1].getBoundingClientRect().top;
  const onward = document.dir === "rtl" ? -right : right;
  const [across, along] = wide ? [down, onward] : [onward, down];
  const row = days[day + across];
  return row?.[across ? Math.min(hour, row.length - 1) : hour + along];
}

const ARROWS = {
  ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0],
};

main.addEventListener("keydown", event => {
  const cell = event.target.closest(".c");
  if (!cell) return;
  const day = days[find(cell)[0]];
  if (event.key in ARROWS) {
    const next = neighbor(cell, ...ARROWS[event.key]);
    if (next) move(next);
  } else if (event.key === "Home") {
    move(day[0]);
  } else if (event.key === "End") {
    move(day.at(-1));
  } else if (event.key === "Enter" || event.key === " ") {
    open(cell);
  } else {
    return;
  }
  event.preventDefault();
});

// An hour opened by its address can be closed here too.
peek.querySelector("[data-shut]")?.addEventListener("click", event => {
  event.preventDefault();
  shut();
  history.replaceState(null, "", event.currentTarget.href);
  here.focus();
});

document.addEventListener("parts:fresh", begin);
begin();

// The lights appear once, in the order of the week: day after day, hour after hour.
for (const layer of [".sky circle.l", ".sky g.l"]) {
  for (const [index, light] of [...map.querySelectorAll(layer)].entries()) {
    light.style.setProperty("--i", index);
  }
}
map.classList.add("go");
